/** Parses gates. Errors name the column, and suggest what the author probably meant. */
import { LobError } from "../errors.js";
import { quote, textProblem } from "../descriptors/text.js";
import { checkMeaning } from "./meaning.js";
import {
  BUILTINS,
  type Builtin,
  type Comparison,
  COMPARISONS,
  type Condition,
  type Expression,
  type ContentGate,
  CONTENT_GATES,
  type GateFunction,
  FUNCTIONS,
  type Gate,
  GATE_LIMITS,
  type Quantity,
  UNITS,
} from "./language.js";
import { nearest } from "./near.js";
import { type Token, tokensOf, WrongGate } from "./tokens.js";

const EXAMPLES = 'Gates look like "auc >= base - 0.005", "size <= 200MB" or "signature: compatible".';

/**
 * Parses one gate.
 *
 * @param text e.g. `auc >= base - 0.005`; docs/gates.md describes the language
 * @throws LobError LOB1010 (not a gate), with the column
 */
export function parseGate(text: string): Gate {
  const trimmed = text.trim();
  try {
    if (trimmed === "") throw new WrongGate(0, "it is empty");
    const problem = textProblem(trimmed, { max: GATE_LIMITS.length });
    if (problem !== undefined) throw new WrongGate(0, `it ${problem}`);
    return { ...checkMeaning(new GateParser(tokensOf(trimmed)).gate()), text: trimmed };
  } catch (error) {
    if (!(error instanceof WrongGate)) throw error;
    const column = error.at + 1;
    throw new LobError("LOB1010", `the gate ${quote(trimmed)} is invalid at column ${column}: ${error.message}`, {
      hint: error.hint === undefined ? EXAMPLES : `${error.hint} ${EXAMPLES}`,
      details: { gate: trimmed.slice(0, GATE_LIMITS.length).toWellFormed(), column },
    });
  }
}

/** Hints for habits from other languages. */
const HABITS: Readonly<Record<string, string>> = {
  "=": 'Write "==" for equal.',
  "===": 'Write "==".',
  "!==": 'Write "!=".',
  "<>": 'Write "!=" for not equal.',
  "=>": 'Write ">=" for at least.',
  "=<": 'Write "<=" for at most.',
  "≥": 'Write ">=".',
  "≤": 'Write "<=".',
  "⩾": 'Write ">=".',
  "⩽": 'Write "<=".',
  "≠": 'Write "!=".',
  "−": 'Write "-".',
  "–": 'Write "-".',
  "×": 'Write "*".',
  "·": 'Write "*".',
  "÷": 'Write "/".',
};
const ONE_EACH = "A gate is one comparison or one content gate: write two gates.";
const POINT = "Write numbers with a decimal point and no separators: 0.8, 1000.";
const JOINING: readonly string[] = ["and", "or", "AND", "OR", "&&", "||"];

