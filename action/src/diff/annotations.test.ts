import { expect, test } from "@jest/globals";
import { parseGate } from "lob-registry-core";
import { annotationsOf } from "./annotations.js";
import { compared, failedModel, gate } from "./testing.js";

const build = { kind: "path", path: "p" } as const;
const placed = (text: string, line?: number) => ({ gate: parseGate(text), ...(line !== undefined && { file: "models.yml", line }) });

test("each gate that did not pass is told at its line, as loudly as it is meant", () => {
  const models = [
    failedModel("broken"),
    compared({
      gates: [
        gate("passed"),
        gate("failed", "auc >= 0.9", "auc is 0.8"),
        gate("unknown", "size <= base"),
        gate("skipped", "files <= base"),
      ],
    }),
  ];
  const inputs = [
    { model: "broken", build, rules: { gates: [placed("auc >= 0.5", 1)] } },
    {
      model: "churn",
      build,
      rules: { gates: [placed("auc > 0", 7), placed("auc >= 0.9", 8), placed("size <= base", 9), placed("files <= base")] },
    },
  ];
  expect(annotationsOf(models, inputs)).toEqual([
    { level: "error", title: "Gate failed: fraud/churn", message: "auc >= 0.9: auc is 0.8", file: "models.yml", line: 8 },
    { level: "warning", title: "Gate not checked: fraud/churn", message: "size <= base: auc is 0.89", file: "models.yml", line: 9 },
    { level: "notice", title: "Gate skipped: fraud/churn", message: "files <= base: auc is 0.89" },
  ]);
});
