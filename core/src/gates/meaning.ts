/** Checks that a parsed gate makes sense: that it names the model, what its units count, and what `base` alone refers to. */
import { type Condition, type Expression, type Measured, partsOf, type Quantity, UNITS } from "./language.js";
import { printQuantity } from "./print.js";
import { WrongGate } from "./tokens.js";

/** @throws WrongGate */
export function checkMeaning(condition: Condition): Condition & { measured?: Measured | undefined; subject?: Quantity | undefined } {
  if (condition.kind === "content") return condition;
  const parts = [...partsOf(condition.left), ...partsOf(condition.right)];
  const named = parts.flatMap((part) => (part.kind === "quantity" ? [part] : []));
  const own = distinct(named.filter(({ of }) => of === "candidate").map(({ quantity }) => quantity));
  if (own.length === 0) throw new WrongGate(0, "it names no value of the model", "Name a metric, size, files, tensors or parameters.");
  const subject = parts.some(({ kind }) => kind === "base") ? subjectOf(own) : undefined;
  const measured = measuredBy(parts, named.map(({ quantity }) => quantity)); // prettier-ignore
  if (measured !== undefined) checkUnits(condition, measured);
  return { ...condition, subject, measured };
}

function subjectOf(own: readonly Quantity[]): Quantity {
  const [one, another] = own.map(printQuantity);
  if (another === undefined) return own[0]!;
  throw new WrongGate(0, `"base" alone may mean the base's ${one!} or its ${another}`, `Write base.${one!} or base.${another}.`);
}

/** Returns the quantity that the units in the gate count. Refuses units of another quantity as a mistake: 7GB of parameters. */
function measuredBy(parts: readonly Expression[], named: readonly Quantity[]): Measured | undefined {
  const units = new Set(parts.flatMap((part) => (part.kind === "number" && part.unit !== undefined ? [part.unit] : [])));
  const [unit] = units;
  if (unit === undefined) return undefined;
  const kinds = distinct(named);
  const measured = kinds.find((one) => one.kind === "builtin" && one.name in UNITS)?.name as Measured | undefined;
  if (measured === undefined) {
    const what = kinds.map(printQuantity)[0]!;
    throw new WrongGate(
      0,
      `it has the unit ${unit}, but ${what} has no units`,
      "Only size and parameters have units. Write the number in full.",
    );
  }
  if (kinds.length > 1)
    throw new WrongGate(0, `it has the unit ${unit}, but names ${kinds.map(printQuantity).join(" and ")}`, "Write the number in full.");
  for (const one of units) {
    if (!(one in UNITS[measured])) {
      throw new WrongGate(0, `${one} is not a unit of ${measured}`, `Units of ${measured} are ${Object.keys(UNITS[measured]).join(", ")}.`);
    }
  }
  return measured;
}

/**
 * Refuses gates that would pass for every model: `base * 1.1MB` exceeds any size, and every ratio meets `size / base <= 2MB`. Counts for
 * this how often an expression contains the quantity as a factor.
 */
function checkUnits({ left, right }: Condition & { kind: "comparison" }, measured: Measured): void {
  const squared = [...partsOf(left), ...partsOf(right)].some((part) => factors(part) > 1);
  if (squared) throw new WrongGate(0, `it multiplies ${measured} by ${measured}`, "Omit one of the units: base * 1.1.");
  const [a, b] = [factors(left), factors(right)];
  for (const [one, other, side] of [[a, b, left], [b, a, right]] as const) {
    if (one === 0 && other !== 0 && [...partsOf(side)].some(({ kind }) => kind !== "number"))
      throw new WrongGate(0, `it compares a ratio with ${measured}`, "Omit the unit or the division.");
  } // prettier-ignore
}

/** Returns the power of the quantity in an expression, e.g. 2 for `size * size`. All its units belong to one quantity. */
export function factors(part: Expression): number {
  switch (part.kind) {
    case "number":
      return part.unit === undefined ? 0 : 1;
    case "quantity":
    case "base":
      return 1;
    case "negated":
      return factors(part.operand);
    case "call":
      return Math.max(...part.operands.map((one) => factors(one)));
    case "binary": {
      const [a, b] = [factors(part.left), factors(part.right)];
      return part.operator === "*" ? a + b : part.operator === "/" ? a - b : Math.max(a, b);
    }
  }
}

function distinct(quantities: readonly Quantity[]): Quantity[] {
  return [...new Map(quantities.map((one) => [`${one.kind} ${one.name}`, one])).values()];
}
