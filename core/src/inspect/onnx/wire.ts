/** The wire format of protocol buffers, field by field, at any place of a file: what is not wanted is not read. */
import { Damaged } from "../../archive/bytes.js";
import type { ByteSource } from "../bytes/source.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import { short } from "../text.js";

export interface Field {
  readonly number: number;
  /** Of a number; one of more than 2^53 is not exact. */
  readonly value: number;
  /** Of a text, of bytes, of a message: where its content is. Of a number both are its end. */
  readonly start: number;
  readonly end: number;
  readonly isNumber: boolean;
}

const WINDOW_BYTES = 1 << 16;
/** Bytes of a key and a length, or a number. */
const AHEAD = 20;
/** Fields that are passed over or read. A forest of trees has some ten million numbers, each a field. */
const MOST_FIELDS = 50_000_000;

export class Wire {
  readonly #source: ByteSource;
  readonly #buffer = Buffer.alloc(WINDOW_BYTES);
  #from = 0;
  #to = 0;
  #next = 0;
  #left = MOST_FIELDS;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /**
   * The fields of a message that lies between two positions.
   * @param wanted numbers of the fields to give; others are passed over without a look
   */
  async *fields(start: number, end: number, wanted?: ReadonlySet<number>): AsyncGenerator<Field, void, undefined> {
    for (let position = start; position < end;) {
      if (this.#left-- <= 0) throw new Damaged("it has too many fields");
      const ahead = Math.min(AHEAD, end - position);
      if (!this.#has(position, ahead)) await this.#load(position, ahead);
      const key = this.#varint(position, end);
      const number = Math.floor(key / 8);
      let from = this.#next;
      let isNumber = true;
      let value: number | undefined;
      switch (key % 8) {
        case 0:
          value = this.#varint(from, end);
          position = this.#next;
          break;
        case 1:
          position = from + 8;
          break;
        case 5:
          position = from + 4;
          break;
        case 2:
          isNumber = false;
          position = this.#varint(from, end);
          from = this.#next;
          position += from;
          break;
        default:
          throw new Damaged("a field is of a kind that is not known");
      }
      if (position > end) throw new Damaged("a field goes beyond its message");
      if (wanted?.has(number) === false) continue;
      yield { number, value: value ?? 0, start: isNumber ? position : from, end: position, isNumber };
    }
  }

  /** The text of a field, cut where it is endless. */
  async text({ start, end }: Field, most: number = INSPECT_LIMITS.name): Promise<string> {
    const length = Math.min(end - start, 4 * most);
    await this.#load(start, length);
    return short(this.#buffer.toString("utf8", start - this.#from, start - this.#from + length), most);
  }

  /** The numbers of a repeated field: packed into bytes, or one alone. */
  async numbers({ start, end, isNumber, value }: Field): Promise<number[]> {
    if (isNumber) return [value];
    const numbers: number[] = [];
    for (let position = start; position < end; position = this.#next) {
      if (numbers.length >= INSPECT_LIMITS.dimensions) throw new Damaged("it has a list of numbers without end");
      await this.#load(position, Math.min(AHEAD, end - position));
      numbers.push(this.#varint(position, end));
    }
    return numbers;
  }

  /** Reads a number, and says in `#next` where it ends. */
  #varint(position: number, end: number): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10 && position + i < end; i++) {
      const byte = this.#buffer[position + i - this.#from]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        this.#next = position + i + 1;
        return value;
      }
      scale *= 128;
    }
    throw new Damaged("a number does not end");
  }

  #has(position: number, count: number): boolean {
    return position >= this.#from && position + count <= this.#to;
  }

  /** Makes sure that bytes are in the window. */
  async #load(position: number, count: number): Promise<void> {
    if (this.#has(position, count)) return;
    this.#from = position;
    this.#to = position + (await this.#source.read(this.#buffer, position));
    if (this.#to < position + count) throw new Damaged("it ends early");
  }
}
