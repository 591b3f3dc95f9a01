import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { marked } from "marked";
import { defined } from "../defined.js";
import { file, side, tensor, weights } from "../diff/diff.test.helper.js";
import { describe as described, diffModels } from "../diff/index.js";
import type { GateResult } from "../diff/gate-result.js";
import type { ManifestFile, Metrics } from "../types.js";
import { LEAST_BUDGET, reportMarkdown } from "./markdown.js";
import { diffs, gateResults, HOSTILE, reports } from "./report.test.helper.js";
import { type Compared, type ModelReport, type Report, reportSchema } from "./types.js";
import { diffMarkdown } from "../diff/markdown.js";
import { assertProperty } from "../testing/property.js";

const URL_OF_ALL = "https://github.com/acme/models/actions/runs/1";
const fullReport = { text: "Full report", url: URL_OF_ALL };
const INTRO = "<!-- lob-registry -->";

const gate = (name: string, outcome: GateResult["outcome"], reason = "because"): GateResult => ({ gate: name, outcome, reason });
const reportOf = (...models: ModelReport[]): Report => ({ schema: 1, createdBy: "test", models });

async function compared(before: Metrics, after: Metrics, files: [ManifestFile[], ManifestFile[]] = [[], []]): Promise<Compared> {
  const diff = await diffModels(side("fraud/churn@7", files[0], before), side("build", files[1], after));
  const base = { kind: "version", version: 7, ref: "LATEST" } as const;
  return { kind: "compared", lob: "fraud", model: "churn", base, candidate: diff.after, diff, gates: [] };
}

const firstLine = (markdown: string): string => markdown.split("\n")[0]!;

