import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { filesOf } from "../testing.js";
import { readInputs, type DiffInputs, type RawDiffInputs } from "./inputs.js";
import { rawInputs } from "./testing.js";

const WORKFLOW = ".github/workflows/models.yml";
const ONE = { lob: "fraud", model: "churn", path: "build/churn" };
const FILES = {
  "build/churn": "",
  "build/cb": "",
  "metrics.json": '{"auc": 0.9}',
  [WORKFLOW]: "jobs:\n  with:\n    gates: |\n      auc >= 0.9\n      size <= base\n      size <= base\n",
};

function read(
  given: Partial<RawDiffInputs>,
  files: Record<string, string> = {},
  workflow: string | undefined = WORKFLOW,
): ReturnType<typeof readInputs> {
  return readInputs(rawInputs(given), filesOf({ ...FILES, ...files }), workflow, () => undefined);
}

async function inputsOf(...args: Parameters<typeof read>): Promise<DiffInputs> {
  const result = await read(...args);
  if ("problems" in result) throw new Error(JSON.stringify(result.problems));
  return result.inputs;
}

async function problemsOf(...args: Parameters<typeof read>): Promise<string[]> {
  const result = await read(...args);
  if ("inputs" in result) throw new Error("there is no problem");
  return result.problems.map(({ code, message, file, line }) => `${code} ${file === undefined ? "" : `${file}:${line} `}${message}`);
}

const gatesOf = ({ models }: DiffInputs): string[][] =>
  models.map(({ rules }) => rules.gates.map(({ gate, file, line }) => `${gate.text}${file === undefined ? "" : ` ${file}:${line}`}`));

describe("one model", () => {
  test("by default: LATEST, no gates, a check run", async () => {
    expect(await inputsOf(ONE)).toEqual({
      lob: "fraud",
      models: [{ model: "churn", build: { kind: "path", path: "build/churn" }, rules: { gates: [] } }],
      followLinks: false,
      followLinksTo: [],
      failOnGates: true,
      checkRun: "auto",
      checkName: "Model fraud/churn",
      githubToken: "",
    });
  });

  test("with every input", async () => {
    const given = {
      ...ONE,
      base: "prod",
      metrics: "metrics.json\nrows=5",
      better: "# no word says it\ndrift=lower\nval/gain = higher",
      tolerance: "0.01",
      "fail-on-gates": "false",
      region: "eu-central-1",
      "catalog-table": "models",
      "follow-links": "true",
      "report-dir": "out",
      "check-run": "never",
      "check-name": "Churn",
      "github-token": "t",
    };
    expect(await inputsOf(given)).toEqual({
      lob: "fraud",
      models: [
        {
          model: "churn",
          build: { kind: "path", path: "build/churn", metrics: { auc: 0.9, rows: 5 } },
          rules: {
            gates: [],
            better: { drift: "lower", "val/gain": "higher" },
            tolerance: 0.01,
            base: { text: "prod", ref: { alias: "prod" } },
          },
        },
      ],
      region: "eu-central-1",
      catalogTable: "models",
      followLinks: true,
      followLinksTo: [],
      failOnGates: false,
      reportDir: "out",
      checkRun: "never",
      checkName: "Churn",
      githubToken: "t",
    });
  });

  test("finds the lines of gates in the workflow", async () => {
    const gates = "# as good as before\nauc >= 0.9\n\nsize <= base\nfiles < 5";
    expect(gatesOf(await inputsOf({ ...ONE, gates }))).toEqual([[`auc >= 0.9 ${WORKFLOW}:4`, "size <= base", "files < 5"]]);
    // The repository is not checked out, or the workflow belongs to another one.
    for (const workflow of [".github/workflows/other.yml", ""]) {
      expect(gatesOf(await inputsOf({ ...ONE, gates }, {}, workflow))).toEqual([["auc >= 0.9", "size <= base", "files < 5"]]);
    }
  });

  test("from a manifest instead of a build", async () => {
    const { models } = await inputsOf({ lob: "fraud", model: "churn", manifests: "given" });
    expect(models).toMatchObject([{ model: "churn", build: { kind: "manifest", folder: "given" } }]);
  });
});

