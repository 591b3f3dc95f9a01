/** A small file of each kind, for the tests that damage them. Not part of the package. */
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { message, model, tensor } from "./onnx/onnx.test.helper.js";
import { arrayKey, ggufFile, textItem, textKey } from "./tensors/gguf.test.helper.js";
import { MEMOIZE, pickled, proto, safetensorsFile, STACK_GLOBAL, text, torchZip, zipOf } from "./inspect.test.helper.js";

export interface Seed {
  readonly path: string;
  readonly format: string;
  readonly bytes: Buffer;
}

const TENSORS = safetensorsFile(
  {
    a: { dtype: "F32", shape: [2, 2], data_offsets: [0, 16] },
    b: { dtype: "I8", shape: [3], data_offsets: [16, 19] },
    __metadata__: { a: "b" },
  },
  19,
);

const PICKLE = pickled(
  ...[
    proto(4),
    0x95,
    Buffer.alloc(8),
    "}",
    MEMOIZE,
    "(",
    text("coef_"),
    text("numpy._core.multiarray"),
    text("_reconstruct"),
    STACK_GLOBAL,
  ],
  ...["cnumpy\nndarray\n", "K", 0, 0x85, "C", 1, "b", 0x87, "R(K", 1, "K", 2, 0x85, "cnumpy\ndtype\n", text("f8"), 0x89, 0x88, 0x87, "R"],
  ...[
    "(K",
    3,
    text("<"),
    "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK",
    0,
    "tb",
    0x89,
    "C",
    16,
    Buffer.alloc(16),
    "tb",
    text("n"),
    "M",
    1,
    2,
    "u.",
  ],
);

const NPY_HEADER = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";
const NPY = Buffer.concat([
  Buffer.from("\x93NUMPY\x01\x00", "latin1"),
  Buffer.from([NPY_HEADER.length, 0]),
  Buffer.from(NPY_HEADER),
  Buffer.alloc(24),
]);

const MLMODEL = `flavors:
  python_function: {loader_module: mlflow.sklearn, python_version: 3.11.7}
  sklearn: {sklearn_version: 1.9.1}
signature:
  inputs: '[{"type": "double", "name": "age", "required": true}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
`;

export const SEEDS: readonly Seed[] = [
  { path: "model.safetensors", format: "safetensors", bytes: TENSORS },
  {
    path: "model.safetensors.index.json",
    format: "shard-index",
    bytes: Buffer.from('{"metadata": {"total_size": 1}, "weight_map": {"a": "b"}}'),
  },
  { path: "model.pkl", format: "pickle", bytes: PICKLE },
  { path: "packed.pkl", format: "pickle", bytes: deflateSync(PICKLE) },
  { path: "old.pkl", format: "pickle", bytes: Buffer.from("(dp0\nS'a'\np1\nccollections\nOrderedDict\np2\n(tRp3\ns.") },
  { path: "a.npy", format: "npy", bytes: NPY },
  {
    path: "a.npz",
    format: "npz",
    bytes: zipOf([
      { name: "x.npy", content: NPY, deflated: true },
      { name: "y.npy", content: NPY },
    ]),
  },
  {
    path: "model.pt",
    format: "pytorch",
    bytes: zipOf([
      { name: "a/data.pkl", content: PICKLE },
      { name: "a/data/0", content: Buffer.alloc(32) },
    ]),
  },
  {
    path: "view.pt",
    format: "pytorch",
    bytes: torchZip("FloatStorage", Buffer.alloc(40), { offset: 2, shape: [2, 3], strides: [1, 2] }, "little"),
  },
  { path: "MLmodel", format: "mlflow", bytes: Buffer.from(MLMODEL) },
  { path: "metrics.json", format: "metrics", bytes: Buffer.from('{"val": {"auc": 0.9}, "rows": 12}') },
  {
    path: "m.onnx",
    format: "onnx",
    bytes: model({ 1: [message({ 4: "MatMul" })], 5: [tensor("W", [2], Buffer.alloc(8))], 11: [message({ 1: "x" })] }),
  },
  {
    path: "m.gguf",
    format: "gguf",
    bytes: ggufFile(
      [textKey("general.name", "tiny"), arrayKey("tokens", 8, 1, textItem("a"))],
      [{ name: "a", shape: [4], type: 0, offset: 0 }],
      Buffer.alloc(32),
    ),
  },
  { path: "lgb.txt", format: "lightgbm", bytes: Buffer.from("tree\nversion=v4\nfeature_names=a b\ntree_sizes=1 2\n\nTree=0\n") },
  {
    path: "xgb.json",
    format: "xgboost",
    bytes: Buffer.from('{"learner":{"feature_names":["a"],"objective":{"name":"x"}},"version":[3,2,0]}'),
  },
  {
    path: "xgb.ubj",
    format: "xgboost",
    bytes: Buffer.from("{L\0\0\0\0\0\0\0\x07learner{L\0\0\0\0\0\0\0\x01ai\x05L\0\0\0\0\0\0\0\x01b[$U#i\x02ab}}"),
  },
  { path: "requirements.txt", format: "requirements", bytes: Buffer.from("numpy==2.4.6\nscipy\n") },
  { path: "conda.yaml", format: "conda", bytes: Buffer.from("dependencies:\n- a=1\n- pip: [b==2]\n") },
  { path: "uv.lock", format: "lock", bytes: Buffer.from('[[package]]\nname = "a"\nversion = "1"\n') },
  {
    path: "README.md",
    format: "card",
    bytes: Buffer.from("---\nlicense: mit\nmodel-index: [{results: [{metrics: [{type: auc, value: 1}]}]}]\n---\n# x\n"),
  },
  { path: "p.jpg", format: "jpeg", bytes: Buffer.from("ffd8ffe000040000ffc0001108001500250301", "hex") },
  { path: "p.png", format: "png", bytes: Buffer.from("89504e470d0a1a0a0000000d494844520000002500000015080200000000", "hex") },
  {
    path: "m.keras",
    format: "keras",
    bytes: zipOf([
      { name: "metadata.json", content: "{}" },
      { name: "config.json", content: '{"module":"x","class_name":"Y"}' },
    ]),
  },
  { path: "train.py", format: "python", bytes: Buffer.from("print(1)") },
];

/** What may have happened to a file. */
export const damage = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("set" as const), at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) }),
    fc.record({ kind: fc.constant("cut" as const), at: fc.nat(), length: fc.nat({ max: 300 }) }),
    fc.record({ kind: fc.constant("repeat" as const), at: fc.nat(), length: fc.nat({ max: 300 }) }),
    fc.record({ kind: fc.constant("insert" as const), at: fc.nat(), bytes: fc.uint8Array({ maxLength: 12 }) }),
  ),
  { maxLength: 5 },
);

export function damaged(bytes: Buffer, how: typeof damage extends fc.Arbitrary<infer T> ? T : never): Buffer {
  let result = Buffer.from(bytes);
  for (const one of how) {
    const at = result.length === 0 ? 0 : one.at % result.length;
    if (one.kind === "set") result[at] = one.value;
    else if (one.kind === "cut") result = Buffer.concat([result.subarray(0, at), result.subarray(at + one.length)]);
    else if (one.kind === "repeat") result = Buffer.concat([result.subarray(0, at + one.length), result.subarray(at)]);
    else result = Buffer.concat([result.subarray(0, at), one.bytes, result.subarray(at)]);
  }
  return result;
}