describe("the verdict is the first line", () => {
  const passing = [1, 2, 3, 4].map((i) => gate(`gate ${i}`, "passed"));
  test.each<[string, Partial<Compared>, [Metrics, Metrics]]>([
    ["**✅ fraud/churn: 2 metrics better, gates pass (4 of 4)** — against version 7 (LATEST)", { gates: passing }, [{ auc: 0.9, loss: 2 }, { auc: 0.91, loss: 1 }]], // prettier-ignore
    ["**❌ fraud/churn: 1 of 2 gates fails, 1 metric worse** — against version 7 (LATEST)", { gates: [gate("a", "passed"), gate("b", "failed")] }, [{ auc: 0.9 }, { auc: 0.8 }]], // prettier-ignore
    ["**⚠️ fraud/churn: 1 gate could not be checked, not compared**", { base: { kind: "unknown", reason: "no credentials" }, gates: [gate("a", "unknown")] }, [{}, {}]], // prettier-ignore
    ["**✅ fraud/churn: first version** — nothing is published yet", { base: { kind: "none" } }, [{}, {}]],
    [
      "**⚪ fraud/churn: no difference** — against version 7",
      { base: { kind: "version", version: 7, ref: "7" } },
      [{ auc: 1 }, { auc: 1 }],
    ],
    ["**⚠️ fraud/churn: 1 metric worse** — against version 7 (`prod`)", { base: { kind: "version", version: 7, ref: "prod" } }, [{ auc: 1 }, { auc: 0 }]], // prettier-ignore
  ])("%s", async (line, given, metrics) => {
    const { diff, ...model } = await compared(...metrics);
    const withDiff = given.base === undefined || given.base.kind === "version";
    expect(firstLine(reportMarkdown(reportOf({ ...model, ...defined({ diff: withDiff ? diff : undefined }), ...given })))).toBe(line);
  });

  test("followed by the shortened parts", async () => {
    const markdown = reportMarkdown(reportOf({ ...(await compared({ auc: 1 }, { auc: 0 })), shortened: ["code", "metrics"] }));
    expect(markdown).toContain("\n\nShortened to fit the report: code, metrics.");
    expect(reportMarkdown(reportOf(await compared({ auc: 1 }, { auc: 0 })))).not.toContain("no room");
  });

  test("of many uncompared models does not mention changes", async () => {
    const { diff: _, ...model } = await compared({}, {});
    const unknown = { ...model, base: { kind: "unknown", reason: "no credentials" } } as const;
    expect(firstLine(reportMarkdown(reportOf({ ...unknown, gates: [gate("a", "unknown")] }, { ...unknown, model: "other" })))).toBe(
      "**⚠️ 2 models not compared; 1 gate could not be checked** — `fraud`",
    );
    expect(firstLine(reportMarkdown(reportOf(unknown, { ...(await compared({}, {})), model: "other" })))).toBe(
      "**⚠️ 0 of 2 models change; 1 not compared** — `fraud`",
    );
  });

  test("of many models: the worst first and unfolded, unchanged ones on one line", async () => {
    const better = { ...(await compared({ auc: 0.8 }, { auc: 0.9 })), model: "better" };
    const failing = { ...(await compared({ auc: 0.8 }, { auc: 0.9 })), model: "failing", gates: [gate("auc > 1", "failed")] };
    const same = { ...(await compared({}, {})), model: "same" };
    const gone = { kind: "failed", lob: "fraud", model: "gone", code: "LOB1004", message: "build does not exist", hint: "Build it." } as const; // prettier-ignore
    const markdown = reportMarkdown(reportOf(same, better, failing, { ...same, model: "same2" }, gone));
    expect(firstLine(markdown)).toBe("**❌ 2 of 5 models change; 1 gate fails; 1 model failed** — `fraud`");
    expect(markdown).toMatch(
      /\| ❌&nbsp;`failing` \|.*\n\| ❌&nbsp;`gone` \| failed \(LOB1004\) \|\n\| ✅&nbsp;`better` \| 1 metric better \|\n\n/,
    );
    expect(markdown.match(/<details.*(?=<\/summary>)/g)).toEqual([
      "<details open><summary>❌ <b>failing</b>: 1 of 1 gate fails, 1 metric better — against version 7 (LATEST)",
      "<details open><summary>❌ <b>gone</b>: failed (LOB1004)",
      "<details><summary>✅ <b>better</b>: 1 metric better — against version 7 (LATEST)",
      "<details><summary>2 models do not change",
    ]);
    expect(markdown).toContain("**LOB1004** build does not exist\n\n**Next:** Build it.");
    expect(markdown).toContain("`same`, `same2`");
  });

  test("of many uncompared models does not claim that none changes", async () => {
    const model = { ...(await compared({}, {})), base: { kind: "unknown", reason: "a fork's" } } as const;
    const { diff: _, ...unknown } = model;
    const report = reportOf({ ...unknown, model: "a" }, { ...unknown, model: "b" });
    expect(firstLine(reportMarkdown(report))).toBe("**⚠️ 2 models not compared** — `fraud`");
  });

  test("of very many models: only the five worst are unfolded", async () => {
    const same = await compared({ auc: 0.8 }, { auc: 0.9 });
    const failing = Array.from({ length: 7 }, (_, i) => ({ ...same, model: `m${i}`, gates: [gate("auc > 1", "failed")] }));
    const markdown = reportMarkdown(reportOf({ ...same, model: "good" }, ...failing));
    const open = [...markdown.matchAll(/<details open><summary>❌ <b>(.*?)<\/b>/g)].map(([, name]) => name);
    expect(open).toEqual(["m0", "m1", "m2", "m3", "m4"]);
    expect(markdown).toContain("<details><summary>❌ <b>m5</b>");
  });
});

