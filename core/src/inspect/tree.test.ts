import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { appendFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { failure, makeTree, pieces, toArray, workFolder } from "../archive/archive.test.helper.js";
import { scanTree } from "../archive/index.js";
import { readManifest } from "../manifest/index.js";
import type { Progress } from "../progress.js";
import { buildModelManifest } from "../publish/manifest.js";
import { inspectTree } from "./index.js";
import { pickled, proto, safetensorsFile } from "./inspect.test.helper.js";
import { message, model } from "./onnx/onnx.test.helper.js";
import { NOT_KEPT, weightOf, withoutRoom } from "../findings/room.js";
import { NOT_ALL, Summing } from "../findings/summary.js";

let work: Awaited<ReturnType<typeof workFolder>>;
beforeEach(async () => {
  work = await workFolder();
});
afterEach(() => work.remove());

const GIVEN = { lob: "fraud", model: "churn", metrics: {}, createdBy: "a test" };
const WEIGHTS = safetensorsFile({ w: { dtype: "F32", shape: [2, 2], data_offsets: [0, 16] } }, 16);
const FILES = {
  MLmodel: 'flavors: {sklearn: {sklearn_version: \'1.9\'}}\nsignature: {inputs: \'[{"name": "age", "type": "double"}]\'}',
  "metrics.json": '{"auc": 0.9}',
  "model.pkl": pickled(proto(2), "csklearn\nModel\n)R."),
  "notes.txt": "hello",
  "parts/MLmodel": "flavors: {onnx: {}}",
  "weights/a.safetensors": WEIGHTS,
  "weights/b.safetensors": safetensorsFile({}, 1),
};

const scanned = async (files: Parameters<typeof makeTree>[1]) => scanTree(await makeTree(work.fresh(), files));

test("the manifest lists the contents of a model, and its first line sums them up", async () => {
  const tree = await scanned(FILES);
  const built = await buildModelManifest(tree, GIVEN);
  const { header, files } = await readManifest(pieces(await readFile(built.path), 65_536));
  const entries = await toArray(files);
  expect(header.summary).toEqual({
    formats: { metrics: 1, mlflow: 2, pickle: 1, safetensors: 2 },
    tensorCount: 1,
    parameters: 4,
    code: [{ kind: "pickle", files: 1, unknown: ["sklearn:Model"], whole: true }],
    signature: { inputs: [{ name: "age", type: "double", required: true }] },
    properties: { flavors: "sklearn", "sklearn.sklearn_version": "1.9" },
    warnings: [{ path: "weights/b.safetensors", warning: "it cannot be read: its tensors do not end at the end of the file" }],
  });
  expect(entries.map(({ path, findings }) => [path, findings?.format])).toEqual([
    ["MLmodel", "mlflow"],
    ["metrics.json", "metrics"],
    ["model.pkl", "pickle"],
    ["notes.txt", undefined],
    ["parts/MLmodel", "mlflow"],
    ["weights/a.safetensors", "safetensors"],
    ["weights/b.safetensors", "safetensors"],
  ]);
  await built.dispose();
  await tree.close();
});

test("equal files give an equal manifest, wherever they are", async () => {
  const hashes = await Promise.all(
    [FILES, Object.fromEntries(Object.entries(FILES).reverse()), { ...FILES, "metrics.json": '{"auc": 0.8}' }].map(async (files) => {
      const tree = await scanned(files);
      const built = await buildModelManifest(tree, GIVEN);
      await Promise.all([built.dispose(), tree.close()]);
      return built.sha256;
    }),
  );
  expect(hashes[1]).toBe(hashes[0]);
  expect(hashes[2]).not.toBe(hashes[0]);
});

describe("while it is inspected", () => {
  test("a file that changed since it was scanned, or is gone, is named", async () => {
    const tree = await scanned(FILES);
    await appendFile(join(tree.path, "notes.txt"), "!");
    expect((await failure(inspectTree(tree), "LOB1007")).message).toContain("notes.txt");
    await writeFile(join(tree.path, "notes.txt"), "hello");
    await rm(join(tree.path, "model.pkl"));
    expect((await failure(inspectTree(tree), "LOB1007")).message).toContain("model.pkl");
    await tree.close();
  });

  test("progress counts up to the inspected bytes, and an abort stops it", async () => {
    const tree = await scanned(FILES);
    const seen: Progress[] = [];
    await (await inspectTree(tree, { onProgress: (progress) => seen.push(progress) })).close();
    expect(seen.at(-1)).toMatchObject({ phase: "inspect", done: tree.bytes, total: tree.bytes });
    const controller = new AbortController();
    const work = inspectTree(tree, { signal: controller.signal, onProgress: () => controller.abort(new Error("enough")) });
    await expect(work).rejects.toThrow("enough");
    await tree.close();
  });

  test("no temporary file is left", async () => {
    const tmpDir = await makeTree(work.fresh(), {});
    const tree = await scanned(FILES);
    await (await buildModelManifest(tree, GIVEN, { tmpDir })).dispose();
    await rm(join(tree.path, "model.pkl"));
    await failure(buildModelManifest(tree, GIVEN, { tmpDir }), "LOB1007");
    expect(await readdir(tmpDir)).toEqual([]);
    await tree.close();
  });
});

describe("findings for which there is no room", () => {
  const many = Object.fromEntries(
    Array.from({ length: 300 }, (_, i) => [`w${i}`, { dtype: "F32", shape: [1], data_offsets: [4 * i, 4 * i + 4] }]),
  );
  const LARGE = safetensorsFile(many, 1_200);

  test("are left out and named, in the order of the files; formats, sums and code stay", async () => {
    const weights = Array.from({ length: 4 }, (_, i) => [`${i}.safetensors`, LARGE] as const);
    const pickle = pickled(proto(2), Array.from({ length: 60 }, (_, i) => `csklearn\nModel${i}\n0`).join(""), "N.");
    const tree = await scanned({ ...Object.fromEntries(weights), "model.pkl": pickle, "notes.txt": "hello", "requirements.txt": "numpy" });
    const whole = await inspectTree(tree);
    const [first] = await toArray(whole.entries());
    const inspected = await inspectTree(tree, { room: 2 * weightOf(first!.findings!) + 100 });
    const entries = await toArray(inspected.entries());
    const bare = { format: "safetensors", tensorCount: 300, parameters: 300, warnings: [NOT_KEPT] };
    const code = { kind: "pickle", imports: [], unknown: [], whole: false };
    expect(entries.map(({ findings }) => findings)).toEqual([
      ...[first!.findings, first!.findings, bare, bare],
      { format: "pickle", tensorCount: 0, parameters: 0, code, warnings: [NOT_KEPT] },
      undefined,
      { format: "requirements", requirements: ["numpy"] },
    ]);
    expect(inspected.summary).toMatchObject({ formats: whole.summary.formats, tensorCount: 1_200, code: [{ kind: "pickle", files: 1 }] });
    expect(inspected.summary.warnings).toEqual([
      { path: "", warning: NOT_ALL },
      ...["2.safetensors", "3.safetensors", "model.pkl"].map((path) => ({ path, warning: NOT_KEPT })),
    ]);
    // Whoever sums up the entries again finds the same.
    const summing = new Summing();
    for (const { path, findings } of entries) if (findings) summing.add(path, findings);
    expect(summing.summary()).toEqual({ ...inspected.summary, code: [{ kind: "pickle", files: 1, unknown: [], whole: false }] });
    await Promise.all([whole.close(), inspected.close()]);
    await tree.close();
  });

  test("leave so little of any file that it needs no room", () => {
    const name = "x".repeat(40);
    const code = { kind: name, imports: Array<string>(1_000).fill(name), unknown: [name], whole: true };
    const findings = {
      format: name,
      tensorCount: Number.MAX_SAFE_INTEGER,
      parameters: Number.MAX_SAFE_INTEGER,
      code,
      card: { text: name, cut: true },
    };
    expect(weightOf(findings)).toBeGreaterThan(40_000);
    expect(weightOf(withoutRoom(findings))).toBe(0);
  });

  test("are reported for the model even if no file's warning fits", () => {
    const summing = new Summing();
    for (let i = 0; i < 200; i++) summing.add(`${i}`, { format: "zip", warnings: ["it cannot be read"] });
    summing.add("model.pkl", withoutRoom({ format: "pickle" }));
    const { warnings } = summing.summary();
    expect(warnings[0]).toEqual({ path: "", warning: NOT_ALL });
    expect(warnings).toHaveLength(101);
  });
});

describe("files that refer to others", () => {
  const external = model({ 5: [message({ 1: [2, 2], 2: 1, 8: "W", 13: message({ 1: "location", 2: "w.bin" }), 14: 1 })] });
  const index = JSON.stringify({ weight_map: { w: "b.safetensors", v: "gone.safetensors" } });
  const FILES = { "a/m.onnx": external, "a/w.bin": Buffer.alloc(16, 1), "i/m.safetensors.index.json": index, "i/b.safetensors": WEIGHTS };
  const WARNING = { path: "i/m.safetensors.index.json", warning: 'it names missing shards: "gone.safetensors"' };

  test("are checked against them, with warnings in the manifest's first line and in the file's; progress counts only the tree", async () => {
    const tree = await scanned(FILES);
    const seen: Progress[] = [];
    const built = await buildModelManifest(tree, GIVEN, { onProgress: (progress) => seen.push(progress) });
    const { header, files } = await readManifest(pieces(await readFile(built.path), 65_536));
    const entries = await toArray(files);
    expect(header.summary?.warnings).toEqual([WARNING]);
    expect(entries.find(({ path }) => path === WARNING.path)?.findings?.warnings).toEqual([WARNING.warning]);
    expect(entries[0]?.findings?.tensors).toMatchObject([{ name: "W", sha256: entries[1]!.sha256 }]);
    expect(seen.at(-1)).toMatchObject({ done: tree.bytes, total: tree.bytes });
    await Promise.all([built.dispose(), tree.close()]);
  });

  test("one of these that changed, or is gone, is named", async () => {
    for (const damage of [(path: string) => appendFile(path, "!"), (path: string) => rm(path)]) {
      const tree = await scanned(FILES);
      await damage(join(tree.path, "a/w.bin"));
      expect((await failure(inspectTree(tree), "LOB1007")).message).toContain("a/w.bin");
      await tree.close();
    }
  });

  test("only the first of very many open others, whichever is read first", async () => {
    const many = Array.from({ length: 20 }, (_, i) => [`${String(i).padStart(2, "0")}.bin.index.json`, index]);
    const graphs = Array.from({ length: 20 }, (_, i) => [`${String(i).padStart(2, "0")}.onnx`, model({})]);
    const tree = await scanned(Object.fromEntries([...many, ...graphs]) as Record<string, string>);
    const inspected = await inspectTree(tree);
    const warnings = inspected.summary.warnings.map(({ warning }) => warning.slice(0, 20));
    expect(warnings).toEqual([...Array<string>(16).fill("it names missing sha"), ...Array<string>(4).fill("it is not checked ag")]);
    await Promise.all([inspected.close(), tree.close()]);
  });
});

test("5,000 files", async () => {
  const tree = await scanned(Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`requirements-${i}.txt`, `numpy==${i}`])));
  const built = await buildModelManifest(tree, GIVEN);
  const { header, files } = await readManifest(pieces(await readFile(built.path), 65_536));
  expect(header.summary?.formats).toEqual({ requirements: 5_000 });
  expect(await toArray(files)).toHaveLength(5_000);
  await built.dispose();
  await tree.close();
});
