/** The signature of an MLflow model: what it takes and gives, column by column. */
import { INSPECT_LIMITS } from "../../findings/limits.js";
import type { Column, Signature } from "../../findings/findings.js";
import type { Warnings } from "../reader.js";
import { isRecord, own, short } from "../text.js";
import { defined } from "../../defined.js";

/** @param value the `signature` of an MLmodel file; its parts are texts of JSON */
export function signatureOf(value: unknown, warnings: Warnings): Signature | undefined {
  if (!isRecord(value)) return undefined;
  const parts: Record<string, readonly Column[]> = {};
  for (const part of ["inputs", "outputs", "params"] as const) {
    const columns = columnsOf(own(value, part), part, warnings);
    if (columns !== undefined) parts[part] = columns;
  }
  return Object.keys(parts).length === 0 ? undefined : parts;
}

function columnsOf(value: unknown, part: string, warnings: Warnings): readonly Column[] | undefined {
  if (value === undefined || value === null) return undefined;
  let list: unknown = value;
  if (typeof value === "string") {
    try {
      list = JSON.parse(value) as unknown;
    } catch {
      list = undefined;
    }
  }
  if (!Array.isArray(list)) {
    warnings.add(`the ${part} of its signature are not a list`);
    return undefined;
  }
  if (list.length > INSPECT_LIMITS.items) warnings.add(`its signature has ${list.length} ${part}; ${INSPECT_LIMITS.items} are kept`);
  return list.slice(0, INSPECT_LIMITS.items).map(columnOf);
}

function columnOf(value: unknown): Column {
  const name = own(value, "name");
  const tensor = own(value, "tensor-spec");
  const type = isRecord(tensor) ? own(tensor, "dtype") : own(value, "type");
  const shape = isRecord(tensor) ? own(tensor, "shape") : own(value, "shape");
  const nested = isRecord(tensor) ? {} : nestedOf(value);
  const preset = own(value, "default");
  return defined({
    name: typeof name === "string" ? short(name) : undefined,
    type: typeof type !== "string" ? "unknown" : short(Object.keys(nested).length === 0 ? type : JSON.stringify({ type, ...nested })),
    required: own(value, "required") !== false && own(value, "optional") !== true,
    shape: isShape(shape) ? shape : undefined,
    default: preset === undefined ? undefined : short(JSON.stringify(preset)),
  });
}

/** Returns the element types of arrays, objects and maps, with names in order. */
function nestedOf(value: unknown): Record<string, unknown> {
  const parts = ["items", "properties", "values"].map((key) => [key, own(value, key)] as const);
  return Object.fromEntries(parts.filter(([, part]) => part !== undefined).map(([key, part]) => [key, ordered(part)]));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, ordered(part)]),
  );
}

const isShape = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= INSPECT_LIMITS.dimensions && value.every(Number.isSafeInteger);
