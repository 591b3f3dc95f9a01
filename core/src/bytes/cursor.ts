/**
 * Reads records of a binary format from a stream, a random-access source or memory. Reads of buffered bytes are synchronous, so
 * parsers of millions of small records are fast; only `ensure` and `need` wait for more.
 */
import type { Hash } from "node:crypto";
import { Damaged } from "./damaged.js";
import type { ByteSource } from "./source.js";

/** Bytes that are read at once around a position of a random-access source. */
const WINDOW_BYTES = 1 << 16;
/** Bytes of the longest varint: 64 bits in groups of 7. */
const MOST_VARINT = 10;

/** Where more bytes come from. */
interface Feed {
  /** Whether any position can be read. */
  readonly seekable: boolean;
  /** Reads the next bytes, from `position` on if the feed is seekable; undefined at the end. The next call may overwrite them. */
  read(position: number, count: number): Promise<Uint8Array | undefined>;
  close(): Promise<unknown>;
}

export class Cursor {
  readonly #feed: Feed;
  #buffer: Buffer;
  /** Position of the buffer's first byte. */
  #start = 0;
  #at = 0;
  #ended = false;
  #damage: Damaged | undefined;

  private constructor(feed: Feed, buffer: Buffer = Buffer.alloc(0)) {
    this.#feed = feed;
    this.#buffer = buffer;
  }

  /** Reads a stream from its beginning to its end. The stream may reuse the memory of a piece for the next one. */
  static over(stream: AsyncIterable<Uint8Array>): Cursor {
    const iterator = stream[Symbol.asyncIterator]();
    return new Cursor({
      seekable: false,
      read: async () => {
        const next = await iterator.next();
        return next.done === true ? undefined : next.value;
      },
      close: async () => iterator.return?.(),
    });
  }

  /**
   * Reads a source at any position.
   * @param window bytes that are read at once
   */
  static at(source: ByteSource, window = WINDOW_BYTES): Cursor {
    let buffer = Buffer.alloc(0);
    return new Cursor({
      seekable: true,
      read: async (position, count) => {
        if (buffer.length < Math.max(window, count)) buffer = Buffer.allocUnsafe(Math.max(window, count));
        return buffer.subarray(0, await source.read(buffer, position));
      },
      close: () => Promise.resolve(),
    });
  }

  /** Reads bytes in memory. */
  static of(bytes: Buffer): Cursor {
    const nothing = (): Promise<undefined> => Promise.resolve(undefined);
    return new Cursor({ seekable: false, read: nothing, close: nothing }, bytes);
  }

  /** Position of the next byte. */
  get position(): number {
    return this.#start + this.#at;
  }

  /** Bytes that can be read without waiting. */
  get available(): number {
    return this.#buffer.length - this.#at;
  }

  /** The error that ended the stream early. It is thrown once the bytes before it have been read. */
  get damage(): Damaged | undefined {
    return this.#damage;
  }

