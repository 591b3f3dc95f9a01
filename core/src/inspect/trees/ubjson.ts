/** Parses Universal Binary JSON as XGBoost writes it. Skips arrays of numbers: only objects, texts and lists of them are kept. */
import { Cursor } from "../../bytes/cursor.js";
import { Damaged } from "../../bytes/damaged.js";

const MOST_DEPTH = 50;
/** Total number of values. */
const MOST_VALUES = 1_000_000;

/** Bytes of a number by its type letter. */
const NUMBERS: Readonly<Record<string, number>> = { i: 1, U: 1, I: 2, l: 4, L: 8, d: 4, D: 8 };

export function parseUbjson(bytes: Buffer): unknown {
  return new UbjsonParser(bytes).value(0);
}

class UbjsonParser {
  readonly #cursor: Cursor;
  #left = MOST_VALUES;

  constructor(bytes: Buffer) {
    this.#cursor = Cursor.of(bytes);
  }

  value(depth: number, letter: string = this.#letter()): unknown {
    if (this.#left-- <= 0) throw new Damaged("it has too many values");
    if (depth > MOST_DEPTH) throw new Damaged("it is nested too deeply");
    if (letter in NUMBERS) return this.#number(letter);
    switch (letter) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#array(depth);
      case "S":
        return this.#cursor.utf8(this.#length());
      case "C":
        return this.#letter();
      case "T":
      case "F":
        return letter === "T";
      case "Z":
      case "N":
        return null;
      default:
        throw new Damaged("it is not valid UBJSON");
    }
  }

  #object(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    while (this.#peek() !== "}") {
      const name = this.#cursor.utf8(this.#length());
      entries.push([name, this.value(depth + 1)]);
    }
    this.#letter();
    return Object.fromEntries(entries);
  }

  #array(depth: number): unknown {
    if (this.#peek() === "$") {
      this.#letter();
      const letter = this.#letter();
      if (this.#letter() !== "#") throw new Damaged("it has an array without a length");
      const count = this.#length();
      const size = NUMBERS[letter];
      if (size === undefined) throw new Damaged("it has an array of something other than numbers");
      this.#cursor.bytes(count * size);
      return undefined;
    }
    let count: number | undefined;
    if (this.#peek() === "#") {
      this.#letter();
      count = this.#length();
    }
    const values: unknown[] = [];
    while (count === undefined ? this.#peek() !== "]" : values.length < count) values.push(this.value(depth + 1));
    if (count === undefined) this.#letter();
    return values;
  }

  #length(): number {
    const length = this.#number(this.#letter());
    if (!Number.isSafeInteger(length) || length < 0) throw new Damaged("it has an impossible length");
    return length;
  }

  #number(letter: string): number {
    const cursor = this.#cursor;
    switch (letter) {
      case "i":
        return cursor.i8();
      case "U":
        return cursor.u8();
      case "I":
        return cursor.i16be();
      case "l":
        return cursor.i32be();
      case "L":
        return Number(cursor.i64be());
      case "d":
        return cursor.f32be();
      case "D":
        return cursor.f64be();
      default:
        throw new Damaged("it has a length that is not a number");
    }
  }

  #letter(): string {
    return this.#cursor.latin1(1);
  }

  #peek(): string {
    const byte = this.#cursor.peek();
    if (byte === undefined) throw new Damaged("it ends early");
    return String.fromCharCode(byte);
  }
}
