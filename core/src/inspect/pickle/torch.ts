/** Recognizes PyTorch tensors in a pickle: views of storages that are stored elsewhere and named by a persistent id. */
import { bitsOf, elementsOf } from "../tensors/dtypes.js";
import { isGlobal, itemsOf, numberOf, shapeOf, textOf, type PickleValue } from "./values.js";

/** Tensor and the location of its content. */
export interface TorchTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
  /** Name of the storage. */
  readonly key: string;
  /** Offset of the content in the storage, in bytes; undefined if it is not contiguous. */
  readonly start: number | undefined;
  /** Offset of the first element in the storage and strides, in elements; absent if unknown. */
  readonly view?: { readonly offset: number; readonly strides: readonly number[] };
}

const STORAGES: Readonly<Record<string, string>> = {
  DoubleStorage: "float64",
  FloatStorage: "float32",
  HalfStorage: "float16",
  BFloat16Storage: "bfloat16",
  LongStorage: "int64",
  IntStorage: "int32",
  ShortStorage: "int16",
  CharStorage: "int8",
  ByteStorage: "uint8",
  BoolStorage: "bool",
  ComplexFloatStorage: "complex64",
  ComplexDoubleStorage: "complex128",
};

const REBUILD = ["torch._utils:_rebuild_tensor", "torch._utils:_rebuild_tensor_v2", "torch._utils:_rebuild_tensor_v3"];
const WRAP = ["torch._utils:_rebuild_parameter", "torch._utils:_rebuild_parameter_with_state", "torch.nn.parameter:Parameter"];

/** Returns the tensor that a value would become; undefined for any other value. */
export function torchTensorOf(value: PickleValue): TorchTensor | undefined {
  for (let depth = 0; depth < 4 && value.kind === "made"; depth++) {
    const args = itemsOf(value.args);
    if (isGlobal(value.callee, ...REBUILD)) return rebuilt(args ?? []);
    const [wrapped] = args ?? [];
    if (!isGlobal(value.callee, ...WRAP) || wrapped === undefined) return undefined;
    value = wrapped;
  }
  return undefined;
}

function rebuilt([storage, offset, size, stride, , , type]: readonly PickleValue[]): TorchTensor | undefined {
  if (storage?.kind !== "persistent") return undefined;
  const [word, storageType, key] = itemsOf(storage.id) ?? [];
  const dtype = torchType(type) ?? (storageType?.kind === "global" ? STORAGES[storageType.name] : undefined);
  const shape = shapeOf(size);
  const [name, from, strides] = [textOf(key), numberOf(offset), shapeOf(stride)];
  const itemBytes = (dtype === undefined ? undefined : (bitsOf(dtype) ?? 0)) ?? 0;
  if (textOf(word) !== "storage" || dtype === undefined || shape === undefined || name === undefined) return undefined;
  const bytes = ((elementsOf(shape) ?? 0) * itemBytes) / 8;
  const start = from !== undefined && strides !== undefined && isContiguous(shape, strides) ? (from * itemBytes) / 8 : undefined;
  const view = from !== undefined && strides?.length === shape.length ? { offset: from, strides } : undefined;
  return { dtype, shape, bytes, key: name, start, ...(view && { view }) };
}

function torchType(value: PickleValue | undefined): string | undefined {
  return value?.kind === "global" && value.module === "torch" && bitsOf(value.name) !== undefined ? value.name : undefined;
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  if (shape.length !== strides.length) return false;
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== expected) return false;
    expected *= shape[i]!;
  }
  return true;
}
