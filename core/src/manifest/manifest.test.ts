import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { failure, makeTree, pieces, sha256, toArray, workFolder } from "../archive/archive.test.helper.js";
import { scanTree, TreeDigest } from "../archive/index.js";
import type { Findings } from "../findings/findings.js";
import { withoutRoom } from "../findings/room.js";
import type { ManifestFile, ManifestHeader } from "../types.js";
import { buildManifest, MANIFEST_LIMITS, readManifest } from "./index.js";
import { manifestJsonSchema } from "./schema.js";

let work: Awaited<ReturnType<typeof workFolder>>;
beforeEach(async () => {
  work = await workFolder();
});
afterEach(() => work.remove());

const GIVEN = { lob: "fraud", model: "churn", metrics: { loss: 0.25, auc: 0.9 }, createdBy: "lob-registry test" };

/** A manifest's bytes from lines, so that a test can write what the builder never would. */
const compressed = (lines: readonly unknown[], end = "\n"): Buffer =>
  gzipSync(lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n") + end);

const EMPTY = sha256("");
const FILES: readonly ManifestFile[] = [
  { path: "a", mode: 0o644, size: 600, sha256: sha256("a"), offset: 512 },
  { path: "b/c", mode: 0o755, size: 0, sha256: EMPTY, offset: 2048 },
  { path: "d", mode: 0o644, size: 1, sha256: sha256("d"), offset: 2560 },
];

/** The header that belongs to files. */
function headerOf(files: readonly ManifestFile[], change: Partial<Record<keyof ManifestHeader, unknown>> = {}): Record<string, unknown> {
  const digest = new TreeDigest();
  for (const file of files) digest.add(file);
  return {
    schema: 1,
    ...GIVEN,
    treeDigest: digest.hex(),
    files: files.length,
    contentBytes: files.reduce((sum, { size }) => sum + size, 0),
    ...change,
  };
}

async function readAll(bytes: Uint8Array, length = 100): Promise<{ header: ManifestHeader; files: ManifestFile[] }> {
  const { header, files } = await readManifest(pieces(bytes, length));
  return { header, files: await toArray(files) };
}

const refused = async (bytes: Uint8Array): Promise<string> => (await failure(readAll(bytes), "LOB4003")).message;

describe("a manifest that was built", () => {
  test("is read back, is named by its hash, and holds one line per file", async () => {
    const tree = await scanTree(await makeTree(work.fresh(), { "b/ünï": { mode: 0o755, content: "22" }, a: "1", empty: "" }));
    const built = await buildManifest(tree, GIVEN);
    const bytes = await readFile(built.path);
    expect({ sha256: built.sha256, size: built.size }).toEqual({ sha256: sha256(bytes), size: bytes.length });
    expect((await stat(built.path)).mode & 0o777).toBe(0o600);
    const { header, files } = await readAll(bytes);
    expect(header).toEqual({ schema: 1, ...GIVEN, treeDigest: tree.digest, files: 3, contentBytes: 3 });
    expect(files).toEqual(await toArray(tree.entries()));
    expect(gunzipSync(bytes).toString().split("\n")).toHaveLength(1 + 3 + 1);
    await built.dispose();
    expect(existsSync(built.path)).toBe(false);
    await tree.close();
  });

  test("has the same bytes whatever the order of the metrics and the keys", async () => {
    const tree = await scanTree(await makeTree(work.fresh(), { a: "1" }));
    const [one, two, other] = await Promise.all([
      buildManifest(tree, GIVEN),
      buildManifest(tree, { createdBy: GIVEN.createdBy, metrics: { auc: 0.9, loss: 0.25 }, model: "churn", lob: "fraud" }),
      buildManifest(tree, { ...GIVEN, metrics: { auc: 0.91, loss: 0.25 } }),
    ]);
    expect(two.sha256).toBe(one.sha256);
    expect(other.sha256).not.toBe(one.sha256);
    await Promise.all([one, two, other].map((built) => built.dispose()));
    await tree.close();
  });

  test("may have more lines than fit into a chunk", async () => {
    const files = Array.from({ length: 12_000 }, (_, i) => ({
      ...FILES[1]!,
      path: `f${String(i).padStart(6, "0")}`,
      offset: 512 * (i + 1),
    }));
    const header = headerOf(files);
    const tree = { digest: String(header.treeDigest), files: files.length, bytes: 0, entries: () => each(files) };
    const built = await buildManifest(tree, GIVEN);
    const read = await readAll(await readFile(built.path), 65_536);
    expect(read.files).toEqual(files);
    await built.dispose();
  });

  test("is refused rather than written beyond what can be read", async () => {
    const tmpDir = await makeTree(work.fresh(), {});
    const tooMany = { digest: EMPTY, files: MANIFEST_LIMITS.files + 1, bytes: 1, entries: () => each(FILES) };
    expect((await failure(buildManifest(tooMany, GIVEN, { tmpDir }), "LOB1006")).message).toContain("5000001 files; 5000000 are allowed");
    expect(await readdir(tmpDir)).toEqual([]);
  });

  test("stays far below the ratio that counts as an attack, however similar the paths are", async () => {
    const alike = Array.from({ length: 5_000 }, (_, i) => ({
      ...FILES[1]!,
      path: `${"d/".repeat(500)}${String(i).padStart(5, "0")}`,
      offset: 512 * (i + 1),
    }));
    const header = headerOf(alike);
    const built = await buildManifest(
      { digest: String(header.treeDigest), files: alike.length, bytes: 0, entries: () => each(alike) },
      GIVEN,
    );
    const bytes = await readFile(built.path);
    expect(gunzipSync(bytes).length / bytes.length).toBeLessThan(MANIFEST_LIMITS.ratio / 2);
    expect((await readAll(bytes, 65_536)).files).toHaveLength(5_000);
    await built.dispose();
  });

  test("leaves no temporary file when it fails", async () => {
    const tmpDir = await makeTree(work.fresh(), {});
    const entries = async function* (): AsyncGenerator<ManifestFile> {
      yield FILES[0]!;
      await Promise.reject(new Error("gone"));
    };
    await expect(buildManifest({ digest: EMPTY, files: 1, bytes: 1, entries }, GIVEN, { tmpDir })).rejects.toThrow("gone");
    expect(await readdir(tmpDir)).toEqual([]);
  });
});

async function* each<T>(values: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* values;
}

describe("the contents of a model", () => {
  const SUMMARY = { formats: { npy: 1 }, tensorCount: 1, parameters: 2, code: [], warnings: [] };
  const FINDINGS = { format: "npy", tensors: [{ name: "array", dtype: "uint8", shape: [2], bytes: 2, sha256: EMPTY }], tensorCount: 1 };
  const SAYING = [FILES[0]!, { ...FILES[1]!, findings: FINDINGS }, FILES[2]!];

  test("is written and read back, file by file", async () => {
    const header = headerOf(FILES);
    const tree = { digest: String(header.treeDigest), files: 3, bytes: 601, entries: () => each(SAYING) };
    const built = await buildManifest(tree, { ...GIVEN, summary: SUMMARY });
    expect(await readAll(await readFile(built.path))).toEqual({ header: { ...header, summary: SUMMARY }, files: SAYING });
    await built.dispose();
  });

  test("may be as similar as possible: every written manifest can be read", async () => {
    const findings = { format: "card", card: { text: "€".repeat(65_536), cut: true } };
    const files = Array.from({ length: 400 }, (_, i) => ({
      ...FILES[1]!,
      path: `f${String(i).padStart(3, "0")}`,
      offset: 512 * (i + 1),
      findings,
    }));
    const tree = { digest: String(headerOf(files).treeDigest), files: files.length, bytes: 0, entries: () => each(files) };
    const built = await buildManifest(tree, GIVEN);
    const bytes = await readFile(built.path);
    expect(gunzipSync(bytes).length / bytes.length).toBeGreaterThan(500);
    expect((await readAll(bytes, 65_536)).files).toHaveLength(400);
    await built.dispose();
  });

  test("is limited; what is kept of any file does not count", async () => {
    const findings = withoutRoom({ format: "pickle", code: { kind: "pickle", imports: ["os:system"], unknown: [], whole: true } });
    const read = async (second: Findings) => {
      const bytes = compressed([headerOf(FILES), { ...FILES[0]!, findings }, { ...FILES[1]!, findings: second }, FILES[2]!]);
      return toArray((await readManifest(pieces(bytes, 100), { findings: 0 })).files);
    };
    expect(await read(findings)).toHaveLength(3);
    const error = await failure(read({ format: "card", card: { text: "x".repeat(400), cut: false } }), "LOB4003");
    expect(error.message).toContain("more findings than the 0 bytes allowed");
  });

  test("may be missing, as in a manifest of files that were not inspected", async () => {
    const { header, files } = await readAll(compressed([headerOf(FILES), ...FILES]));
    expect(header).not.toHaveProperty("summary");
    expect(files.every((file) => !("findings" in file))).toBe(true);
  });

  test.each<[string, unknown]>([
    ["findings", "npy"],
    ["findings.format", {}],
    ["findings.format", { format: "x".repeat(41) }],
    ["findings.tensors.0.shape.0", { format: "npy", tensors: [{ name: "a", dtype: "uint8", shape: [0.5] }] }],
    ["findings.tensors.0.name", { format: "npy", tensors: [{ name: "x".repeat(513), dtype: "uint8", shape: [] }] }],
    ["findings.code.whole", { format: "pickle", code: { kind: "pickle", imports: [], unknown: [] } }],
    ["findings.parameters", { format: "npy", parameters: 1e300 }],
  ])("is refused with a wrong %s", async (key, findings) => {
    expect(await refused(compressed([headerOf(FILES), { ...FILES[0]!, findings }, FILES[1]!, FILES[2]!]))).toContain(
      `line 2 has a wrong or missing "${key}"`,
    );
  });

  test("is described by docs/manifest.schema.json (npm run build && node docs/manifest-schema.mjs)", async () => {
    const stored = await readFile(new URL("../../../docs/manifest.schema.json", import.meta.url), "utf8");
    expect(JSON.parse(stored)).toEqual(JSON.parse(JSON.stringify(manifestJsonSchema())));
  });
});

describe("a manifest of a later release", () => {
  test("may say more about a model and a file", async () => {
    const lines = [headerOf(FILES), ...FILES].map((line) => ({ ...line, tensors: [{ name: "w", shape: [1, 2] }] }));
    expect(await readAll(compressed(lines))).toEqual({ header: headerOf(FILES), files: FILES });
  });

  test("with another schema version says so", async () => {
    const error = await failure(readAll(compressed([headerOf(FILES, { schema: 2 }), ...FILES])), "LOB4003");
    expect(error.message).toContain("schema version 2");
    expect(error.hint).toContain("newer release");
  });
});

describe("a manifest is refused", () => {
  const edit = (index: number, change: Partial<Record<keyof ManifestFile, unknown>>): Record<string, unknown>[] =>
    FILES.map((file, i) => (i === index ? { ...file, ...change } : { ...file }));

  test.each<[string, Partial<Record<keyof ManifestHeader, unknown>>]>([
    ["schema", { schema: 0 }],
    ["schema", { schema: "1" }],
    ["lob", { lob: "Fraud" }],
    ["model", { model: "a/b" }],
    ["treeDigest", { treeDigest: "x" }],
    ["files", { files: 0 }],
    ["files", { files: MANIFEST_LIMITS.files + 1 }],
    ["files", { files: 1.5 }],
    ["contentBytes", { contentBytes: -1 }],
    ["contentBytes", { contentBytes: 1e300 }],
    ["metrics", { metrics: undefined }],
    ["metrics.auc", { metrics: { auc: "high" } }],
    ["createdBy", { createdBy: "x".repeat(201) }],
  ])("for a header with a wrong %s", async (key, change) => {
    expect(await refused(compressed([headerOf(FILES, change), ...FILES]))).toContain(`line 1 has a wrong or missing "${key}"`);
  });

  test.each<[string, Partial<Record<keyof ManifestFile, unknown>>, RegExp]>([
    ["path", { path: 7 }, /line 3 has a wrong or missing "path"/],
    ["path", { path: "../x" }, /has the name "\.\."/],
    ["path", { path: "/x" }, /absolute/],
    ["path", { path: "b\0" }, /control/],
    ["path", { path: "A" }, /does not come after "a"/],
    ["path", { path: "a" }, /does not come after "a"/],
    ["path", { path: "a/b" }, /both a file and a folder/],
    ["mode", { mode: 0o777 }, /"mode"/],
    ["mode", { mode: "0644" }, /"mode"/],
    ["size", { size: -1 }, /"size"/],
    ["size", { size: 0.5 }, /"size"/],
    ["sha256", { sha256: EMPTY.toUpperCase() }, /"sha256"/],
    ["offset", { offset: 1000 }, /place in the tar/],
    ["offset", { offset: 1536 }, /place in the tar/],
    ["offset", { offset: 2 ** 53 }, /"offset"/],
  ])("for a file with a wrong %s: %j", async (_, change, reason) => {
    expect(await refused(compressed([headerOf(FILES), ...edit(1, change)]))).toMatch(reason);
  });

  test("for names that collide", async () => {
    const files = [
      { ...FILES[0]!, path: "A" },
      { ...FILES[1]!, path: "B" },
      { ...FILES[2]!, path: "a" },
    ];
    expect(await refused(compressed([headerOf(files), ...files]))).toContain("cannot tell from");
  });

  test.each<[string, readonly unknown[], RegExp]>([
    ["more files than its header says", [headerOf(FILES, { files: 2 }), ...FILES], /more than the 2 files/],
    ["fewer files than its header says", [headerOf(FILES, { files: 4 }), ...FILES], /lists 3 of the 4 files/],
    ["no files", [headerOf(FILES)], /lists 0 of the 3 files/],
    ["more bytes than its header says", [headerOf(FILES, { contentBytes: 600 }), ...FILES], /more bytes than its header/],
    ["fewer bytes than its header says", [headerOf(FILES, { contentBytes: 602 }), ...FILES], /fewer bytes than its header/],
    ["another tree digest", [headerOf(FILES, { treeDigest: EMPTY }), ...FILES], /tree digest/],
    ["a hash that is not the digest's", [headerOf(FILES), ...edit(2, { sha256: EMPTY })], /tree digest/],
    ["a line that is not JSON", [headerOf(FILES), FILES[0], "{", FILES[2]], /line 3 is not JSON/],
    ["a line that is no object", [headerOf(FILES), FILES[0], "null", FILES[2]], /line 3 is not an object/],
    ["a header that is no object", ["[]", ...FILES], /line 1/],
    ["an empty line", [headerOf(FILES), "", ...FILES], /line 2 is not JSON/],
    ["a prototype for a file", [headerOf(FILES), '{"__proto__": {"path": "a"}}'], /line 2/],
  ])("for %s", async (_, lines, reason) => {
    expect(await refused(compressed(lines))).toMatch(reason);
  });

  test("for a last line without its end, no line at all, and text that is not UTF-8", async () => {
    expect(await refused(compressed([headerOf(FILES), ...FILES], ""))).toContain("last line is not complete");
    expect(await refused(gzipSync(""))).toContain("it is empty");
    expect(await refused(gzipSync(Buffer.from([0xff, 0x0a])))).toContain("not valid UTF-8");
  });

  test("for data that is not gzip, ends early, or continues after the end", async () => {
    const bytes = compressed([headerOf(FILES), ...FILES]);
    expect(await refused(Buffer.from("{}"))).toContain("not gzip");
    expect(await refused(bytes.subarray(0, -3))).toContain("ends early");
    expect(await refused(Buffer.concat([bytes, bytes]))).toContain("more than one gzip member");
  });

  test("for a line without end and a bomb, before memory is used up", async () => {
    const before = process.memoryUsage.rss();
    expect(await refused(gzipSync(Buffer.alloc(MANIFEST_LIMITS.line + 1, 0x20)))).toContain("a line is longer than");
    const bomb = gzipSync(
      Buffer.concat([Buffer.from(`${JSON.stringify(headerOf(FILES))}\n`), Buffer.alloc(64 << 20, `${" ".repeat(1000)}{}\n`)]),
    );
    await failure(readAll(bomb), "LOB4003");
    expect(process.memoryUsage.rss() - before).toBeLessThan(300 << 20);
  });
});

describe("the source", () => {
  const watched = (bytes: Uint8Array): { source: AsyncGenerator<Buffer>; closed: () => boolean } => {
    let closed = false;
    const source = (async function* () {
      try {
        yield* pieces(bytes, 50);
      } finally {
        closed = true;
      }
    })();
    return { source, closed: () => closed };
  };
  // Long enough that the end is not reached while the header is read.
  const long = Array.from({ length: 2000 }, (_, i) => ({
    ...FILES[1]!,
    sha256: sha256(`${i}`),
    path: `f${String(i).padStart(6, "0")}`,
    offset: 512 * (i + 1),
  }));

  test("is closed when a consumer stops before the first file, after it, or at a wrong line", async () => {
    for (const take of [0, 1]) {
      const { source, closed } = watched(compressed([headerOf(long), ...long]));
      const iterator = (await readManifest(source)).files[Symbol.asyncIterator]();
      for (let i = 0; i < take; i++) await iterator.next();
      expect(closed()).toBe(false);
      await iterator.return?.();
      expect(closed()).toBe(true);
    }
    const { source, closed } = watched(compressed([headerOf(long), "nonsense", ...long]));
    const { files } = await readManifest(source);
    await failure(toArray(files), "LOB4003");
    expect(closed()).toBe(true);
  });

  test("that fails, fails as it does", async () => {
    const broken = async function* (): AsyncGenerator<Buffer> {
      yield compressed([headerOf(long), ...long]).subarray(0, 2000);
      await Promise.reject(new Error("connection reset"));
    };
    await expect(readManifest(broken()).then(({ files }) => toArray(files))).rejects.toThrow("connection reset");
  });
});
