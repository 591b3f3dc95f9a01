import { describe, expect, test } from "@jest/globals";
import { MAX_MODELS, parseConfig } from "./config.js";

const FILE = "models.yml";

function problemsOf(text: string): string[] {
  const parsed = parseConfig(text, FILE);
  if ("config" in parsed) throw new Error("there is no problem");
  expect(parsed.problems.every(({ file, hint, code }) => file === FILE && hint !== "" && code.startsWith("LOB10"))).toBe(true);
  return parsed.problems.map(({ line, message }) => `${line}: ${message}`);
}

describe("a file that is right", () => {
  test("gives the models in its order, with the lines of their keys", () => {
    const text = `# what we publish
lob: fraud
models:
  - model: churn
    path: build/churn
    metrics: build/churn/metrics.json
    description: |
      Trained on
      October.
    tags:
      team: risk
      year: 2026
  - { model: chargeback, path: build/cb.bin, metrics: { auc: 0.9, val: { loss: 2 } } }
`;
    expect(parseConfig(text, FILE)).toEqual({
      config: {
        lob: "fraud",
        models: [
          {
            model: "churn",
            path: "build/churn",
            metricsFile: "build/churn/metrics.json",
            description: "Trained on\nOctober.",
            tags: { team: "risk", year: "2026" },
            lines: { path: 5, metrics: 6, tags: 10 },
          },
          { model: "chargeback", path: "build/cb.bin", metrics: { auc: 0.9, "val.loss": 2 }, lines: { path: 13, metrics: 13, tags: 13 } },
        ],
      },
    });
  });

  test("may leave the LOB to the input", () => {
    expect(parseConfig("models: [{ model: churn, path: b }]", FILE)).toEqual({
      config: { models: [{ model: "churn", path: "b", lines: { path: 1, metrics: 1, tags: 1 } }] },
    });
  });

  test("may begin with a byte order mark and use anchors", () => {
    const text = "\uFEFFmodels:\n  - { model: a, path: p, tags: &t { team: risk } }\n  - { model: b, path: q, tags: *t }\n";
    expect(parseConfig(text, FILE)).toMatchObject({ config: { models: [{ tags: { team: "risk" } }, { tags: { team: "risk" } }] } });
  });

  test("a metric called file is a metric", () => {
    expect(parseConfig("models: [{ model: churn, path: b, metrics: { file: 1 } }]", FILE)).toMatchObject({
      config: { models: [{ metrics: { file: 1 } }] },
    });
  });
});

describe("everything that is wrong is told at once, with its line", () => {
  test("keys, names, types and what is missing", () => {
    const text = `lob: Fraud
model: churn
models:
  - model: fraud/churn
    path: build/churn
    metric: x
  - model: ok
    tags: [a]
  -
    path: 7
    model: also-ok
`;
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^1: lob: a LOB name is .*got "Fraud"$/),
      expect.stringMatching(/^4: models\[0\]\.model: a model name is .*got "fraud\/churn"$/),
      '6: models[0]: the key "metric" is not known',
      "7: models[1].path: is missing",
      "8: models[1].tags: must be names with their values",
      "10: models[2].path: must be text",
      '2: the file: the key "model" is not known',
    ]);
  });

  test("a model that is listed twice, and facts that core refuses", () => {
    const text = `models:
  - model: churn
    path: a
    metrics: { auc: "0.9" }
  - model: churn
    path: b
    description: "a\\u202Eb"
    tags: { team: [x] }
`;
    expect(problemsOf(text)).toEqual([
      '4: models[0].metrics: "auc" must be a number',
      "5: models[1]: the model churn is listed already, in line 2",
      expect.stringMatching(/^8: models\[1\]\.tags gives "team" a value/),
      expect.stringMatching(/^7: models\[1\]\.description .*cannot be printed/),
    ]);
  });

  test.each([
    ["", "1: the file: must hold the key models, with a list"],
    ["just text", "1: the file: must hold the key models, with a list"],
    ["models: []", "1: models: must list at least one model"],
    ["models: churn", "1: models: must be a list, one entry for each model"],
    ["lob: fraud", "1: models: is missing"],
    ["\nmodels:\n  - churn", "3: models[0]: must be a model: model, path, and perhaps metrics, description, tags"],
    ['models: [{ model: a, path: "" }]', "1: models[0].path: must not be empty"],
    [
      `models:\n${Array.from({ length: MAX_MODELS + 1 }, (_, index) => `  - { model: m${index}, path: p }\n`).join("")}`,
      `1: models: must list at most ${MAX_MODELS} models`,
    ],
  ])("%j", (text, expected) => {
    expect(problemsOf(text)).toEqual([expected]);
  });

  test("what is not YAML, each mistake at its line", () => {
    expect(problemsOf("models:\n  - model: a\n   path: b\n")).toEqual([expect.stringMatching(/^3: this is not valid YAML: /)]);
    expect(problemsOf("lob: a\nlob: b\nmodels: []\n")).toEqual([
      expect.stringMatching(/^2: this is not valid YAML: Map keys must be unique/),
    ]);
    expect(problemsOf("lob: a\n---\nlob: b\n")).toEqual([expect.stringMatching(/^2: this is not valid YAML: /)]);
  });

  test("aliases that would grow beyond all bounds", () => {
    const levels = Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(", ")}]`);
    expect(problemsOf(`a0: &a0 [x]\n${levels.join("\n")}\nmodels: *a9\n`)).toEqual([
      expect.stringMatching(/^1: this YAML cannot be read: .*alias/),
    ]);
  });
});
