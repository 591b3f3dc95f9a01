/** Metrics before and after, and whether that is better. */
import type { Metrics } from "../types.js";
import type { Direction, MetricChange } from "./types.js";

export interface MetricRules {
  /** Which way is better, by name; wins over what is known of the name. */
  readonly better?: Readonly<Record<string, Direction>>;
  /** Difference up to which two values count as the same; 0 by default. */
  readonly tolerance?: number;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));
const HIGHER = words(
  "auc auroc auprc accuracy acc precision recall f1 f2 fbeta r2 map ndcg mrr bleu rouge rouge1 rouge2 rougel meteor iou miou dice kappa mcc gini ks specificity sensitivity lift",
);
const LOWER = words(
  "loss logloss mse rmse mae mape smape rmsle error errors wer cer perplexity ppl brier ece hinge deviance crossentropy latency fpr fnr medae",
);

/** In the order of their names; those that are the same among them. */
export function compareMetrics(before: Metrics, after: Metrics, { better = {}, tolerance = 0 }: MetricRules = {}): MetricChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.map((name) => {
    const [from, to] = [valueOf(before, name), valueOf(after, name)];
    const direction = valueOf(better, name) ?? directionOf(name);
    return {
      name,
      ...(from !== undefined && { before: from }),
      ...(to !== undefined && { after: to }),
      ...(direction && { better: direction }),
      verdict: verdictOf(from, to, direction, tolerance),
    };
  });
}

const valueOf = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

function verdictOf(
  before: number | undefined,
  after: number | undefined,
  better: Direction | undefined,
  tolerance: number,
): MetricChange["verdict"] {
  if (before === undefined) return "added";
  if (after === undefined) return "removed";
  // A tolerance of 0.01 takes 0.91 for the same as 0.9, although their difference is a little more than that in binary.
  if (before === after || Math.abs(after - before) <= tolerance * (1 + 1e-9)) return "same";
  if (better === undefined) return "changed";
  return after > before === (better === "higher") ? "better" : "worse";
}

/** Which way is better by the words of a name, `val.roc_auc`; undefined when they say nothing, or both. */
export function directionOf(name: string): Direction | undefined {
  const parts = name
    .slice(Math.max(name.lastIndexOf("."), name.lastIndexOf("/")) + 1)
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const [higher, lower] = [parts.some((part) => HIGHER.has(part)), parts.some((part) => LOWER.has(part))];
  return higher === lower ? undefined : higher ? "higher" : "lower";
}
