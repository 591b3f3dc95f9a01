import { describe, expect, test } from "@jest/globals";
import { compareMetrics, directionOf } from "./metrics.js";

test.each<[string, string | undefined]>([
  ...["auc", "val.roc_auc", "test/accuracy", "f1_score", "Val.F1-macro", "average_precision", "customers/AUC", "r2"].map(
    (name): [string, string] => [name, "higher"],
  ),
  ...["loss", "val.log_loss", "rmse", "error_rate", "brier_score", "eval/perplexity", "latency_ms"].map((name): [string, string] => [
    name,
    "lower",
  ]),
  ...["rows", "auc_loss", "seconds", "", "accuracy.count"].map((name): [string, undefined] => [name, undefined]),
])("%s is better when %s", (name, direction) => {
  expect(directionOf(name)).toBe(direction);
});

describe("verdicts", () => {
  const verdict = (name: string, before: number | undefined, after: number | undefined, rules = {}): string =>
    compareMetrics(before === undefined ? {} : { [name]: before }, after === undefined ? {} : { [name]: after }, rules)[0]!.verdict;

  test.each<[string, number | undefined, number | undefined, object, string]>([
    ["auc", 0.9, 0.91, {}, "better"],
    ["auc", 0.9, 0.89, {}, "worse"],
    ["loss", 0.9, 0.89, {}, "better"],
    ["loss", 0.9, 0.91, {}, "worse"],
    ["rows", 1, 2, {}, "changed"],
    ["rows", 1, 2, { better: { rows: "higher" } }, "better"],
    ["auc", 0.9, 0.91, { better: { auc: "lower" } }, "worse"],
    ["auc", 0.9, 0.9, {}, "same"],
    ["auc", 0.9, 0.905, { tolerance: 0.01 }, "same"],
    ["auc", 0.9, 0.91, { tolerance: 0.01 }, "same"],
    ["auc", 0.9, 0.911, { tolerance: 0.01 }, "better"],
    ["auc", undefined, 0.9, {}, "added"],
    ["auc", 0.9, undefined, {}, "removed"],
    ["constructor", 1, 2, {}, "changed"],
  ])("%s from %s to %s under %j is %s", (name, before, after, rules, expected) => {
    expect(verdict(name, before, after, rules)).toBe(expected);
  });
});

test("lists the metrics of both sides once, sorted by name", () => {
  expect(compareMetrics({ b: 1, a: 1 }, { c: 1, a: 1 }).map(({ name }) => name)).toEqual(["a", "b", "c"]);
});
