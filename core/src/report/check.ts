/**
 * Finds the first place where a value violates a schema. zod collects every problem, and a hostile text of a few megabytes has so many that
 * they would take gigabytes. A value that passes here has no problems left for zod.
 */
import type { z } from "zod";
import type { $ZodType, $ZodTypes } from "zod/v4/core";

/** Keys and indexes from the root of a JSON document to a value, e.g. `["models", 0, "lob"]`. */
export type JsonPath = readonly (string | number)[];

export interface ReportProblem {
  readonly path: JsonPath;
  readonly message: string;
}

export const firstProblem = (schema: z.ZodType, value: unknown): ReportProblem | undefined => look(schema, value, []);

function look(schema: $ZodType, value: unknown, path: JsonPath): ReportProblem | undefined {
  const { def } = (schema as $ZodTypes)._zod;
  switch (def.type) {
    case "readonly":
      return look(def.innerType, value, path);
    case "optional": // also exactOptional; absent values are not checked
      return look(def.innerType, value, path);
    case "object":
      return lookInObject(def.shape, value, path);
    case "record":
      return lookInRecord(def.keyType, def.valueType, value, path);
    case "array":
      return lookInArray(def.element, mostOf(def.checks), value, path);
    case "union":
      return lookInUnion(def, value, path);
    default: {
      const parsed = (schema as z.ZodType).safeParse(value);
      return parsed.success ? undefined : { path, message: parsed.error.issues[0]?.message ?? "it is invalid" };
    }
  }
}

function lookInObject(shape: Readonly<Record<string, $ZodType>>, value: unknown, path: JsonPath): ReportProblem | undefined {
  if (!isObject(value)) return { path, message: "it is not an object" };
  for (const [key, schema] of Object.entries(shape)) {
    if (!Object.hasOwn(value, key)) {
      if (schema._zod.optin !== "optional") return { path: [...path, key], message: "it is missing" };
      continue;
    }
    const problem = look(schema, value[key], [...path, key]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function lookInRecord(keys: $ZodType, values: $ZodType, value: unknown, path: JsonPath): ReportProblem | undefined {
  if (!isObject(value)) return { path, message: "it is not an object" };
  for (const [key, one] of Object.entries(value)) {
    const problem = look(keys, key, [...path, key]) ?? look(values, one, [...path, key]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Returns the maximum length of a list. */
function mostOf(checks: readonly { _zod: { def: object } }[] = []): number | undefined {
  const longest = checks.map(({ _zod }) => _zod.def as { check: string; maximum?: number }).find(({ check }) => check === "max_length");
  return longest?.maximum;
}

function lookInArray(element: $ZodType, most: number | undefined, value: unknown, path: JsonPath): ReportProblem | undefined {
  if (!Array.isArray(value)) return { path, message: "it is not a list" };
  if (most !== undefined && value.length > most) return { path, message: `it has ${value.length} entries; at most ${most} are allowed` };
  for (const [i, one] of value.entries()) {
    const problem = look(element, one, [...path, i]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Checks a value against the variant that its discriminator names. */
function lookInUnion({ options, discriminator }: { options: readonly $ZodType[]; discriminator?: string }, value: unknown, path: JsonPath): ReportProblem | undefined {
  if (!isObject(value) || discriminator === undefined) return { path, message: "it is not an object" };
  const kind = Object.hasOwn(value, discriminator) ? value[discriminator] : undefined;
  const option = options.find((one) => one._zod.propValues?.[discriminator]?.has(kind as string));
  return option === undefined ? { path: [...path, discriminator], message: "it is unknown" } : look(option, value, path);
} // prettier-ignore

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
