/** Locates ONNX tensors whose content is a list of numbers, as small tensors are often written. */
import { Damaged } from "../../bytes/damaged.js";
import { bytesSource, type ByteSource, take } from "../../bytes/source.js";
import { bitsOf } from "../tensors/dtypes.js";
import type { Range } from "../tensors/hash.js";
import type { TensorLocation } from "../tensors/locations.js";
import type { Field } from "./wire.js";

/** Numbers of a tensor, packed into one field. */
export interface TypedField extends Range {
  readonly number: number;
}

/** Fields of fixed-length numbers, with their type. */
const FIXED: Readonly<Record<number, string>> = { 4: "float32", 10: "float64" };
/** Fields of varints: int32_data (also for smaller types and the bits of small floats), int64_data, uint64_data. */
const VARIABLE: ReadonlySet<number> = new Set([5, 7, 11]);
const MOST_BYTES = 16 << 20;

export const isTyped = ({ number, isNumber }: Field): boolean => !isNumber && (number in FIXED || VARIABLE.has(number));

export function typedLocation(source: ByteSource, { number, start, end }: TypedField, dtype: string): TensorLocation {
  if (number in FIXED) return { start, open: () => Promise.resolve(FIXED[number] === dtype ? source : undefined) };
  const itemBytes = (bitsOf(dtype) ?? 0) / 8;
  return {
    start: 0,
    async open() {
      if (itemBytes < 1 || end - start > MOST_BYTES) return undefined;
      return bytesSource(decoded(await take(source, start, end - start), itemBytes));
    },
  };
}

/** Decodes varints to numbers of `itemBytes`. Negative numbers are encoded with 64 bits. */
function decoded(bytes: Buffer, itemBytes: number): Buffer {
  const wide = Buffer.alloc(8);
  const items = Buffer.alloc(bytes.reduce((count, byte) => count + (byte < 0x80 ? 1 : 0), 0) * itemBytes);
  let [low, high, shift, at] = [0, 0, 0, 0];
  for (const byte of bytes) {
    const bits = byte & 0x7f;
    if (shift < 32) low |= bits << shift;
    if (shift > 25) high |= shift < 32 ? bits >>> (32 - shift) : bits << (shift - 32);
    shift += 7;
    if (shift > 70) throw new Damaged("a number does not end");
    if (byte >= 0x80) continue;
    wide.writeInt32LE(low, 0);
    wide.writeInt32LE(high, 4);
    wide.copy(items, at, 0, itemBytes);
    at += itemBytes;
    [low, high, shift] = [0, 0, 0];
  }
  return items;
}
