/** A stream as a source: for who reads on and on, as through what is compressed. */
import { Damaged } from "../../archive/bytes.js";
import type { ByteSource } from "./source.js";
import { Cursor } from "./cursor.js";

export class Sequential implements ByteSource {
  readonly size: number;
  readonly #open: () => AsyncIterable<Buffer>;
  #cursor: Cursor | undefined;

  /** @param size as somebody claims it */
  constructor(open: () => AsyncIterable<Buffer>, size: number) {
    this.#open = open;
    this.size = size;
  }

  /** Passes over what lies before `position`. Throws Damaged for what has been passed: to go back would cost all of the way again. */
  async read(buffer: Buffer, position: number): Promise<number> {
    this.#cursor ??= new Cursor(this.#open());
    const skip = position - this.#cursor.position;
    if (skip < 0) throw new Damaged("it can be read forward only");
    await this.#cursor.pass(skip);
    const whole = await this.#cursor.ensure(buffer.length);
    const count = whole ? buffer.length : this.#cursor.available;
    this.#cursor.bytes(count).copy(buffer);
    return count;
  }

  async close(): Promise<void> {
    await this.#cursor?.close();
  }
}
