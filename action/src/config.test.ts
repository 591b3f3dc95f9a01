import { describe, expect, test } from "@jest/globals";
import { MAX_MODELS, parseConfig } from "./config.js";

const FILE = "models.yml";

function problemsOf(text: string): string[] {
  const parsed = parseConfig(text, FILE);
  if ("config" in parsed) throw new Error("there is no problem");
  expect(parsed.problems.every(({ file, hint, code }) => file === FILE && hint !== "" && code.startsWith("LOB10"))).toBe(true);
  return parsed.problems.map(({ line, message }) => `${line}: ${message}`);
}

describe("a valid file", () => {
  test("lists the models in order, with the lines of their keys", () => {
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
        rules: { gates: [] },
        models: [
          {
            model: "churn",
            path: "build/churn",
            metricsFile: "build/churn/metrics.json",
            description: "Trained on\nOctober.",
            tags: { team: "risk", year: "2026" },
            rules: { gates: [] },
            lines: { path: 5, metrics: 6, tags: 10 },
          },
          {
            model: "chargeback",
            path: "build/cb.bin",
            metrics: { auc: 0.9, "val.loss": 2 },
            rules: { gates: [] },
            lines: { path: 13, metrics: 13, tags: 13 },
          },
        ],
      },
    });
  });

  test("may omit the LOB", () => {
    expect(parseConfig("models: [{ model: churn, path: b }]", FILE)).toEqual({
      config: {
        rules: { gates: [] },
        models: [{ model: "churn", path: "b", rules: { gates: [] }, lines: { path: 1, metrics: 1, tags: 1 } }],
      },
    });
  });

  test("may start with a byte order mark and use anchors", () => {
    const text = "\uFEFFmodels:\n  - { model: a, path: p, tags: &t { team: risk } }\n  - { model: b, path: q, tags: *t }\n";
    expect(parseConfig(text, FILE)).toMatchObject({ config: { models: [{ tags: { team: "risk" } }, { tags: { team: "risk" } }] } });
  });

  test("may have a metric called file", () => {
    expect(parseConfig("models: [{ model: churn, path: b, metrics: { file: 1 } }]", FILE)).toMatchObject({
      config: { models: [{ metrics: { file: 1 } }] },
    });
  });
});

describe("reports everything that is wrong at once, with lines", () => {
  test("unknown keys, invalid names and types, missing keys", () => {
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
      '6: models[0]: unknown key "metric"',
      "7: models[1].path is missing",
      "8: models[1].tags: must map names to values",
      "10: models[2].path: must be text",
      '2: the file: unknown key "model"',
    ]);
  });

  test("a model listed twice, and values that core refuses", () => {
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
      "5: models[1]: the model churn is already listed in line 2",
      expect.stringMatching(/^8: models\[1\]\.tags gives "team" a value/),
      expect.stringMatching(/^7: models\[1\]\.description .*cannot be printed/),
    ]);
  });

  test.each([
    ["", "1: the file: must have the key models with a list"],
    ["just text", "1: the file: must have the key models with a list"],
    ["models: []", "1: models: must list at least one model"],
    ["models: churn", "1: models: must be a list with one entry per model"],
    ["lob: fraud", "1: models is missing"],
    [
      "\nmodels:\n  - churn",
      "3: models[0]: must be a model with the keys model, path, and optionally metrics, description, tags, gates, better, tolerance, base",
    ],
    ['models: [{ model: a, path: "" }]', "1: models[0].path: must not be empty"],
    [
      `models:\n${Array.from({ length: MAX_MODELS + 1 }, (_, index) => `  - { model: m${index}, path: p }\n`).join("")}`,
      `1: models: must list at most ${MAX_MODELS} models`,
    ],
  ])("%j", (text, expected) => {
    expect(problemsOf(text)).toEqual([expected]);
  });

  test("invalid YAML, each mistake at its line", () => {
    expect(problemsOf("models:\n  - model: a\n   path: b\n")).toEqual([expect.stringMatching(/^3: invalid YAML: /)]);
    expect(problemsOf("lob: a\nlob: b\nmodels: []\n")).toEqual([expect.stringMatching(/^2: invalid YAML: Map keys must be unique/)]);
    expect(problemsOf("lob: a\n---\nlob: b\n")).toEqual([expect.stringMatching(/^2: invalid YAML: /)]);
  });

  test("aliases that expand without limit", () => {
    const levels = Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(", ")}]`);
    expect(problemsOf(`a0: &a0 [x]\n${levels.join("\n")}\nmodels: *a9\n`)).toEqual([
      expect.stringMatching(/^1: cannot read this YAML: .*alias/),
    ]);
  });
});

describe("how models are compared", () => {
  test("reads rules for all models and for each, with the lines of gates", () => {
    const text = `base: 7
tolerance: 0.01
better: { drift: lower }
gates: [auc > 0.5]
models:
  - model: churn
    path: b
    base: prod
    gates:
      - "auc >= base - 0.005"
      # without quotes this is a map, and means the same
      - signature: compatible
`;
    const parsed = parseConfig(text, FILE);
    if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
    const { rules, models } = parsed.config;
    const places = [...rules.gates, ...models[0]!.rules.gates].map(({ gate, file, line }) => [gate.text, file, line]);
    expect(places).toEqual([
      ["auc > 0.5", FILE, 4],
      ["auc >= base - 0.005", FILE, 10],
      ["signature: compatible", FILE, 12],
    ]);
    expect(rules).toMatchObject({ base: { text: "7", ref: { version: 7 } }, tolerance: 0.01, better: { drift: "lower" } });
    expect(models[0]!.rules).toMatchObject({ base: { text: "prod", ref: { alias: "prod" } } });
  });

  test("reports invalid rules with their lines, even if the file is only published", () => {
    const text = `base: a b
tolerance: -1
better: { drift: down }
gates:
  - auc >=
  - 7
  - { a: 1, b: 2 }
models:
  - model: churn
    path: b
    gates: auc > 0.5
    base: [1]
`;
    // Values are checked after the schema.
    expect(problemsOf(text)).toEqual([
      "6: gates[1]: must be text, e.g. auc >= base - 0.005",
      "7: gates[2]: must be text, e.g. auc >= base - 0.005",
      "3: better.drift: must be higher or lower",
      "2: tolerance: must be a number, 0 or more",
      "11: models[0].gates: must be a list of gates, e.g. - auc >= base - 0.005",
      "12: models[0].base: must be LATEST, an alias or a version number",
    ]);
    expect(problemsOf("base: a b\ngates:\n  - auc >=\nmodels:\n  - { model: a, path: p, gates: [auc > 0, nonsense] }\n")).toEqual([
      expect.stringMatching(/^3: gates\[0\]: the gate "auc >=" is invalid/),
      '1: base: "a b" is not LATEST, an alias or a version number',
      expect.stringMatching(/^5: models\[0\]\.gates\[1\]: the gate "nonsense" is invalid/),
    ]);
  });
});

test("tags are texts as the file says them, although YAML takes some for numbers", () => {
  const source =
    "models:\n  - model: a\n    path: one\n    tags: { version: 1.10, zip: 01234, big: 12345678901234567890, flag: True, none: 0x10, text: yes }\n";
  const parsed = parseConfig(source, "models.yml");
  expect("config" in parsed && parsed.config.models[0]!.tags).toEqual({
    big: "12345678901234567890",
    flag: "True",
    none: "0x10",
    text: "yes",
    version: "1.10",
    zip: "01234",
  });
});
