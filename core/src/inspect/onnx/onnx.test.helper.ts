/** Protocol buffers by hand. Not part of the package. */

export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

type Value = number | bigint | string | Buffer | readonly Value[];

/** A message of fields by number; a list is a field that comes more than once. */
export function message(fields: Readonly<Record<number, Value>>): Buffer {
  const one = (number: number, value: Exclude<Value, readonly Value[]>): Buffer => {
    if (typeof value === "number" || typeof value === "bigint") return Buffer.concat([varint(number << 3), varint(value)]);
    const bytes = Buffer.from(value as string);
    return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
  };
  return Buffer.concat(
    Object.entries(fields).flatMap(([number, value]) =>
      (Array.isArray(value) ? (value as Exclude<Value, readonly Value[]>[]) : [value as Exclude<Value, readonly Value[]>]).map((each) =>
        one(Number(number), each),
      ),
    ),
  );
}

export const tensor = (name: string, dims: readonly number[], raw: Buffer, more: Readonly<Record<number, Value>> = {}): Buffer =>
  message({ 1: dims, 2: 1, 8: name, 9: raw, ...more });

/** A model with one graph. */
export const model = (graph: Readonly<Record<number, Value>>, more: Readonly<Record<number, Value>> = {}): Buffer =>
  message({ 1: 8, 2: "by hand", 7: message(graph), 8: message({ 1: "", 2: 21 }), ...more });
