import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import { collect, makeTree, workFolder, type Content } from "../archive/archive.test.helper.js";
import { packTree, scanTree } from "../archive/index.js";
import { type Diff, diffModels, type NumericChange } from "../diff/index.js";
import { diffSchema } from "../diff/types.js";
import { proto, pickled, safetensorsFile, text, torchZip, type TorchView, zipOf } from "../inspect/inspect.test.helper.js";
import { message, model, tensor, varint } from "../inspect/onnx/onnx.test.helper.js";
import { artifactSide, folderSide, type ReadableSide } from "../sides/files.js";
import { ggufFile } from "../inspect/tensors/gguf.test.helper.js";
import { manifestSide } from "../sides/manifest.js";
import { compareNumbers, type NumericOptions } from "./compare.js";
import { assertProperty } from "../testing/property.js";

let work: Awaited<ReturnType<typeof workFolder>>;
beforeEach(async () => {
  work = await workFolder();
});
afterEach(() => work.remove());

type Files = Readonly<Record<string, Content>>;

const folder = async (files: Files): Promise<ReadableSide> => folderSide(await makeTree(work.fresh(), files), undefined);

async function artifact(files: Files): Promise<ReadableSide> {
  const tree = await scanTree(await makeTree(work.fresh(), files));
  const path = `${work.fresh()}.tar.gz`;
  await writeFile(path, await collect(packTree(tree)));
  await tree.close();
  return artifactSide(path, undefined);
}

async function compared(before: ReadableSide, after: ReadableSide, options: NumericOptions = {}): Promise<Diff> {
  const diff = await compareNumbers(await diffModels(before, after), before, after, options);
  await before.close();
  await after.close();
  return diffSchema.parse(JSON.parse(JSON.stringify(diff)));
}

/** The result for the only tensor that changed. */
async function moved(before: Files, after: Files, options: NumericOptions = {}): Promise<NumericChange | undefined> {
  const { tensors } = await compared(await folder(before), await folder(after), options);
  expect(tensors.changed.count).toBe(1);
  return tensors.changed.items[0]!.numeric;
}

const bytesOf = (array: NodeJS.TypedArray): Buffer => Buffer.from(array.buffer, array.byteOffset, array.byteLength);
const f32 = (...numbers: readonly number[]): Buffer => bytesOf(Float32Array.from(numbers));
const f64 = (...numbers: readonly number[]): Buffer => bytesOf(Float64Array.from(numbers));

const safetensors = (dtype: string, shape: readonly number[], content: Buffer): Files => ({
  "m.safetensors": safetensorsFile({ w: { dtype, shape, data_offsets: [0, content.length] } }, content),
});

function npyFile(descr: string, shape: readonly number[], content: Buffer, fortran = false): Buffer {
  const shown = shape.length === 1 ? `(${shape[0]!},)` : `(${shape.join(", ")})`;
  const header = `{'descr': '${descr}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': ${shown}, }`.padEnd(117) + "\n";
  return Buffer.concat([Buffer.from("\x93NUMPY\x01\x00\x76\x00", "latin1"), Buffer.from(header), content]);
}

/** What moved in [[1, 2, 3], [4, 5, 6]] when 5 became 9. */
const KNOWN = {
  ...{ elements: 6, examined: 6, nonFinite: 0, l2: 4, maxAbs: 4 },
  relative: expect.closeTo(4 / Math.sqrt(91), 12) as unknown,
  cosine: expect.closeTo((91 + 20) / Math.sqrt(91 * 147), 12) as unknown,
};
const [OLD, NEW] = [
  [1, 2, 3, 4, 5, 6],
  [1, 2, 3, 4, 9, 6],
];
/** The same by columns. */
const columns = (rows: readonly number[]): number[] => [0, 3, 1, 4, 2, 5].map((i) => rows[i]!);

const torchFile = (type: string, storage: Buffer, view: TorchView, order?: string): Files => ({
  "m.pt": torchZip(type, storage, view, order),
});

const FLOAT32 = pickled(text("numpy"), text("dtype"), 0x93, text("f4"), "\x89\x88\x87R(K\x03", text("<"), "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"); // prettier-ignore