  /**
   * Waits until `count` bytes are buffered; the caller bounds `count`, because they are held in memory.
   * @returns false if the data ends before
   * @throws Damaged the stream is damaged and no byte before the damage is left; other errors of the source pass through
   */
  async ensure(count: number): Promise<boolean> {
    if (this.available >= count) return true;
    if (this.#damage && this.available === 0) throw this.#damage;
    if (this.#feed.seekable) await this.#load(count);
    else await this.#gather(count);
    if (this.#damage && this.available === 0) throw this.#damage;
    return this.available >= count;
  }

  /** Replaces the buffer by a window that begins at the current position. */
  async #load(count: number): Promise<void> {
    const position = this.position;
    const bytes = await this.#feed.read(position, count);
    [this.#buffer, this.#start, this.#at] = [asBuffer(bytes ?? Buffer.alloc(0)), position, 0];
  }

  /** Keeps the rest of the buffer and appends pieces of the stream. A piece is copied before the next one may overwrite it. */
  async #gather(count: number): Promise<void> {
    const parts = this.available === 0 ? [] : [this.#buffer.subarray(this.#at)];
    let length = this.available;
    while (length < count && !this.#ended) {
      const last = parts.pop();
      if (last) parts.push(Buffer.from(last));
      const piece = await this.#next();
      if (piece === undefined) this.#ended = true;
      else if (piece.length > 0) {
        parts.push(asBuffer(piece));
        length += piece.length;
      }
    }
    this.#start += this.#at;
    this.#at = 0;
    this.#buffer = parts.length === 1 ? parts[0]! : Buffer.concat(parts, length);
  }

  async #next(): Promise<Uint8Array | undefined> {
    try {
      return await this.#feed.read(this.position, 1);
    } catch (error) {
      if (!(error instanceof Damaged)) throw error;
      this.#damage = error;
      return undefined;
    }
  }

  /** Waits until `count` bytes are buffered. @throws Damaged the data ends before */
  async need(count: number): Promise<void> {
    if (!(await this.ensure(count))) throw this.#damage ?? endsEarly();
  }

  /** Continues at a position. A stream reaches only what is buffered. */
  seek(position: number): void {
    const at = position - this.#start;
    if (at >= 0 && at <= this.#buffer.length) this.#at = at;
    else if (this.#feed.seekable) [this.#buffer, this.#start, this.#at] = [Buffer.alloc(0), position, 0];
    else throw endsEarly();
  }

  /** Reads `count` buffered bytes. They are valid until the next wait. */
  bytes(count: number): Buffer {
    const at = this.#advance(count);
    return this.#buffer.subarray(at, at + count);
  }

  /** Reads up to `most` bytes as they arrive; undefined at the end. They are valid until the next wait. */
  async some(most: number): Promise<Buffer | undefined> {
    if (this.available === 0 && !(await this.ensure(1))) return undefined;
    return this.bytes(Math.min(most, this.available));
  }

  /** Reads `count` bytes, fewer at the end of the data. They are held in memory and valid until the next wait. */
  async take(count: number): Promise<Buffer> {
    if (this.available < count && !(await this.ensure(count)) && this.#damage) throw this.#damage;
    return this.bytes(Math.min(count, this.available));
  }

  /** Shows buffered bytes without reading them, at most `count`. */
  ahead(count: number): Buffer {
    return this.#buffer.subarray(this.#at, this.#at + count);
  }

  /** Shows the next byte without reading it; undefined if none is buffered. */
  peek(): number | undefined {
    return this.#buffer[this.#at];
  }

  /** Reads a line without its line feed. @param most bytes of the longest line allowed */
  async line(most: number): Promise<Buffer> {
    for (let seen = 0; ;) {
      const end = this.#buffer.indexOf(0x0a, this.#at + seen);
      const length = end < 0 ? this.available : end - this.#at;
      if (length > most) throw new Damaged(`a line is longer than ${most} bytes`);
      if (end >= 0) {
        const line = this.bytes(length);
        this.#at += 1;
        return line;
      }
      seen = length;
      await this.need(length + 1);
    }
  }

  /** Skips any number of bytes and adds them to `hash`, if given. */
  async pass(count: number, hash?: Hash): Promise<void> {
    for (let left = count; left > 0;) {
      if (this.available === 0) await this.need(1);
      const part = this.bytes(Math.min(left, this.available));
      hash?.update(part);
      left -= part.length;
    }
  }

  // Numbers are little-endian; big-endian ones end in `be`. Their bytes must be buffered.

  u8(): number {
    return this.#buffer[this.#advance(1)]!;
  }
  i8(): number {
    return this.#buffer.readInt8(this.#advance(1));
  }
  u16(): number {
    return this.#buffer.readUInt16LE(this.#advance(2));
  }
  u16be(): number {
    return this.#buffer.readUInt16BE(this.#advance(2));
  }
  i16(): number {
    return this.#buffer.readInt16LE(this.#advance(2));
  }
  i16be(): number {
    return this.#buffer.readInt16BE(this.#advance(2));
  }
  u24(): number {
    return this.#buffer.readUIntLE(this.#advance(3), 3);
  }
  u32(): number {
    return this.#buffer.readUInt32LE(this.#advance(4));
  }
  u32be(): number {
    return this.#buffer.readUInt32BE(this.#advance(4));
  }
  i32(): number {
    return this.#buffer.readInt32LE(this.#advance(4));
  }
  i32be(): number {
    return this.#buffer.readInt32BE(this.#advance(4));
  }
  u64(): bigint {
    return this.#buffer.readBigUInt64LE(this.#advance(8));
  }
  i64(): bigint {
    return this.#buffer.readBigInt64LE(this.#advance(8));
  }
  i64be(): bigint {
    return this.#buffer.readBigInt64BE(this.#advance(8));
  }
  f32(): number {
    return this.#buffer.readFloatLE(this.#advance(4));
  }
  f32be(): number {
    return this.#buffer.readFloatBE(this.#advance(4));
  }
  f64(): number {
    return this.#buffer.readDoubleLE(this.#advance(8));
  }
  f64be(): number {
    return this.#buffer.readDoubleBE(this.#advance(8));
  }

  /**
   * Reads a number in groups of 7 bits, lowest first. Above 2^53 it is not exact.
   * @param most bytes that it may have
   * @throws Damaged it does not end within them
   */
  varint(most = MOST_VARINT): number {
    const first = this.#buffer[this.#at];
    if (first !== undefined && first < 0x80 && most > 0) {
      this.#at++;
      return first; // Nearly all keys and lengths.
    }
    const limit = Math.min(this.#at + Math.min(most, MOST_VARINT), this.#buffer.length);
    let value = 0;
    let scale = 1;
    for (let at = this.#at; at < limit; at++) {
      const byte = this.#buffer[at]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        this.#at = at + 1;
        return value;
      }
      scale *= 128;
    }
    throw new Damaged("a number does not end");
  }

  utf8(bytes: number): string {
    const at = this.#advance(bytes);
    return this.#buffer.toString("utf8", at, at + bytes);
  }

  latin1(bytes: number): string {
    const at = this.#advance(bytes);
    return this.#buffer.toString("latin1", at, at + bytes);
  }

  /** Closes the stream. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#feed.close();
  }

  /** Advances by `count` bytes and returns their offset in the buffer. */
  #advance(count: number): number {
    const at = this.#at;
    if (count > this.#buffer.length - at) throw endsEarly();
    this.#at = at + count;
    return at;
  }
}

const endsEarly = (): Damaged => new Damaged("it ends early");

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
