/** Element types: one name for each across formats, so that tensors of two formats can be compared. */

/** Bits of an element. */
const BITS: Readonly<Record<string, number>> = {
  bool: 8,
  uint8: 8,
  int8: 8,
  uint16: 16,
  int16: 16,
  uint32: 32,
  int32: 32,
  uint64: 64,
  int64: 64,
  float4_e2m1: 4,
  float6_e2m3: 6,
  float6_e3m2: 6,
  float8_e5m2: 8,
  float8_e5m2fnuz: 8,
  float8_e4m3: 8,
  float8_e4m3fn: 8,
  float8_e4m3fnuz: 8,
  float8_e8m0: 8,
  float16: 16,
  bfloat16: 16,
  float32: 32,
  float64: 64,
  float128: 128,
  complex64: 64,
  complex128: 128,
  complex256: 256,
};

/** Bits of one element; undefined for a type without a fixed length. */
export const bitsOf = (dtype: string): number | undefined => (Object.hasOwn(BITS, dtype) ? BITS[dtype] : undefined);

/** Number of elements of a tensor; undefined if it is too large to be exact. */
export function elementsOf(shape: readonly number[]): number | undefined {
  // A dimension of 0 makes the tensor empty, even if others are huge.
  if (shape.includes(0)) return 0;
  let elements = 1;
  for (const length of shape) {
    elements *= length;
    if (!Number.isSafeInteger(elements)) return undefined;
  }
  return elements;
}

/** Bytes of `elements`; undefined if they are not whole bytes, not exact, or the type has no fixed length. */
export function bytesOf(dtype: string, elements: number | undefined): number | undefined {
  const bits = bitsOf(dtype);
  if (bits === undefined || elements === undefined) return undefined;
  const total = bits * elements;
  return Number.isSafeInteger(total) && total % 8 === 0 ? total / 8 : undefined;
}