class GateParser {
  readonly #tokens: readonly Token[];
  #position = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get #next(): Token {
    return this.#tokens[this.#position]!;
  }

  gate(): Condition {
    const [first, second] = this.#tokens;
    const condition = first!.kind === "name" && second?.text === ":" ? this.#content() : this.#comparison();
    if (this.#next.kind !== "end") throw this.#unexpected("the end");
    return condition;
  }

  #content(): Condition {
    const [name, , word] = this.#tokens as [Token, Token, Token];
    if (!Object.hasOwn(CONTENT_GATES, name.text)) {
      const known = Object.keys(CONTENT_GATES);
      throw new WrongGate(
        name.at,
        `there is no content gate ${quote(name.text)}; the content gates are ${listOf(known)}`,
        didYouMean(name.text, known) ?? 'In a comparison, write ">=" or another operator instead of ":".',
      );
    }
    const content = name.text as ContentGate;
    const words: readonly string[] = CONTENT_GATES[content];
    this.#position = 2;
    if (word.kind !== "name" || !words.includes(word.text)) throw this.#unexpected(listOf(words, "or"), didYouMean(word.text, words));
    this.#position = 3;
    return { kind: "content", name: content, word: word.text };
  }

  #comparison(): Condition {
    const left = this.#sum();
    const operator = this.#mark(COMPARISONS);
    if (operator === undefined) throw this.#unexpected(`a comparison (${COMPARISONS.join(" ")})`, HABITS[this.#next.text]);
    const right = this.#sum();
    if (COMPARISONS.includes(this.#next.text as Comparison)) throw new WrongGate(this.#next.at, "it compares twice", ONE_EACH);
    return { kind: "comparison", left, operator, right };
  }

  #sum(): Expression {
    return this.#chain(["+", "-"], () => this.#chain(["*", "/"], () => this.#signed()));
  }

  #chain(operators: readonly ("+" | "-" | "*" | "/")[], operand: () => Expression): Expression {
    let left = operand();
    for (let operator = this.#mark(operators); operator !== undefined; operator = this.#mark(operators)) {
      left = { kind: "binary", operator, left, right: operand() };
    }
    return left;
  }

  #signed(): Expression {
    if (this.#mark(["-"]) === undefined) return this.#value();
    return this.#deeper(() => ({ kind: "negated", operand: this.#signed() }));
  }

  #value(): Expression {
    const token = this.#next;
    if (token.kind === "number") return this.#number();
    if (token.kind === "quoted") return this.#quantity("candidate", { kind: "metric", name: token.text });
    if (token.kind === "name") return this.#named(token);
    if (this.#mark(["("]) === undefined) throw this.#unexpected("a number or a name");
    const inner = this.#deeper(() => this.#sum());
    if (this.#mark([")"]) === undefined) throw this.#unexpected('")"');
    return inner;
  }

  #number(): Expression {
    const { text, at } = this.#take();
    const value = Number(text);
    if (!Number.isFinite(value)) throw new WrongGate(at, `the number ${quote(text)} is too large`);
    if (value === 0 && /^[.0]*[1-9]/.test(text)) throw new WrongGate(at, `the number ${quote(text)} is too small`);
    const unit = this.#next;
    if (unit.text === "%") throw new WrongGate(unit.at, "a percentage is ambiguous", percentHint(value));
    if (unit.kind !== "name" || JOINING.includes(unit.text)) return { kind: "number", value };
    const known = [...new Set(Object.values(UNITS).flatMap((units) => Object.keys(units)))];
    if (!known.includes(unit.text)) {
      const hint = unit.at === at + text.length ? runOnHint(text, unit.text) : undefined;
      throw new WrongGate(unit.at, `${quote(unit.text)} is not a unit`, unitHint(unit.text, known) ?? hint);
    }
    this.#take();
    return { kind: "number", value, unit: unit.text };
  }

  #named({ text }: Token): Expression {
    const after = this.#tokens[this.#position + 1]!;
    if (after.text === "(" && after.kind === "mark") return this.#call();
    if (text === "base") {
      this.#take();
      const quoted = this.#tokens[this.#position + 1];
      if (this.#next.text !== "." || this.#next.kind !== "mark") return { kind: "base" };
      if (quoted?.kind !== "quoted") throw new WrongGate(this.#next.at, '"base." must be followed by the name of a metric');
      this.#take();
      return this.#quantity("base", { kind: "metric", name: quoted.text });
    }
    if (!text.startsWith("base.")) return this.#quantity("candidate", quantityOf(text));
    return this.#quantity("base", quantityOf(text.slice("base.".length)));
  }

  #quantity(of: "candidate" | "base", quantity: Quantity): Expression {
    this.#take();
    return { kind: "quantity", of, quantity };
  }

  #call(): Expression {
    const { text, at } = this.#take();
    this.#take();
    const name = FUNCTIONS.find((one) => one === text);
    if (name === undefined) {
      const hint = text === "base" ? "For the base's value of a metric, write base.auc or base.\"val/auc\"." : didYouMean(text, FUNCTIONS); // prettier-ignore
      throw new WrongGate(at, `there is no function ${quote(text)}; the functions are ${listOf(FUNCTIONS)}`, hint);
    }
    const operands = this.#deeper(() => this.#operands());
    if (this.#mark([")"]) === undefined) throw this.#unexpected('")"');
    checkOperands(name, operands.length, at);
    return { kind: "call", name, operands };
  }

  #operands(): Expression[] {
    const operands = [this.#sum()];
    while (this.#mark([","]) !== undefined) operands.push(this.#sum());
    return operands;
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > GATE_LIMITS.depth) throw new WrongGate(this.#next.at, `it is nested deeper than ${GATE_LIMITS.depth} levels`);
    const result = read();
    this.#depth--;
    return result;
  }

  #take(): Token {
    return this.#tokens[this.#position++]!;
  }

  /** Takes the next token if it is one of these marks. */
  #mark<M extends string>(marks: readonly M[]): M | undefined {
    const { kind, text } = this.#next;
    const found = kind === "mark" ? marks.find((one) => one === text) : undefined;
    if (found !== undefined) this.#position++;
    return found;
  }

  #unexpected(expected: string, hint?: string): WrongGate {
    const { kind, text, at } = this.#next;
    const got = kind === "end" ? "the gate ends" : `found ${quote(text)}`;
    const known = JOINING.includes(text) ? ONE_EACH : kind !== "mark" ? undefined : text === "," ? this.#commaHint() : HABITS[text];
    return new WrongGate(at, `expected ${expected}, but ${got}`, hint ?? known);
  }

  /** Distinguishes a comma inside a number (`0,8`, `1,000`) from one between gates. */
  #commaHint(): string {
    const around = [this.#tokens[this.#position - 1], this.#tokens[this.#position + 1]];
    return around.every((token) => token?.kind === "number") ? POINT : ONE_EACH;
  }
}

const quantityOf = (name: string): Quantity =>
  (BUILTINS as readonly string[]).includes(name) ? { kind: "builtin", name: name as Builtin } : { kind: "metric", name };

function checkOperands(name: GateFunction, count: number, at: number): void {
  if (name === "abs" && count !== 1) throw new WrongGate(at, `abs takes one value, but got ${count}`);
  if (name !== "abs" && count < 2) throw new WrongGate(at, `${name} takes two values or more`);
}

function unitHint(unit: string, known: readonly string[]): string | undefined {
  const meant = known.find((one) => one.toLowerCase() === unit.toLowerCase()) ?? (unit.length > 1 ? nearest(unit, known) : undefined);
  return meant === undefined || unit.length > 4 ? undefined : `Did you mean ${meant}?`;
}

/** Hint for text that follows a number without a space. */
const runOnHint = (number: string, rest: string): string =>
  /^_\d/.test(rest) ? POINT : `Quote a name that starts with a digit: ${quote(number + rest)}.`;

function percentHint(value: number): string {
  const [more, less, share] = [1 + value / 100, 1 - value / 100, value / 100].map((one) => Number(one.toPrecision(12))) as [number, number, number]; // prettier-ignore
  if (less < 0) return `For ${value}% of the base, write base * ${share}; for a share, write ${share}.`;
  return `For ${value}% more or less than the base, write base * ${more} or base * ${less}; for a share, write ${share}.`;
}

const didYouMean = (word: string, known: readonly string[]): string | undefined => {
  const meant = nearest(word, known);
  return meant === undefined ? undefined : `Did you mean ${meant}?`;
};

const listOf = (words: readonly string[], conjunction = "and"): string =>
  words.length === 1 ? words[0]! : `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1)!}`;
