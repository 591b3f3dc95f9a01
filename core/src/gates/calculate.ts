/**
 * Calculates with decimal numbers in doubles, and tracks the rounding error. 0.91 - 0.005 is not 0.905 in binary, but a gate must treat
 * them as equal. Integers are exact. Any other decimal number counts as known to 15 digits, because a double keeps that many.
 */
import { type Comparison, type Expression, type Measured, type Quantity, UNITS } from "./language.js";

export interface GateValue {
  readonly value: number;
  /** Largest distance from the true value. */
  readonly error: number;
}

/** Thrown if an expression has no value. The message is a clause, e.g. `it divides by 0`. */
export class Incalculable extends Error {
  override readonly name = "Incalculable";
}

/** Resolves the names and units of a gate. */
export interface GateMeaning {
  readonly valueOf: (of: "candidate" | "base", quantity: Quantity) => number;
  readonly subject: Quantity | undefined;
  readonly measured: Measured | undefined;
}

const DIGITS = 1e-15;
/** Largest relative error of one rounding step. */
const STEP = Number.EPSILON / 2;

/** @throws Incalculable */
export function calculate(expression: Expression, meaning: GateMeaning): GateValue {
  const of = (part: Expression): GateValue => calculate(part, meaning);
  switch (expression.kind) {
    case "number":
      return given(expression.value * factorOf(expression.unit, meaning.measured));
    case "quantity":
      return given(meaning.valueOf(expression.of, expression.quantity));
    case "base":
      return given(meaning.valueOf("base", meaning.subject!));
    case "negated": {
      const { value, error } = of(expression.operand);
      return { value: -value, error };
    }
    case "binary":
      return BINARY[expression.operator](of(expression.left), of(expression.right));
    case "call": {
      const operands = expression.operands.map(of);
      const values = operands.map(({ value }) => value);
      const error = Math.max(...operands.map((one) => one.error));
      return { value: expression.name === "abs" ? Math.abs(values[0]!) : Math[expression.name](...values), error };
    }
  }
}

export function compare({ value: a, error: of }: GateValue, operator: Comparison, { value: b, error: and }: GateValue): boolean {
  const equal = Math.abs(a - b) <= of + and;
  switch (operator) {
    case ">=":
      return equal || a > b;
    case "<=":
      return equal || a < b;
    case ">":
      return !equal && a > b;
    case "<":
      return !equal && a < b;
    case "==":
      return equal;
    case "!=":
      return !equal;
  }
}

/** Returns the factor of a unit, e.g. 1e6 for MB; 1 without a unit. */
export const factorOf = (unit: string | undefined, measured: Measured | undefined): number =>
  unit === undefined || measured === undefined ? 1 : (UNITS[measured] as Readonly<Record<string, number>>)[unit]!;

/** Returns a number from the gate or the model, with the error of its decimal notation. */
function given(value: number): GateValue {
  if (!Number.isFinite(value)) throw new Incalculable(Number.isNaN(value) ? "it is not a number" : "it is infinite");
  return { value, error: Number.isSafeInteger(value) ? 0 : Math.abs(value) * DIGITS };
}

const BINARY: Readonly<Record<"+" | "-" | "*" | "/", (a: GateValue, b: GateValue) => GateValue>> = {
  "+": (a, b) => rounded(a.value + b.value, a.error + b.error),
  "-": (a, b) => rounded(a.value - b.value, a.error + b.error),
  "*": (a, b) => rounded(a.value * b.value, Math.abs(a.value) * b.error + Math.abs(b.value) * a.error + a.error * b.error),
  "/": (a, b) => {
    const size = Math.abs(b.value);
    // 0.3 - 0.1 - 0.2 means 0 to its author.
    if (size <= 2 * b.error) throw new Incalculable("it divides by 0");
    const value = a.value / b.value;
    return rounded(value, (a.error + Math.abs(value) * b.error) / (size - b.error));
  },
};

/** Adds the error of one rounding step. Integer results of exact operands stay exact, because inexact ones exceed the safe range. */
function rounded(value: number, error: number): GateValue {
  if (!Number.isFinite(value) || !Number.isFinite(error)) throw new Incalculable("it is too large");
  return { value, error: error === 0 && Number.isSafeInteger(value) ? 0 : error + Math.abs(value) * STEP };
}
