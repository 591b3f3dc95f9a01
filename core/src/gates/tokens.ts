/** Splits the text of a gate into tokens, in one pass. */
export interface Token {
  readonly kind: "number" | "name" | "quoted" | "mark" | "end";
  /** The source text; for a quoted name, the name without quotes and escapes. */
  readonly text: string;
  /** Start offset, from 0. */
  readonly at: number;
}

/** A syntax error at an offset. The parser adds the text of the gate. */
export class WrongGate extends Error {
  override readonly name = "WrongGate";
  readonly at: number;
  readonly hint: string | undefined;

  constructor(at: number, message: string, hint?: string) {
    super(message);
    this.at = at;
    this.hint = hint;
  }
}

/** All marks, longest first. Some have no meaning, but are recognized to suggest what to write instead. */
const MARKS = [..."=== !== && || => =< <> ** // >= <= == != ≥ ≤ ⩾ ⩽ ≠ > < = + - − – * × · / ÷ ( ) , . : %".split(" ")];
const DIGIT = /[0-9]/;
const NAME_START = /[\p{L}_]/u;
/** Allows unquoted names such as `recall@10` and `val.auc`. */
const NAME_PART = /[\p{L}\p{M}\p{Nd}_@]/u;

/** @throws WrongGate */
export function tokensOf(text: string): Token[] {
  const characters = new Characters(text);
  const tokens: Token[] = [];
  for (;;) {
    characters.take(isSpace);
    const at = characters.at;
    if (at >= text.length) return [...tokens, { kind: "end", text: "", at }];
    tokens.push(tokenAt(characters, at));
  }
}

function tokenAt(characters: Characters, at: number): Token {
  const next = characters.next;
  if (DIGIT.test(next) || (next === "." && DIGIT.test(characters.second))) return { kind: "number", text: numberAt(characters), at };
  if (NAME_START.test(next)) return { kind: "name", text: nameAt(characters), at };
  if (next === '"') return { kind: "quoted", text: quotedAt(characters), at };
  const mark = MARKS.find((one) => characters.has(one));
  if (mark !== undefined) {
    characters.skip(mark.length);
    return { kind: "mark", text: mark, at };
  }
  const hint =
    next === "'" || next === "`" || next === "“"
      ? 'Put names with characters other than letters, digits, "_", "." and "@" in double quotes: "val/auc".'
      : undefined;
  throw new WrongGate(at, `${JSON.stringify(next)} has no meaning in a gate`, hint);
}

const isDigit = (character: string): boolean => DIGIT.test(character);
const isNamePart = (character: string): boolean => NAME_PART.test(character);
/** Accepts no-break spaces, because text copied from a web page contains them. */
const isSpace = (character: string): boolean => /\p{Zs}/u.test(character);

function numberAt(characters: Characters): string {
  const start = characters.at;
  characters.take(isDigit);
  if (characters.next === ".") {
    characters.skip(1);
    characters.take(isDigit);
  }
  // An exponent needs a digit, so that `1epoch` is not read as one.
  const exponent = characters.next === "e" || characters.next === "E";
  const signed = characters.second === "+" || characters.second === "-";
  if (exponent && isDigit(signed ? characters.third : characters.second)) {
    characters.skip(signed ? 2 : 1);
    characters.take(isDigit);
  }
  return characters.since(start);
}

/** Reads a name including inner dots, but not a dot at its end, as in `base."val/auc"`. */
function nameAt(characters: Characters): string {
  const start = characters.at;
  characters.take(isNamePart);
  while (characters.next === "." && isNamePart(characters.second)) {
    characters.skip(1);
    characters.take(isNamePart);
  }
  return characters.since(start);
}

function quotedAt(characters: Characters): string {
  const start = characters.at;
  characters.skip(1);
  let name = "";
  for (;;) {
    const next = characters.next;
    if (next === "") throw new WrongGate(start, 'the closing " of a name is missing');
    characters.skip(next.length);
    if (next === '"') break;
    if (next === "\\") {
      const escaped = characters.next;
      if (escaped !== '"' && escaped !== "\\") throw new WrongGate(characters.at - 1, 'in quotes, "\\" must be followed by " or \\');
      name += escaped;
      characters.skip(1);
    } else name += next;
  }
  if (name === "") throw new WrongGate(start, "the name between the quotes is empty");
  return name;
}

/** A cursor over the characters of a text. */
class Characters {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next character, including both code units of a surrogate pair; "" at the end. */
  get next(): string {
    return this.#from(this.at);
  }

  get second(): string {
    return this.#from(this.at + this.next.length);
  }

  get third(): string {
    return this.#from(this.at + this.next.length + this.second.length);
  }

  has(mark: string): boolean {
    return this.#text.startsWith(mark, this.at);
  }

  skip(count: number): void {
    this.at += count;
  }

  take(is: (character: string) => boolean): void {
    for (let next = this.next; next !== "" && is(next); next = this.next) this.at += next.length;
  }

  since(start: number): string {
    return this.#text.slice(start, this.at);
  }

  #from(at: number): string {
    const point = this.#text.codePointAt(at);
    return point === undefined ? "" : String.fromCodePoint(point);
  }
}
