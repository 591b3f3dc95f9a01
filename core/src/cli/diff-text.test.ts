import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import stringWidth from "string-width";
import { file, side, tensor, weights } from "../diff/diff.test.helper.js";
import { diffModels } from "../diff/index.js";
import { diffMarkdown } from "../diff/markdown.js";
import type { Diff, NumericChange } from "../diff/types.js";
import type { GateResult } from "../diff/gate-result.js";
import { diffHtml } from "../report/html/page.js";
import { diffs } from "../report/report.test.helper.js";
import { diffText } from "./diff-text.js";
import { assertProperty } from "../testing/property.js";

const plain = (width?: number) => ({ width, style: (_: string, text: string) => text });

async function example(): Promise<Diff> {
  const model = (content: string) => [
    file("model.safetensors", content, { findings: weights(tensor("model.layers.10.self_attention.query_projection.weight", content), tensor("模型", content)) }), // prettier-ignore
  ];
  return diffModels(side("fraud/churn@7", model("1"), { auc: 0.9132, loss: 1 }), side("build/churn", model("2"), { auc: 0.921, loss: 2 }));
}

const GATES: GateResult[] = [
  { gate: "auc >= base - 0.005", outcome: "passed", reason: "auc is 0.921" },
  { gate: "loss <= 1.5", outcome: "failed", reason: "loss is 2, but must be at most 1.5" },
  { gate: "recall > 0", outcome: "unknown", reason: "the base could not be read" },
];

describe("how far a tensor moved", () => {
  const described = async (numeric: NumericChange): Promise<string> => {
    const diff = await example();
    const items = diff.tensors.changed.items.slice(1).map((one) => ({ ...one, numeric }));
    const text = diffText(plain(200), { ...diff, tensors: { ...diff.tensors, changed: { count: 1, items } } });
    return /模型 .*\((.*)\)/.exec(text)![1]!;
  };
  const all: NumericChange = { elements: 4, examined: 4, nonFinite: 0, l2: 3, relative: 0.0123, maxAbs: 2, cosine: 0.999 };
  const none: NumericChange = { ...all, l2: 0, relative: 0, maxAbs: 0, cosine: 1 };
  const most = Number.MAX_VALUE;

  test.each([
    [all, "relative 1.2 %, max 2, cosine 0.999"],
    [{ ...all, elements: 47 }, "relative 1.2 %, max 2, cosine 0.999, sample of 8.5 %"],
    // It changed, so "moved by 0" would be wrong.
    [{ ...none, elements: 47 }, "same in a sample of 8.5 %"],
    [none, "relative 0 %, max 0, cosine 1"],
    [{ ...none, elements: 47, nonFinite: 1 }, "relative 0 %, max 0, cosine 1, 1 not finite, sample of 8.5 %"],
    [{ ...all, l2: most, relative: most, maxAbs: most }, "relative over 1e+308 %, max over 1e+308, cosine 0.999"],
  ])("%j is described", async (numeric, words) => {
    expect(await described(numeric)).toBe(words);
  });
});

