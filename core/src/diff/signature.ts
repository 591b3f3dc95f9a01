/** Returns whether callers of a model must change. Follows the rules of MLflow's signature enforcement. */
import type { Column, Signature } from "../findings/findings.js";
import type { ColumnChange, SignatureDiff } from "./types.js";

type SignaturePart = ColumnChange["part"];

/** Returns the changed columns; undefined if the signatures are equal. */
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

/** Columns without a name are identified by their position. */
const byName = (columns: readonly Column[]): Map<string, Column> => new Map(columns.map((column, i) => [column.name ?? `#${i}`, column]));

/** MLflow ignores surplus named inputs, so removing one breaks no caller. A removed output or parameter does. */
const removalBreaks = (part: SignaturePart, { name }: Column, after: readonly Column[] | undefined): boolean =>
  part !== "inputs" || name === undefined || after === undefined;

/** Additions break no caller if the model had no such list before. */
function additionBreaks(part: SignaturePart, column: Column, before: readonly Column[] | undefined): boolean {
  if (before === undefined) return false;
  if (part === "outputs") return column.name === undefined;
  return part === "inputs" ? column.required : column.default === undefined;
}

/** Types that MLflow safely converts, by the type that the model expects. */
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

/** Whether every value of the narrow shape also has the wide shape. -1 stands for any length. */
function fits(narrow: Column, wide: Column): boolean {
  if (wide.shape === undefined) return true;
  if (narrow.shape?.length !== wide.shape.length) return false;
  return wide.shape.every((length, i) => length === -1 || length === narrow.shape![i]);
}
