/** Compares metrics, and tells which of them improved. */
import { defined } from "../defined.js";
import type { Metrics } from "../types.js";
import type { Direction, MetricChange } from "./types.js";

export interface MetricRules {
  /** Direction that is better, by metric name. Overrides {@link directionOf}. */
  readonly better?: Readonly<Record<string, Direction>>;
  /** Largest absolute difference of two values that count as the same. Default 0. */
  readonly tolerance?: number;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));
const HIGHER = words(
  "auc auroc auprc accuracy acc precision recall f1 f2 fbeta r2 map ndcg mrr bleu rouge rouge1 rouge2 rougel meteor iou miou dice kappa mcc gini ks specificity sensitivity lift",
);
const LOWER = words(
  "loss logloss mse rmse mae mape smape rmsle error errors wer cer perplexity ppl brier ece hinge deviance crossentropy latency fpr fnr medae",
);

/** Compares all metrics of both models, sorted by name, including the unchanged ones. */
export function compareMetrics(before: Metrics, after: Metrics, { better = {}, tolerance = 0 }: MetricRules = {}): MetricChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.map((name) => {
    const [from, to] = [valueOf(before, name), valueOf(after, name)];
    const direction = valueOf(better, name) ?? directionOf(name);
    return defined({ name, before: from, after: to, better: direction, verdict: verdictOf(from, to, direction, tolerance) });
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
  // The factor makes 0.91 equal to 0.9 within 0.01, although their difference is slightly larger in binary.
  if (before === after || Math.abs(after - before) <= tolerance * (1 + 1e-9)) return "same";
  if (better === undefined) return "changed";
  return after > before === (better === "higher") ? "better" : "worse";
}

/** Returns which direction is better, judged by the words in a name such as `val.roc_auc`; undefined if no word or words of both kinds match. */
export function directionOf(name: string): Direction | undefined {
  const parts = name
    .slice(Math.max(name.lastIndexOf("."), name.lastIndexOf("/")) + 1)
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const [higher, lower] = [parts.some((part) => HIGHER.has(part)), parts.some((part) => LOWER.has(part))];
  return higher === lower ? undefined : higher ? "higher" : "lower";
}
