import { describe, expect, test } from "@jest/globals";
import { decoderOf } from "./decode.js";

/** The number that bytes are, as they lie. */
function decoded(dtype: string, bytes: readonly number[]): number {
  const decoder = decoderOf(dtype)!;
  expect(decoder.bytes).toBe(bytes.length);
  const into = new Float64Array(2).fill(-99);
  // Not at the beginning, and not aligned.
  const buffer = Buffer.from([7, ...bytes, 7]);
  decoder.decode(new DataView(buffer.buffer, buffer.byteOffset, buffer.length), 1, decoder.bytes, 1, into, 1);
  expect(into[0]).toBe(-99);
  return into[1]!;
}

// Little-endian bytes and what NumPy (and ml_dtypes, for those that NumPy has not) makes of them.
test.each<[string, string, number]>([
  ["float64", "182d4454fb210940", Math.PI],
  ["float64", "0100000000000000", 5e-324],
  ["float64", "000000000000f0ff", -Infinity],
  ["float64", "010000000000f07f", Number.NaN],
  ["float32", "db0f4940", 3.1415927410125732],
  ["float32", "01000000", 1.401298464324817e-45],
  ["float32", "ffff7f7f", 3.4028234663852886e38],
  ["float32", "0000807f", Infinity],
  ["float32", "0100a0ff", Number.NaN],
  ["float16", "4842", 3.140625],
  ["float16", "ff7b", 65504],
  ["float16", "0100", 5.960464477539063e-8],
  ["float16", "ff03", 6.097555160522461e-5],
  ["float16", "0004", 6.103515625e-5],
  ["float16", "00fc", -Infinity],
  ["float16", "017c", Number.NaN],
  ["float16", "0080", -0],
  ["bfloat16", "4940", 3.140625],
  ["bfloat16", "7f7f", 3.3895313892515355e38],
  ["bfloat16", "0100", 9.183549615799121e-41],
  ["bfloat16", "80ff", -Infinity],
  ["bfloat16", "c07f", Number.NaN],
  ["float8_e4m3fn", "7e", 448],
  ["float8_e4m3fn", "7f", Number.NaN],
  ["float8_e4m3fn", "ff", Number.NaN],
  ["float8_e4m3fn", "01", 0.001953125],
  ["float8_e4m3fn", "08", 0.015625],
  ["float8_e4m3fn", "b8", -1],
  ["float8_e4m3", "77", 240],
  ["float8_e4m3", "78", Infinity],
  ["float8_e4m3", "79", Number.NaN],
  ["float8_e5m2", "7b", 57344],
  ["float8_e5m2", "fc", -Infinity],
  ["float8_e5m2", "7d", Number.NaN],
  ["float8_e5m2", "01", 1.52587890625e-5],
  ["float8_e4m3fnuz", "7f", 240],
  ["float8_e4m3fnuz", "80", Number.NaN],
  ["float8_e4m3fnuz", "01", 0.0009765625],
  ["float8_e5m2fnuz", "7f", 57344],
  ["float8_e5m2fnuz", "80", Number.NaN],
  ["float8_e5m2fnuz", "40", 1],
  ["float8_e8m0", "7f", 1],
  ["float8_e8m0", "00", 5.877471754111438e-39],
  ["float8_e8m0", "fe", 1.7014118346046923e38],
  ["float8_e8m0", "ff", Number.NaN],
  ["int8", "80", -128],
  ["uint8", "ff", 255],
  ["int16", "feff", -2],
  ["uint16", "feff", 65534],
  ["int32", "00000080", -2147483648],
  ["uint32", "ffffffff", 4294967295],
  ["int64", "feffffffffffffff", -2],
  ["int64", "0000000000002000", 2 ** 53],
  ["uint64", "ffffffffffffffff", 2 ** 64],
  ["bool", "00", 0],
  ["bool", "02", 1],
])("%s %s is %d, in either byte order", (dtype, hex, number) => {
  const bytes = [...Buffer.from(hex, "hex")];
  expect(decoded(dtype, bytes)).toBe(number);
  if (bytes.length > 1) expect(decoded(`${dtype} big-endian`, bytes.reverse())).toBe(number);
});

describe("types whose elements are not single numbers", () => {
  test.each(["complex64", "q4_k", "U10", "object", "datetime64[s]", "int4", "float4_e2m1", "float128", "constructor", "__proto__"])(
    "%s has no decoder",
    (dtype) => {
      expect(decoderOf(dtype)).toBeUndefined();
    },
  );
});

test("elements that lie apart are read as if they lay together", () => {
  const buffer = Buffer.from(Float32Array.from([1, 9, 2, 9, 3]).buffer);
  const into = new Float64Array(3);
  decoderOf("float32")!.decode(new DataView(buffer.buffer, buffer.byteOffset, buffer.length), 0, 8, 3, into, 0);
  expect([...into]).toEqual([1, 2, 3]);
});