describe("models of a file", () => {
  const config = `lob: fraud
base: prod
gates: [auc > 0.5]
better: { drift: lower, gain: higher }
tolerance: 0.1
models:
  - model: churn
    path: build/churn
    metrics: metrics.json
    gates:
      - auc >= base - 0.005
      - signature: compatible
    better: { drift: higher }
    base: 7
  - { model: cb, path: build/cb, tolerance: 0 }
`;

  test("combine the gates of input, file and model; of other rules, the most specific wins", async () => {
    const inputs = await inputsOf(
      { config: "./models.yml", gates: "auc >= 0.9", base: "LATEST", tolerance: "5" },
      { "./models.yml": config },
    );
    expect(gatesOf(inputs)).toEqual([
      [`auc >= 0.9 ${WORKFLOW}:4`, "auc > 0.5 models.yml:3", "auc >= base - 0.005 models.yml:11", "signature: compatible models.yml:12"],
      [`auc >= 0.9 ${WORKFLOW}:4`, "auc > 0.5 models.yml:3"],
    ]);
    expect(inputs.models.map(({ build, rules: { better, tolerance, base } }) => ({ build, better, tolerance, base: base?.text }))).toEqual([
      {
        build: { kind: "path", path: "build/churn", metrics: { auc: 0.9 } },
        better: { drift: "higher", gain: "higher" },
        tolerance: 0.1,
        base: "7",
      },
      { build: { kind: "path", path: "build/cb" }, better: { drift: "lower", gain: "higher" }, tolerance: 0, base: "prod" },
    ]);
  });

  test("report an absolute path relative to the workspace", async () => {
    const absolute = join(process.cwd(), "models.yml");
    expect(gatesOf(await inputsOf({ config: absolute }, { [absolute]: config }))[1]).toEqual(["auc > 0.5 models.yml:3"]);
  });

  test("ignore their paths and metrics with manifests", async () => {
    const { models } = await inputsOf(
      { config: "models.yml", manifests: "given" },
      { "models.yml": config.replaceAll("build/", "absent/").replace("metrics.json", "absent") },
    );
    expect(models.map(({ build }) => build)).toEqual([
      { kind: "manifest", folder: "given" },
      { kind: "manifest", folder: "given" },
    ]);
  });
});

describe("reports everything that is wrong at once", () => {
  test("for one model", async () => {
    const given = {
      path: "absent",
      base: "a b",
      gates: "auc >=\nauc >= 0.9\nnonsense: yes",
      better: "auc=up",
      tolerance: "-1",
      "fail-on-gates": "maybe",
      "check-run": "sometimes",
      "check-name": "x".repeat(101),
    };
    const problems = await problemsOf(given);
    expect(problems.map((problem) => problem.slice(0, 70))).toEqual([
      expect.stringContaining('LOB1002 the input "base": "a b" is not LATEST'),
      expect.stringContaining('LOB1002 the input "better" has the line "auc=up"'),
      expect.stringContaining('LOB1002 the input "tolerance" is "-1"'),
      expect.stringContaining('LOB1002 the input "fail-on-gates" is "maybe"'),
      expect.stringContaining('LOB1002 the input "check-run" is "sometimes"'),
      expect.stringContaining('LOB1002 the input "check-name" is'),
      expect.stringContaining('LOB1010 the input "gates": the gate "auc >=" is invalid'),
      expect.stringContaining('LOB1010 the input "gates": the gate "nonsense: yes" is invalid'),
      expect.stringContaining('LOB1002 the input "lob" is missing'),
      expect.stringContaining('LOB1002 the input "model" is missing'),
      expect.stringContaining('LOB1004 there is nothing at "absent"'),
    ]);
  });

  test("for inputs beside manifests and config", async () => {
    expect(await problemsOf({ ...ONE, manifests: "given", metrics: "auc=1" })).toEqual([
      'LOB1002 "path" cannot be combined with the input "manifests"',
      'LOB1002 "metrics" cannot be combined with the input "manifests"',
    ]);
    expect(await problemsOf({ ...ONE, config: "models.yml" }, { "models.yml": "models: [{ model: churn, path: build/churn }]" })).toEqual([
      'LOB1002 "model" and "path" cannot be combined with the input "config"',
    ]);
  });

  test("for too many gates", async () => {
    expect(await problemsOf({ ...ONE, gates: "auc > 0\n".repeat(101) })).toEqual(['LOB1002 the input "gates" has 101 gates']);
  });
});
