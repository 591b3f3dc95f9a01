/** Checks the findings in files that real libraries wrote against what the libraries read from them. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Diff, diffModels, folderSide } from "lob-registry-core";
import { inspectFile } from "../../core/dist/inspect/index.js";
import { openSource } from "../../core/dist/inspect/open.js";
import type { Findings, Tensor } from "../../core/dist/findings/findings.js";

/** What a library says of a file, as write_models.py has it; what it does not say is not compared. */
interface Truth {
  readonly tensors?: readonly Told[];
  readonly some?: readonly Told[];
  readonly inputs?: readonly (readonly [name: string, shape: readonly number[] | null])[];
  readonly types?: readonly string[];
  readonly properties?: Readonly<Record<string, string>>;
  readonly imports?: readonly string[];
  readonly protocol?: number;
  readonly code?: boolean;
  readonly requirements?: readonly string[];
  readonly picture?: readonly number[];
}

type Told = Tensor & { readonly sha256: string };

const PYTHON = process.env["LOB_INSPECT_PYTHON"];
const WRITE = join(import.meta.dirname, "write_models.py");
const SETS = ["first", "second"] as const;

let folder: string;
const truths = new Map<string, Record<string, Truth>>();
beforeAll(async () => {
  if (PYTHON === undefined) throw new Error("LOB_INSPECT_PYTHON does not name a Python with the packages of test/inspect/requirements.txt");
  folder = await mkdtemp(join(tmpdir(), "lob-inspect-"));
  await promisify(execFile)(PYTHON, ["-W", "ignore", WRITE, folder], { env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: "true" } });
  for (const set of SETS) truths.set(set, JSON.parse(await readFile(join(folder, `${set}.json`), "utf8")));
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function inspected(set: string, path: string): Promise<Findings> {
  const opened = async (name: string) => (await openSource(join(folder, set, name)))!;
  const source = await opened(path);
  try {
    const findings = await inspectFile(path, source, undefined, opened);
    if (findings === undefined) throw new Error(`no reader knows ${path}`);
    return findings;
  } finally {
    await source.close?.();
  }
}

const FILES = [
  ...["model.safetensors", "array.npy", "arrays.npz", "packed.npz", "objects.npy"],
  ...[0, 1, 2, 3, 4, 5].map((protocol) => `linear${protocol}.pkl`),
  ...["linear.joblib", "zlib.joblib", "gzip.pkl.gz", "forest.joblib", "linear.skops"],
  ...["whole.onnx", "split.onnx", "tiny.gguf", "xgboost.json", "xgboost.ubj", "lightgbm.txt"],
  ...["mlflow/MLmodel", "mlflow/requirements.txt", "plot.png", "plot.jpg", "plot.gif", "plot.webp"],
];

test("every file that a library reports is compared", () => {
  expect(Object.keys(truths.get("first")!).sort()).toEqual([...FILES].sort());
});

describe.each(SETS)("the %s set", (set) => {
  test.each(FILES)("%s", async (path) => {
    const truth = truths.get(set)![path]!;
    const found = await inspected(set, path);
    expect(found.warnings).toBeUndefined();
    if (truth.tensors) compareTensors(found, truth.tensors, truth.protocol);
    for (const tensor of truth.some ?? []) expect(found.tensors).toContainEqual(tensor);
    const inputs = found.signature?.inputs;
    if (truth.inputs) expect(inputs?.map(({ name, shape }) => [name, shape ?? null])).toEqual(truth.inputs);
    if (truth.types) expect(inputs?.map(({ type }) => type)).toEqual(truth.types);
    if (truth.properties) expect(found.properties).toMatchObject(truth.properties);
    if (truth.imports)
      expect(found.code).toMatchObject({ kind: "pickle", whole: true, imports: truth.imports.map(asWritten(truth.protocol!)) });
    if (truth.code) expect(found.code).toMatchObject({ kind: "pickle", whole: true });
    if (truth.requirements) expect(found.requirements).toEqual(truth.requirements);
    if (truth.picture) expect([found.picture!.width, found.picture!.height]).toEqual(truth.picture);
  });
});

function compareTensors(found: Findings, told: readonly Told[], protocol?: number): void {
  const all = [...(found.tensors ?? [])]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((tensor) => ({ ...tensor, dtype: nativeOf(tensor.dtype) }));
  // Protocols 0 to 2 write bytes as a text: their content is not hashed.
  const expected = told.map(({ sha256, ...tensor }) => ((protocol ?? 5) < 3 ? tensor : { ...tensor, sha256 }));
  expect(all).toEqual(expected.map((tensor) => ({ ...tensor, dtype: nativeOf(tensor.dtype) })));
  expect(found.tensorCount).toBe(told.length);
  expect(found.parameters).toBe(told.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0));
}

/** NumPy says `>i4`, we `int32 big-endian`. */
const nativeOf = (dtype: string): string => (dtype === ">i4" ? "int32 big-endian" : dtype);

/** Python tells the names of Python 3; up to protocol 2 those of Python 2 are in the file. */
const asWritten =
  (protocol: number) =>
  (name: string): string =>
    protocol < 3 ? name.replace(/^copyreg:/, "copy_reg:").replace(/^builtins:/, "__builtin__:") : name;

describe("a diff of the two sets", () => {
  let diff: Diff;
  beforeAll(async () => {
    const sides = [];
    for (const set of SETS) sides.push(await folderSide(join(folder, set), undefined));
    diff = await diffModels(sides[0]!, sides[1]!);
    for (const side of sides) await side.close();
  });

  test("reports the tensors that changed according to the libraries, and no others", () => {
    // The tensors that the libraries report completely, with the hash of their content.
    const told = (set: string): Map<string, string> =>
      new Map(
        Object.entries(truths.get(set)!)
          .filter(([, { protocol }]) => (protocol ?? 5) > 2)
          .flatMap(([path, { tensors = [] }]) =>
            tensors.map(({ name, sha256, shape }) => [`${path} ${name}`, JSON.stringify([sha256, shape])]),
          ),
      );
    const [before, after] = SETS.map(told);
    const comparable = (path: string): boolean => {
      const { tensors, protocol } = truths.get("first")![path] ?? {};
      return tensors !== undefined && (protocol ?? 5) > 2;
    };
    const changed = [...before!].filter(([key, value]) => after!.has(key) && after!.get(key) !== value).map(([key]) => key);
    const found = diff.tensors.changed.items
      .filter(({ after: { path } }) => comparable(path))
      .map(({ after: { path, name } }) => `${path} ${name}`);
    expect(changed.length).toBeGreaterThan(20);
    expect(found.sort()).toEqual(changed.sort());
    expect(found).toContain("model.safetensors head.weight");
  });

  test("reports the new column, the trees, and the other intended changes", () => {
    expect(diff.signature).toMatchObject({ breaking: true, columns: [{ part: "inputs", column: "city", what: "added" }] });
    const facts = diff.properties.items.map(({ path, property, before, after }) => [path, property, before, after]);
    expect(facts).toContainEqual(["lightgbm.txt", "trees", "5", "6"]);
    expect(facts).toContainEqual(["xgboost.ubj", "trees", "5", "6"]);
    expect(facts).toContainEqual(["model.safetensors", "step", "0", "1"]);
    expect(diff.code).toEqual([]);
    expect(diff.files).toMatchObject({ added: { count: 0 }, removed: { count: 0 }, renamed: { count: 0 } });
  });
});
