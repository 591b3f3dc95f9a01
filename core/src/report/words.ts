/** Sums up each model and the whole report in one line, without any name from a model. */
import { counted } from "../format.js";
import type { GateResult } from "../diff/gate-result.js";
import { judged, needsAttention, touched } from "../diff/verdict.js";
import type { Compared, ModelReport, Report } from "./types.js";

/** Worst first: a gate or the model failed; a person must look at it; changes without problems; no changes. */
export const LEVELS = ["failed", "attention", "good", "unchanged"] as const;
export type VerdictLevel = (typeof LEVELS)[number];

export const SIGNS: Readonly<Record<VerdictLevel, string>> = { failed: "❌", attention: "⚠️", good: "✅", unchanged: "⚪" };

export interface Verdict {
  readonly level: VerdictLevel;
  /** Parts of the verdict, most important first. */
  readonly parts: readonly string[];
  /** All parts in one text. */
  readonly words: string;
}

export function modelVerdict(model: ModelReport): Verdict {
  return model.kind === "failed" ? verdictOf("failed", [`failed (${model.code})`]) : verdictOf(levelOf(model), wordsOf(model));
}

export const verdictOf = (level: VerdictLevel, parts: readonly string[]): Verdict => ({ level, parts, words: parts.join(", ") });

function levelOf({ base, diff, gates }: Compared): VerdictLevel {
  const outcomes = new Set(gates.map(({ outcome }) => outcome));
  if (outcomes.has("failed")) return "failed";
  if (base.kind === "unknown" || outcomes.has("unknown") || (diff && needsAttention(diff))) return "attention";
  return diff && !diff.different ? "unchanged" : "good";
}

function wordsOf({ base, diff, gates }: Compared): string[] {
  const of = (outcome: GateResult["outcome"]): number => gates.filter((gate) => gate.outcome === outcome).length;
  const [failed, unknown, skipped] = [of("failed"), of("unknown"), of("skipped")];
  const words = [
    ...(failed > 0 ? [`${failed} of ${counted(gates.length, "gate")} ${failed === 1 ? "fails" : "fail"}`] : []),
    ...(unknown > 0 ? [`${counted(unknown, "gate")} could not be checked`] : []),
    ...(base.kind === "none" ? ["first version"] : []),
    ...(base.kind === "unknown" ? ["not compared"] : []),
    ...(diff ? (diff.different ? differenceOf(diff) : ["no difference"]) : []),
  ];
  const skippedWords = skipped > 0 ? `, ${skipped} skipped` : "";
  if (gates.length > 0 && failed + unknown === 0) words.push(`gates pass (${of("passed")} of ${gates.length}${skippedWords})`);
  return words;
}

/** Returns what a reviewer must judge; if there is nothing, how many tensors and files changed. */
function differenceOf(diff: NonNullable<Compared["diff"]>): string[] {
  const words = judged(diff);
  return words.length > 0 ? words : touched(diff).slice(0, 3);
}

/** Whether a model needs its own part in a report of many models. */
export const changes = (model: ModelReport): boolean => modelVerdict(model).level !== "unchanged";

/** Returns the verdict on all models together. */
export function reportVerdict({ models }: Pick<Report, "models">): Verdict {
  if (models.length === 0) return verdictOf("unchanged", ["no model was built"]);
  const count = (matches: (model: ModelReport) => boolean): number => models.filter(matches).length;
  const compared = models.flatMap((model) => (model.kind === "compared" ? [model] : []));
  const gates = compared.flatMap((model) => model.gates);
  const failing = gates.filter(({ outcome }) => outcome === "failed").length;
  const unchecked = gates.filter(({ outcome }) => outcome === "unknown").length;
  const levelOfEach = models.map((model) => modelVerdict(model).level);
  const levels = new Set(levelOfEach);
  const attention = models.filter((model, i) => levelOfEach[i] === "attention" && !isUnknown(model)).length;
  const changed = count((model) => model.kind === "compared" && model.diff?.different === true);
  const unknown = count(isUnknown);
  const parts: [number, string][] = [
    [failing, `${counted(failing, "gate")} ${failing === 1 ? "fails" : "fail"}`],
    [
      count(({ kind }) => kind === "failed"),
      `${counted(
        count(({ kind }) => kind === "failed"),
        "model",
      )} failed`,
    ],
    [count(isFirst), counted(count(isFirst), "first version")],
    [unknown, `${unknown === models.length ? counted(unknown, "model") : unknown} not compared`],
    [unchecked, `${counted(unchecked, "gate")} could not be checked`],
    [attention, `${attention} ${attention === 1 ? "needs" : "need"} attention`],
  ];
  const words = parts.flatMap(([number, text]) => (number > 0 ? [text] : []));
  if (gates.length > 0 && failing + unchecked === 0) words.push("gates pass");
  // If no model could be compared, it is unknown how many change.
  const isKnown = models.some((model) => model.kind === "compared" && !isUnknown(model));
  const total = counted(models.length, "model");
  const changing = isKnown ? [`${changed} of ${total} ${changed === 1 ? "changes" : "change"}`] : unknown === models.length ? [] : [total];
  const all = [...changing, ...words];
  return { level: LEVELS.find((level) => levels.has(level))!, parts: all, words: all.join("; ") };
}

const isFirst = (model: ModelReport): boolean => model.kind === "compared" && model.base.kind === "none";
const isUnknown = (model: ModelReport): boolean => model.kind === "compared" && model.base.kind === "unknown";

/** Sorts models worst first. Keeps the given order among equals. */
export function worstFirst(models: readonly ModelReport[]): ModelReport[] {
  const ranked = models.map((model) => ({ model, rank: LEVELS.indexOf(modelVerdict(model).level) }));
  return ranked.sort((a, b) => a.rank - b.rank).map(({ model }) => model);
}