test("with numbers, every format puts changed shapes first, then the tensors that moved furthest", async () => {
  const names = ["a-little", "b-far", "c-from-zero", "d-unread", "e-shape", "f-same", "g-nan"];
  const model = (content: string, shape: number[]) => [
    file("w", content, { findings: weights(...names.map((name) => tensor(name, content, name === "e-shape" ? { shape } : {}))) }),
  ];
  const plainly = await diffModels(side("a", model("1", [2, 2])), side("b", model("2", [4, 1])));
  const numbers: Readonly<Record<string, { l2: number; relative?: number; nonFinite?: number }>> = {
    "a-little": { l2: 9, relative: 0.001 },
    "b-far": { l2: 1, relative: 0.5 },
    "c-from-zero": { l2: 0.001 },
    "f-same": { l2: 0 },
    "g-nan": { l2: 0, relative: 0, nonFinite: 3 },
  };
  const items = plainly.tensors.changed.items.map((item) => {
    const moved = numbers[item.after.name];
    return moved ? { ...item, numeric: { elements: 4, examined: 4, nonFinite: 0, maxAbs: moved.l2, ...moved } } : item;
  });
  const numeric = { compared: 5, outOfTime: 0, unread: 1 };
  const diff = { ...plainly, tensors: { ...plainly.tensors, changed: { ...plainly.tensors.changed, items }, numeric } };
  const NAMES = new RegExp(names.join("|"), "g");
  const order = ["e-shape", "c-from-zero", "g-nan", "b-far", "a-little", "f-same", "d-unread"];
  const markdown = diffMarkdown(diff);
  // The chart lists tensors in the order of the files.
  for (const text of [diffText(plain(), diff), markdown, diffHtml(diff).replace(/ title="[^"]*"/g, "")])
    expect(text.match(NAMES)).toEqual(order);
  expect(markdown).toContain("- 🟨 `b-far` `float32 [2, 2]` (relative 50 &#37;, max 1)\n");
  expect(diffText(plain(), plainly).match(NAMES)).toEqual(names); // as they lie in the file
});

test("names both types of a changed column once", async () => {
  const column = { part: "inputs" as const, column: "age", breaking: true, what: "type double → string" };
  const [before, after] = ["double", "string"].map((type) => ({ name: "age", type, required: true }));
  const diff = { ...(await example()), signature: { breaking: true, columns: [{ ...column, before: before!, after: after! }] } };
  expect(diffText(plain(), diff)).toContain("\nsignature\n  ~ inputs age  type double → string, breaks callers\n");
});

describe("width of the terminal", () => {
  test("80 columns", async () => {
    expect(diffText(plain(80), await example(), GATES)).toBe(`fraud/churn@7 → build/churn
  1 metric worse, 1 metric better, 2 tensors changed, 1 file changed

gates
  ✗ loss <= 1.5          loss is 2, but must be at most 1.5
  ? recall > 0           the base could not be read
  ✓ auc >= base - 0.005  auc is 0.921

metrics
  ~ loss  1 → 2  (+1, worse)
  ~ auc   0.9132 → 0.9210  (+0.0078, better)

tensors
  ~ model.layers.10.self_attention.query_projection.weight
      float32 [2, 2] (content)
  ~ 模型                                          float32 [2, 2]  (content)

files
  ~ model.safetensors  1 byte  (content)`);
  });

  test("40 columns: values go below their name, and long names are cut in the middle", async () => {
    const text = diffText(plain(40), await example(), GATES);
    expect(text).toContain("  ✗ loss <= 1.5\n      loss is 2, but must be at most 1.5\n");
    const narrower = diffText(plain(36), await example(), GATES);
    expect(narrower).toContain("  ✗ loss <= 1.5\n      loss is 2, but must be at most\n      1.5\n");
    expect(text).toContain("  ~ model.layers.10.…y_projection.weight\n      float32 [2, 2] (content)\n");
  });

  test("200 columns and no terminal: one line per row", async () => {
    for (const width of [200, undefined]) {
      const text = diffText(plain(width), await example());
      expect(text).toContain("fraud/churn@7 → build/churn  1 metric worse");
      expect(text).toContain("  ~ model.layers.10.self_attention.query_projection.weight  float32 [2, 2]  (content)\n");
    }
  });

  test.each([20, 40, 80, 200])("no line is wider than %d, however long the names", (width) => {
    assertProperty(
      fc.property(diffs, (diff) => {
        const lines = diffText(plain(width), diff, GATES).split("\n");
        expect(lines.filter((line) => stringWidth(line) > width)).toEqual([]);
        // eslint-disable-next-line no-control-regex
        expect(lines.filter((line) => /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(line))).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});

test("colours mark good and bad changes only", async () => {
  const styled = { width: 80, style: (style: string, text: string) => `<${style}>${text}</>` };
  const text = diffText(styled, await example(), GATES);
  expect(text).toContain("<red>  ~ loss  1 → 2  (+1, worse)</>");
  expect(text).toContain("<green>  ~ auc   0.9132 → 0.9210  (+0.0078, better)</>");
  expect(text).toContain("<red>  ✗ loss <= 1.5          loss is 2, but must be at most 1.5</>");
});