/** `{"w": array}` as pickle writes it. */
const pickledArray = (content: Buffer, fortran: boolean): Buffer =>
  pickled(proto(4), "}", text("w"), text("numpy._core.multiarray"), text("_reconstruct"), 0x93, text("numpy"), text("ndarray"), 0x93, "K\x00\x85C\x01b\x87R(K\x01K\x02K\x03\x86", FLOAT32, fortran ? "\x88" : "\x89", "C", content.length, content, "tbs."); // prettier-ignore

/** The same as joblib writes it. */
const joblibArray = (content: Buffer, order: "C" | "F"): Buffer =>
  pickled(
    ...[proto(4), "}", text("w"), text("joblib.numpy_pickle"), text("NumpyArrayWrapper"), 0x93, ")\x81}("],
    ...[text("subclass"), text("numpy"), text("ndarray"), 0x93, text("shape"), "K\x02K\x03\x86", text("order"), text(order)],
    ...[text("dtype"), FLOAT32, text("allow_mmap"), "\x88", text("numpy_array_alignment_bytes"), "K\x10u"],
    ...["b", "\x03\xff\xff\xff", content, "s."],
  );

const typed = (field: number, type: number, items: readonly Buffer[]): Files => ({
  "m.onnx": model({ 5: message({ 1: [2, 3], 2: type, 8: "w", [field]: Buffer.concat(items) }) }),
});
const external = (location: string, offset: string, content: Buffer, producer = content.toString("hex")): Files => ({
  "sub/m.onnx": model({
    2: producer,
    5: message({ 1: [2, 3], 2: 1, 8: "w", 14: 1, 13: [message({ 1: "location", 2: location }), message({ 1: "offset", 2: offset })] }),
  }),
  "sub/weights.bin": content,
  outside: content,
});

