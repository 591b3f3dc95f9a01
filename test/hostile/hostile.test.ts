/**
 * Models that somebody made to break what looks at them, or to run something unseen: the whole way from a folder to a diff. What each is,
 * and what has to come of it, is in the table of cases.ts. A process of its own with a small heap goes through all of them; that it comes
 * to its end is the first thing that is tested here.
 */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { marked } from "marked";
import type { Case, Files } from "./case.ts";
import { CASES } from "./cases.ts";
import type { Told } from "./told.ts";

const HEAP_MIB = 256;
/** With code, buffers and what the fake stores. */
const MOST_MIB = 768;
/** Times that publishing reads a file: twice to hash and to pack it, the rest to look into it. Small files have more of a first look. */
const MOST_TIMES = 6;
const FIRST_LOOK = 8 << 10;

let folder: string;
const told = new Map<string, Told>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lob-hostile-"));
  for (const [i, { before = { "notes.txt": "before" }, files }] of CASES.entries()) {
    await write(join(folder, String(i), "before"), before);
    await write(join(folder, String(i), "after"), files);
  }
  await run(CASES.map((_, i) => join(folder, String(i))));
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(root: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    if (typeof content === "object" && "link" in content) await symlink(content.link, join(root, path));
    else await writeFile(join(root, path), typeof content === "function" ? content() : content);
  }
}

function run(folders: readonly string[]): Promise<void> {
  const options = [`--max-old-space-size=${HEAP_MIB}`, "--disable-warning=ExperimentalWarning", join(import.meta.dirname, "run.ts")];
  const child = spawn(process.execPath, [...options, ...folders], { stdio: ["ignore", "pipe", "inherit"] });
  createInterface(child.stdout).on("line", (line) => {
    const one = JSON.parse(line) as Told;
    told.set(one.folder, one);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const next = CASES[told.size]?.name ?? "the end";
      if (code === 0) resolve();
      else reject(new Error(`the process ended with ${signal ?? code} at: ${next}`));
    });
  });
}

test("every case has a unique name", () => {
  expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
});

describe.each(CASES.map((one, i) => [one.name, one, i] as const))("%s", (_, { wants, files }: Case, i) => {
  test("the result", () => {
    const { refused, diff, ...one } = told.get(join(folder, String(i)))!;
    expect(refused).toBe(wants.refused);
    if (diff === undefined) return;
    const { summary, metrics } = diff.after;
    const warnings = summary.warnings.map(({ warning }) => warning);
    if (wants.warning === undefined) expect(warnings).toEqual([]);
    else expect(warnings).toContainEqual(expect.stringMatching(wants.warning));
    expect(summary.code.flatMap(({ unknown }) => unknown).sort()).toEqual(wants.unknown ?? []);
    expect(summary.code.length === 0 ? undefined : summary.code.every(({ whole }) => whole)).toBe(wants.whole);
    expect(summary.tensorCount).toBe(wants.tensors ?? 0);
    if (wants.metrics !== undefined) expect(Object.keys(metrics ?? {}).sort()).toEqual(wants.metrics);
    expect(one.same).toBe(true);
    expect(one.bytesRead!).toBeLessThanOrEqual(MOST_TIMES * one.contentBytes! + FIRST_LOOK * Object.keys(files).length);
    expect(one.markdown!.flatMap(strayed)).toEqual([]);
    expect(active(one.page!)).toEqual([]);
  });
});

test("memory", () => {
  const peak = Math.max(...[...told.values()].map(({ peakKiB }) => peakKiB / 1024));
  console.log(`${CASES.length} hostile models: peak ${Math.round(peak)} MiB`);
  expect(peak).toBeLessThan(MOST_MIB);
});

const TAGS = new Set("p strong em b br sub h4 details summary table thead tbody tr th td ul li code pre".split(" "));

/** What of a comment would be more than text: tags that are not ours, and in what is no code, mentions and the like. */
function strayed(markdown: string): string[] {
  const html = marked.parse(markdown, { gfm: true, async: false });
  const tags = [...html.matchAll(/<\/?([\w!-]+)([^>]*)>/g)];
  const foreign = tags.filter(
    ([, name, more]) => !TAGS.has(name!) || !["", " open", ' align="right"', ' class="language-diff"'].includes(more!),
  );
  const prose = html
    .replaceAll(/<code[^>]*>[^<]*<\/code>/g, " ")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/&#(\d+);/g, (_, number: string) => String.fromCodePoint(Number(number)));
  return [...foreign.map(([tag]) => tag), ...(prose.match(/@\w+|#\d|\bgh-\d|https?:|\p{Bidi_Control}/giu) ?? [])];
}

const ACTIVE = /^<(script|img|iframe|object|embed|link|form|base|svg|math|video|audio)\b|\son\w+=|\s(src|href)="(?!#)/i;

/** Tags of a page that would do something, or load something from elsewhere. Other attributes are text, as long as they have their quotes. */
function active(page: string): string[] {
  const tags = page.replaceAll(/<style>[^]*?<\/style>/g, "").match(/<[^>]*>/g) ?? [];
  return tags.filter((tag) => ACTIVE.test(tag.replaceAll(/\s(?!src=|href=|on)[\w-]+="[^"]*"/gi, "")));
}
