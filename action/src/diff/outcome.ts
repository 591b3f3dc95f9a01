/** The outcome of a comparison, for the outputs, the check run and the exit code. Pure. */
import { gatesVerdict, type GateResult, type GatesVerdict, type ModelReport, type Report } from "lob-registry-core";
import type { ActionProblem } from "../problem.js";

/** Whether the gates passed. `unknown`: no gate failed, but some could not be checked. */
export type GatesPassed = "true" | "false" | "unknown";

export interface DiffOutcome {
  readonly lob: string;
  readonly report: Report;
  /** The folder of the report, and its files. */
  readonly folder: string;
  readonly files: Readonly<Record<"report" | "markdown" | "html", string>>;
  readonly failOnGates: boolean;
}

/** Nothing was compared, because of wrong inputs or an unexpected error. */
export interface NoDiff {
  readonly problems: readonly ActionProblem[];
}

export type GateCounts = Readonly<Record<GateResult["outcome"], number>>;

export function gateCounts(models: readonly ModelReport[]): GateCounts {
  const counts = { passed: 0, failed: 0, skipped: 0, unknown: 0 };
  for (const model of models) if (model.kind === "compared") for (const { outcome } of model.gates) counts[outcome] += 1;
  return counts;
}

const PASSED: Readonly<Record<GatesVerdict, GatesPassed>> = { none: "true", passed: "true", failed: "false", unknown: "unknown" };

export const gatesPassed = (report: Report): GatesPassed => PASSED[gatesVerdict(report)];

/** Whether the step fails. */
export function hasFailed({ report, failOnGates }: Pick<DiffOutcome, "report" | "failOnGates">): boolean {
  return report.models.some(({ kind }) => kind === "failed") || (failOnGates && gatesPassed(report) === "false");
}
