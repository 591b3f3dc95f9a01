/** Parses structured types in NumPy headers, such as `[('a', '<f4'), ('b', [('c', '|u1')], (2,))]`, a Python literal. */
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
 * Whether elements of such a type are, or contain, Python objects. Assumes so for any spelling that NumPy does not write: a literal has
 * many spellings, and some names of types mean objects.
 */
export function holdsObject(spelling: string): boolean {
  const fields = new Fields(spelling);
  return !(fields.list(0) && fields.ended);
}

/** Each method advances if it returns true; after false, parsing cannot continue. */
class Fields {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get ended(): boolean {
    return this.#at === this.#text.length;
  }

  /** Parses `[field, …]` without objects. */
  list(depth: number): boolean {
    if (depth > MOST_DEPTH || !this.#take(OPEN)) return false;
    do if (!this.#field(depth)) return false;
    while (this.#take(NEXT));
    return this.#take(CLOSE) !== null;
  }

  /** Parses `(name, type)` or `(name, type, shape)`; a name may have a title. */
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
