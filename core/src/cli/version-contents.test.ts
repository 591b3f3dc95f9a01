import { expect, test } from "@jest/globals";
import type { Summary } from "../findings/findings.js";
import { contentsRows } from "./version-contents.js";

const SUMMARY: Summary = { formats: {}, tensorCount: 0, parameters: 0, code: [], warnings: [] };
const shown = (summary: Partial<Summary>): Record<string, string | undefined> =>
  Object.fromEntries(contentsRows({ summary: { ...SUMMARY, ...summary }, problems: [] }).filter(([, value]) => (value ?? "") !== ""));

test("prints formats, tensors and signature", () => {
  const column = { name: "age", type: "double", required: true };
  expect(
    shown({
      formats: { mlflow: 1, safetensors: 1_200 },
      tensorCount: 12_345,
      parameters: 7e9,
      properties: { flavors: "python_function, sklearn" },
      signature: { inputs: [column, column], outputs: [column] },
      requirements: ["a", "b", "c", "d", "e", "f", "g"],
    }),
  ).toEqual({
    formats: "mlflow, safetensors (1,200 files)",
    tensors: "12,345",
    parameters: "7,000,000,000",
    flavors: "python_function, sklearn",
    signature: "2 inputs, 1 output",
    requires: "a, b, c, d, e and 2 more",
  });
});

test.each<[Summary["code"][number], string]>([
  [{ kind: "pickle", files: 1, unknown: [], whole: true }, "pickle in 1 file: imports only known harmless names"],
  [{ kind: "pickle", files: 2, unknown: ["os:system"], whole: true }, "pickle in 2 files: imports os:system"],
  [{ kind: "pickle", files: 1, unknown: [], whole: false }, "pickle in 1 file: could not be fully analyzed and may do anything"],
  [
    { kind: "pickle", files: 1, unknown: ["a:b"], whole: false },
    "pickle in 1 file: imports a:b, and could not be fully analyzed and may do anything",
  ],
  [{ kind: "python", files: 3, unknown: [], whole: false }, "python in 3 files"],
  [{ kind: "torchscript", files: 1, unknown: [], whole: true }, "torchscript in 1 file"],
])("says what loading can run: %j", (code, text) => {
  expect(shown({ code: [code] })).toEqual({ executable: text });
  expect(text).not.toMatch(/\bsafe\b/);
});

test("prints the first warnings and counts the rest", () => {
  const warnings = Array.from({ length: 7 }, (_, i) => ({ path: i === 0 ? "" : `f${i}`, warning: "w" }));
  expect(shown({ warnings })).toEqual({ warnings: "w\nf1: w\nf2: w\nf3: w\nf4: w\nand 2 more" });
});

test("prints nothing for a version that was not inspected, and the reason if its manifest is too large", () => {
  expect(contentsRows(undefined)).toEqual([["files", undefined]]);
  expect(contentsRows({ problems: [], skipped: "not read" })).toEqual([["files", "not read"]]);
});