describe("the numbers of a tensor", () => {
  const F16 = { 1: 0x3c00, 2: 0x4000, 3: 0x4200, 4: 0x4400, 5: 0x4500, 6: 0x4600, 9: 0x4880 } as Record<number, number>;
  const big = (numbers: readonly number[]): Buffer => f32(...numbers).swap32();
  const cases: [string, (numbers: readonly number[]) => Files][] = [
    ["safetensors, float32", (numbers) => safetensors("F32", [2, 3], f32(...numbers))],
    ["safetensors, float16", (numbers) => safetensors("F16", [2, 3], bytesOf(Uint16Array.from(numbers, (one) => F16[one]!)))],
    ["safetensors, int64", (numbers) => safetensors("I64", [2, 3], bytesOf(BigInt64Array.from(numbers, BigInt)))],
    ["npy", (numbers) => ({ "w.npy": npyFile("<f4", [2, 3], f32(...numbers)) })],
    ["npy by columns", (numbers) => ({ "w.npy": npyFile("<f8", [2, 3], f64(...columns(numbers)), true) })],
    ["npy, big-endian", (numbers) => ({ "w.npy": npyFile(">f4", [2, 3], big(numbers)) })],
    ["npz, stored", (numbers) => ({ "m.npz": zipOf([{ name: "w.npy", content: npyFile("<f4", [2, 3], f32(...numbers)) }]) })],
    ["npz, deflated", (numbers) => ({ "m.npz": zipOf([{ name: "w.npy", content: npyFile("<f4", [2, 3], f32(...numbers)), deflated: true }]) })], // prettier-ignore
    ["npz, deflated, by columns", (numbers) => ({ "m.npz": zipOf([{ name: "w.npy", content: npyFile("<f4", [2, 3], f32(...columns(numbers)), true), deflated: true }]) })], // prettier-ignore
    ["PyTorch", (numbers) => torchFile("FloatStorage", f32(...numbers), { offset: 0, shape: [2, 3], strides: [3, 1] }, "little")],
    [
      "PyTorch, a transposed view",
      (numbers) => torchFile("DoubleStorage", f64(...columns(numbers)), { offset: 0, shape: [2, 3], strides: [1, 2] }),
    ],
    ["PyTorch, a view with gaps", (numbers) => torchFile("FloatStorage", f32(0, 0, ...numbers.flatMap((one) => [one, 77])), { offset: 2, shape: [2, 3], strides: [6, 2] })], // prettier-ignore
    ["ONNX, raw", (numbers) => ({ "m.onnx": model({ 5: tensor("w", [2, 3], f32(...numbers)) }) })],
    ["ONNX, float_data", (numbers) => typed(4, 1, [f32(...numbers)])],
    ["ONNX, double_data", (numbers) => typed(10, 11, [f64(...numbers)])],
    ["ONNX, int32_data", (numbers) => typed(5, 6, numbers.map(varint))],
    [
      "ONNX, int32_data of float16",
      (numbers) =>
        typed(
          5,
          10,
          numbers.map((one) => varint(F16[one]!)),
        ),
    ],
    ["ONNX, int64_data", (numbers) => typed(7, 7, numbers.map(varint))],
    ["ONNX, uint64_data", (numbers) => typed(11, 13, numbers.map(varint))],
    ["ONNX, in another file", (numbers) => external("weights.bin", "8", Buffer.concat([Buffer.alloc(8), f32(...numbers)]))],
    ["ONNX, in another file, itself the same", (numbers) => external("weights.bin", "0", f32(...numbers), "same")],
    ["a pickle", (numbers) => ({ "m.pkl": pickledArray(f32(...numbers), false) })],
    ["a pickle, by columns", (numbers) => ({ "m.pkl": pickledArray(f32(...columns(numbers)), true) })],
    ["a pickle, compressed", (numbers) => ({ "m.pkl.gz": gzipSync(pickledArray(f32(...numbers), false)) })],
    ["joblib", (numbers) => ({ "m.joblib": joblibArray(f32(...numbers), "C") })],
    ["joblib, by columns and compressed", (numbers) => ({ "m.joblib": deflateSync(joblibArray(f32(...columns(numbers)), "F")) })],
    ["GGUF", (numbers) => ({ "m.gguf": ggufFile([], [{ name: "w", shape: [3, 2], type: 0, offset: 0 }], f32(...numbers)) })],
  ];

  test.each(cases)("of %s", async (_, files) => {
    const { tensors } = await compared(await folder(files(OLD)), await artifact(files(NEW)));
    const [change] = tensors.changed.items;
    expect(change?.numeric).toEqual(KNOWN);
    expect(tensors.numeric).toEqual({ compared: 1, outOfTime: 0, unread: 0 });
  });

  // Where both sides lie in one order, it does not matter which: here one lies by rows, in another format.
  test.each(cases.filter(([name]) => !/^npy|GGUF/.test(name)))("of safetensors and of %s", async (_, files) => {
    expect(await moved(safetensors("F32", [2, 3], f32(...OLD)), files(NEW))).toEqual(KNOWN);
  });

  test("that lie in other orders, files and types on the two sides", async () => {
    const rows = { "w.npy": npyFile("<f4", [2, 3], f32(...OLD)) };
    const cols = { "w.npy": npyFile(">f8", [2, 3], f64(...columns(NEW)).swap64(), true) };
    expect(await moved(rows, cols)).toEqual(KNOWN);
    expect(await moved(cols, rows)).toMatchObject({ l2: 4, maxAbs: 4, examined: 6 });
    const named = { "other.npz": zipOf([{ name: "array.npy", content: npyFile("<f8", [2, 3], f64(...NEW)), deflated: true }]) };
    expect(await moved(rows, named)).toEqual(KNOWN);
  });

  test("negative and large integers of ONNX", async () => {
    const of = (...numbers: readonly bigint[]): Files => typed(7, 7, numbers.map(varint));
    expect(await moved(of(-1n, -(2n ** 62n), 2n ** 31n, 2n ** 35n, 0n, -128n), of(-2n, -(2n ** 62n), 2n ** 31n, 2n ** 35n, 0n, -128n))).toMatchObject({ maxAbs: 1 }); // prettier-ignore
    expect(await moved(of(2n ** 31n, 2n ** 28n, 2n ** 35n, 0n, 0n, 0n), of(0n, 0n, 0n, 0n, 0n, 0n))).toMatchObject({ l2: Math.hypot(2 ** 31, 2 ** 28, 2 ** 35) }); // prettier-ignore
  });

  test("of x and x + d are those of a direct computation; with all elements sampled, exactly the same", async () => {
    const numbers = fc.array(fc.tuple(fc.float({ noNaN: true, min: -1e6, max: 1e6 }), fc.float({ noNaN: true, min: -10, max: 10 })), { minLength: 1, maxLength: 200 }); // prettier-ignore
    await assertProperty(
      fc.asyncProperty(numbers, async (pairs) => {
        const before = Float32Array.from(pairs, ([x]) => x);
        const after = Float32Array.from(pairs, ([x, d]) => x + d);
        if (bytesOf(before).equals(bytesOf(after))) return;
        const side = (array: Float32Array): Files => safetensors("F32", [array.length], bytesOf(array));
        const found = await moved(side(before), side(after));
        const squares = after.reduce((sum, x, i) => sum + (x - before[i]!) ** 2, 0);
        const length = Math.sqrt(before.reduce((sum, x) => sum + x * x, 0));
        expect(found).toMatchObject({ elements: pairs.length, examined: pairs.length, maxAbs: Math.max(...Array.from(after, (x, i) => Math.abs(x - before[i]!))) }); // prettier-ignore
        expect(found!.l2).toBeCloseTo(Math.sqrt(squares), 4);
        if (length > 1e-30) expect(found!.relative! / (Math.sqrt(squares) / length)).toBeCloseTo(1, 5);
        expect(await moved(side(before), side(after), { elements: pairs.length })).toEqual(found);
      }),
      { numRuns: 25 },
    );
  });

  test("of a large tensor are those of a sample, the same each time, from its whole length", async () => {
    const count = 100_000;
    const [before, after] = [Float32Array.from({ length: count }, (_, i) => Math.sin(i)), Float32Array.from({ length: count }, (_, i) => Math.sin(i) + 0.01 * Math.cos(3 * i))]; // prettier-ignore
    const files = (array: Float32Array): Files => safetensors("F32", [count], bytesOf(array));
    const [all, some] = [await moved(files(before), files(after)), await moved(files(before), files(after), { elements: 16_384 })];
    expect([all!.examined, some!.examined]).toEqual([count, 16_384]);
    expect(some!.relative! / all!.relative!).toBeCloseTo(1, 1);
    expect(await moved(files(before), files(after), { elements: 16_384 })).toEqual(some);
    // The last element and the first are among them.
    after.set(before);
    after[count - 1] = 50;
    after[0] = 70;
    expect((await moved(files(before), files(after), { elements: 16_384 }))!.l2).toBeCloseTo(Math.hypot(50 - before[count - 1]!, 70));
  });

  test("of a transposed view that has no room in memory are read piece by piece", async () => {
    const [rows, cols] = [2_100, 4_100];
    const at = (array: Float32Array, row: number, col: number, value: number): Float32Array => (array.fill(value, col * rows + row, col * rows + row + 1), array); // prettier-ignore
    const files = (array: Float32Array): Files =>
      torchFile("FloatStorage", bytesOf(array), { offset: 0, shape: [rows, cols], strides: [1, rows] });
    const plain = (array: Float32Array): Files => torchFile("FloatStorage", bytesOf(array), { offset: 0, shape: [rows, cols], strides: [cols, 1] }); // prettier-ignore
    const before = new Float32Array(rows * cols);
    before[0] = 1;
    // Rows first on one side, columns first on the other: that element lies elsewhere in each.
    const found = await moved(plain(before), files(at(new Float32Array(rows * cols), 0, 1, 3)), { elements: 8_192 });
    expect(found).toMatchObject({ examined: 8_192, maxAbs: 3, l2: Math.hypot(1, 3) });
  });
});

