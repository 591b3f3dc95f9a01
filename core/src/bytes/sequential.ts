/** Random-access source over a stream, such as compressed data, for readers that move mostly forward. */
import type { ByteSource } from "./source.js";
import { Cursor } from "./cursor.js";

export class Sequential implements ByteSource {
  readonly size: number;
  readonly forwardOnly = true;
  readonly #open: () => AsyncIterable<Buffer>;
  #cursor: Cursor | undefined;

  /** @param size bytes of the stream, as claimed */
  constructor(open: () => AsyncIterable<Buffer>, size: number) {
    this.#open = open;
    this.size = size;
  }

  /** Skips to `position`, and restarts the stream if it is behind. @throws Damaged `position` is beyond the end */
  async read(buffer: Buffer, position: number): Promise<number> {
    if (this.#cursor !== undefined && position < this.#cursor.position) await this.close();
    this.#cursor ??= Cursor.over(this.#open());
    await this.#cursor.pass(position - this.#cursor.position);
    const whole = await this.#cursor.ensure(buffer.length);
    const count = whole ? buffer.length : this.#cursor.available;
    this.#cursor.bytes(count).copy(buffer);
    return count;
  }

  async close(): Promise<void> {
    await this.#cursor?.close();
    this.#cursor = undefined;
  }
}
