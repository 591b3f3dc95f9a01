import { describe, expect, test } from "@jest/globals";
import { parseGate } from "lob-registry-core";
import type { Annotation } from "../log.js";
import { annotationsOf, writeAnnotations } from "./annotations.js";
import { compared, failedModel, gate } from "./testing.js";

const build = { kind: "path", path: "p" } as const;
const placed = (text: string, line?: number) => ({ gate: parseGate(text), ...(line !== undefined && { file: "models.yml", line }) });

test("annotates each gate that did not pass at its line, with its severity", () => {
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

describe("GitHub shows ten annotations of each level", () => {
  const failing = (count: number, level: Annotation["level"] = "error"): Annotation[] =>
    Array.from({ length: count }, (_, i) => ({
      level,
      title: `Gate failed: fraud/m${i}`,
      message: "why",
      file: "models.yml",
      line: i + 1,
    }));
  const told = (annotations: readonly Annotation[], errors = 0): { annotations: Annotation[]; lines: string[] } => {
    const all = { annotations: [] as Annotation[], lines: [] as string[] };
    writeAnnotations(annotations, errors, { annotate: (one) => void all.annotations.push(one), info: (line) => void all.lines.push(line) });
    return all;
  };

  test("writes ten unchanged", () => {
    expect(told(failing(10))).toEqual({ annotations: failing(10), lines: [] });
    expect(told([...failing(10, "notice"), ...failing(10)])).toEqual({
      annotations: [...failing(10), ...failing(10, "notice")],
      lines: [],
    });
  });

  test("counts the others in the last one and lists them in the log", () => {
    const { annotations, lines } = told(failing(30));
    expect(annotations.slice(0, 9)).toEqual(failing(9));
    expect(annotations.slice(9)).toEqual([
      { level: "error", title: "And 21 more: the job summary names them", message: expect.stringContaining("fraud/m9: why; ") },
    ]);
    expect([lines.length, lines[0]]).toEqual([21, "Gate failed: fraud/m9: why (models.yml:10)"]);
  });

  test("counts the errors of failed models", () => {
    expect(told(failing(8), 2).annotations).toHaveLength(8);
    expect(told(failing(9), 2).annotations).toHaveLength(8);
    expect(told(failing(1), 40)).toMatchObject({
      annotations: [{ title: "1 more: the job summary names it" }],
      lines: [expect.stringContaining("m0")],
    });
    expect(told(failing(1, "warning"), 40).annotations).toEqual(failing(1, "warning"));
  });
});
