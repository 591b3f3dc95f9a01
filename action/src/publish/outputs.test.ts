import { expect, test } from "@jest/globals";
import { OUTPUT_NAMES, outputsOf } from "./outputs.js";
import { DIGEST, done, report, SHA256 } from "./testing.js";

const FAILED = { kind: "failed", model: "churn", problem: { code: "LOB1005", message: "empty", hint: "fill it" } } as const;

test("one model with a new version", () => {
  const { json, ...scalars } = outputsOf(report());
  expect(scalars).toEqual({
    version: "8",
    outcome: "published",
    changed: "true",
    latest: "8",
    sha256: SHA256,
    "tree-digest": DIGEST,
    "s3-uri": "s3://111122223333-us-east-1-fraud-artifacts/ml-models/fraud/churn/versions/999992_000008.tar.gz",
    "console-url": "https://us-east-1.console.aws.amazon.com/s3/object/b?prefix=ml-models%2Ffraud",
  });
  expect(JSON.parse(json)).toMatchObject({
    status: "published",
    lob: "fraud",
    model: "churn",
    version: 8,
    before: 7,
    seconds: 12.3,
    dryRun: false,
    metrics: { auc: 0.9312345, rows: 1200 },
  });
});

test("an unchanged model, and one with updated metrics, tags or description", () => {
  const unchanged = outputsOf(report({ outcomes: [done({ version: 7, latest: 9, changed: false })] }));
  expect(unchanged).toMatchObject({ version: "7", changed: "false", latest: "9" });
  expect(JSON.parse(unchanged.json)).toMatchObject({ status: "unchanged" });
  const updated = outputsOf(report({ outcomes: [done({ changed: false, descriptorsUpdated: true })] }));
  expect(updated.changed).toBe("false");
  expect(JSON.parse(updated.json)).toMatchObject({ status: "updated" });
});

test("always sets every output", () => {
  const problems = [{ code: "LOB2001", message: "no credentials" }] as const;
  const reports = [
    report({ outcomes: [FAILED] }),
    report({ outcomes: [{ kind: "not-tried", model: "churn" }], problems }),
    report({ outcomes: [], problems }),
    report({ outcomes: [], problems, several: true }),
  ];
  const all = reports.map(outputsOf);
  for (const outputs of all) {
    expect(Object.keys(outputs)).toEqual([...OUTPUT_NAMES]);
    expect(outputs).toMatchObject({
      version: "",
      changed: "false",
      latest: "",
      sha256: "",
      "tree-digest": "",
      "s3-uri": "",
      "console-url": "",
    });
  }
  expect(all.map(({ json }) => JSON.parse(json) as unknown)).toEqual([
    { status: "failed", lob: "fraud", model: "churn", dryRun: false, problems: [FAILED.problem] },
    { status: "not-tried", lob: "fraud", model: "churn", dryRun: false, problems },
    { status: "failed", problems },
    [],
  ]);
});

test("several models: an array, and whether any changed", () => {
  const outputs = outputsOf(
    report({ several: true, outcomes: [done({ changed: false }), done({ model: "chargeback" }), { ...FAILED, model: "third" }] }),
  );
  expect(outputs).toMatchObject({ version: "", changed: "true", latest: "", sha256: "" });
  expect(JSON.parse(outputs.json)).toMatchObject([
    { model: "churn", status: "unchanged" },
    { model: "chargeback", status: "published" },
    { model: "third", status: "failed" },
  ]);
});

test("a list of one model sets the outputs of a single model and an array", () => {
  const outputs = outputsOf(report({ several: true }));
  expect(outputs.version).toBe("8");
  expect(JSON.parse(outputs.json)).toHaveLength(1);
});

test("a dry run with new content has no artifact", () => {
  const {
    sha256: _,
    s3Uri: __,
    consoleUrl: ___,
    ...rest
  } = (done({ dryRun: true }) as Extract<ReturnType<typeof done>, { kind: "done" }>).result;
  const outputs = outputsOf(
    report({ dryRun: true, outcomes: [{ kind: "done", model: "churn", before: 7, milliseconds: 5, result: rest }] }),
  );
  expect(outputs).toMatchObject({ version: "8", changed: "true", sha256: "", "s3-uri": "", "console-url": "", "tree-digest": DIGEST });
});
