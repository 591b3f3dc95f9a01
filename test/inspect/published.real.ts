/**
 * Models that real libraries wrote, published twice with a change in their structure, and compared by the manifests of the two versions: what
 * the diff says, held against what each library reads from its own files.
 */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Column, compareNumbers, type Diff, diffModels, folderSide, publish, versionSide } from "lob-registry-core";
import { lobRowItem } from "lob-registry-core/layout";
import { FakeAws } from "../../core/dist/testing/fake-aws.js";
import { LOB } from "../../core/dist/testing/simulation.js";

/** A tensor as its library has it; without a hash where readers do not know the content. */
interface Told {
  readonly path: string;
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
  readonly sha256: string | null;
}

/** What a library says of a model. */
interface Truth {
  readonly tensors?: readonly Told[];
  readonly signature?: Readonly<
    Record<string, readonly { readonly name: string; readonly type: string; readonly shape?: readonly number[] }[]>
  >;
  /** By file. */
  readonly properties?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly imports?: Readonly<Record<string, readonly string[]>>;
  readonly requirements?: readonly string[];
  readonly metrics?: Readonly<Record<string, number>>;
  /** How far the numbers moved since the model before it, by `path name`; as NumPy computes it. */
  readonly moves?: Readonly<Record<string, NonNullable<Diff["tensors"]["changed"]["items"][number]["numeric"]>>>;
  /** Of a model of Keras: classes that are code, or not its own. */
  readonly foreign?: readonly string[];
}

interface Sides<T> {
  readonly before: T;
  readonly after: T;
}

/** Published with these libraries, each by a Python that has them. */
const LIBRARIES = ["safetensors", "numpy", "scikit-learn", "skops", "onnx", "gguf", "xgboost", "lightgbm", "mlflow", "keras"];
const TORCH = ["torch-state-dict", "torch-checkpoint", "torch-module", "torch-script", "torch-sharded"];
const SIDES = ["before", "after"] as const;
/** Old files of PyTorch have the storages of all tensors behind their pickles, where neither content nor numbers are looked for. */
const UNREAD = /(^|\/)legacy\.pt$/;
/** Those with tensors that keep their shape and have other numbers. */
const MOVED = new Set(["safetensors", "numpy", "scikit-learn", "skops", "onnx", "torch-state-dict", "torch-checkpoint"]);

const aws = new FakeAws(LOB.bucket, [LOB.catalogTable, LOB.registryTable], LOB.bucketOwner);
aws.putItem(LOB.catalogTable, lobRowItem(LOB));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lob-published-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function library(program: string, python: string | undefined) {
  const root = (): string => join(folder, program);
  let truths: Record<string, Sides<Truth>>;
  return {
    async write(): Promise<void> {
      if (python === undefined) throw new Error("no Python is named that has the libraries");
      const options = { env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: "true" } };
      await promisify(execFile)(python, ["-W", "ignore", join(import.meta.dirname, program), root()], options);
      truths = JSON.parse(await readFile(join(root(), "truth.json"), "utf8")) as typeof truths;
    },
    truth: (name: string): Sides<Truth> => truths[name]!,
    /** Publishes both, and compares them without their files. */
    async diff(name: string): Promise<Diff> {
      const model = name.replaceAll("-", "_");
      const versions = [];
      for (const side of SIDES) {
        const path = join(root(), name, side);
        // As the Action does: the metrics of a model are those of its metrics file.
        const built = await folderSide(path, undefined);
        await built.close();
        const { version, changed } = await publish(aws.clients(), {
          lob: LOB.lob,
          model,
          path,
          ...(built.metrics && { metrics: built.metrics }),
        });
        expect(changed).toBe(true);
        versions.push(version);
      }
      expect(versions).toEqual([1, 2]);
      const [before, after] = [
        await versionSide(aws.clients(), LOB, model, { version: 1 }),
        await versionSide(aws.clients(), LOB, model, { version: 2 }),
      ];
      const [from, to] = [
        await folderSide(join(root(), name, "before"), undefined),
        await folderSide(join(root(), name, "after"), undefined),
      ];
      try {
        // Who looks at the numbers has the files of both; what else differs is told by the manifests.
        return await compareNumbers(await diffModels(before, after), from, to, { seconds: 600 });
      } finally {
        await Promise.all([before, after, from, to].map((side) => side.close()));
      }
    },
  };
}

