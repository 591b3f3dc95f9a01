/** Recognizes NumPy arrays in a pickle. */
import { numpyType, type NumpyType } from "../tensors/numpy-dtype.js";
import { elementsOf } from "../tensors/dtypes.js";
import { type PickleArray, entry, isGlobal, itemsOf, type Made, NONE, numberOf, shapeOf, textOf, type PickleValue } from "./values.js";

const both = (module: string, name: string): string[] => [`numpy.core.${module}:${name}`, `numpy._core.${module}:${name}`];

export interface ArrayType extends NumpyType {
  /** Set if the state of the type contradicts its spelling, so that NumPy may read it differently. */
  readonly odd?: boolean;
}

/** Returns the type that `numpy.dtype(...)` would give; undefined for any other value. */
export function dtypeOf(value: PickleValue | undefined, depth = 0): ArrayType | undefined {
  if (value?.kind === "global" && value.module === "numpy") return SCALARS[value.name];
  if (depth > 20) return undefined; // It may contain itself.
  if (value?.kind !== "made" || !isGlobal(value.callee, "numpy:dtype")) return undefined;
  const spelling = textOf(itemsOf(value.args)?.[0]);
  if (spelling === undefined) return undefined;
  const state = itemsOf(value.state);
  const order = textOf(state?.[1]) ?? "|";
  // Only the state of a structured type shows whether a field is an object.
  const structured = state?.[3] !== undefined && state[3].kind !== "none";
  const type = numpyType(/^[<>=|]/.test(spelling) ? spelling : `${order}${spelling}`);
  if (value.state === undefined) return type;
  const [, , base, , fields, length, , flags] = state ?? [];
  const parts = structured ? fieldsOf(fields) : isSet(base) ? [itemsOf(base)?.[0]] : undefined;
  const types = parts?.map((part) => dtypeOf(part, depth + 1));
  const object = types ? types.some((one) => one?.object !== false) : type.object;
  const known = numberOf(flags);
  const fits =
    state !== undefined &&
    [8, 9].includes(state.length) &&
    [3, 4].includes(numberOf(state[0]) ?? 0) &&
    known !== undefined &&
    (known & HAS_OBJECT) === Number(object) &&
    [-1, type.itemBytes].includes(numberOf(length)) &&
    (types === undefined || (/^\|?V/.test(spelling) && types.every((one) => one !== undefined && one.odd !== true)));
  return fits ? { ...type, object } : { ...type, object: true, odd: true };
}

/** NPY_ITEM_REFCOUNT: elements are, or contain, Python objects. */
const HAS_OBJECT = 1;

const isSet = (value: PickleValue | undefined): boolean => value !== undefined && value.kind !== "none";

/** Returns the field types of a structured type. */
const fieldsOf = (fields: PickleValue | undefined): (PickleValue | undefined)[] =>
  fields?.kind === "dict" ? fields.pairs.map(([, field]) => itemsOf(field)?.[0]) : [undefined];

const SCALARS: Readonly<Record<string, NumpyType>> = Object.fromEntries(
  ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"].map((spelling) => {
    const type = numpyType(`<${spelling}`);
    return [type.dtype, type];
  }),
);

/** Returns the array that a value would become; undefined for any other value. */
export function arrayOf(value: PickleValue): PickleArray | undefined {
  if (value.kind === "array") return value.array;
  if (value.kind !== "made") return undefined;
  if (isGlobal(value.callee, ...both("multiarray", "_reconstruct"))) return reconstructed(value);
  if (isGlobal(value.callee, ...both("numeric", "_frombuffer"))) {
    const [buffer, type, shape, order] = itemsOf(value.args) ?? [];
    return arrayFrom(dtypeOf(type), shapeOf(shape), textOf(order) === "F", buffer);
  }
  return undefined;
}

/** Reads `_reconstruct(ndarray, (0,), b"b")` followed by the state (1, shape, dtype, fortran order, content). */
function reconstructed({ state }: Made): PickleArray | undefined {
  const [, shape, type, order, content] = itemsOf(state) ?? [];
  return arrayFrom(dtypeOf(type), shapeOf(shape), order?.kind === "bool" && order.value, content);
}

function arrayFrom(
  type: NumpyType | undefined,
  shape: readonly number[] | undefined,
  fortran: boolean,
  content: PickleValue | undefined,
): PickleArray | undefined {
  if (type === undefined || shape === undefined) return undefined;
  if (content?.kind !== "bytes") {
    const bytes = type.itemBytes === undefined ? undefined : type.itemBytes * (elementsOf(shape) ?? 0);
    return { dtype: type.dtype, shape, ...(Number.isSafeInteger(bytes) && { bytes: bytes! }) };
  }
  const whole = content.length === (type.itemBytes ?? Number.NaN) * (elementsOf(shape) ?? Number.NaN);
  return {
    dtype: type.dtype,
    shape,
    bytes: content.length,
    ...(content.sha256 !== undefined && { sha256: content.sha256 }),
    ...(whole && { layout: { at: content.at, fortran } }),
  };
}

/** Attributes of joblib's `NumpyArrayWrapper` for the array whose bytes follow it. */
export interface Wrapper {
  readonly type: ArrayType;
  readonly shape: readonly number[];
  readonly fortran: boolean;
  /** Whether alignment bytes precede the array. */
  readonly aligned: boolean;
}

const ATTRIBUTES = ["subclass", "shape", "order", "dtype", "allow_mmap", "numpy_array_alignment_bytes"];

/** Returns undefined for any other object, and for a wrapper that differs from joblib's. */
export function wrapperOf(object: Made): Wrapper | undefined {
  if (!isGlobal(object.callee, "joblib.numpy_pickle:NumpyArrayWrapper") || object.state?.kind !== "dict") return undefined;
  const keys = object.state.pairs.map(([key]) => textOf(key) ?? "");
  // An unknown attribute may replace a method, and a repeated one may have been dropped here.
  if (new Set(keys).size !== keys.length || !keys.every((key) => ATTRIBUTES.includes(key))) return undefined;
  const type = dtypeOf(entry(object.state, "dtype"));
  const shape = shapeOf(entry(object.state, "shape"));
  const alignment = entry(object.state, "numpy_array_alignment_bytes") ?? NONE;
  // For an unknown type it is unclear whether elements or a pickle follow.
  if (type?.object === true && type.odd !== true && type.dtype !== "object" && !type.dtype.startsWith("V")) return undefined;
  if (type === undefined || shape === undefined || !["none", "number"].includes(alignment.kind)) return undefined;
  return { type, shape, fortran: textOf(entry(object.state, "order")) === "F", aligned: alignment.kind === "number" };
}
