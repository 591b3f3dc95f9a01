import { describe, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { Damaged } from "../../bytes/damaged.js";
import { bytesSource } from "../../bytes/source.js";
import { inspectFile } from "../file.js";
import { found } from "../inspect.test.helper.js";
import { type OpenFile, TensorLocations } from "../tensors/locations.js";
import { message, model, tensor, varint } from "./onnx.test.helper.js";

const input = (name: string, dims: readonly Buffer[]): Buffer =>
  message({ 1: name, 2: message({ 1: message({ 1: 1, 2: message({ 1: dims }) }) }) });
const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

test("initializers, inputs, outputs, operators and properties, also of graphs inside nodes", async () => {
  const raw = Buffer.from("0102030405060708", "hex");
  const inner = message({ 5: tensor("inner", [1], Buffer.alloc(4)) });
  const graph = {
    1: [
      message({ 1: "x", 2: "y", 4: "MatMul" }),
      message({ 4: "If", 5: message({ 1: "then_branch", 6: inner }) }),
      message({ 4: "MatMul" }),
    ],
    5: [tensor("W", [1, 2], raw)],
    11: [input("x", [message({ 2: "batch" }), message({ 1: 4 })]), input("W", [message({ 1: 1 })])],
    12: [input("y", [])],
  };
  expect(await found("m.onnx", model(graph, { 14: message({ 1: "author", 2: "ada" }) }))).toEqual({
    format: "onnx",
    tensors: [
      { name: "inner", dtype: "float32", shape: [1], bytes: 4, sha256: sha256(Buffer.alloc(4)) },
      { name: "W", dtype: "float32", shape: [1, 2], bytes: 8, sha256: sha256(raw) },
    ],
    tensorCount: 2,
    parameters: 3,
    signature: {
      inputs: [{ name: "x", type: "float32", shape: [-1, 4], required: true }],
      outputs: [{ name: "y", type: "float32", shape: [], required: true }],
    },
    properties: { ir_version: "8", producer_name: "by hand", "opset.ai.onnx": "21", author: "ada", operators: "If 1, MatMul 2" },
  });
});

describe("weights in other files", () => {
  const external = (location: string): Buffer =>
    model({ 5: [message({ 1: [2, 2], 2: 1, 8: "W", 13: message({ 1: "location", 2: location }), 14: 1 })] });

  test("are named", async () => {
    expect(await found("m.onnx", external("weights/w.bin"))).toMatchObject({
      tensors: [{ name: "W", dtype: "float32", shape: [2, 2], bytes: 16 }],
      properties: { external_data: "weights/w.bin" },
    });
  });

  test.each(["/etc/passwd", "../../secret", "a/../../b", "..", "C:\\x", "\\\\host\\x", "a\\..\\..\\b"])(
    "that point outside, %s",
    async (location) => {
      const findings = await found("m.onnx", external(location));
      expect(findings.warnings).toEqual([`its weights point outside the model: ${JSON.stringify(location)}`]);
      expect(findings.properties).not.toHaveProperty("external_data");
    },
  );
});

describe("the content of weights in other files", () => {
  const weight = (name: string, offset?: number | string, length?: number, location = "w.bin"): Buffer => {
    const facts = {
      location,
      ...(offset !== undefined && { offset: String(offset) }),
      ...(length !== undefined && { length: String(length) }),
    };
    return message({ 1: [2], 2: 1, 8: name, 13: Object.entries(facts).map(([key, value]) => message({ 1: key, 2: value })), 14: 1 });
  };
  const weights = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
  let opened: string[] = [];
  let closed = 0;
  const close = (): Promise<void> => {
    closed++;
    return Promise.resolve();
  };
  const openFile: OpenFile = (path) => {
    opened.push(path);
    if (path !== "sub/w.bin") return Promise.resolve(undefined);
    return Promise.resolve({ ...bytesSource(weights), close });
  };
  const inspected = async (...tensors: readonly Buffer[]) => {
    [opened, closed] = [[], 0];
    const findings = await inspectFile("sub/m.onnx", bytesSource(model({ 5: tensors })), undefined, openFile);
    return { hashes: findings?.tensors?.map((tensor) => tensor.sha256), warnings: findings?.warnings };
  };
  const part = (start: number): string => sha256(weights.subarray(start, start + 8));

  test("is hashed at its place; the file is opened once", async () => {
    const { hashes, warnings } = await inspected(weight("a"), weight("c", 16, 8), tensor("raw", [1], Buffer.alloc(4)), weight("b", 8));
    expect(hashes).toEqual([part(0), part(16), sha256(Buffer.alloc(4)), part(8)]);
    expect(warnings).toBeUndefined();
    expect([opened, closed]).toEqual([["sub/w.bin"], 1]);
  });

  test("that two tensors share has one hash; tensors that overlap otherwise are not read", async () => {
    expect((await inspected(weight("a", 8), weight("b", 8))).hashes).toEqual([part(8), part(8)]);
    expect(await inspected(weight("a", 8), weight("b", 12))).toEqual({ hashes: [undefined, undefined], warnings: undefined });
    expect(closed).toBe(1);
  });

  test("beyond the end of the file, in a missing file, or outside the model", async () => {
    expect(await inspected(weight("a", 0), weight("b", 32), weight("c", "9".repeat(400)))).toEqual({
      hashes: [part(0), undefined, undefined],
      warnings: ['its weights extend beyond the end of the file that contains them: "w.bin"'],
    });
    expect(await inspected(weight("a", 0, 8, "gone.bin"))).toEqual({
      hashes: [undefined],
      warnings: ['its weights are in a missing file: "gone.bin"'],
    });
    await inspected(weight("a", 0, 8, "../w.bin"), weight("b", 0, 8, "/etc/passwd"));
    expect(opened).toEqual([]);
  });

  test("whose length differs from its shape is not hashed", async () => {
    expect((await inspected(weight("a", 0, 4), weight("b", 0, 16))).hashes).toEqual([undefined, undefined]);
  });

  test("is not read when only locations are wanted or files may not be opened; a read error is thrown", async () => {
    const bytes = bytesSource(model({ 5: [weight("a")] }));
    opened = [];
    const locations = new TensorLocations();
    const { tensors } = (await inspectFile("sub/m.onnx", bytes, locations, openFile))!;
    expect([tensors, opened]).toEqual([[{ name: "a", dtype: "float32", shape: [2], bytes: 8 }], []]);
    const refused = await inspectFile("sub/m.onnx", bytes, undefined, () => Promise.reject(new Damaged("no")));
    expect(refused).toMatchObject({ tensors, format: "onnx" });
    expect(refused).not.toHaveProperty("warnings");
    await expect(inspectFile("sub/m.onnx", bytes, undefined, () => Promise.reject(new Error("on fire")))).rejects.toThrow("on fire");
  });
});

test("operators that a library must provide", async () => {
  const findings = await found("m.onnx", model({ 1: [message({ 4: "Evil", 7: "com.evil" })] }));
  expect(findings.properties).toMatchObject({ operators: "com.evil.Evil 1" });
  expect(findings.warnings).toEqual(['it uses operators of the domain "com.evil", which a library must provide']);
});

test.each<[string, Buffer, RegExp]>([
  ["nothing", Buffer.alloc(0), /no graph/],
  ["text", Buffer.from("hello"), /./],
  ["two graphs", Buffer.concat([model({}), message({ 7: message({}) })]), /two graphs/],
  ["a field beyond its end", Buffer.concat([varint((7 << 3) | 2), varint(2 ** 40)]), /beyond its message/],
  ["a field of 2^63 bytes", Buffer.concat([varint((7 << 3) | 2), varint(2n ** 63n)]), /beyond its message/],
  ["a number without end", Buffer.alloc(30, 0xff), /does not end/],
  ["a group", Buffer.from([0x3b]), /an unknown kind/],
  ["a shape that cannot be", model({ 5: [tensor("W", [2 ** 52, 2 ** 52], Buffer.alloc(4))] }), /an impossible shape/],
  ["a negative shape", model({ 5: [message({ 1: [-1n], 2: 1, 8: "W" })] }), /an impossible length/],
  [
    "too many dimensions",
    model({
      5: [
        tensor(
          "W",
          Array.from({ length: 100 }, () => 1),
          Buffer.alloc(4),
        ),
      ],
    }),
    /dimensions/,
  ],
])("%s", async (_, bytes, reason) => {
  expect(await found("m.onnx", bytes)).toEqual({ format: "onnx", warnings: [expect.stringMatching(reason)] });
});

test("endlessly nested graphs", async () => {
  let graph = message({ 2: "innermost" });
  for (let i = 0; i < 50; i++) graph = message({ 1: message({ 5: message({ 6: graph }) }) });
  expect((await found("m.onnx", message({ 7: graph }))).warnings).toEqual(["it cannot be read: it is nested too deeply"]);
});

test("a forest's numbers are skipped", async () => {
  const numbers = Buffer.concat(Array.from({ length: 200_000 }, () => Buffer.from([0x3d, 0, 0, 0x80, 0x3f])));
  const forest = message({ 4: "TreeEnsembleClassifier", 7: "ai.onnx.ml", 5: Buffer.concat([message({ 1: "values" }), numbers]) });
  const findings = await found("m.onnx", model({ 1: [forest] }));
  expect(findings).toMatchObject({ properties: { operators: "ai.onnx.ml.TreeEnsembleClassifier 1" } });
  expect(findings.warnings).toBeUndefined();
});
