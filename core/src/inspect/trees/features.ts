/** The features that a model of trees takes, as columns. */
import type { Column } from "../../findings/findings.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import type { Warnings } from "../reader.js";
import { short } from "../text.js";

/** @param types types of the features, if the model has them */
export function featureColumns(names: readonly string[], types: readonly string[], warnings: Warnings): Column[] {
  if (names.length > INSPECT_LIMITS.items) warnings.add(`it has ${names.length} features; ${INSPECT_LIMITS.items} are kept`);
  return names.slice(0, INSPECT_LIMITS.items).map((name, i) => ({ name: short(name), type: short(types[i] ?? "number"), required: true }));
}
