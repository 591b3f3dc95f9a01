/** GGUF by hand. Not part of the package. */

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
export const u64 = (value: number | bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const text = (value: string): Buffer => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);

export interface GgufTensor {
  readonly name: string;
  readonly shape: readonly (number | bigint)[];
  readonly type: number;
  readonly offset: number | bigint;
}

export const textKey = (key: string, value: string): Buffer => Buffer.concat([text(key), u32(8), text(value)]);
export const numberKey = (key: string, value: number): Buffer => Buffer.concat([text(key), u32(4), u32(value)]);
export const arrayKey = (key: string, type: number, count: number | bigint, items: Buffer): Buffer =>
  Buffer.concat([text(key), u32(9), u32(type), u64(count), items]);
export const textItem = text;

export function ggufFile(
  keys: readonly Buffer[],
  tensors: readonly GgufTensor[],
  content: Buffer,
  claims: { version?: number; tensors?: number | bigint; keys?: number | bigint } = {},
): Buffer {
  const infos = tensors.map(({ name, shape, type, offset }) =>
    Buffer.concat([text(name), u32(shape.length), ...shape.map(u64), u32(type), u64(offset)]),
  );
  const header = Buffer.concat([
    ...[Buffer.from("GGUF"), u32(claims.version ?? 3), u64(claims.tensors ?? tensors.length), u64(claims.keys ?? keys.length)],
    ...keys,
    ...infos,
  ]);
  return Buffer.concat([header, Buffer.alloc((32 - (header.length % 32)) % 32), content]);
}
