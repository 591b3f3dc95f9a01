/** Structured types as NumPy writes them into a header: `[('a', '<f4'), ('b', [('c', '|u1')], (2,))]`, a literal of Python. */
import { numpyType } from "./numpy-dtype.js";

const MOST_DEPTH = 32;

const NAME = String.raw`(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")`;
const OPEN = /\[/y;
const NEXT = /, /y;
const CLOSE = /\]/y;
const FIELD = new RegExp(String.raw`\((?:${NAME}|\(${NAME}, ${NAME}\)), `, "y");
const TYPE = /'([^'\\]{1,100})'/y;
const FIELD_END = /(?:, \((?:\d+,|\d+(?:, \d+)+)\))?\)/y;

/**
 * Whether elements of such a type are, or hold, Python objects. What NumPy does not write so itself is taken to: a literal has many
 * spellings, and types have names of which some mean objects.
 */
export function holdsObject(spelling: string): boolean {
  const fields = new Fields(spelling);
  return !(fields.list(0) && fields.ended);
}

/** Each question moves on when the answer is yes; after a no there is no way back. */
class Fields {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get ended(): boolean {
    return this.#at === this.#text.length;
  }

  /** `[field, …]`, none of them an object. */
  list(depth: number): boolean {
    if (depth > MOST_DEPTH || !this.#take(OPEN)) return false;
    do if (!this.#field(depth)) return false;
    while (this.#take(NEXT));
    return this.#take(CLOSE) !== null;
  }

  /** `(name, type)` or `(name, type, shape)`; a name may come with a title. */
  #field(depth: number): boolean {
    return this.#take(FIELD) !== null && this.#type(depth) && this.#take(FIELD_END) !== null;
  }

  #type(depth: number): boolean {
    if (this.#text[this.#at] === "[") return this.list(depth + 1);
    const spelling = this.#take(TYPE)?.[1];
    return spelling !== undefined && !numpyType(spelling).object;
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    this.#at += found?.[0].length ?? 0;
    return found;
  }
}
