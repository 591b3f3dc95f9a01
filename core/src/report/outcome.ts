/** What a report comes to. */
import type { GateResult } from "../diff/gate-result.js";
import type { ModelReport, Report } from "./types.js";

/** Whether a reviewer has something to look at: also where nothing is published yet, and where it is not known what changed. */
export const isChanged = (model: ModelReport): boolean => model.kind === "failed" || model.diff === undefined || model.diff.different;

export type GatesVerdict = "passed" | "failed" | "unknown" | "none";

/**
 * Of all gates of all models: one that failed decides, then one that is unknown. What was skipped fails nothing. Of a model that could not
 * be compared no gate was looked at, so that it is unknown. none: there are no gates, and no such model.
 */
export function gatesVerdict({ models }: Pick<Report, "models">): GatesVerdict {
  const outcomes = new Set(models.flatMap((model): GateResult["outcome"][] => (model.kind === "failed" ? ["unknown"] : model.gates.map(({ outcome }) => outcome)))); // prettier-ignore
  if (outcomes.size === 0) return "none";
  return outcomes.has("failed") ? "failed" : outcomes.has("unknown") ? "unknown" : "passed";
}