test("of a large tensor that lies by rows before and by columns after, fewer elements are looked at", async () => {
  const [rows, columns] = [3, 3 << 20];
  const by = (at: (row: number, column: number) => number, step: number): Buffer => {
    const numbers = new Float32Array(rows * columns);
    for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) numbers[at(row, column)] = row + 1 + step;
    return bytesOf(numbers);
  };
  const before = {
    "w.npy": npyFile(
      "<f4",
      [rows, columns],
      by((row, column) => row * columns + column, 0),
    ),
  };
  const after = {
    "w.npy": npyFile(
      "<f4",
      [rows, columns],
      by((row, column) => column * rows + row, 2),
      true,
    ),
  };
  const change = await moved(before, after, { seconds: 3_600 });
  expect(change).toMatchObject({ elements: rows * columns, examined: 65_536, maxAbs: 2, l2: 512 });
  // Two of the same order are read in one piece, however large.
  const same = {
    "w.npy": npyFile(
      "<f4",
      [rows, columns],
      by((row, column) => row * columns + column, 2),
    ),
  };
  expect(await moved(before, same, { seconds: 3_600 })).toMatchObject({ examined: 1_048_576, maxAbs: 2 });
});

describe("no numbers, and no error", () => {
  const f = (...numbers: readonly number[]): Files => safetensors("F32", [2, 3], f32(...numbers));

  test("tensors of another shape, or whose elements are not single numbers, are not counted", async () => {
    const shapes = await compared(await folder(f(...OLD)), await folder(safetensors("F32", [3, 2], f32(...NEW))));
    expect(shapes.tensors).toMatchObject({ changed: { count: 1 }, numeric: { compared: 0, outOfTime: 0, unread: 0 } });
    const complex = await compared(await folder(safetensors("C64", [3], f32(...OLD))), await folder(safetensors("C64", [3], f32(...NEW))));
    expect(complex.tensors).toMatchObject({ changed: { count: 1 }, numeric: { compared: 0, outOfTime: 0, unread: 0 } });
  });

  test("where a side is a manifest", async () => {
    const side = await folderSide(await makeTree(work.fresh(), f(...OLD)), undefined);
    const path = join(work.path, "old.manifest.json.gz");
    await side.writeManifest(path, { lob: "fraud", model: "churn", createdBy: "a test" });
    await side.close();
    const [before, after] = [await manifestSide(path), await folder(f(...NEW))];
    const { tensors } = await compareNumbers(await diffModels(before, after), before, after);
    expect(tensors.numeric).toEqual({ compared: 0, outOfTime: 0, unread: 1 });
    await before.close();
    await after.close();
  });

  test.each<[string, Files, Files]>([
    ["a view that goes beyond its storage", torchFile("FloatStorage", f32(...OLD), { offset: 4, shape: [2, 3], strides: [1, 2] }), torchFile("FloatStorage", f32(...NEW), { offset: 0, shape: [2, 3], strides: [1, 2] })],
    ["storages of the other byte order", torchFile("FloatStorage", f32(...OLD), { offset: 0, shape: [6], strides: [1] }, "big"), torchFile("FloatStorage", f32(...NEW), { offset: 0, shape: [6], strides: [1] }, "big")],
    ["a deflated array that ends early", { "m.npz": zipOf([{ name: "w.npy", content: npyFile("<f4", [2, 3], f32(...OLD)), deflated: true }]) }, { "m.npz": zipOf([{ name: "w.npy", content: npyFile("<f4", [2, 3], f32(1, 2)), deflated: true }]) }],
    ["weights outside of the model", external("../outside", "0", f32(...OLD)), external("../outside", "0", f32(...NEW))],
    ["weights by an absolute path", external("/etc/hostname", "0", f32(...OLD)), external("/etc/hostname", "0", f32(...NEW))],
    ["weights in a file that is not there", external("none.bin", "0", f32(...OLD)), external("none.bin", "0", f32(...NEW))],
    ["weights at a place that is not there", external("weights.bin", "99999999999999", f32(...OLD)), external("weights.bin", "-4", f32(...NEW))],
    ["numbers that are fewer than the shape", typed(5, 6, [1, 2, 3].map(varint)), typed(5, 6, [1, 2].map(varint))],
    ["numbers that do not end", typed(5, 6, [Buffer.alloc(40, 0xff)]), typed(5, 6, [1, 2].map(varint))],
    ["a field of another type", typed(4, 6, [f32(...OLD)]), typed(4, 6, [f32(...NEW)])],
  ])("of %s, which is counted", async (_, before, after) => {
    const { tensors } = await compared(await folder(before), await folder(after));
    expect(tensors.changed.items.filter(({ numeric }) => numeric)).toEqual([]);
    // What a reader refuses as a whole has no tensors to be compared.
    if (tensors.changed.count > 0) expect(tensors.numeric).toEqual({ compared: 0, outOfTime: 0, unread: 1 });
    else expect(tensors.tensorCount.after).toBe(0);
  }); // prettier-ignore

  test("of a file that is another than it was", async () => {
    const path = await makeTree(work.fresh(), f(...OLD));
    const [before, after] = [await folderSide(path, undefined), await folder(f(...NEW))];
    const diff = await diffModels(before, after);
    await writeFile(join(path, "m.safetensors"), "shorter");
    expect((await compareNumbers(diff, before, after)).tensors.numeric).toMatchObject({ unread: 1 });
    await writeFile(join(path, "m.safetensors"), Buffer.alloc(8 + 57 + 24).fill(0));
    expect((await compareNumbers(diff, before, after)).tensors.numeric).toMatchObject({ unread: 1 });
    await before.close();
    await after.close();
  });

  test("of tensors for which no time was left; what was done stays", async () => {
    const many = (value: number): Files =>
      Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`w${i}.npy`, npyFile("<f4", [2], f32(value, i))]));
    let ticks = 0;
    const { tensors } = await compared(await folder(many(1)), await folder(many(2)), { now: () => 100 * ticks++, seconds: 4 });
    const { compared: done, outOfTime, unread } = tensors.numeric!;
    expect(done).toBeGreaterThan(0);
    expect(outOfTime).toBeGreaterThan(0);
    expect([done + outOfTime, unread]).toEqual([5, 0]);
    expect(tensors.changed.items.map(({ numeric }) => numeric?.l2)).toEqual([...Array<number>(done).fill(1), ...Array<undefined>(outOfTime).fill(undefined)]); // prettier-ignore
    expect((await compared(await folder(many(1)), await folder(many(2)), { seconds: 0 })).tensors.numeric).toEqual({ compared: 0, outOfTime: 5, unread: 0 }); // prettier-ignore
  });

  test("of a tensor in the middle of which time runs out", async () => {
    const [before, after] = [await folder(f(...OLD)), await folder(f(...NEW))];
    const diff = await diffModels(before, after);
    let asked = 0;
    await compareNumbers(diff, before, after, { now: () => (asked++, 0) });
    const last = asked;
    asked = 0;
    const late = await compareNumbers(diff, before, after, { now: () => (++asked < last ? 0 : 60_000) });
    expect(late.tensors.numeric).toEqual({ compared: 0, outOfTime: 1, unread: 0 });
    await before.close();
    await after.close();
  });

  test("the time for fetching a side does not count", async () => {
    const [before, after] = [await folder(f(...OLD)), await folder(f(...NEW))];
    const diff = await diffModels(before, after);
    let time = 0;
    const slow: ReadableSide = { ...after, open: (path) => ((time += 60_000), after.open(path)) };
    expect((await compareNumbers(diff, before, slow, { now: () => time })).tensors.numeric).toMatchObject({ compared: 1 });
    await before.close();
    await after.close();
  });

  test("an interruption is one", async () => {
    const [before, after] = [await folder(f(...OLD)), await folder(f(...NEW))];
    const diff = await diffModels(before, after);
    const stopped = new AbortController();
    const onProgress = (): void => stopped.abort(new Error("stopped"));
    await expect(compareNumbers(diff, before, after, { onProgress, signal: stopped.signal })).rejects.toThrow("stopped");
    await before.close();
    await after.close();
  });
});