describe("only what a reviewer must see is unfolded", () => {
  const saying = (content: string, imports: string[]): ManifestFile[] => [
    file("m.pkl", content, { findings: { format: "pickle", code: { kind: "pickle", imports, unknown: imports, whole: true } } }),
    file("w.safetensors", content, { findings: weights(tensor("a", content), tensor("b", "same")) }),
  ];

  test("compared with a version", async () => {
    const model = await compared({ auc: 0.9132, loss: 2, f1: 1 }, { auc: 0.921, loss: 1.5, f1: 1 }, [
      saying("1", []),
      saying("2", ["os:system"]),
    ]);
    const gates = [gate("loss <= 1", "failed", "loss is 1.5, but must be at most 1"), gate("auc > 0.9", "passed")];
    const markdown = reportMarkdown(reportOf({ ...model, gates }), { fullReport });
    const [shown, ...folds] = markdown.split("<details>");
    expect(shown)
      .toBe(`**❌ fraud/churn: 1 of 2 gates fails, loading 1 file may run different code, 2 metrics better** — against version 7 (LATEST)

- ❌ \`loss <= 1\` — loss is 1.5, but must be at most 1

| Metric | Before → after |
| :--- | :--- |
| \`auc\` | 0.9132&nbsp;→&nbsp;**0.9210**<br>🟢&nbsp;▲&nbsp;+0.0078 |
| \`loss\` | 2.0&nbsp;→&nbsp;**1.5**<br>🟢&nbsp;▼&nbsp;-0.5 |

**Code that loading can run**

- 🔴 \`m.pkl\` now imports \`os:system\`

**Contains executable format:** loading it can run code.

- pickle &#40;1 file&#41; imports \`os:system\`

`);
    expect(folds.map((part) => /<summary>(.*)<\/summary>/.exec(part)![1])).toEqual([
      "Gates passed (1)",
      "Unchanged metrics (1)",
      "Tensors: 1 changed",
      "Files: 2 changed",
    ]);
    expect(markdown.trimEnd().endsWith(`<sub>[Full report](${URL_OF_ALL})</sub>`)).toBe(true);
  });

  test("a first version: contents", async () => {
    const candidate = await described(side("build", saying("1", ["os:system"]), { auc: 0.912345 }));
    const markdown = reportMarkdown(
      reportOf({ kind: "compared", lob: "fraud", model: "churn", base: { kind: "none" }, candidate, gates: [] }),
    );
    expect(markdown).toContain("| `auc` | 0.9123 |");
    expect(markdown).toContain("**Contents:** size 2 bytes in 2 files · tensors 2 · parameters 8 · formats pickle, safetensors");
    expect(markdown).toContain("**Contains executable format:**");
    expect(markdown).not.toContain("safe ");
  });

  test("an unknown base: the reason", async () => {
    const { candidate } = await compared({}, { auc: 0.9 });
    const base = { kind: "unknown", reason: "a fork has no credentials" } as const;
    const markdown = reportMarkdown(reportOf({ kind: "compared", lob: "fraud", model: "churn", base, candidate, gates: [] }));
    expect(markdown).toContain("\n\nNot compared with the version in use: a fork has no credentials\n\n");
    expect(markdown).toContain("| `auc` | 0.9 |");
  });

  test("lines of a card are a patch, and cannot end it", async () => {
    const card = (text: string): ManifestFile[] => [file("README.md", text, { findings: { format: "card", card: { text, cut: false } } })];
    const markdown = reportMarkdown(reportOf(await compared({}, {}, [card("old\n"), card("````\n@octocat <b>\n")])));
    expect(markdown).toContain("`````diff\n-old\n+````\n+@octocat <b>\n`````");
  });
});

const ALLOWED = new Set(
  "p strong b br sub details summary table thead tbody tr th td ul li code pre"
    .split(" ")
    .flatMap((name) => [`<${name}>`, `</${name}>`])
    .concat(
      '<th align="left">',
      '<td align="left">',
      "<details open>",
      "<p></p>",
      '<code class="language-diff">',
      `<a href="${URL_OF_ALL}">`,
      "</a>",
      INTRO,
    ),
);

