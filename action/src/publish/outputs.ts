/** The outputs of the action that publishes. All of them are always set, so that later steps can rely on them. Pure. */
import type { PublishOutcome, PublishReport } from "./run.js";

/** Every output of action.yml; a test checks it. */
export const OUTPUT_NAMES = ["version", "outcome", "changed", "latest", "sha256", "tree-digest", "s3-uri", "console-url", "json"] as const;
export type PublishOutputName = (typeof OUTPUT_NAMES)[number];

/** How publishing a model ended, as in the output `json`. */
export type PublishStatus = "published" | "unchanged" | "updated" | "kept" | "failed" | "not-tried";

export function statusOf(outcome: PublishOutcome): PublishStatus {
  if (outcome.kind !== "done") return outcome.kind;
  if (outcome.result.outcome !== "unchanged") return outcome.result.outcome;
  return outcome.result.descriptorsUpdated ? "updated" : "unchanged";
}

/** Values of all outputs. With several models, the outputs of a single model are empty and `changed` says whether any changed. */
export function outputsOf(report: PublishReport): Record<PublishOutputName, string> {
  const entries = report.outcomes.map((outcome) => entryOf(outcome, report));
  const [only] = report.outcomes.length === 1 ? report.outcomes : [];
  const result = only?.kind === "done" ? only.result : undefined;
  return {
    version: result ? String(result.version) : "",
    outcome: result?.outcome ?? "",
    changed: String(report.outcomes.some((outcome) => outcome.kind === "done" && outcome.result.changed)),
    latest: result ? String(result.latest) : "",
    sha256: result?.sha256 ?? "",
    "tree-digest": result?.treeDigest ?? "",
    "s3-uri": result?.s3Uri ?? "",
    "console-url": result?.consoleUrl ?? "",
    json: JSON.stringify(report.several ? entries : (entries[0] ?? { status: "failed", problems: report.problems })),
  };
}

function entryOf(outcome: PublishOutcome, { lob, dryRun, problems }: PublishReport): object {
  const start = { status: statusOf(outcome), lob, model: outcome.model, dryRun };
  switch (outcome.kind) {
    case "done": {
      const { before, milliseconds } = outcome;
      return { ...start, ...outcome.result, before, seconds: Math.round(milliseconds / 100) / 10 };
    }
    case "failed":
      return { ...start, problems: [outcome.problem] };
    case "not-tried":
      return { ...start, problems };
  }
}
