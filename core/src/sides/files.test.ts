import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { failure, makeTree, rawArchive, run, toArray, workFolder } from "../archive/archive.test.helper.js";
import { packTree, scanTree } from "../archive/index.js";
import { describe as describeSide, diffModels, type OpenSide } from "../diff/index.js";
import { manifestSide } from "./manifest.js";
import type { ManifestFile } from "../types.js";
import { safetensorsFile } from "../inspect/inspect.test.helper.js";
import { message, model } from "../inspect/onnx/onnx.test.helper.js";
import { artifactSide, folderSide } from "./files.js";
import { NOT_INSPECTED } from "../findings/summary.js";

let work: Awaited<ReturnType<typeof workFolder>>;
beforeEach(async () => {
  work = await workFolder();
});
afterEach(() => work.remove());

const FILES = {
  "metrics.json": '{"auc": 0.9}',
  "a/run.sh": { mode: 0o755, content: "#!/bin/sh\n" },
  "a.txt": "before a/",
  "ünï.npy": Buffer.concat([
    Buffer.from("\x93NUMPY\x01\x00\x46\x00", "latin1"),
    Buffer.from("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }".padEnd(69)),
    Buffer.from("\n\0\0\0\0"),
  ]),
  empty: "",
};
const ABOUT = { lob: "fraud", model: "churn", createdBy: "a test" };

interface Seen {
  readonly facts: object;
  readonly entries: readonly ManifestFile[];
}

async function seen(side: OpenSide): Promise<Seen> {
  const { treeDigest, files, contentBytes, metrics } = side;
  try {
    return { facts: { treeDigest, files, contentBytes, metrics }, entries: await toArray(side.entries) };
  } finally {
    await side.close();
  }
}

/** An artifact as publish would make it, as a file. */
async function packed(path: string, name = "churn.tar.gz"): Promise<string> {
  const file = join(await makeTree(work.fresh(), {}), name);
  const tree = await scanTree(path);
  await pipeline(packTree(tree), createWriteStream(file));
  await tree.close();
  return file;
}

async function written(bytes: Uint8Array, name = "churn.tar.gz"): Promise<string> {
  const file = join(await makeTree(work.fresh(), {}), name);
  await writeFile(file, bytes);
  return file;
}

describe("an artifact's file", () => {
  test("is the folder that was packed, file by file, with what is in each", async () => {
    const folder = await makeTree(work.fresh(), FILES);
    const expected = await seen(await folderSide(folder, undefined));
    expect(expected.facts).toMatchObject({ files: 5, metrics: { auc: 0.9 } });
    expect(expected.entries.find(({ path }) => path.endsWith(".npy"))?.findings?.tensors).toHaveLength(1);
    expect(await seen(await artifactSide(await packed(folder), undefined))).toEqual(expected);
  });

  test("of one file is that file", async () => {
    const file = join(await makeTree(work.fresh(), { "model.bin": "weights" }), "model.bin");
    const expected = await seen(await folderSide(file, undefined));
    expect(await seen(await artifactSide(await packed(file), undefined))).toEqual(expected);
  });

  test("of another program, with folders and in any order, is the folder; and a .lobignore in it counts as a file", async () => {
    const folder = await makeTree(work.fresh(), { ...FILES, "z/.lobignore": "*" });
    const expected = await seen(await folderSide(folder, undefined));
    const file = join(await makeTree(work.fresh(), {}), "x.tgz");
    await run("tar", ["czf", file, "--sort=none", "-C", folder, "z", "./ünï.npy", "metrics.json", "a", "a.txt", "empty"]);
    expect(await seen(await artifactSide(file, undefined))).toEqual(expected);
    const ignoring = await written(
      rawArchive([
        { name: ".lobignore", content: "*" },
        { name: "w", content: "1" },
      ]),
    );
    expect((await seen(await artifactSide(ignoring, undefined))).entries.map(({ path }) => path)).toEqual([".lobignore", "w"]);
  });

  test("keeps its executable files, whatever the umask of this process", async () => {
    const folder = await makeTree(work.fresh(), FILES);
    const file = await packed(folder);
    const before = process.umask(0o177);
    try {
      const { entries } = await seen(await artifactSide(file, undefined));
      expect(entries.find(({ path }) => path === "a/run.sh")?.mode).toBe(0o755);
    } finally {
      process.umask(before);
    }
  });

  test("leaves no temporary file when it is closed, when it is hostile, and when it was interrupted", async () => {
    const tmpDir = await makeTree(work.fresh(), {});
    const file = await packed(await makeTree(work.fresh(), FILES));
    const side = await artifactSide(file, undefined, { tmpDir });
    expect(await readdir(tmpDir)).not.toEqual([]);
    await side.close();
    expect(await readdir(tmpDir)).toEqual([]);
    const hostile = await written(
      rawArchive([
        { name: "w", content: "1" },
        { name: "../evil", content: "1" },
      ]),
    );
    await failure(artifactSide(hostile, undefined, { tmpDir }), "LOB4002");
    const stopped = new AbortController();
    const onProgress = (): void => stopped.abort(new Error("stopped"));
    await expect(artifactSide(file, undefined, { tmpDir, signal: stopped.signal, onProgress })).rejects.toThrow("stopped");
    expect(await readdir(tmpDir)).toEqual([]);
  });

  test.each<[string, () => Uint8Array, string, string]>([
    ["no gzip", () => Buffer.from("weights"), "LOB1011", "is not an artifact: it is plain text, not gzip"],
    ["no tar in the gzip", () => gzipSync("x".repeat(600)), "LOB1011", "is not an artifact: its compressed content is plain text"],
    ["empty files only", () => rawArchive([{ name: "a", content: "" }]), "LOB1011", "holds no file with content"],
    ["cut short", () => rawArchive([{ name: "a", content: "1" }]).subarray(0, -20), "LOB4002", "cannot be unpacked"],
    ["a link", () => rawArchive([{ name: "a", type: "2", link: "/etc/passwd" }]), "LOB4002", "a symbolic link"],
    ["an absolute path", () => rawArchive([{ name: "/etc/x", content: "1" }]), "LOB4002", "absolute"],
    ["names that collide", () => rawArchive([{ name: "A", content: "1" }, { name: "a", content: "1" }]), "LOB4002", "cannot tell from"], // prettier-ignore
  ])("that is hostile or none (%s) is an error that names it", async (_, bytes, code, message) => {
    const file = await written(bytes());
    const error = await failure(artifactSide(file, undefined));
    expect(error).toMatchObject({ code, message: expect.stringContaining(message), details: expect.objectContaining({ path: file }) });
    expect(error.message).toContain("churn.tar.gz");
  });

  test("that is not there, a folder or a named pipe is said to be so, without waiting", async () => {
    const folder = await makeTree(work.fresh(), {});
    await mkdir(join(folder, "d.tgz"));
    await run("mkfifo", [join(folder, "p.tgz")]);
    expect((await failure(artifactSide(join(folder, "none.tgz"), undefined), "LOB1004")).message).toContain("does not exist");
    expect((await failure(artifactSide(join(folder, "d.tgz"), undefined), "LOB1004")).message).toContain("is a folder");
    expect((await failure(manifestSide(join(folder, "p.tgz")), "LOB1004")).message).toContain("named pipe");
  });
});

