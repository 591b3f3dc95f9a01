import { describe, expect, test } from "@jest/globals";
import { readInputs, type PublishInputs, type RawPublishInputs } from "./inputs.js";
import type { ActionProblem } from "../problem.js";
import { filesOf } from "../testing.js";
import { rawInputs } from "./testing.js";

const SINGLE = { lob: "fraud", model: "churn", path: "build/churn" };

async function read(
  given: Partial<RawPublishInputs>,
  texts: Record<string, string> = {},
): Promise<{ inputs?: PublishInputs; problems?: readonly ActionProblem[]; warnings: string[] }> {
  const warnings: string[] = [];
  const parsed = await readInputs(rawInputs(given), filesOf({ "build/churn": "", ...texts }), (message) => warnings.push(message));
  return { ...parsed, warnings };
}

describe("one model", () => {
  test("needs only lob, model and path", async () => {
    expect(await read(SINGLE)).toEqual({
      inputs: {
        lob: "fraud",
        models: [{ model: "churn", path: "build/churn" }],
        fromConfig: false,
        dryRun: false,
        followLinks: false,
        followLinksTo: [],
        failOn: "nothing",
        ifKeyUsed: "keep",
        allowPullRequest: false,
        takeOver: false,
      },
      warnings: [],
    });
  });

  test("takes every input", async () => {
    const { inputs, warnings } = await read(
      {
        ...SINGLE,
        region: "eu-central-1",
        "catalog-table": "our-catalog",
        metrics: "metrics.json\n# by hand\n\nval.auc = 0.95\n",
        description: "  Trained on October.  ",
        tags: "team=risk\n# who asked\nticket=ML-7=b\n",
        "dry-run": "True",
        "follow-links": "true",
        "idempotency-key": "nightly-7",
        "take-over": "false",
      },
      { "metrics.json": '{"val": {"auc": 0.9, "loss": 2}, "note": "x"}' },
    );
    expect(inputs).toEqual({
      lob: "fraud",
      models: [
        {
          model: "churn",
          path: "build/churn",
          metrics: { "val.auc": 0.95, "val.loss": 2 },
          description: "Trained on October.",
          tags: { team: "risk", ticket: "ML-7=b" },
        },
      ],
      fromConfig: false,
      region: "eu-central-1",
      catalogTable: "our-catalog",
      idempotencyKey: "nightly-7",
      dryRun: true,
      followLinks: true,
      followLinksTo: [],
      failOn: "nothing",
      ifKeyUsed: "keep",
      allowPullRequest: false,
      takeOver: false,
    });
    expect(warnings).toEqual(["metrics.json: skipped because they are not numbers: note"]);
  });

  test("reports everything that is wrong at once, with hints", async () => {
    const { problems } = await read({
      lob: "Fraud",
      model: "fraud/churn",
      path: "nowhere",
      metrics: "auc=0,9\nloss=1",
      tags: "risk",
      description: "a\u0007b",
      "dry-run": "yes",
      "catalog-table": "a b",
      "idempotency-key": "night ly",
    });
    expect(problems?.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'LOB1002 the input "catalog-table" is "a b"',
      expect.stringMatching(/^LOB1008 the input "description" .*cannot be printed/),
      expect.stringMatching(/^LOB1008 the input "tags" holds "risk"/),
      'LOB1002 the input "dry-run" is "yes"',
      'LOB1002 the input "idempotency-key" is "night ly"',
      expect.stringMatching(/^LOB1001 the input "lob": a LOB name is/),
      expect.stringMatching(/^LOB1001 the input "model": a model name is/),
      'LOB1004 there is nothing at "nowhere": it does not exist',
      'LOB1004 cannot read the metrics file, "auc=0,9": it does not exist',
    ]);
    expect(problems?.filter(({ hint }) => hint !== undefined).length).toBeGreaterThanOrEqual(6);
  });

  test("names missing inputs", async () => {
    const { problems } = await read({});
    expect(problems?.map(({ message }) => message)).toEqual([
      'the input "lob" is missing',
      'the input "model" is missing',
      'the input "path" is missing',
    ]);
  });

  test("an empty list counts as not set, so that nothing is cleared", async () => {
    const { inputs } = await read({ ...SINGLE, tags: "# none yet", metrics: "# none yet" });
    expect(inputs?.models).toEqual([{ model: "churn", path: "build/churn" }]);
  });
});

describe("several models", () => {
  const CONFIG = `lob: fraud
models:
  - model: churn
    path: build/churn
    metrics: churn.json
    tags: { team: churners }
  - model: chargeback
    path: build/cb
    description: its own
`;
  const TEXTS = { "models.yml": CONFIG, "build/cb": "", "churn.json": '{"auc": 0.9}' };

  test("come from the file; tags and description of the inputs apply to all", async () => {
    const { inputs } = await read({ config: "models.yml", tags: "team=risk\nwave=3", description: "Release 3" }, TEXTS);
    expect(inputs).toMatchObject({
      lob: "fraud",
      fromConfig: true,
      models: [
        { model: "churn", path: "build/churn", metrics: { auc: 0.9 }, tags: { team: "churners", wave: "3" }, description: "Release 3" },
        { model: "chargeback", path: "build/cb", tags: { team: "risk", wave: "3" }, description: "its own" },
      ],
    });
  });

  test("annotate missing paths and metrics files at their lines", async () => {
    const { problems } = await read({ config: "./models.yml" }, { "./models.yml": CONFIG });
    expect(problems).toMatchObject([
      { code: "LOB1004", file: "models.yml", line: 5, message: 'cannot read the metrics file, "churn.json": it does not exist' },
      { code: "LOB1004", file: "models.yml", line: 8, message: 'there is nothing at "build/cb": it does not exist' },
    ]);
  });

  test("exclude the inputs of a single model and a second LOB", async () => {
    const { problems } = await read({ config: "models.yml", lob: "payments", model: "x", metrics: "a=1" }, TEXTS);
    expect(problems?.map(({ message }) => message)).toEqual([
      'the input "lob" is payments, but models.yml says fraud',
      '"model" and "metrics" cannot be combined with the input "config"',
    ]);
  });

  test("a missing or invalid file hides no other problem", async () => {
    expect((await read({ config: "gone.yml", "dry-run": "ja" })).problems?.map(({ code }) => code)).toEqual(["LOB1002", "LOB1004"]);
    expect((await read({ config: "m.yml", tags: "x" }, { "m.yml": "models: 7" })).problems?.map(({ code }) => code)).toEqual([
      "LOB1008",
      "LOB1003",
    ]);
  });

  test("refuse too many tags in total", async () => {
    const own = Array.from({ length: 30 }, (_, n) => `own${n}: x`).join(", ");
    const { problems } = await read(
      { config: "m.yml", lob: "fraud", tags: Array.from({ length: 30 }, (_, n) => `all${n}=x`).join("\n") },
      { "m.yml": `models:\n- model: churn\n  path: build/churn\n  tags: { ${own} }\n` },
    );
    expect(problems).toMatchObject([{ code: "LOB1008", line: 4, message: expect.stringMatching(/^model churn has more than 50/) }]);
  });
});
