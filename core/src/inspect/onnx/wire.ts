/** Reads the wire format of protocol buffers field by field, at any position of a file. Unwanted fields are not read. */
import { Cursor } from "../../bytes/cursor.js";
import { Damaged } from "../../bytes/damaged.js";
import type { ByteSource } from "../../bytes/source.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import { short } from "../text.js";

export interface Field {
  readonly number: number;
  /** Value of a number field, not exact above 2^53; 0 for other fields. */
  readonly value: number;
  /** Start of the content of a text, bytes or message. For a number, `start` and `end` are its end. */
  readonly start: number;
  readonly end: number;
  readonly isNumber: boolean;
}

/** Bytes of a key and a length or number. */
const AHEAD = 20;
/** Fields that are read or skipped. A forest of trees has some ten million numbers, each in a field. */
const MOST_FIELDS = 50_000_000;

export class Wire {
  readonly #cursor: Cursor;
  #left = MOST_FIELDS;

  constructor(source: ByteSource) {
    this.#cursor = Cursor.at(source);
  }

  /**
   * Yields the fields of a message between two positions.
   * @param wanted numbers of the fields to yield; default: all
   */
  async *fields(start: number, end: number, wanted?: ReadonlySet<number>): AsyncGenerator<Field, void, undefined> {
    const cursor = this.#cursor;
    for (let position = start; position < end;) {
      if (this.#left-- <= 0) throw new Damaged("it has too many fields");
      const ahead = Math.min(AHEAD, end - position);
      if (cursor.position !== position) cursor.seek(position);
      if (cursor.available < ahead) await cursor.need(ahead);
      const key = cursor.varint(end - position);
      const number = Math.floor(key / 8);
      let from = cursor.position;
      let isNumber = true;
      let value: number | undefined;
      switch (key % 8) {
        case 0:
          value = cursor.varint(end - from);
          position = cursor.position;
          break;
        case 1:
          position = from + 8;
          break;
        case 5:
          position = from + 4;
          break;
        case 2:
          isNumber = false;
          position = cursor.varint(end - from);
          from = cursor.position;
          position += from;
          break;
        default:
          throw new Damaged("a field has an unknown kind");
      }
      if (position > end) throw new Damaged("a field goes beyond its message");
      if (wanted?.has(number) === false) continue;
      yield { number, value: value ?? 0, start: isNumber ? position : from, end: position, isNumber };
    }
  }

  /** Reads the text of a field, truncated to `most` characters. */
  async text({ start, end }: Field, most: number = INSPECT_LIMITS.name): Promise<string> {
    const length = Math.min(end - start, 4 * most);
    this.#cursor.seek(start);
    await this.#cursor.need(length);
    return short(this.#cursor.utf8(length), most);
  }

  /** Reads the numbers of a repeated field: packed into bytes, or a single one. */
  async numbers({ start, end, isNumber, value }: Field): Promise<number[]> {
    if (isNumber) return [value];
    const numbers: number[] = [];
    const cursor = this.#cursor;
    for (let position = start; position < end; position = cursor.position) {
      if (numbers.length >= INSPECT_LIMITS.dimensions) throw new Damaged("it has an endless list of numbers");
      cursor.seek(position);
      await cursor.need(Math.min(AHEAD, end - position));
      numbers.push(cursor.varint(end - position));
    }
    return numbers;
  }
}
