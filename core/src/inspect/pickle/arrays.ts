/** NumPy arrays in a pickle. */
import { numpyType, type NumpyType } from "../tensors/numpy-dtype.js";
import { elementsOf } from "../tensors/dtypes.js";
import { type Array, entry, isGlobal, itemsOf, type Made, numberOf, shapeOf, textOf, type Value } from "./values.js";

const both = (module: string, name: string): string[] => [`numpy.core.${module}:${name}`, `numpy._core.${module}:${name}`];

/** The type that `numpy.dtype(...)` would be; undefined for any other value. */
export function dtypeOf(value: Value | undefined): NumpyType | undefined {
  if (value?.kind === "global" && value.module === "numpy") return SCALARS[value.name];
  if (value?.kind !== "made" || !isGlobal(value.callee, "numpy:dtype")) return undefined;
  const spelling = textOf(itemsOf(value.args)?.[0]);
  if (spelling === undefined) return undefined;
  const state = itemsOf(value.state);
  const order = textOf(state?.[1]) ?? "|";
  // A structured type has the names of its fields; whether one of them is an object only its state says.
  const structured = state?.[3] !== undefined && state[3].kind !== "none";
  const type = numpyType(/^[<>=|]/.test(spelling) ? spelling : `${order}${spelling}`);
  return structured ? { ...type, object: holdsObjects(state[4]) } : type;
}

const SCALARS: Readonly<Record<string, NumpyType>> = Object.fromEntries(
  ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"].map((spelling) => {
    const type = numpyType(`<${spelling}`);
    return [type.dtype, type];
  }),
);

function holdsObjects(fields: Value | undefined): boolean {
  if (fields?.kind !== "dict") return true;
  return fields.pairs.some(([, field]) => dtypeOf(itemsOf(field)?.[0])?.object !== false);
}

/** The array that a value would be; undefined for any other value. */
export function arrayOf(value: Value): Array | undefined {
  if (value.kind === "array") return value.array;
  if (value.kind !== "made") return undefined;
  if (isGlobal(value.callee, ...both("multiarray", "_reconstruct"))) return reconstructed(value);
  if (isGlobal(value.callee, ...both("numeric", "_frombuffer"))) {
    const [buffer, type, shape] = itemsOf(value.args) ?? [];
    return arrayFrom(dtypeOf(type), shapeOf(shape), buffer);
  }
  return undefined;
}

/** `_reconstruct(ndarray, (0,), b"b")` and then the state (1, shape, dtype, fortran order, content). */
function reconstructed({ state }: Made): Array | undefined {
  const [, shape, type, , content] = itemsOf(state) ?? [];
  return arrayFrom(dtypeOf(type), shapeOf(shape), content);
}

function arrayFrom(type: NumpyType | undefined, shape: readonly number[] | undefined, content: Value | undefined): Array | undefined {
  if (type === undefined || shape === undefined) return undefined;
  if (content?.kind !== "bytes") {
    const bytes = type.itemBytes === undefined ? undefined : type.itemBytes * (elementsOf(shape) ?? 0);
    return { dtype: type.dtype, shape, ...(Number.isSafeInteger(bytes) && { bytes: bytes! }) };
  }
  return { dtype: type.dtype, shape, bytes: content.length, ...(content.sha256 !== undefined && { sha256: content.sha256 }) };
}

/** What joblib's `NumpyArrayWrapper` says of the array whose bytes follow it; undefined for any other object. */
export function wrapperOf(object: Made): { type: NumpyType; shape: readonly number[]; alignment: number | undefined } | undefined {
  if (!isGlobal(object.callee, "joblib.numpy_pickle:NumpyArrayWrapper")) return undefined;
  const type = dtypeOf(entry(object.state, "dtype"));
  const shape = shapeOf(entry(object.state, "shape"));
  return type && shape && { type, shape, alignment: numberOf(entry(object.state, "numpy_array_alignment_bytes")) };
}
