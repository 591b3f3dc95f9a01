import { describe, expect, test } from "@jest/globals";
import { bytesSource } from "../../bytes/source.js";
import { Damaged } from "../../bytes/damaged.js";
import { inspectFile } from "../file.js";
import { found, safetensorsFile, torchZip } from "../inspect.test.helper.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import type { OpenFile } from "./locations.js";

const INDEX = "deep/model.safetensors.index.json";

/** A shard of tensors of one byte each. */
const shard = (...names: readonly string[]): Buffer =>
  safetensorsFile(Object.fromEntries(names.map((name, i) => [name, { dtype: "U8", shape: [1], data_offsets: [i, i + 1] }])), names.length);

const index = (map: Readonly<Record<string, unknown>>, total?: number): string =>
  JSON.stringify({ ...(total !== undefined && { metadata: { total_size: total } }), weight_map: map });

/** Files of a model; `open` counts those that nobody closed. */
function folder(files: Readonly<Record<string, Buffer>>) {
  const opened: string[] = [];
  let open = 0;
  const openFile: OpenFile = (path) => {
    opened.push(path);
    const bytes = files[path];
    if (bytes === undefined) return Promise.resolve(undefined);
    open++;
    return Promise.resolve({
      ...bytesSource(bytes),
      close: () => {
        open--;
        return Promise.resolve();
      },
    });
  };
  return { openFile, opened, open: () => open };
}

async function warnings(text: string, files: Readonly<Record<string, Buffer>>, path = INDEX): Promise<readonly string[]> {
  const { openFile, open } = folder(files);
  const findings = await inspectFile(path, bytesSource(Buffer.from(text)), undefined, openFile);
  expect(findings?.format).toBe("shard-index");
  expect(open()).toBe(0);
  return findings?.warnings ?? [];
}

test("the index of a split model", async () => {
  const map = { a: "model-00001-of-00002.safetensors", b: "model-00002-of-00002.safetensors" };
  for (const path of ["model.safetensors.index.json", "pytorch_model.bin.index.json", "unet/model.safetensors.index.fp16.json"]) {
    expect(await found(path, index(map, 12))).toEqual({
      format: "shard-index",
      properties: { tensors: "2", shards: "2", total_size: "12" },
    });
  }
  expect(await found(INDEX, "{}")).toMatchObject({ warnings: ["it cannot be read: it has no weight_map"] });
  expect(await found(INDEX, index({ a: 1 }))).toMatchObject({
    warnings: ["it cannot be read: it maps a tensor to something that is not a file"],
  });
});

