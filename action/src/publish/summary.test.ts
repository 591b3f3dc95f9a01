import { describe, expect, test } from "@jest/globals";
import type { Tokens } from "marked";
import type { ActionProblem } from "../problem.js";
import { kindsOf, tokensOf } from "../rendered.js";
import type { PublishReport } from "./run.js";
import { MAX_SUMMARY_BYTES, renderSummary } from "./summary.js";
import { done, report, RUN } from "./testing.js";

const firstLine = (markdown: string): string => markdown.split("\n")[0] ?? "";

/** Cells of the first table as Markdown. */
function cells(markdown: string): string[][] {
  return (tokensOf(markdown).find(({ type }) => type === "table") as Tokens.Table).rows.map((row) => row.map(({ text }) => text));
}

describe("the verdict is the first line", () => {
  const failed = (model: string) => ({ kind: "failed", model, problem: { code: "LOB1005", message: "empty" } }) as const;
  const VERDICTS: [PublishReport, string][] = [
    [report(), "## ✅ Published fraud/churn version 8; LATEST was 7"],
    [report({ outcomes: [done({ version: 1, latest: 1 }, 0)] }), "## ✅ Published fraud/churn version 1; its first version"],
    [report({ outcomes: [done({ changed: false })] }), "## ✅ Unchanged&#58; version 8 of fraud/churn already has this content"],
    [
      report({ outcomes: [done({ changed: false, descriptorsUpdated: true })] }),
      "## ✅ Updated metrics, tags or description; version 8 of fraud/churn already has this content",
    ],
    [report({ dryRun: true, outcomes: [done({ dryRun: true })] }), "## 🔍 Dry run&#58; fraud/churn would become version 8; LATEST was 7"],
    [report({ outcomes: [failed("churn")] }), "## ❌ fraud/churn was not published"],
    [
      report({
        outcomes: [],
        problems: [
          { code: "LOB1002", message: "a" },
          { code: "LOB1002", message: "b" },
        ],
      }),
      "## ❌ Nothing was published: 2 problems in the inputs",
    ],
    [report({ outcomes: [], problems: [{ code: "LOB9001", message: "x is undefined" }] }), "## ❌ The Action failed"],
    [
      report({ outcomes: [{ kind: "not-tried", model: "churn" }], problems: [{ code: "LOB2001", message: "no credentials" }] }),
      "## ❌ fraud/churn was not published",
    ],
    [
      report({ several: true, outcomes: [done(), done({ model: "b", changed: false }), failed("c"), { kind: "not-tried", model: "d" }] }),
      "## ❌ 4 models of fraud: 1 failed, 1 not tried, 1 published, 1 unchanged",
    ],
    [report({ several: true, outcomes: [done(), done({ model: "b" })] }), "## ✅ 2 models of fraud: 2 published"],
  ];

  test.each(VERDICTS.map(([given, expected]) => ({ given, expected })))("$expected", ({ given, expected }) => {
    expect(firstLine(renderSummary(given, RUN))).toBe(expected);
  });
});

test("the table shows the result for each model", () => {
  const outcomes = [
    done({ metrics: { auc: 0.9312345, f1: 0.5, loss: 2, rows: 1200, zeta: 1, omega: 3 } }),
    done({ model: "overtaken", latest: 9 }),
    done({ model: "first", version: 1, latest: 1, files: 1234 }, 0),
    done({ model: "old", version: 3, latest: 9, changed: false, metrics: {} }, 9),
    { kind: "failed", model: "empty", problem: { code: "LOB1005", message: "there is nothing in build/empty" } },
  ] as const;
  expect(cells(renderSummary(report({ several: true, outcomes }), RUN))).toEqual([
    [
      "<code>churn</code>",
      "**new version**",
      "7 → **8**",
      "1.2 GiB",
      "12",
      "auc 0.9312<br>f1 0.5<br>loss 2<br>rows 1200<br>and 2 more",
      "<code>0123456789ab</code>",
      "[AWS console](https://us-east-1.console.aws.amazon.com/s3/object/b?prefix=ml-models%2Ffraud)",
    ],
    ["<code>overtaken</code>", "**new version**", "7 → **8** (LATEST is 9)", ...Array<unknown>(5).fill(expect.anything())],
    [
      "<code>first</code>",
      "**new version**",
      "**1**",
      "1.2 GiB",
      "1,234",
      "auc 0.9312<br>rows 1200",
      "<code>0123456789ab</code>",
      expect.anything(),
    ],
    ["<code>old</code>", "unchanged", "3 (LATEST is 9)", "1.2 GiB", "12", "", "<code>0123456789ab</code>", expect.anything()],
    ["<code>empty</code>", "❌ failed", "", "", "", "", "", ""],
  ]);
});