describe("a manifest's file", () => {
  test("of a folder or an artifact is that model, and nothing is scanned again for it", async () => {
    const folder = await makeTree(work.fresh(), FILES);
    const [file, other] = [join(work.path, "one.manifest.json.gz"), join(work.path, "other.manifest.json.gz")];
    await writeFile(file, "what was there before, and is longer than what follows".repeat(100));
    const side = await folderSide(folder, undefined);
    const artifact = await artifactSide(await packed(folder), undefined);
    await writeFile(join(folder, "a.txt"), "changed meanwhile");
    const { sha256, size } = await side.writeManifest(file, ABOUT);
    expect((await readFile(file)).length).toBe(size);
    expect((await artifact.writeManifest(other, ABOUT)).sha256).toBe(sha256);
    await artifact.close();
    // It can be both: written, and compared.
    const read = await manifestSide(file);
    expect((await diffModels(read, side)).different).toBe(false);
    await read.close();
    const again = await manifestSide(file);
    expect(again).toMatchObject({ name: file, of: { lob: ABOUT.lob, model: ABOUT.model } });
    expect(await seen(again)).toEqual(await seen(side));
  });

  test("whose files were not inspected says so: its contents are unknown, not empty", async () => {
    const file = join(work.path, "bare.manifest.json.gz");
    const side = await folderSide(await makeTree(work.fresh(), { w: "1" }), undefined);
    await side.writeManifest(file, ABOUT);
    await side.close();
    const described = async (text: string) => {
      await writeFile(file, gzipSync(text));
      const read = await manifestSide(file);
      const { summary } = await describeSide(read);
      await read.close();
      return { inspected: read.inspected, ...summary };
    };
    const [head, ...lines] = gunzipSync(await readFile(file))
      .toString()
      .split("\n");
    const { summary, ...bare } = JSON.parse(head!) as { summary: object };
    expect(await described([head, ...lines].join("\n"))).toEqual({ inspected: true, ...summary });
    expect(await described([JSON.stringify(bare), ...lines].join("\n"))).toMatchObject({ inspected: false, warnings: [{ path: "", warning: NOT_INSPECTED }] }); // prettier-ignore
  });

  test("has the given metrics, else those of the model; without any, metrics are unknown", async () => {
    const file = join(work.path, "metrics.manifest.json.gz");
    const side = await folderSide(await makeTree(work.fresh(), { w: "1" }), undefined);
    await side.writeManifest(file, ABOUT);
    expect((await seen(await manifestSide(file))).facts).toMatchObject({ metrics: undefined });
    await side.writeManifest(file, { ...ABOUT, metrics: { auc: 0.5 } });
    expect((await seen(await manifestSide(file))).facts).toMatchObject({ metrics: { auc: 0.5 } });
    await side.close();
  });

  test.each<[string, (lines: string[]) => string[], RegExp]>([
    ["another tree digest", ([head, ...files]) => [head!.replace(/"treeDigest":"./, '"treeDigest":"z'), ...files], /line 1 has a wrong/],
    ["a path outside", ([head, first, ...files]) => [head!, first!.replace('"path":"a.txt"', '"path":"../a"'), ...files], /has the name/],
    [
      "another size",
      ([head, first, ...files]) => [head!, first!.replace(/"size":\d+/, '"size":8'), ...files],
      /fewer bytes|more bytes|place/,
    ],
    ["a file less", (lines) => lines.slice(0, -1), /lists 4 of the 5 files/],
  ])("that was tampered with (%s) is an error, at its end at the latest", async (_, tamper, message) => {
    const file = join(work.path, "tampered.manifest.json.gz");
    const side = await folderSide(await makeTree(work.fresh(), FILES), undefined);
    await side.writeManifest(file, ABOUT);
    await side.close();
    const lines = gunzipSync(await readFile(file))
      .toString()
      .trimEnd()
      .split("\n");
    await writeFile(file, gzipSync(`${tamper(lines).join("\n")}\n`));
    const error = await failure(manifestSide(file).then(seen), "LOB4003");
    expect(error.message).toMatch(message);
    expect(error.message).toContain("tampered.manifest.json.gz");
  });

  test("that claims endless findings is refused before memory runs out", async () => {
    const card = { text: "x".repeat(65_536), cut: true };
    const files = Array.from({ length: 3_000 }, (_, i) => ({
      ...{ path: `f${String(i).padStart(5, "0")}`, mode: 0o644, size: 0, sha256: "e".repeat(64), offset: 512 * (i + 1) },
      findings: { format: "card", card },
    }));
    const head = { schema: 1, ...ABOUT, treeDigest: "d".repeat(64), files: files.length, contentBytes: 0, metrics: {} };
    const file = await written(gzipSync([head, ...files].map((line) => `${JSON.stringify(line)}\n`).join("")), "x.manifest.json.gz");
    expect((await failure(manifestSide(file).then(seen), "LOB4003")).message).toContain("more findings than");
  });
});

describe("a model over several files", () => {
  /** Both sides as folders, and both as manifests that another machine reads. */
  async function diffs(before: Parameters<typeof makeTree>[1], after: Parameters<typeof makeTree>[1]) {
    const sides = [];
    for (const files of [before, after]) sides.push(await folderSide(await makeTree(work.fresh(), files), undefined));
    const manifests = [];
    for (const [i, side] of sides.entries()) {
      const file = join(work.path, `over-several-${i}.manifest.json.gz`);
      await side.writeManifest(file, ABOUT);
      manifests.push(await manifestSide(file));
    }
    const found = [await diffModels(sides[0]!, sides[1]!), await diffModels(manifests[0]!, manifests[1]!)];
    for (const side of [...sides, ...manifests]) await side.close();
    return found;
  }

  test("of ONNX: those of the tensors in another file that changed, and no other", async () => {
    const tensor = (name: string, offset: number): Buffer => {
      const place = Object.entries({ location: "w.bin", offset: String(offset) }).map(([key, value]) => message({ 1: key, 2: value }));
      return message({ 1: [2], 2: 1, 8: name, 13: place, 14: 1 });
    };
    const graph = model({ 5: [tensor("same", 0), tensor("other", 8), tensor("too", 16)] });
    const weights = Buffer.alloc(24, 1);
    const changed = Buffer.from(weights);
    changed[8] = 2;
    for (const { tensors } of await diffs({ "m.onnx": graph, "w.bin": weights }, { "m.onnx": graph, "w.bin": changed })) {
      expect(tensors.changed).toMatchObject({ count: 1, items: [{ before: { name: "other" }, after: { name: "other" }, content: true }] });
      expect(tensors.tensorCount).toEqual({ before: 3, after: 3 });
    }
  });

  test("of shards: an unchanged index that no longer matches is reported", async () => {
    const shard = (name: string): Buffer => safetensorsFile({ [name]: { dtype: "U8", shape: [1], data_offsets: [0, 1] } }, 1);
    const index = JSON.stringify({ metadata: { total_size: 2 }, weight_map: { a: "1.safetensors", b: "2.safetensors" } });
    const files = { "m.safetensors.index.json": index, "1.safetensors": shard("a"), "2.safetensors": shard("b") };
    const { "2.safetensors": _, ...fewer } = files;
    for (const { before, after } of await diffs(files, fewer)) {
      expect(before.summary.warnings).toEqual([]);
      expect(after.summary.warnings).toEqual([{ path: "m.safetensors.index.json", warning: 'it names missing shards: "2.safetensors"' }]);
    }
  });
});
