/** Checks gates against a model. Pure. */
import type { DescribedModel, Diff } from "../diff/types.js";
import { printable } from "../format.js";
import { calculate, compare, Incalculable, type GateMeaning, type GateValue } from "./calculate.js";
import { checkContent } from "./content.js";
import { notKnown } from "./known.js";
import { type Gate, partsOf, type Quantity } from "./language.js";
import { near } from "./near.js";
import { printQuantity } from "./print.js";
import type { GateResult } from "../diff/gate-result.js";
import { reasonOf, refusal } from "./words.js";

/** The models that gates are checked on. */
export interface GateInput {
  readonly candidate: DescribedModel;
  /** `none`: there is no version yet. `unknown`: it could not be read. */
  readonly base: DescribedModel | "none" | "unknown";
  /** From the base to the candidate. Content gates that compare with the base are unknown without it. */
  readonly diff?: Diff | undefined;
}

/** The outcome of a gate that lacks a value. */
export interface Undecided {
  readonly outcome: "failed" | "skipped" | "unknown";
  readonly reason: string;
}

const MOST_REASON = 4_000;

/** Returns one result per gate, in their order. Never throws, whatever the model contains. */
export function checkGates(gates: readonly Gate[], checked: GateInput): GateResult[] {
  return gates.map((gate) => {
    const { reason, ...result } = gate.kind === "content" ? checkContent(gate, checked) : checkComparison(gate, checked);
    const words = printable(reason);
    const short = words.length > MOST_REASON ? `${words.slice(0, MOST_REASON - 1).toWellFormed()}…` : words;
    return { gate: gate.text, reason: short, ...result };
  });
}

/** Returns the outcome of a gate that needs a base without one; undefined if there is a base. */
export function withoutBase({ base }: GateInput): Undecided | undefined {
  if (base === "none") return { outcome: "skipped", reason: "there is no version yet to compare with" };
  return base === "unknown" ? { outcome: "unknown", reason: "the base could not be read" } : undefined;
}

function checkComparison(gate: Gate & { kind: "comparison" }, checked: GateInput): Omit<GateResult, "gate"> {
  const undecided = missing(gate, checked);
  if (undecided !== undefined) return undecided;
  const meaning: GateMeaning = {
    valueOf: (of, quantity) => valueOf(of === "base" ? (checked.base as DescribedModel) : checked.candidate, quantity)!,
    subject: gate.subject,
    measured: gate.measured,
  };
  const sides: GateValue[] = [];
  for (const side of [gate.left, gate.right]) {
    try {
      sides.push(calculate(side, meaning));
    } catch (error) {
      if (!(error instanceof Incalculable)) throw error;
      return { outcome: "failed", reason: refusal(side, meaning, error.message) };
    }
  }
  const [left, right] = sides as [GateValue, GateValue];
  const passed = compare(left, gate.operator, right);
  const { reason, actual, bound } = reasonOf(gate, meaning, left.value, right.value, passed);
  return { outcome: passed ? "passed" : "failed", reason, actual, bound };
}

/** Finds the first name without a value. Checks the candidate first: a missing candidate value fails whatever the base is. */
function missing(gate: Gate & { kind: "comparison" }, checked: GateInput): Undecided | undefined {
  const { candidate, base } = checked;
  const named = namesIn(gate);
  for (const { quantity } of named.filter(({ of }) => of === "candidate")) {
    if (valueOf(candidate, quantity) === undefined) return { outcome: "failed", reason: lacking(quantity, candidate, gate) };
  }
  const ofBase = named.filter(({ of }) => of === "base");
  if (ofBase.length === 0) return undefined;
  if (base === "none" || base === "unknown") return withoutBase(checked);
  const gone = ofBase.find(({ quantity }) => valueOf(base, quantity) === undefined);
  return gone && { outcome: "skipped", reason: lackingInBase(gone.quantity, base) };
}

interface NamedQuantity {
  readonly of: "candidate" | "base";
  readonly quantity: Quantity;
}

function namesIn({ left, right, subject }: Gate & { kind: "comparison" }): NamedQuantity[] {
  return [...partsOf(left), ...partsOf(right)].flatMap((part): NamedQuantity[] => {
    if (part.kind === "base") return [{ of: "base", quantity: subject! }];
    return part.kind === "quantity" ? [part] : [];
  });
}

/** Returns the value of a quantity; undefined if it is unknown. */
function valueOf({ metrics = {}, summary, files, contentBytes }: DescribedModel, { kind, name }: Quantity): number | undefined {
  if (kind === "metric") return Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  if (notKnown(summary, name) !== undefined) return undefined;
  return { size: contentBytes, files, tensors: summary.tensorCount, parameters: summary.parameters }[name];
}

function lackingInBase(quantity: Quantity, { metrics, summary }: DescribedModel): string {
  if (quantity.kind === "builtin") return `${quantity.name} is unknown for the base: ${notKnown(summary, quantity.name) ?? ""}`;
  if (metrics === undefined) return `the base's metrics are unknown, but the gate names its ${printQuantity(quantity)}`;
  return `the base has no metric ${printQuantity(quantity)} to compare with`;
}

function lacking(quantity: Quantity, { metrics = {}, summary }: DescribedModel, { text }: Gate): string {
  if (quantity.kind === "builtin") return `${quantity.name} is unknown for the model: ${notKnown(summary, quantity.name) ?? ""}`;
  const names = Object.keys(metrics);
  if (names.length === 0)
    return `the model has no metrics, but the gate names ${printQuantity(quantity)}: add a metrics.json to the model's folder`;
  const what = `the model has no metric ${printQuantity(quantity)}`;
  // Without quotes, `val/auc` is a division and `val-auc` a subtraction.
  const written = text.replaceAll(" ", "");
  const unquoted = names.find((name) => name.length > quantity.name.length && name.includes(quantity.name) && printQuantity({ kind: "metric", name }).startsWith('"') && written.includes(name.replaceAll(" ", "")) && !text.includes(`"${name}"`)); // prettier-ignore
  if (unquoted !== undefined) return `${what}; it has ${unquoted}, which must be quoted: "${unquoted}"`;
  const meant = near(quantity.name, names).map((name) => printQuantity({ kind: "metric", name }));
  return meant.length === 0 ? what : `${what}; it has ${meant.join(", ")}`;
}
