/** Universal Binary JSON, as XGBoost writes it. Arrays of numbers are passed over: only objects, texts and lists of these are kept. */
import { Damaged } from "../../archive/bytes.js";

const MOST_DEPTH = 50;
/** Values in all. */
const MOST_VALUES = 1_000_000;

/** Bytes of a number by its letter. */
const NUMBERS: Readonly<Record<string, number>> = { i: 1, U: 1, I: 2, l: 4, L: 8, d: 4, D: 8 };

export function parseUbjson(bytes: Buffer): unknown {
  return new UbjsonParser(bytes).value(0);
}

class UbjsonParser {
  readonly #bytes: Buffer;
  #at = 0;
  #left = MOST_VALUES;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
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
        return this.#take(this.#length()).toString("utf8");
      case "C":
        return this.#take(1).toString("latin1");
      case "T":
      case "F":
        return letter === "T";
      case "Z":
      case "N":
        return null;
      default:
        throw new Damaged("it holds what is no UBJSON");
    }
  }

  #object(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    while (this.#peek() !== "}") {
      const name = this.#take(this.#length()).toString("utf8");
      entries.push([name, this.value(depth + 1)]);
    }
    this.#at++;
    return Object.fromEntries(entries);
  }

  #array(depth: number): unknown {
    if (this.#peek() === "$") {
      this.#at++;
      const letter = this.#letter();
      if (this.#letter() !== "#") throw new Damaged("it has an array without a length");
      const count = this.#length();
      const size = NUMBERS[letter];
      if (size === undefined) throw new Damaged("it has an array of what is no number");
      this.#take(count * size);
      return undefined;
    }
    let count: number | undefined;
    if (this.#peek() === "#") {
      this.#at++;
      count = this.#length();
    }
    const values: unknown[] = [];
    while (count === undefined ? this.#peek() !== "]" : values.length < count) values.push(this.value(depth + 1));
    if (count === undefined) this.#at++;
    return values;
  }

  #length(): number {
    const length = this.#number(this.#letter());
    if (!Number.isSafeInteger(length) || length < 0) throw new Damaged("it has a length that cannot be");
    return length;
  }

  #number(letter: string): number {
    const bytes = this.#take(NUMBERS[letter] ?? 0);
    switch (letter) {
      case "i":
        return bytes.readInt8();
      case "U":
        return bytes.readUInt8();
      case "I":
        return bytes.readInt16BE();
      case "l":
        return bytes.readInt32BE();
      case "L":
        return Number(bytes.readBigInt64BE());
      case "d":
        return bytes.readFloatBE();
      case "D":
        return bytes.readDoubleBE();
      default:
        throw new Damaged("it has a length that is no number");
    }
  }

  #letter(): string {
    return this.#take(1).toString("latin1");
  }

  #peek(): string {
    if (this.#at >= this.#bytes.length) throw new Damaged("it ends early");
    return String.fromCharCode(this.#bytes[this.#at]!);
  }

  #take(count: number): Buffer {
    if (count > this.#bytes.length - this.#at) throw new Damaged("it ends early");
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }
}
