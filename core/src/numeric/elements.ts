/** Reads the elements of one tensor as numbers, from any layout. */
import { Damaged } from "../bytes/damaged.js";
import { type ByteSource, take } from "../bytes/source.js";
import type { OpenSource, TensorLocation } from "../inspect/tensors/locations.js";
import type { Decoder } from "./decode.js";

/** Bytes of a scattered tensor that are held in memory; a larger one is read window by window. */
const MOST_HELD = 32 << 20;
const WINDOW_BYTES = 4_096;

/** Order in which elements are counted: dimensions from the outermost to the one whose elements are closest. */
export type Order = readonly number[];

/** Returns the storage order of a tensor's elements, according to its strides. */
export function orderOf(shape: readonly number[], strides: TensorLocation["strides"]): Order {
  const dimensions = shape.map((_, i) => i);
  return strides === undefined ? dimensions : dimensions.sort((a, b) => (strides[b] ?? 0) - (strides[a] ?? 0) || a - b);
}

export class Elements {
  readonly #source: ByteSource;
  readonly #start: number;
  readonly #decoder: Decoder;
  readonly #shape: readonly number[];
  /** Undefined if the elements are contiguous in the order in which they are counted. */
  readonly #strides: readonly number[] | undefined;
  /** Bytes from the start of the first element to the end of the last. */
  readonly #span: number;
  #buffer: Buffer = Buffer.alloc(0);
  /** Position in the source of the buffered, scattered elements. */
  #from = 0;

  /**
   * @param order in which elements are counted
   * @throws Damaged the source does not have all elements
   */
  constructor(source: OpenSource, { start, strides }: TensorLocation, decoder: Decoder, shape: readonly number[], order: Order) {
    this.#source = source;
    this.#start = start;
    this.#decoder = decoder;
    this.#shape = order.map((dimension) => shape[dimension]!);
    const given = strides ?? rowByRow(shape);
    const ordered = order.map((dimension) => given[dimension]!);
    this.#strides = isRowByRow(this.#shape, ordered) ? undefined : ordered;
    const last = this.#shape.reduce((sum, length, i) => sum + (length - 1) * ordered[i]!, 0);
    const end = start + (shape.includes(0) ? 0 : (last + 1) * decoder.bytes);
    if (
      !Number.isSafeInteger(start) ||
      start < 0 ||
      !Number.isSafeInteger(end) ||
      end > source.size ||
      ordered.some((stride) => stride < 0)
    )
      throw new Damaged("a tensor lies beyond the end of what holds it");
    this.#span = end - start;
    if (this.#strides !== undefined && source.forwardOnly === true && this.#span > MOST_HELD)
      throw new Damaged("a tensor lies scattered in what can be read forward only");
  }

  /** Whether elements are so far apart that most of them need a separate read. */
  get scattered(): boolean {
    return this.#strides !== undefined && this.#span > MOST_HELD;
  }

  /** Decodes `count` elements, starting with number `from`, into `into`. `from` must not decrease between calls. */
  async read(from: number, count: number, into: Float64Array): Promise<void> {
    if (this.#strides !== undefined) return this.#gather(from, count, into, this.#strides);
    const { bytes } = this.#decoder;
    const view = await this.#load(this.#start + from * bytes, count * bytes);
    this.#decoder.decode(view, 0, bytes, count, into, 0);
  }

  async #gather(from: number, count: number, into: Float64Array, strides: readonly number[]): Promise<void> {
    const { bytes } = this.#decoder;
    const inner = this.#shape.length - 1;
    for (let done = 0; done < count;) {
      const { offset, left } = this.#locate(from + done, strides);
      const step = strides[inner]! * bytes;
      const view = await this.#window(this.#start + offset * bytes);
      const begin = this.#start + offset * bytes - this.#from;
      const fitting = step === 0 ? left : Math.floor((view.byteLength - bytes - begin) / step) + 1;
      const run = Math.min(count - done, left, fitting);
      this.#decoder.decode(view, begin, step, run, into, done);
      done += run;
    }
  }

  /** Returns the offset of an element, in elements, and how many follow in its innermost dimension. */
  #locate(element: number, strides: readonly number[]): { offset: number; left: number } {
    let [rest, offset, left] = [element, 0, 1];
    for (let i = this.#shape.length - 1; i >= 0; i--) {
      const length = this.#shape[i]!;
      const index = rest % length;
      if (i === this.#shape.length - 1) left = length - index;
      offset += index * strides[i]!;
      rest = Math.floor(rest / length);
    }
    return { offset, left };
  }

  /** Buffers the element at a position: with all others if they fit, else with its neighbors. */
  async #window(position: number): Promise<DataView> {
    const { bytes } = this.#decoder;
    const has = position >= this.#from && position + bytes <= this.#from + this.#buffer.length;
    if (!has) {
      const whole = this.#span <= MOST_HELD;
      this.#from = whole ? this.#start : position;
      const length = whole ? this.#span : Math.min(WINDOW_BYTES, this.#start + this.#span - position);
      this.#buffer = await take(this.#source, this.#from, length);
      if (this.#buffer.length < length) throw new Damaged("it ends early");
    }
    return viewOf(this.#buffer);
  }

  async #load(position: number, length: number): Promise<DataView> {
    if (this.#buffer.length < length) this.#buffer = Buffer.allocUnsafe(length);
    const buffer = this.#buffer.subarray(0, length);
    if ((await this.#source.read(buffer, position)) < length) throw new Damaged("it ends early");
    return viewOf(buffer);
  }
}

const viewOf = (buffer: Buffer): DataView => new DataView(buffer.buffer, buffer.byteOffset, buffer.length);

function rowByRow(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= shape[i]!;
  }
  return strides;
}

function isRowByRow(shape: readonly number[], strides: readonly number[]): boolean {
  const expected = rowByRow(shape);
  return shape.every((length, i) => length === 1 || strides[i] === expected[i]);
}