test("shows provenance, how to pull, and collapsed details", () => {
  const summary = renderSummary(report({ outcomes: [done({ description: "Trained on October" })] }), { ...RUN, attempt: 2 });
  expect(summary).toContain(
    "From commit <code>0123456789ab</code>, release <code>v1.2.0</code>, by <code>octocat</code>, on release, [workflow run, attempt 2](https://github.com/acme/fraud-models/actions/runs/42/attempts/1).",
  );
  expect((tokensOf(summary).find(({ type }) => type === "code") as Tokens.Code).text).toBe("lobreg pull fraud/churn@8 --region us-east-1");
  expect(summary).toContain("<details><summary><code>churn</code> version 8: details</summary>");
  expect(summary).toContain("| Metric auc | 0.9312345 |");
  expect(summary).toContain("| Tag team | risk |");
  expect(summary).toContain("| Description | Trained on October |");
});

test("problems show their position and the next step", () => {
  const problems: ActionProblem[] = [
    { code: "LOB1003", message: "models[0].path: is missing", hint: "Fix the file.", file: "models.yml", line: 4 },
    { code: "LOB1005", message: "it is empty" },
    { code: "LOB2003", message: "denied", hint: "Ask.", requestId: "R<1>", extendedRequestId: "X1" },
  ];
  const errorsPage = "https://github.com/acme/lob-registry/blob/v1/docs/errors.md";
  const summary = renderSummary(report({ outcomes: [], problems }), { provenance: {}, mayHaveIdentity: false, errorsPage });
  expect(summary).toBe(
    `## ❌ The Action failed

- **[LOB1003](https://github.com/acme/lob-registry/blob/v1/docs/errors.md#lob1003)** models&#91;0&#93;.path&#58; is missing (<code>models.yml&#58;4</code>)<br>**Next:** Fix the file.
- **[LOB1005](https://github.com/acme/lob-registry/blob/v1/docs/errors.md#lob1005)** it is empty
- **[LOB2003](https://github.com/acme/lob-registry/blob/v1/docs/errors.md#lob2003)** denied<br>**Next:** Ask.<br>AWS request id R&#60;1&#62;, extended request id X1
`,
  );
});

test("how to pull names a catalog table that is not the default", () => {
  expect(renderSummary(report({ catalogTable: "our-catalog" }), RUN)).toContain(
    "\nlobreg pull fraud/churn@8 --region us-east-1 --catalog-table our-catalog\n",
  );
});

test("a dry run does not say how to pull", () => {
  expect(renderSummary(report({ dryRun: true, outcomes: [done({ dryRun: true })] }), RUN)).not.toContain("lobreg pull");
});

test("hostile names change nothing but themselves", () => {
  const hostile = "a|b`c<img src=x>\n# @octocat <!-- [x](https://evil.example) ```";
  const summaryOf = (name: string): string =>
    renderSummary(
      report({
        several: true,
        outcomes: [
          done({ description: name, tags: { [name]: name }, metrics: { [name]: 1 }, s3Uri: `s3://b/${name}` }),
          { kind: "failed", model: name, problem: { code: "LOB1006", message: name, hint: name, file: name, line: 1 } },
        ],
        problems: [{ code: "LOB1002", message: name }],
      }),
      { ...RUN, provenance: { ...RUN.provenance, actor: name, gitRef: name, releaseTag: name, event: name } },
    );
  expect(kindsOf(summaryOf(hostile))).toEqual(kindsOf(summaryOf("name")));
});

describe("GitHub's limit", () => {
  test("drops details that do not fit, and says so", () => {
    const metrics = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`${n}${"|".repeat(110)}`, n]));
    const outcomes = Array.from({ length: 100 }, (_, n) => done({ model: `m${n}`, metrics }));
    const summary = renderSummary(report({ several: true, outcomes }), RUN);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(MAX_SUMMARY_BYTES);
    expect(Buffer.byteLength(summary)).toBeGreaterThan(MAX_SUMMARY_BYTES / 2);
    expect(cells(summary)).toHaveLength(100);
    expect(summary).toMatch(/Some details do not fit here.*\n$/);
  });

  test("a hundred models that all fail with the longest messages", () => {
    const long = "@".repeat(5000);
    const outcomes = Array.from({ length: 100 }, (_, n) => ({
      kind: "failed" as const,
      model: `m${n}`,
      problem: { code: "LOB1006" as const, message: long, hint: long, file: long, line: 1 },
    }));
    const summary = renderSummary(report({ several: true, outcomes }), RUN);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(MAX_SUMMARY_BYTES);
    expect(firstLine(summary)).toBe("## ❌ 100 models of fraud: 100 failed");
  });
});