function compareAll(names: readonly string[], libraryOf: () => ReturnType<typeof library>): void {
  describe.each(names)("%s", (name) => {
    let diff: Diff;
    let truth: Sides<Truth>;
    beforeAll(async () => {
      truth = libraryOf().truth(name);
      diff = await libraryOf().diff(name);
    });

    test("tensors", () => {
      if (truth.before.tensors === undefined) {
        expect(diff.after.summary.tensorCount).toBe(0);
        return;
      }
      const expected = tensorsOf(truth);
      const { added, removed, changed, renamed, tensorCount, parameters } = diff.tensors;
      expect(added.items.map(plain).sort(byPlace)).toEqual(expected.added);
      expect(removed.items.map(plain).sort(byPlace)).toEqual(expected.removed);
      expect(renamed.items.map((one) => [placeOf(one.before), placeOf(one.after)]).sort()).toEqual(expected.renamed);
      const found = changed.items.map(({ before, after, shape, dtype, content }) => ({ before: plain(before), after: plain(after), shape, dtype, content: content ?? null })); // prettier-ignore
      expect(found.sort((a, b) => byPlace(a.after, b.after))).toEqual(expected.changed);
      for (const side of SIDES) {
        const { tensors = [] } = truth[side];
        expect(tensorCount[side]).toBe(tensors.length);
        expect(parameters[side]).toBe(tensors.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0));
      }
    });

    test("how far the numbers moved", () => {
      const told = truth.after.moves ?? {};
      const counts = { compared: 0, unread: 0, outOfTime: 0 };
      for (const { before, after, shape, numeric } of diff.tensors.changed.items) {
        const expected = shape || placeOf(before) !== placeOf(after) ? undefined : told[placeOf(after)];
        const read = expected !== undefined && !UNREAD.test(after.path);
        if (expected !== undefined) counts[read ? "compared" : "unread"]++;
        if (read) expectClose(placeOf(after), numeric, expected);
        else expect([placeOf(after), numeric]).toEqual([placeOf(after), undefined]);
      }
      expect(diff.tensors.numeric).toEqual(counts);
      if (MOVED.has(name)) expect(counts.compared).toBeGreaterThan(0);
    });

    test("signature, requirements, metrics, properties, imports", () => {
      expect(columnsOf(diff)).toEqual(columnsTold(truth));
      expect(diff.requirements.map(({ name: package_, before, after }) => [package_, before, after])).toEqual(requirementsTold(truth));
      expect(diff.metrics.filter(({ verdict }) => verdict !== "same").map(({ name: metric, before, after }) => [metric, before, after])).toEqual(metricsTold(truth)); // prettier-ignore
      for (const [path, facts] of Object.entries(truth.after.properties ?? {})) {
        const told = Object.keys(facts).map((fact) => [fact, truth.before.properties![path]![fact], facts[fact]]);
        const found = diff.properties.items.filter((one) => one.path === path && one.property in facts);
        expect(found.map(({ property, before, after }) => [property, before, after]).sort()).toEqual(told.sort());
      }
      for (const [path, imports] of Object.entries(truth.after.imports ?? {})) {
        const earlier = truth.before.imports![path]!;
        const code = diff.code.find((one) => one.path === path);
        expect(code?.newImports ?? []).toEqual(imports.filter((one) => !earlier.includes(one)));
        expect(code?.after?.imports).toEqual(imports);
        expect(code?.before?.imports).toEqual(earlier);
      }
      if (truth.after.foreign) {
        expect(truth.before.foreign).toEqual([]);
        expect(diff.code.map(({ path, before, after }) => [path, before, after?.unknown])).toEqual([
          ["model.keras", undefined, truth.after.foreign],
        ]);
      }
      expect(diff.after.summary.warnings).toEqual([]);
    });
  });
}

/** Sums of many numbers differ in their last digits, by the order in which they are made. */
function expectClose(place: string, numeric: Readonly<Record<string, number>> = {}, expected: Readonly<Record<string, number>>): void {
  expect([place, Object.keys(numeric).sort()]).toEqual([place, Object.keys(expected).sort()]);
  for (const [fact, value] of Object.entries(expected)) {
    const apart = Math.abs(numeric[fact]! - value);
    expect([place, fact, apart <= 1e-9 * Math.max(1, Math.abs(value)) ? value : numeric[fact]]).toEqual([place, fact, value]);
  }
}

const libraries = library("publish_models.py", process.env["LOB_INSPECT_PYTHON"]);
describe("models of the libraries that PyPI has", () => {
  beforeAll(() => libraries.write(), 300_000);
  compareAll(LIBRARIES, () => libraries);
});

