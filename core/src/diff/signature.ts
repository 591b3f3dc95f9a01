/** Whether who calls a model, or reads what it gives, has to change. The rules are those of MLflow when it enforces a signature. */
import type { Column, Signature } from "../findings/findings.js";
import type { ColumnChange, SignatureDiff } from "./types.js";

type SignaturePart = ColumnChange["part"];

/** Undefined when both are the same. */
export function compareSignatures(before: Signature | undefined, after: Signature | undefined): SignatureDiff | undefined {
  const columns = (["inputs", "outputs", "params"] as const).flatMap((part) => compareColumns(part, before?.[part], after?.[part]));
  return columns.length === 0 ? undefined : { breaking: columns.some(({ breaking }) => breaking), columns };
}

function compareColumns(part: SignaturePart, before: readonly Column[] | undefined, after: readonly Column[] | undefined): ColumnChange[] {
  const [left, right] = [byName(before ?? []), byName(after ?? [])];
  const changes: ColumnChange[] = [];
  for (const [column, from] of left) {
    const to = right.get(column);
    if (to === undefined) changes.push({ part, column, before: from, breaking: removalBreaks(part, from, after), what: "removed" });
    else changes.push(...changesOf(part, column, from, to));
  }
  for (const [column, to] of right) {
    if (!left.has(column)) changes.push({ part, column, after: to, breaking: additionBreaks(part, to, before), what: "added" });
  }
  return changes;
}

/** Columns without a name are known by their place. */
const byName = (columns: readonly Column[]): Map<string, Column> => new Map(columns.map((column, i) => [column.name ?? `#${i}`, column]));

/** What a caller sends too much is not looked at, as long as it has a name; what a reader misses, is missed. */
const removalBreaks = (part: SignaturePart, { name }: Column, after: readonly Column[] | undefined): boolean =>
  part !== "inputs" || name === undefined || after === undefined;

/** A model that said nothing before promised nothing. */
function additionBreaks(part: SignaturePart, column: Column, before: readonly Column[] | undefined): boolean {
  if (before === undefined) return false;
  if (part === "outputs") return column.name === undefined;
  return part === "inputs" ? column.required : column.default === undefined;
}

/** Types that a caller may go on sending, by the type that is expected now. */
const WIDER: Readonly<Record<string, readonly string[]>> = { long: ["integer"], double: ["float", "integer"] };

function changesOf(part: SignaturePart, column: string, before: Column, after: Column): ColumnChange[] {
  const found: [what: string, breaking: boolean][] = [];
  if (before.type !== after.type) {
    const wider = part !== "outputs" && (WIDER[after.type]?.includes(before.type) ?? false);
    found.push([`type ${before.type} → ${after.type}`, !wider]);
  }
  if (before.required !== after.required)
    found.push([after.required ? "optional → required" : "required → optional", after.required === (part !== "outputs")]);
  const [from, to] = [shapeText(before), shapeText(after)];
  if (from !== to) found.push([`shape ${from} → ${to}`, part === "outputs" ? !fits(after, before) : !fits(before, after)]);
  if (before.default !== after.default)
    found.push([`default ${before.default ?? "none"} → ${after.default ?? "none"}`, after.default === undefined]);
  return found.map(([what, breaking]) => ({ part, column, before, after, breaking, what }));
}

const shapeText = ({ shape }: Column): string => (shape === undefined ? "none" : `[${shape.join(", ")}]`);

/** Whether every value of one shape is of the other, too. -1 is any length. */
function fits(narrow: Column, wide: Column): boolean {
  if (wide.shape === undefined) return true;
  if (narrow.shape?.length !== wide.shape.length) return false;
  return wide.shape.every((length, i) => length === -1 || length === narrow.shape![i]);
}
