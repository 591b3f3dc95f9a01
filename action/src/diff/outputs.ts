/** The outputs of the action that compares. All of them are always set, so that later steps can rely on them. Pure. */
import { defined, isChanged, type Compared, type Diff, type ModelReport, type Report } from "lob-registry-core";
import { oneLine } from "../format.js";
import { gateCounts, gatesPassed, type NoDiff, type DiffOutcome } from "./outcome.js";

/** Every output of action/diff/action.yml; a test checks it. */
export const OUTPUT_NAMES = ["changed", "gates-passed", "report", "markdown", "html", "report-dir", "json"] as const;
export type DiffOutputName = (typeof OUTPUT_NAMES)[number];

/**
 * Largest output `json` in bytes. GitHub accepts one megabyte for all outputs of a job, and Linux 128 KiB for the environment variable that
 * passes it to a later step.
 */
export const MAX_JSON_BYTES = 100_000;

export function outputsOf(outcome: DiffOutcome): Record<DiffOutputName, string> {
  const { report, files, folder } = outcome;
  return {
    changed: String(report.models.some(isChanged)),
    "gates-passed": gatesPassed(report),
    ...files,
    "report-dir": folder,
    json: jsonOf(outcome),
  };
}

export function outputsOfNothing({ problems }: NoDiff): Record<DiffOutputName, string> {
  const json = JSON.stringify({ status: "failed", problems: problems.slice(0, 50) });
  return { changed: "false", "gates-passed": "unknown", report: "", markdown: "", html: "", "report-dir": "", json };
}

/** A summary; `left` counts the gates that do not fit. */
function jsonOf({ lob, report }: DiffOutcome): string {
  const { commit, models } = report;
  const document = {
    lob,
    ...defined({ commit }),
    changed: models.some(isChanged),
    gatesPassed: gatesPassed(report),
    gates: gateCounts(models),
    models: models.map(entryOf),
    gatesNotPassed: [] as object[],
    left: 0,
  };
  let room = MAX_JSON_BYTES - Buffer.byteLength(JSON.stringify(document));
  for (const gate of gatesNotPassed(report)) {
    const size = Buffer.byteLength(JSON.stringify(gate)) + 1;
    if (size > room) {
      document.left += 1;
    } else {
      room -= size;
      document.gatesNotPassed.push(gate);
    }
  }
  return JSON.stringify(document);
}

function gatesNotPassed({ models }: Report): object[] {
  return models.flatMap((model) =>
    model.kind === "failed"
      ? []
      : model.gates
          .filter(({ outcome }) => outcome !== "passed")
          .map(({ gate, outcome, reason }) => ({ model: model.model, gate: oneLine(gate, 300), outcome, reason: oneLine(reason, 500) })),
  );
}

/** One model in a few hundred bytes. */
function entryOf(model: ModelReport): object {
  if (model.kind === "failed") return { model: model.model, status: "failed", code: model.code, message: oneLine(model.message, 200) };
  const { base, candidate, diff } = model;
  return {
    model: model.model,
    status: statusOf(model),
    treeDigest: candidate.treeDigest,
    base: base.kind === "version" ? { version: base.version, ref: base.ref } : undefined,
    gates: gateCounts([model]),
    changes: diff?.different === true ? countsOf(diff) : undefined,
  };
}

function statusOf({ base, diff }: Compared): "changed" | "unchanged" | "first" | "unknown" {
  if (base.kind === "none") return "first";
  return diff === undefined ? "unknown" : diff.different ? "changed" : "unchanged";
}

function countsOf({ files, tensors, metrics, signature, requirements, code, cards }: Diff): object {
  const of = (verdict: string): number => metrics.filter((metric) => metric.verdict === verdict).length;
  const kinds = ["added", "removed", "changed", "renamed"] as const;
  return {
    files: Object.fromEntries(kinds.map((kind) => [kind, files[kind].count])),
    tensors: Object.fromEntries(kinds.map((kind) => [kind, tensors[kind].count])),
    metrics: { better: of("better"), worse: of("worse"), changed: of("changed"), added: of("added"), removed: of("removed") },
    signature: signature && (signature.breaking ? "breaking" : "compatible"),
    requirements: requirements.length,
    code: code.length,
    cards: cards.length,
  };
}