describe("checked against its shards", () => {
  const files = { "deep/1.safetensors": shard("a", "b"), "deep/2.safetensors": shard("c") };
  const map = { a: "1.safetensors", b: "1.safetensors", c: "2.safetensors" };

  test("a correct one gives no warning", async () => {
    expect(await warnings(index(map, 3), files)).toEqual([]);
    expect(await warnings(index(map), files)).toEqual([]);
  });

  test("a missing shard, which makes the sum unknown", async () => {
    expect(await warnings(index({ ...map, d: "3.safetensors" }, 4), files)).toEqual(['it names missing shards: "3.safetensors"']);
  });

  test("tensors that a shard lacks, and tensors that the index omits or places elsewhere", async () => {
    expect(await warnings(index({ ...map, b: "2.safetensors", x: "2.safetensors" }), files)).toEqual([
      'its shard "2.safetensors" lacks tensors that it maps there: "b", "x"',
      'its shard "1.safetensors" has tensors that it does not map there: "b"',
    ]);
  });

  test("a sum that differs from that of the tensors", async () => {
    expect(await warnings(index(map, 4), files)).toEqual(["its total_size is 4, and the tensors of its shards have 3 bytes"]);
  });

  test("a sum in which a bool counts as a bit, as in older indexes", async () => {
    const bools = safetensorsFile({ a: { dtype: "BOOL", shape: [12], data_offsets: [0, 12] } }, 12);
    for (const total of [12, 1, 1.5])
      expect(await warnings(index({ a: "1.safetensors" }, total), { "deep/1.safetensors": bools })).toEqual([]);
    expect(await warnings(index({ a: "1.safetensors" }, 3), { "deep/1.safetensors": bools })).toHaveLength(1);
  });

  test.each(["/etc/passwd", "../1.safetensors", "a/../../b", "C:\\x"])("a shard outside, %s, is not opened", async (outside) => {
    const { openFile, opened } = folder({});
    const findings = await inspectFile(INDEX, bytesSource(Buffer.from(index({ a: outside }))), undefined, openFile);
    expect(findings?.warnings).toEqual([`it maps tensors to files outside the model: ${JSON.stringify(outside)}`]);
    expect(opened).toEqual([]);
  });

  test("one shard under two names is not read twice", async () => {
    const twice = index({ ...map, b: "./1.safetensors" });
    expect(await warnings(twice, files)).toEqual(["it is not checked against its shards: it has two names for one shard"]);
  });

  test("a damaged shard has the warning itself", async () => {
    expect(await warnings(index(map, 3), { ...files, "deep/2.safetensors": Buffer.from("damaged") })).toEqual([]);
  });

  test("many errors give few warnings, at least one of each kind", async () => {
    const names = Array.from({ length: 40 }, (_, i) => `${i}.safetensors`);
    const many = Object.fromEntries(names.map((name) => [`deep/${name}`, shard("other", "<b>@everyone</b>".repeat(1_000))]));
    const placed = Object.fromEntries(names.flatMap((name) => Array.from({ length: 50 }, (_, i) => [`${name} ${i}`, name])));
    const said = await warnings(index(placed, 1), many);
    expect(said).toHaveLength(13);
    expect(said[0]).toBe('its shard "0.safetensors" lacks tensors that it maps there: "0.safetensors 0", "0.safetensors 1", "0.safetensors 2" and 47 more'); // prettier-ignore
    expect(said).toContain("35 more of its shards lack tensors that it maps there");
    expect(said).toContain("35 more of its shards have tensors that it does not map there");
    expect(said.at(-1)).toBe("its total_size is 1, and the tensors of its shards have 80 bytes");
    for (const text of said) expect(text.length).toBeLessThanOrEqual(INSPECT_LIMITS.name);
  });

  test("one that names endless files opens none; one that may not open files gets a warning", async () => {
    const { openFile, opened } = folder({});
    const endless = index(Object.fromEntries(Array.from({ length: INSPECT_LIMITS.items + 1 }, (_, i) => [`t${i}`, `${i}.safetensors`])));
    const findings = await inspectFile(INDEX, bytesSource(Buffer.from(endless)), undefined, openFile);
    expect(findings?.warnings).toEqual(["it is not checked against its shards: it names more than 1000"]);
    expect(opened).toEqual([]);
    const refused = await inspectFile(INDEX, bytesSource(Buffer.from(index(map))), undefined, () => Promise.reject(new Damaged("no")));
    expect(refused).toMatchObject({ format: "shard-index", properties: { shards: "2" }, warnings: ["it is not checked against its shards: no"] }); // prettier-ignore
  });

  test("an error from opening or reading a shard is thrown, not recorded", async () => {
    const failing = { size: 100, read: () => Promise.reject(new Error("the disk is on fire")) };
    const openers: readonly OpenFile[] = [() => Promise.reject(new Error("the disk is on fire")), () => Promise.resolve(failing)];
    for (const openFile of openers) {
      await expect(inspectFile(INDEX, bytesSource(Buffer.from(index(map))), undefined, openFile)).rejects.toThrow("on fire");
    }
  });

  test("of PyTorch: shards that are not there, and what they have that is not placed there; not what may go by two names", async () => {
    const view = { offset: 0, shape: [2], strides: [1] };
    const bin = { "deep/1.bin": torchZip("FloatStorage", Buffer.alloc(8), view) };
    const path = "deep/pytorch_model.bin.index.json";
    expect(await warnings(index({ w: "1.bin", tied: "1.bin" }, 1), bin, path)).toEqual([]);
    expect(await warnings(index({ x: "1.bin", y: "2.bin" }), bin, path)).toEqual([
      'it names missing shards: "2.bin"',
      'its shard "1.bin" has tensors that it does not map there: "w"',
    ]);
    expect(await warnings(index({ w: "1.bin" }), { "deep/1.bin": Buffer.from("text") }, path)).toEqual([]);
  });
});
