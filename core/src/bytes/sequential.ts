/** A stream as a source: for who reads on and on, as through what is compressed. */
import type { ByteSource } from "./source.js";
import { Cursor } from "./cursor.js";

export class Sequential implements ByteSource {
  readonly size: number;
  readonly forwardOnly = true;
  readonly #open: () => AsyncIterable<Buffer>;
  #cursor: Cursor | undefined;

  /** @param size as somebody claims it */
  constructor(open: () => AsyncIterable<Buffer>, size: number) {
    this.#open = open;
    this.size = size;
  }

  /** Passes over what lies before `position`; begins anew for what has been passed. Throws Damaged for what lies beyond its end. */
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
