/** Random access to the bytes of one file. Readers depend only on this, so that tests can pass bytes from anywhere. */
import { Damaged } from "./damaged.js";

export interface ByteSource {
  readonly size: number;
  /** Fills `buffer` from `position`, which may be beyond the end. Returns the number of bytes, fewer than asked only at the end. */
  read(buffer: Buffer, position: number): Promise<number>;
}

const PIECE_BYTES = 1 << 20;

export function bytesSource(bytes: Uint8Array): ByteSource {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    size: bytes.length,
    read: (buffer, position) => Promise.resolve(position < all.length ? all.copy(buffer, 0, position) : 0),
  };
}

/** Returns a part of a source as another source. The caller checks that the source has it. */
export function slice(source: ByteSource, start: number, size: number): ByteSource {
  return {
    size,
    read: (buffer, position) => source.read(buffer.subarray(0, Math.max(0, Math.min(buffer.length, size - position))), start + position),
  };
}

/** Reads `length` bytes, fewer only at the end. The caller bounds `length`, because they are held in memory. */
export async function take(source: ByteSource, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, source.size - position)));
  return buffer.subarray(0, await source.read(buffer, position));
}

/** Reads a whole file. @throws Damaged it has more than `most` bytes */
export async function whole(source: ByteSource, most: number): Promise<Buffer> {
  if (source.size > most) throw new Damaged(`it has ${source.size} bytes; ${most} are read`);
  return take(source, 0, source.size);
}

/** Yields a range in pieces. Each piece overwrites the last one: a consumer that keeps it must copy it. */
export async function* pieces(source: ByteSource, start = 0, end = source.size): AsyncGenerator<Buffer, void, undefined> {
  const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(PIECE_BYTES, end - start)));
  for (let position = start; position < end;) {
    const count = await source.read(buffer.subarray(0, Math.min(buffer.length, end - position)), position);
    if (count === 0) throw new Damaged("it ends early");
    yield buffer.subarray(0, count);
    position += count;
  }
}
