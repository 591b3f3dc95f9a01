import { expect, test } from "@jest/globals";
import { found } from "../inspect.test.helper.js";

test("nested numbers, sorted; other values are left out", async () => {
  const text = '{"val": {"auc": 0.9, "by": {"age": -0}}, "rows": 12, "name": "x", "list": [1], "huge": 1e999, "ok": true}';
  for (const name of ["metrics.json", "reports/Eval_Results.json", "test-metrics.json"]) {
    const warnings = ["huge is Infinity"];
    expect(await found(name, text)).toEqual({ format: "metrics", metrics: { rows: 12, "val.auc": 0.9, "val.by.age": 0 }, warnings });
  }
});

test("NaN and infinity, as Python writes them, are named, and the rest is kept", async () => {
  const text = '{"auc": NaN, "val": {"loss": -Infinity}, "acc": 0.9, "note": "NaN"}';
  const warnings = ["auc is NaN", "val.loss is -Infinity"];
  expect(await found("metrics.json", text)).toEqual({ format: "metrics", metrics: { acc: 0.9 }, warnings });
});

test("names are kept as they are, short", async () => {
  const { metrics } = await found("metrics.json", JSON.stringify({ "<img src=x> @everyone": 1, ["x".repeat(600)]: 2, __proto__x: 3 }));
  expect(Object.keys(metrics!)).toEqual(["<img src=x> @everyone", "__proto__x", `${"x".repeat(511)}…`]);
});

test.each([
  ["[1]", "not an object"],
  ["{", "not JSON"],
  ['{"a": NaN', "not JSON"],
  [`{"a": 1${" ".repeat(5 << 20)}}`, "are read"],
])("%.20j", async (text, reason) => {
  expect(await found("metrics.json", text)).toEqual({ format: "metrics", warnings: [expect.stringContaining(reason)] });
});

test("an endless list", async () => {
  const many = Object.fromEntries(Array.from({ length: 1_500 }, (_, i) => [`m${String(i).padStart(4, "0")}`, i]));
  const findings = await found("metrics.json", JSON.stringify(many));
  expect(Object.keys(findings.metrics!)).toHaveLength(1_000);
  expect(findings.warnings).toEqual(["it has more than 1000 metrics"]);
  const deep = `${'{"a":'.repeat(1_000)}1${"}".repeat(1_000)}`;
  expect((await found("metrics.json", deep)).warnings).toEqual(["it is nested too deeply"]);
});
