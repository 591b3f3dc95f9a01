/** Sums up a report. */
import type { GateResult } from "../diff/gate-result.js";
import type { ModelReport, Report } from "./types.js";

/** Whether a reviewer has something to look at. True also for a first version, and if the changes are unknown. */
export const isChanged = (model: ModelReport): boolean => model.kind === "failed" || model.diff === undefined || model.diff.different;

export type GatesVerdict = "passed" | "failed" | "unknown" | "none";

/**
 * Combines all gates of all models: `failed` if one failed, else `unknown` if one is unknown. Skipped gates count as passed. A failed model
 * counts as unknown, because its gates were not checked. `none` if there are no gates and no failed models.
 */
export function gatesVerdict({ models }: Pick<Report, "models">): GatesVerdict {
  const outcomes = new Set(models.flatMap((model): GateResult["outcome"][] => (model.kind === "failed" ? ["unknown"] : model.gates.map(({ outcome }) => outcome)))); // prettier-ignore
  if (outcomes.size === 0) return "none";
  return outcomes.has("failed") ? "failed" : outcomes.has("unknown") ? "unknown" : "passed";
}
