import { describe, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { found, safetensorsFile, sparse } from "../inspect.test.helper.js";
import { inspectFile } from "../file.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";

const tensor = (dtype: string, shape: readonly number[], start: number, end: number) => ({ dtype, shape, data_offsets: [start, end] });
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe("safetensors", () => {
  test("tensors in the order of the file, with the hash of their content, under any name", async () => {
    const content = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const file = safetensorsFile(
      { b: tensor("F32", [2], 0, 8), a: tensor("U8", [], 8, 9), none: tensor("BF16", [0, 7], 9, 9), __metadata__: { format: "pt" } },
      content,
    );
    for (const name of ["model.safetensors", "deep/er/weights.bin"]) {
      expect(await found(name, file)).toEqual({
        format: "safetensors",
        tensors: [
          { name: "b", dtype: "float32", shape: [2], bytes: 8, sha256: sha256(content.subarray(0, 8)) },
          { name: "a", dtype: "uint8", shape: [], bytes: 1, sha256: sha256(content.subarray(8)) },
          { name: "none", dtype: "bfloat16", shape: [0, 7], bytes: 0, sha256: sha256(Buffer.alloc(0)) },
        ],
        tensorCount: 3,
        parameters: 3,
        properties: { format: "pt" },
      });
    }
  });

  test.each<[string, Buffer, RegExp]>([
    ["a header of 2^63 bytes", safetensorsFile({}, 0, 2n ** 63n), /claims 9223372036854775808 bytes/],
    ["a header beyond its end", safetensorsFile({}, 0, 100n), /beyond its end/],
    ["no header", Buffer.from("abc"), /too short/],
    ["a header that is no JSON", safetensorsFile('{"a":'), /not JSON/],
    ["a header that is a list", safetensorsFile("[]"), /not a JSON object/],
    [
      "overlapping tensors",
      safetensorsFile({ a: tensor("U8", [4], 0, 4), b: tensor("U8", [4], 2, 6) }, 6),
      /does not begin at the end of the previous one/,
    ],
    [
      "a gap",
      safetensorsFile({ a: tensor("U8", [4], 0, 4), b: tensor("U8", [4], 5, 9) }, 9),
      /does not begin at the end of the previous one/,
    ],
    ["bytes behind the tensors", safetensorsFile({ a: tensor("U8", [4], 0, 4) }, 5), /do not end at the end of the file/],
    ["tensors beyond the end", safetensorsFile({ a: tensor("U8", [4], 0, 4) }, 3), /do not end at the end of the file/],
    ["a place that is not the shape's", safetensorsFile({ a: tensor("F32", [4], 0, 4) }, 4), /do not fit its shape/],
    ["a shape without end", safetensorsFile({ a: tensor("U8", [2 ** 40, 2 ** 40], 0, 4) }, 4), /do not fit its shape/],
    ["a negative shape", safetensorsFile({ a: tensor("U8", [-4], 0, 4) }, 4), /no valid shape/],
    ["a negative place", safetensorsFile({ a: tensor("U8", [4], -4, 0) }, 4), /no valid offsets/],
    ["an unknown type", safetensorsFile({ a: tensor("toString", [4], 0, 4) }, 4), /unknown element type/],
    ["a tensor that is none", safetensorsFile({ a: null }), /unknown element type/],
  ])("%s gives a warning, and nothing is listed", async (_, file, reason) => {
    expect(await found("model.safetensors", file)).toEqual({ format: "safetensors", warnings: [expect.stringMatching(reason)] });
  });

  test("a tensor named like a property of every object", async () => {
    const file = safetensorsFile('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1);
    expect(await found("m.safetensors", file)).toMatchObject({ tensors: [{ name: "__proto__", bytes: 1 }], tensorCount: 1 });
  });

  test("10,000 tensors are all listed; beyond the limit, the rest is counted", async () => {
    const header = (count: number, name: string) =>
      safetensorsFile(Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, tensor("U8", [1], i, i + 1)])), count);
    const many = await found("m.safetensors", header(10_000, "model.layers.self_attn.q_proj.weight."));
    expect(many.tensors).toHaveLength(10_000);
    expect(many.warnings).toBeUndefined();
    const more = await found("m.safetensors", header(INSPECT_LIMITS.tensors + 1, "x"));
    expect(more).toMatchObject({ tensorCount: INSPECT_LIMITS.tensors + 1, parameters: INSPECT_LIMITS.tensors + 1 });
    expect(more.warnings!.at(-1)).toMatch(/^only \d+ of its tensors are listed$/);
    expect(Buffer.byteLength(JSON.stringify(more))).toBeLessThanOrEqual(INSPECT_LIMITS.findings);
    expect(more.tensors!.length).toBeGreaterThan(10_000);
  });

  test("endless names are cut", async () => {
    const file = safetensorsFile({ ["<b>@everyone</b>".repeat(10_000)]: tensor("U8", [1], 0, 1) }, 1);
    const { tensors } = await found("m.safetensors", file);
    expect(tensors![0]!.name).toHaveLength(INSPECT_LIMITS.name);
  });

  test("a large file is read piece by piece", async () => {
    const size = 300 << 20;
    const start = safetensorsFile({ a: tensor("U8", [size], 0, size) });
    const before = process.memoryUsage.rss();
    expect(await inspectFile("m.safetensors", sparse(start, start.length + size))).toMatchObject({ tensorCount: 1, parameters: size });
    expect(process.memoryUsage.rss() - before).toBeLessThan(150 << 20);
  });
});
