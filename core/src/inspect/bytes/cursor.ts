/**
 * Takes a stream apart byte by byte. What is buffered is read without waiting, so that a parser of millions of small records
 * is fast; `ensure` waits for more.
 */
import type { Hash } from "node:crypto";
import { Damaged } from "../../archive/bytes.js";

export class Cursor {
  readonly #source: AsyncIterator<Uint8Array>;
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #passed = 0;
  #ended = false;
  #damage: Damaged | undefined;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Bytes taken so far. */
  get position(): number {
    return this.#passed + this.#at;
  }

  /** Bytes that can be taken without waiting. */
  get available(): number {
    return this.#buffer.length - this.#at;
  }

  /** What is wrong with the source behind what it gave, where that was come to. */
  get damage(): Damaged | undefined {
    return this.#damage;
  }

  /**
   * Waits until so many bytes are buffered; false when the stream ends before, or is damaged: that is thrown when none are left. They are held
   * in memory: the caller bounds them.
   */
  async ensure(count: number): Promise<boolean> {
    if (this.available >= count) return true;
    if (this.#damage && this.available === 0) throw this.#damage;
    const parts: Buffer[] = [Buffer.from(this.#buffer.subarray(this.#at))];
    let length = parts[0]!.length;
    while (length < count && !this.#ended) {
      const next = await this.#next();
      if (next.done === true) this.#ended = true;
      else {
        parts.push(Buffer.from(next.value)); // A copy: the source may use its buffer again.
        length += next.value.length;
      }
    }
    this.#passed += this.#at;
    this.#at = 0;
    this.#buffer = Buffer.concat(parts, length);
    if (this.#damage && length === 0) throw this.#damage;
    return length >= count;
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await this.#source.next();
    } catch (error) {
      if (!(error instanceof Damaged)) throw error;
      this.#damage = error;
      return { done: true, value: undefined };
    }
  }

  /** Waits for so many bytes. */
  async need(count: number): Promise<void> {
    if (!(await this.ensure(count))) throw this.#damage ?? new Damaged("it ends early");
  }

  /** The next bytes, which have to be buffered. Good until the next `ensure`. */
  bytes(count: number): Buffer {
    if (count > this.available) throw new Damaged("it ends early");
    this.#at += count;
    return this.#buffer.subarray(this.#at - count, this.#at);
  }

  u8(): number {
    return this.bytes(1)[0]!;
  }

  /** The next bytes without taking them, as many as are buffered at most. */
  ahead(count: number): Buffer {
    return this.#buffer.subarray(this.#at, this.#at + count);
  }

  /** The next byte without taking it; undefined when none is buffered. */
  peek(): number | undefined {
    return this.#buffer[this.#at];
  }

  /** The next line without its line feed. */
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

  /** Passes over bytes, however many; a hash takes them along. */
  async pass(count: number, hash?: Hash): Promise<void> {
    for (let left = count; left > 0;) {
      if (this.available === 0) await this.need(1);
      const part = this.bytes(Math.min(left, this.available));
      hash?.update(part);
      left -= part.length;
    }
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#source.return?.();
  }
}
