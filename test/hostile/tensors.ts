/** Files of tensors that claim what they have not. */
import { message, model, tensor } from "../../core/dist/inspect/onnx/onnx.test.helper.js";
import { safetensorsFile } from "../../core/dist/inspect/inspect.test.helper.js";
import { arrayKey, ggufFile } from "../../core/dist/inspect/tensors/gguf.test.helper.js";
import type { Case } from "./case.ts";

const f32 = (start: number, end: number): object => ({ dtype: "F32", shape: [(end - start) / 4], data_offsets: [start, end] });
const external = (location: string): Buffer =>
  model({ 5: [tensor("w", [2], Buffer.alloc(0), { 13: [message({ 1: "location", 2: location })], 14: 1 })] });
const npy = (header: string, content: Uint8Array | string): Buffer => {
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), length, Buffer.from(header), Buffer.from(content)]);
};

/** Many tensors that claim the same bytes: hashing each would read the bytes as often. */
const SAME_BYTES = Array.from({ length: 5_000 }, (_, i) => ({ name: `t${i}`, shape: [1 << 18], type: 0, offset: 0 }));

const SAME_ELSEWHERE = Array.from({ length: 5_000 }, (_, i) =>
  message({ 1: [1 << 18], 2: 1, 8: `t${i}`, 13: Object.entries({ location: "w", offset: String(4 * i) }).map(([key, value]) => message({ 1: key, 2: value })), 14: 1 })); // prettier-ignore

export const TENSORS: readonly Case[] = [
  {
    name: "safetensors: a header of 2^63 bytes",
    files: { "m.safetensors": safetensorsFile({ a: f32(0, 4) }, 4, 1n << 63n) },
    wants: { warning: /header claims 9223372036854775808 bytes/ },
  },
  {
    name: "safetensors: tensors that overlap",
    files: { "m.safetensors": safetensorsFile({ a: f32(0, 8), b: f32(4, 12) }, 12) },
    wants: { warning: /does not begin at the end of the previous one/ },
  },
  {
    name: "safetensors: bytes behind the last tensor, where another file may be",
    files: { "m.safetensors": safetensorsFile({ a: f32(0, 4) }, 400) },
    wants: { warning: /do not end at the end of the file/ },
  },
  {
    name: "safetensors: a shape of 2^53 elements in no bytes",
    files: { "m.safetensors": safetensorsFile({ a: { dtype: "F32", shape: [2 ** 27, 2 ** 26], data_offsets: [0, 0] } }) },
    wants: { warning: /offsets that do not fit its shape/ },
  },
  {
    name: "safetensors: a header of ten million lists",
    files: { "m.safetensors": () => safetensorsFile(`{"a":[${"[],".repeat(10_000_000)}[]]}`) },
    wants: { warning: /it cannot be read/ },
  },
  {
    name: "safetensors: a tensor called __proto__",
    files: { "m.safetensors": safetensorsFile(`{"__proto__":${JSON.stringify(f32(0, 4))}}`, 4) },
    wants: { tensors: 1 },
  },
  {
    name: "GGUF: 2^40 tensors",
    files: { "m.gguf": ggufFile([], [], Buffer.alloc(64), { tensors: 1n << 40n }) },
    wants: { warning: /claims 1099511627776 tensors/ },
  },
  {
    name: "GGUF: an array of 2^60 texts",
    files: { "m.gguf": ggufFile([arrayKey("tokens", 8, 1n << 60n, Buffer.alloc(64))], [], Buffer.alloc(64)) },
    wants: { warning: /impossible count or length: 1152921504606846976/ },
  },
  {
    name: "GGUF: 5,000 tensors that all have the same megabyte",
    files: { "m.gguf": () => ggufFile([], SAME_BYTES, Buffer.alloc(1 << 20)) },
    wants: { warning: /overlap/, tensors: 5_000 },
  },
  {
    name: "shard index: half a million tensors, and shards with as much of a header as is read",
    files: {
      "m.safetensors.index.json": () => JSON.stringify({ weight_map: Object.fromEntries(Array.from({ length: 490_000 }, (_, i) => [`t${i}`, `${i % 2}`])) }), // prettier-ignore
      ...Object.fromEntries([0, 1].map((i) => [String(i), () => safetensorsFile(Object.fromEntries(Array.from({ length: 150_000 }, (_, j) => [`l${j}`, f32(0, 0)])))])), // prettier-ignore
    },
    wants: { warning: /its shard "0" lacks tensors that it maps there/, tensors: 300_000 },
  },
  {
    name: "shard index: twenty that name the same shard",
    files: {
      ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}.safetensors.index.json`, '{"weight_map":{"l1":"shard"}}'])),
      shard: () => safetensorsFile(Object.fromEntries(Array.from({ length: 150_000 }, (_, j) => [`l${j}`, f32(0, 0)]))),
    },
    wants: { warning: /too large in total/, tensors: 150_000 },
  },
  {
    name: "ONNX: 5,000 tensors that all have nearly the same megabyte of another file",
    files: { "m.onnx": () => model({ 5: SAME_ELSEWHERE }), w: () => Buffer.alloc(2 << 20) },
    wants: { tensors: 5_000 },
  },
  ...["../../etc/passwd", "/etc/passwd", "C:\\secrets", "weights/../../../x", "a\0b"].map((location): Case => ({
    name: `ONNX: weights outside of the model, at ${JSON.stringify(location)}`,
    files: { "m.onnx": external(location) },
    wants: { warning: /point outside the model/, tensors: 1 },
  })),
  {
    name: "ONNX: weights in a link to a file outside of the model",
    files: { "m.onnx": external("weights"), weights: { link: "/etc/hostname" } },
    wants: { refused: "LOB1006" },
  },
  {
    name: "ONNX: graphs in graphs in graphs",
    files: { "m.onnx": () => nestedGraphs(2_000) },
    wants: { warning: /nested too deeply/ },
  },
  {
    name: "NumPy: a shape of 2^80 elements",
    files: { "a.npy": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1099511627776, 1099511627776), }\n", "") },
    wants: { warning: /an impossible shape or element type/, whole: false },
  },
  {
    name: "NumPy: objects in a structure that does not look like it",
    files: { "a.npy": npy("{'descr': [('a', '(1,)O')], 'fortran_order': False, 'shape': (1,), }\n", "cos\nsystem\n(S'echo'\ntR.") },
    wants: { unknown: ["os:system"], whole: true, tensors: 1 },
  },
];

function nestedGraphs(depth: number): Buffer {
  let graph = message({ 2: "innermost" });
  for (let i = 0; i < depth; i++) graph = message({ 1: message({ 4: "If", 5: message({ 6: graph }) }) });
  return message({ 1: 8, 7: graph });
}
