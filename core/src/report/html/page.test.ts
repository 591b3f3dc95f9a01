import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { defined } from "../../defined.js";
import { file, side, tensor, weights } from "../../diff/diff.test.helper.js";
import { diffModels } from "../../diff/index.js";
import { diffMarkdown } from "../../diff/markdown.js";
import { type Diff, diffSchema, type FileStatus } from "../../diff/types.js";
import { diffs, HOSTILE, reports } from "../report.test.helper.js";
import { diffHtml, reportHtml } from "./page.js";
import { assertProperty } from "../../testing/property.js";

const TAGS = "html head meta title style body main nav ol ul li section header h1 h2 h3 div span p b i small code pre figure figcaption table thead tbody tr th td details summary a"; // prettier-ignore
const TAG = new RegExp(
  `^<(?:/?(${TAGS.replaceAll(" ", "|")})(?: (?:class|id|style|title|scope|role|aria-label|aria-hidden|lang|charset|name|content|http-equiv|href)="[^"<>]*")*)>$`,
);

/** Checks that all tags and attributes are ours, that tags are closed, and that nothing is loaded. */
function checked(page: string): string {
  const [head, body] = page.split("</head>");
  expect(head).toContain(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`);
  expect(head!.slice(head!.indexOf("<style>"))).not.toMatch(/url\(|@import/);
  const title = /<title>([^<]*)<\/title>\n<style>/.exec(head!);
  expect(title).not.toBeNull();
  const open = ["html"];
  for (const [tag] of body!.matchAll(/<[^>]*>/g)) {
    const name = TAG.exec(tag)?.[1];
    if (name === undefined) throw new Error(`${tag} is none of ours`);
    if (!tag.startsWith("</")) open.push(name);
    else if (open.pop() !== name) throw new Error(`${tag} closes nothing`);
  }
  expect(open).toEqual([]);
  for (const [, address] of body!.matchAll(/href="([^"]*)"/g)) expect(address).toMatch(/^#m\d+$/);
  return page;
}

describe("the content of a report", () => {
  test("never becomes a tag or an attribute", () => {
    assertProperty(
      fc.property(reports(4), (report) => void checked(reportHtml(report))),
      { numRuns: 60 },
    );
  });

  test("nor does that of a single diff", () => {
    assertProperty(
      fc.property(diffs, (diff) => void checked(diffHtml(diff))),
      { numRuns: 60 },
    );
  });
});

/** Returns a diff of models with hostile names of files and tensors. */
const model = (count: number, content: string) =>
  Array.from({ length: count }, (_, i) =>
    file(`${String(i).padStart(5, "0")} ${HOSTILE[i % HOSTILE.length]!.slice(0, 60)}`, `${i % 3 === 0 ? content : ""}${i}`, {
      size: 1_000 * (i + 1),
      findings: weights(tensor(`t${i} ${HOSTILE[i % HOSTILE.length]!}`, `${i % 3 === 0 ? content : ""}${i}`)),
    }),
  );
const difference = (count: number): Promise<Diff> => diffModels(side("a", model(count, "a"), { auc: 0.9, [HOSTILE[0]!]: 1 }), side("b", model(count, "b"), { auc: 0.8, [HOSTILE[0]!]: 2 })); // prettier-ignore

describe("charts", () => {
  test("of tensors: one square each, coloured by how far it moved", async () => {
    const diff = await difference(30);
    const items = diff.tensors.changed.items.map((one, i) => ({
      ...one,
      numeric: { elements: 4, examined: 4, nonFinite: 0, l2: 1, maxAbs: 1, relative: i === 0 ? 1 : 0.0001 },
    }));
    const page = checked(diffHtml({ ...diff, tensors: { ...diff.tensors, changed: { ...diff.tensors.changed, items } } }));
    expect(page.match(/<i class="same" title=/g)).toHaveLength(20);
    expect(page.match(/<i class="heat" style="--i:\d+%"/g)).toEqual(['<i class="heat" style="--i:100%"', ...Array<string>(9).fill('<i class="heat" style="--i:25%"')]); // prettier-ignore
    expect(page).toContain('aria-label="Tensors in the order of the files: 10 changed, 20 unchanged"');
    expect(page).toContain("changed, moved by 100%");
  });

  test("of tensors: no distance if the sample contains no change", async () => {
    const diff = await difference(1);
    const items = diff.tensors.changed.items.map((one) => ({
      ...one,
      numeric: { elements: 8, examined: 4, nonFinite: 0, l2: 0, maxAbs: 0, relative: 0 },
    }));
    const page = checked(diffHtml({ ...diff, tensors: { ...diff.tensors, changed: { ...diff.tensors.changed, items } } }));
    expect(page).toContain("same in a sample of 50 %");
    expect(page).not.toContain("moved by");
    expect(page).toContain('<i class="heat" style="--i:100%"');
  });

  test("of files: areas that fill the whole map", async () => {
    const page = checked(diffHtml(await difference(30)));
    const areas = [...page.matchAll(/<div class="(\w+)" style="left:([\d.]+)%;top:([\d.]+)%;width:([\d.]+)%;height:([\d.]+)%"/g)];
    expect(areas.map(([, status]) => status).sort()).toEqual([...Array<string>(10).fill("changed"), ...Array<string>(20).fill("same")]);
    const whole = areas.reduce((sum, [, , , , width, height]) => sum + Number(width) * Number(height), 0);
    expect(whole / 10_000).toBeCloseTo(1, 1);
  });

  test("of metrics: bars to the left or right, and words", async () => {
    const diff = await diffModels(side("a", [], { auc: 0.8, loss: 1, new: 0 }), side("b", [], { auc: 0.84, loss: 0.9, new: 0 }));
    const page = checked(diffHtml(diff));
    expect(page).toContain('<i class="good" style="width:25.0%;left:50%"></i>');
    expect(page).toContain('<i class="good" style="width:50.0%;right:50%"></i>');
    expect(page).toContain('<td class="num"><b>0</b></td>'); // an unchanged value appears once
    expect(page).toContain('▼ -0.1<span class="sr">, better</span><small>-10.0%</small>');
  });
});

describe("impossible numbers in a hostile report", () => {
  const count = fc.constantFrom(0, 1, 2, 1_000, Number.MAX_SAFE_INTEGER);
  const places = fc.option(count, { nil: undefined });
  const status = fc.constantFrom<FileStatus>("same", "changed", "added", "removed", "renamed");
  const cell = fc.record({ same: count, changed: count, added: count, renamed: count }, { requiredKeys: [] });
  const length = fc.constantFrom(0, Number.MIN_VALUE, 1e-3, 1, Number.MAX_VALUE);
  const numeric = fc.record({ elements: count, examined: count, nonFinite: count, l2: length, maxAbs: length, relative: length, cosine: fc.constantFrom(-1, 0, 1) }, { requiredKeys: ["elements", "examined", "nonFinite", "l2", "maxAbs"] }); // prettier-ignore
  const placed = places.map((index) => ({ path: "w", ...tensor("t", "x"), ...defined({ index }) }));
  const overview = fc.record({
    files: fc.record({
      items: fc.array(fc.record({ path: fc.constant("w"), size: count, status }), { maxLength: 200, size: "max" }),
      others: fc.array(fc.record({ status, files: count, bytes: count }), { maxLength: 5 }),
    }),
    tensors: fc.record({ each: count.map((each) => Math.max(1, each)), cells: fc.array(cell, { maxLength: 600, size: "max" }) }),
  });
  const changed = fc.array(fc.record({ before: placed, after: placed, shape: fc.boolean(), dtype: fc.boolean(), numeric }), {
    maxLength: 5,
  });
  const PLACE = /^left:\d+\.\d\d%;top:\d+\.\d\d%;width:\d+\.\d\d%;height:\d+\.\d\d%$|^--i:\d{1,3}%$|^width:\d+\.\d%;(left|right):50%$/;

  test("still make a page with valid lengths", async () => {
    const like = await difference(3);
    const metrics = [[-Number.MAX_VALUE, Number.MAX_VALUE], [Number.MIN_VALUE, 1], [0, 0], [5, -Number.MIN_VALUE]].map(([before, after], i) => ({ name: `m${i}`, before: before!, after: after!, verdict: "changed" as const })); // prettier-ignore
    assertProperty(
      fc.property(overview, changed, (given, items) => {
        const numbers = { compared: 0, outOfTime: Number.MAX_SAFE_INTEGER, unread: 0 };
        const tensors = { ...like.tensors, changed: { count: Number.MAX_SAFE_INTEGER, items }, numeric: numbers };
        const diff = { ...like, overview: given, tensors, metrics };
        expect(diffSchema.safeParse(diff).error).toBeUndefined();
        const page = checked(diffHtml(diff));
        for (const [, style] of page.matchAll(/ style="([^"]*)"/g)) expect(style).toMatch(PLACE);
        expect(page.slice(page.indexOf("<body>"))).not.toMatch(/NaN|undefined/);
        expect(page.length).toBeLessThan(1_000_000);
        expect(diffMarkdown(diff)).not.toMatch(/NaN|undefined/);
      }),
      { numRuns: 30 },
    );
  });
});

test("a verdict colours only its own text, not the whole section", async () => {
  const style = /<style>[^]*<\/style>/.exec(diffHtml(await difference(1)))![0];
  expect(style).toContain("td.good{");
  expect(style).not.toMatch(/[\n};,]\.(failed|attention|good|unchanged)\{/);
});

test("limits the page of 5,000 files and tensors", async () => {
  const page = checked(diffHtml(await difference(5_000)));
  expect(page.length).toBeLessThan(2_000_000);
  expect(page).toContain("… and 667 more");
  expect(page).toContain(", 9 per square");
});
