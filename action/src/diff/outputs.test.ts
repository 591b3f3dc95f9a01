import { describe, expect, test } from "@jest/globals";
import type { ModelReport } from "lob-registry-core";
import { hasFailed, type DiffOutcome } from "./outcome.js";
import { MAX_JSON_BYTES, OUTPUT_NAMES, outputsOf, outputsOfNothing } from "./outputs.js";
import { COMMIT, compared, difference, failedModel, gate, report } from "./testing.js";

const files = { report: "/t/report.json", markdown: "/t/report.md", html: "/t/report.html" };
const outcome = (models: readonly ModelReport[], failOnGates = true): DiffOutcome => ({
  lob: "fraud",
  report: report(models),
  folder: "/t",
  files,
  failOnGates,
});
const outputs = (...models: ModelReport[]): Record<string, string> => outputsOf(outcome(models));
const json = (...models: ModelReport[]): any => JSON.parse(outputs(...models)["json"]!);

const SAME = compared({ model: "same", diff: difference({ different: false }) });
const FIRST = compared({ model: "first", base: { kind: "none" } });
const UNKNOWN = compared({ model: "unknown", base: { kind: "unknown", reason: "no credentials" } });

test("sets all outputs in the order of action.yml", () => {
  expect(Object.keys(outputs(compared()))).toEqual([...OUTPUT_NAMES]);
  expect(Object.keys(outputsOfNothing({ problems: [] }))).toEqual([...OUTPUT_NAMES]);
  expect(outputs(compared())).toMatchObject({ ...files, "report-dir": "/t" });
});

describe("changed", () => {
  test.each<[string, ModelReport[]]>([
    ["true", [SAME, compared()]],
    ["true", [FIRST]],
    ["true", [UNKNOWN]],
    ["false", [SAME]],
    ["false", []],
  ])("%s", (changed, models) => expect(outputs(...models)["changed"]).toBe(changed));
});

describe("gates-passed, and whether the step fails", () => {
  test.each<[string, boolean, ModelReport[]]>([
    ["true", false, [compared()]],
    ["true", false, [compared({ gates: [gate("passed"), gate("skipped")] })]],
    ["false", true, [compared({ gates: [gate("failed"), gate("unknown")] }), SAME]],
    ["unknown", false, [compared({ gates: [gate("unknown"), gate("passed")] })]],
    ["unknown", true, [failedModel()]],
    ["false", true, [failedModel(), compared({ gates: [gate("failed")] })]],
  ])("%s, %s", (passed, fails, models) => {
    expect(outputs(...models)["gates-passed"]).toBe(passed);
    expect(hasFailed(outcome(models))).toBe(fails);
  });

  test("with fail-on-gates: false, only a failed model fails the step", () => {
    expect(hasFailed(outcome([compared({ gates: [gate("failed")] })], false))).toBe(false);
    expect(hasFailed(outcome([failedModel()], false))).toBe(true);
  });
});

describe("json", () => {
  test("has the status and number of changes of each model", () => {
    const metric = { name: "auc", before: 0.9, after: 0.8, better: "higher", verdict: "worse" } as const;
    const changed = compared({ gates: [gate("passed"), gate("failed")], diff: difference({ metrics: [metric] }) });
    expect(json(changed, SAME, FIRST, UNKNOWN, failedModel())).toMatchObject({
      lob: "fraud",
      commit: COMMIT,
      changed: true,
      gatesPassed: "false",
      gates: { passed: 1, failed: 1, skipped: 0, unknown: 0 },
      models: [
        {
          model: "churn",
          status: "changed",
          base: { version: 7, ref: "LATEST" },
          changes: { metrics: { worse: 1, better: 0 }, files: { added: 0 } },
        },
        { model: "same", status: "unchanged" },
        { model: "first", status: "first" },
        { model: "unknown", status: "unknown" },
        { model: "chargeback", status: "failed", code: "LOB3010", message: "the version has no manifest" },
      ],
      gatesNotPassed: [{ model: "churn", gate: "auc >= 0.9", outcome: "failed", reason: "auc is 0.89" }],
      left: 0,
    });
  });

  test("stays within its limit for any models and gates", () => {
    const models = Array.from({ length: 100 }, (_, index) =>
      index % 2 === 0
        ? compared({
            model: `m${index}`,
            gates: Array.from({ length: 300 }, () => gate("failed", "ü".repeat(1000), "\u0000".repeat(4000))),
          })
        : { ...failedModel(`m${index}`), message: '"'.repeat(10_000) },
    );
    const text = outputs(...models)["json"]!;
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_JSON_BYTES);
    const document = JSON.parse(text) as { models: unknown[]; gatesNotPassed: unknown[]; left: number };
    expect(document.models).toHaveLength(100);
    expect(document.gatesNotPassed.length).toBeGreaterThan(10);
    expect(document.gatesNotPassed.length + document.left).toBe(50 * 300);
  });
});
