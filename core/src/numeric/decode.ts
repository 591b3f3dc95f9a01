/** Decodes the bytes of elements to numbers. */

export interface Decoder {
  readonly bytes: number;
  /** Reads `count` elements that lie `step` bytes apart, the first one at `offset`. */
  decode(view: DataView, offset: number, step: number, count: number, into: Float64Array, at: number): void;
}

/** Returns the decoder of a type; undefined if its elements are not single numbers, such as complex and quantized types. */
export function decoderOf(dtype: string): Decoder | undefined {
  const known = DECODERS.get(dtype);
  if (known !== undefined) return known;
  const make = Object.hasOwn(MAKERS, dtype) ? MAKERS[dtype] : undefined;
  const decoder = make?.();
  if (decoder !== undefined) DECODERS.set(dtype, decoder);
  return decoder;
}

const DECODERS = new Map<string, Decoder>();

const single = (bytes: number, read: (view: DataView, offset: number) => number): Decoder => ({
  bytes,
  decode(view, offset, step, count, into, at) {
    for (let i = 0; i < count; i++) into[at + i] = read(view, offset + i * step);
  },
});

/** Decodes types of one or two bytes with a table of all their values. */
function table(bytes: 1 | 2, little: boolean, numberOf: (bits: number) => number): Decoder {
  const numbers = Float64Array.from({ length: 1 << (8 * bytes) }, (_, bits) => numberOf(bits));
  return single(bytes, bytes === 1 ? (view, offset) => numbers[view.getUint8(offset)]! : (view, offset) => numbers[view.getUint16(offset, little)]!); // prettier-ignore
}

interface Float {
  readonly exponent: number;
  readonly mantissa: number;
  readonly bias: number;
  /**
   * Meaning of the largest exponent. ieee: infinities and NaN; fn: NaN if all bits are set, no infinity; fnuz: the bits of -0 are NaN,
   * neither infinity nor -0 exists.
   */
  readonly kind: "ieee" | "fn" | "fnuz";
}

/** Decodes the bits of a small float. */
export function floatOf(bits: number, { exponent, mantissa, bias, kind }: Float): number {
  const fraction = bits & ((1 << mantissa) - 1);
  const power = (bits >>> mantissa) & ((1 << exponent) - 1);
  const sign = bits >>> (exponent + mantissa) === 0 ? 1 : -1;
  const top = power === (1 << exponent) - 1;
  if (kind === "ieee" && top) return fraction === 0 ? sign * Infinity : Number.NaN;
  if (kind === "fn" && top && fraction === (1 << mantissa) - 1) return Number.NaN;
  if (kind === "fnuz" && sign < 0 && power === 0 && fraction === 0) return Number.NaN;
  const scaled = power === 0 ? fraction : fraction + (1 << mantissa);
  return sign * scaled * 2 ** (Math.max(power, 1) - bias - mantissa);
}

const HALF: Float = { exponent: 5, mantissa: 10, bias: 15, kind: "ieee" };
const SMALL: Readonly<Record<string, Float>> = {
  float8_e4m3: { exponent: 4, mantissa: 3, bias: 7, kind: "ieee" },
  float8_e4m3fn: { exponent: 4, mantissa: 3, bias: 7, kind: "fn" },
  float8_e4m3fnuz: { exponent: 4, mantissa: 3, bias: 8, kind: "fnuz" },
  float8_e5m2: { exponent: 5, mantissa: 2, bias: 15, kind: "ieee" },
  float8_e5m2fnuz: { exponent: 5, mantissa: 2, bias: 16, kind: "fnuz" },
};

const WORD = new DataView(new ArrayBuffer(4));
function brainOf(bits: number): number {
  WORD.setUint16(0, bits);
  return WORD.getFloat32(0);
}

/** Types of more than a byte, in either byte order. Integers of 64 bits are the nearest float64. */
const WIDE: Readonly<Record<string, (little: boolean) => Decoder>> = {
  float64: (little) => single(8, (view, offset) => view.getFloat64(offset, little)),
  float32: (little) => single(4, (view, offset) => view.getFloat32(offset, little)),
  float16: (little) => table(2, little, (bits) => floatOf(bits, HALF)),
  bfloat16: (little) => table(2, little, brainOf),
  int16: (little) => single(2, (view, offset) => view.getInt16(offset, little)),
  uint16: (little) => single(2, (view, offset) => view.getUint16(offset, little)),
  int32: (little) => single(4, (view, offset) => view.getInt32(offset, little)),
  uint32: (little) => single(4, (view, offset) => view.getUint32(offset, little)),
  int64: (little) => single(8, (view, offset) => Number(view.getBigInt64(offset, little))),
  uint64: (little) => single(8, (view, offset) => Number(view.getBigUint64(offset, little))),
};

const MAKERS: Readonly<Record<string, () => Decoder>> = {
  bool: () => single(1, (view, offset) => (view.getUint8(offset) === 0 ? 0 : 1)),
  int8: () => single(1, (view, offset) => view.getInt8(offset)),
  uint8: () => single(1, (view, offset) => view.getUint8(offset)),
  float8_e8m0: () => table(1, true, (bits) => (bits === 255 ? Number.NaN : 2 ** (bits - 127))),
  ...Object.fromEntries(Object.entries(SMALL).map(([dtype, float]) => [dtype, () => table(1, true, (bits) => floatOf(bits, float))])),
  ...Object.fromEntries(
    Object.entries(WIDE).flatMap(([dtype, make]) => [
      [dtype, () => make(true)],
      [`${dtype} big-endian`, () => make(false)],
    ]),
  ),
};
