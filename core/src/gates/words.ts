/** Explains the result of a gate in words, with the numbers. */
import { integer } from "../format.js";
import { factorOf, type GateMeaning } from "./calculate.js";
import { type Comparison, type Expression, type Gate, partsOf } from "./language.js";
import { factors } from "./meaning.js";
import { print, printQuantity } from "./print.js";

const WORDS: Readonly<Record<Comparison, string>> = {
  ">=": "at least ",
  "<=": "at most ",
  ">": "more than ",
  "<": "less than ",
  "==": "",
  "!=": "other than ",
};
const TURNED: Readonly<Record<Comparison, Comparison>> = { ">=": "<=", "<=": ">=", ">": "<", "<": ">", "==": "==", "!=": "!=" };

/** Returns `auc is 0.89, but must be at least 0.905 (base 0.91 - 0.005)`. The candidate's side comes first, even if the gate has it last. */
export function reasonOf(
  gate: Gate & { kind: "comparison" },
  meaning: GateMeaning,
  left: number,
  right: number,
  passed: boolean,
): { reason: string; actual: number; bound: number } {
  const turned = !isAbout(gate.left);
  const about = turned ? gate.right : gate.left;
  const other = turned ? gate.left : gate.right;
  const [actual, bound] = turned ? [right, left] : [left, right];
  const words = WORDS[turned ? TURNED[gate.operator] : gate.operator];
  const unit = isSize(about, gate) ? " bytes" : "";
  const from = derivation(about, meaning);
  const is = `${print(about)} is ${shown(actual)}${unit}${from === undefined || isPlain(about) ? "" : ` (${from})`}`;
  const to = derivation(other, meaning);
  const bounded = `${words}${shown(bound)}${unit}${to === undefined ? "" : ` (${to})`}`;
  return { reason: `${is}, ${passed ? "which is" : "but must be"} ${bounded}`, actual, bound };
}

/** Explains why a side of a gate has no value. */
export const refusal = (side: Expression, meaning: GateMeaning, why: string): string =>
  `${print(side)} cannot be calculated: ${why}${isPlain(side) ? "" : ` (${derivation(side, meaning) ?? ""})`}`;

/** Whether a side contains a value of the candidate. */
const isAbout = (side: Expression): boolean => [...partsOf(side)].some((part) => part.kind === "quantity" && part.of === "candidate");

const isPlain = ({ kind }: Expression): boolean => kind === "quantity";

/** Whether the gate compares bytes: values with units, or the size itself, but not `size / 1MB`. */
const isSize = (about: Expression, { measured }: Gate): boolean =>
  (measured === "size" && factors(about) === 1) ||
  (about.kind === "quantity" && about.quantity.kind === "builtin" && about.quantity.name === "size");

/** Prints a side with the values of its names, e.g. `base 0.91 - 0.005`; undefined for a plain number. */
function derivation(side: Expression, { valueOf, subject, measured }: GateMeaning): string | undefined {
  if (side.kind === "number" && factorOf(side.unit, measured) === 1) return undefined;
  if (side.kind === "base") return "base";
  return print(side, (part) => {
    if (part.kind === "base") return `base ${shown(valueOf("base", subject!))}`;
    if (part.kind !== "quantity") return undefined;
    return `${part.of === "base" ? "base." : ""}${printQuantity(part.quantity)} ${shown(valueOf(part.of, part.quantity))}`;
  });
}

/** Prints a number without binary rounding digits: 0.905 instead of 0.9050000000000001. */
function shown(value: number): string {
  if (Number.isSafeInteger(value)) return Math.abs(value) < 10_000 ? String(value) : integer(value);
  return String(Number(value.toPrecision(15)));
}