/** Checks that the rendered HTML contains only our own tags, and no mentions or the like outside of code. */
function check(markdown: string, links: number): void {
  const html = marked.parse(markdown, { gfm: true, async: false });
  const tags = html.match(/<[^>]*>/g) ?? [];
  expect(tags.filter((tag) => !ALLOWED.has(tag))).toEqual([]);
  expect(tags.filter((tag) => tag.startsWith("<a "))).toHaveLength(links);
  const open: string[] = [];
  for (const [, end, name] of html.matchAll(/<(\/?)(details|summary|code|pre|table|ul|strong|b|sub)\b[^>]*>/g)) {
    if (end === "") open.push(name!);
    else expect(open.pop()).toBe(name);
  }
  expect(open).toEqual([]);
  const prose = html
    .replaceAll(/<code[^>]*>[^<]*<\/code>/g, " ")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/&#(\d+);/g, (_, number: string) => String.fromCodePoint(Number(number)));
  expect(prose).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  expect(prose).not.toMatch(/@\w|#\d|\bgh-\d/i);
}

describe("any report", () => {
  test("is rendered within its budget, well-formed, without foreign markup", () => {
    assertProperty(
      fc.property(reports(5), fc.integer({ min: 0, max: 20_000 }), (report, more) => {
        expect(reportSchema.safeParse(report).error).toBeUndefined();
        const footnotes = ["Written by a test."];
        const budget = LEAST_BUDGET + 500 + more;
        const markdown = reportMarkdown(report, { budget, fullReport, intro: [INTRO], footnotes });
        expect(markdown.length).toBeLessThanOrEqual(budget);
        expect(markdown.split("\n")[1]).toMatch(/^\*\*[❌⚠✅⚪]/u);
        check(markdown, 1);
      }),
      { numRuns: 150 },
    );
  });

  test("also as a single diff", () => {
    assertProperty(
      fc.property(diffs, fc.array(gateResults, { maxLength: 4 }), fc.integer({ min: 2_000, max: 60_000 }), (diff, gates, budget) => {
        const markdown = diffMarkdown(diff, gates, budget);
        expect(markdown.length).toBeLessThanOrEqual(budget);
        check(markdown, 0);
      }),
      { numRuns: 100 },
    );
  });

  test("a budget without room for the verdict is an error", () => {
    expect(() => reportMarkdown(reportOf(), { budget: LEAST_BUDGET })).toThrow(RangeError);
  });
});

describe("a large model", () => {
  const many = (count: number, content: string): ManifestFile[] =>
    Array.from({ length: count }, (_, i) =>
      file(`f${String(i).padStart(5, "0")}-${HOSTILE[i % HOSTILE.length]!.slice(0, 40)}`, `${content}${i}`, {
        findings: weights(tensor(`t${i}@octocat`, `${content}${i}`), tensor(`u${i}`, `${content}${i}u`)),
      }),
    );
  const card = (word: string): ManifestFile => {
    const text = Array.from({ length: 1_000 }, (_, i) => `${word} ${i} ${"@octocat ".repeat(33)}\n`).join("");
    return file("z", text, { findings: { format: "card", card: { text, cut: false } } });
  };

  test("is cut between rows, prints how much is missing, and keeps the most important parts", async () => {
    const model = await compared({ auc: 0.8 }, { auc: 0.9 }, [
      [...many(5_000, "a"), card("a")],
      [...many(5_000, "b"), card("b")],
    ]);
    const gates = Array.from({ length: 200 }, (_, i) => gate(`metric${i} > 0.5`, i % 2 === 0 ? "failed" : "passed", "x".repeat(4_000)));
    const markdown = reportMarkdown(reportOf({ ...model, gates }), { fullReport });
    expect(markdown.length).toBeLessThanOrEqual(64_000);
    expect(markdown).toContain("**❌ fraud/churn: 100 of 200 gates fail, 1 metric better**");
    expect(markdown).toContain("\n\n… and 70 more");
    expect(markdown).toContain("Tensors: 10,000 changed");
    expect(markdown).toContain("Files: 5,001 changed");
    expect(markdown).toMatch(/… and 9,9\d\d more/);
    check(markdown, 1);
    const short = reportMarkdown(reportOf({ ...model, gates }), { fullReport, budget: 4_200 });
    expect(short.length).toBeLessThanOrEqual(4_200);
    expect(short).toContain("| `auc` | 0.8&nbsp;→&nbsp;**0.9**<br>");
    expect(short).toMatch(/Omitted for lack of room: .*text of the card/);
    check(short, 1);
  });

  test("leaves room to the others: models have similar shares, and omitted ones are counted", async () => {
    const large = await compared({ auc: 0.8 }, { auc: 0.7 }, [many(300, "a"), many(300, "b")]);
    const small = await compared({ auc: 0.8 }, { auc: 0.9 });
    const models = Array.from({ length: 8 }, (_, i) => ({ ...(i === 5 ? small : large), model: `m${i}` }));
    const markdown = reportMarkdown(reportOf(...models), { budget: 40_000 });
    expect(markdown.length).toBeLessThanOrEqual(40_000);
    const parts = markdown.split(/<details(?: open)?><summary>[⚠✅]/u).slice(1);
    expect(parts).toHaveLength(8);
    const lengths = parts.slice(0, 7).map(({ length }) => length);
    expect(Math.min(...lengths)).toBeGreaterThan(0.7 * Math.max(...lengths));
    expect(parts[7]).toContain("0.8&nbsp;→&nbsp;**0.9**");
    const few = reportMarkdown(reportOf(...Array.from({ length: 500 }, (_, i) => ({ ...large, model: `m${i}` }))), { budget: 20_000 });
    expect(few.length).toBeLessThanOrEqual(20_000);
    expect(few).toMatch(/Omitted for lack of room: changes in 4\d\d more models\./);
    expect(few).toMatch(/… and 3\d\d more/);
    check(few, 0);
  });
});