const torch = library("torch_models.py", process.env["LOB_TORCH_PYTHON"]);
(process.env["LOB_TORCH_PYTHON"] === undefined ? describe.skip : describe)("models of PyTorch", () => {
  beforeAll(() => torch.write(), 300_000);
  compareAll(TORCH, () => torch);
});

// ---- what the libraries say, as a diff ------------------------------------------------------------------------------------

const placeOf = ({ path, name }: Pick<Told, "path" | "name">): string => `${path} ${name}`;
const byPlace = (a: Told, b: Told): number => (placeOf(a) < placeOf(b) ? -1 : 1);
const plain = ({ path, name, dtype, shape, bytes, sha256 }: Diff["tensors"]["added"]["items"][number]): Told => ({ path, name, dtype, shape, bytes: bytes!, sha256: sha256 ?? null }); // prettier-ignore

/** By the names that the files have: one name in two files is two tensors, unless the other one is nowhere any more. */
function tensorsOf({ before, after }: Sides<Truth>) {
  const [left, right] = [before, after].map(({ tensors = [] }) => [...tensors].sort(byPlace)) as [Told[], Told[]];
  const partner = (one: Told, others: readonly Told[]): Told | undefined => others.find((other) => placeOf(other) === placeOf(one));
  const changed = left.flatMap((from) => {
    const to = partner(from, right);
    if (to === undefined) return [];
    const [shape, dtype] = [JSON.stringify(from.shape) !== JSON.stringify(to.shape), from.dtype !== to.dtype];
    const content = from.sha256 === null || to.sha256 === null ? null : from.sha256 !== to.sha256;
    return shape || dtype || content !== false ? [{ before: from, after: to, shape, dtype, content }] : [];
  });
  let [removed, added] = [left.filter((one) => !partner(one, right)), right.filter((one) => !partner(one, left))];
  const renamed: [string, string][] = [];
  for (const from of removed) {
    const to = added.find((one) => one.sha256 !== null && one.sha256 === from.sha256 && one.dtype === from.dtype && JSON.stringify(one.shape) === JSON.stringify(from.shape)); // prettier-ignore
    if (to === undefined) continue;
    // One of the same name and content in another file is the same, and no news.
    if (to.name !== from.name) renamed.push([placeOf(from), placeOf(to)]);
    [removed, added] = [removed.filter((one) => one !== from), added.filter((one) => one !== to)];
  }
  return { added, removed, renamed: renamed.sort(), changed: changed.sort((a, b) => byPlace(a.after, b.after)) };
}

type Facts = readonly [part: string, name: string, before: string | undefined, after: string | undefined];

const factsOf = (column: Pick<Column, "type" | "shape"> | undefined): string | undefined =>
  column && JSON.stringify([column.type, column.shape ?? null]);

function columnsOf(diff: Diff): Facts[] {
  const found = new Map<string, Facts>();
  for (const { part, column, before, after } of diff.signature?.columns ?? [])
    found.set(`${part} ${column}`, [part, column, factsOf(before), factsOf(after)]);
  return [...found.values()].sort();
}

function columnsTold({ before, after }: Sides<Truth>): Facts[] {
  return (["inputs", "outputs"] as const)
    .flatMap((part) => {
      const [left, right] = [before.signature?.[part] ?? [], after.signature?.[part] ?? []];
      const names = [...new Set([...left, ...right].map(({ name }) => name))];
      return names.map((name): Facts => [part, name, factsOf(left.find((one) => one.name === name)), factsOf(right.find((one) => one.name === name))]); // prettier-ignore
    })
    .filter(([, , from, to]) => from !== to)
    .sort();
}

function requirementsTold({ before, after }: Sides<Truth>): (string | undefined)[][] {
  const split = (needs: readonly string[] = []): Map<string, string> =>
    new Map(needs.map((one) => [one.split("==")[0]!, one.slice(one.indexOf("=="))]));
  const [left, right] = [split(before.requirements), split(after.requirements)];
  const names = [...new Set([...left.keys(), ...right.keys()])].sort();
  return names.map((name) => [name, left.get(name), right.get(name)]).filter(([, from, to]) => from !== to);
}

function metricsTold({ before, after }: Sides<Truth>): (string | number | undefined)[][] {
  const [left, right] = [before.metrics ?? {}, after.metrics ?? {}];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
  return names.map((name) => [name, left[name], right[name]]).filter(([, from, to]) => from !== to);
}
