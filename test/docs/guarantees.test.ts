/** docs/guarantees.md, docs/recovery.md and SECURITY.md name a test for each promise: each test exists under that name. */
import { describe, expect, test } from "@jest/globals";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");
const PATHS = ["docs/guarantees.md", "docs/recovery.md", "SECURITY.md"].map((path) => join(ROOT, path));
const TEXTS = PATHS.map((path) => readFileSync(path, "utf8"));
const [PAGE, RECOVERY, SECURITY] = TEXTS as [string, string, string];

/** A link to a test's file, then the name of the test. */
const NAMED = /\[[^\]]+\]\(([^)]+\.ts)\)\s+"([^"]+)"/g;
const named = TEXTS.flatMap((text, index) =>
  [...text.matchAll(NAMED)].map(([, link, name]) => ({ file: join(dirname(PATHS[index]!), link!), name: name! })),
);

/** Whether a file that defines tests has this as the title of one, or of what its table is made of. */
function defines(file: string, name: string): boolean {
  const text = readFileSync(file, "utf8");
  return /(?<!\.)\btest[.(]|\bSCENARIOS\b/.test(text) && ['"', "'", "`"].some((quote) => text.includes(`${quote}${name}${quote}`));
}

test("they name tests, and each link to one has a name", () => {
  expect(named.length).toBeGreaterThan(40);
  const links = TEXTS.flatMap((text) => [...text.matchAll(/\]\([^)]+(?:\.test|\.engine|every-request|scenarios)\.ts\)/g)]);
  expect(named).toHaveLength(links.length);
});

test.each(named.map(({ file, name }) => ({ where: relative(ROOT, file), file, name })))('$where: "$name"', ({ file, name }) => {
  expect(existsSync(file)).toBe(true);
  expect(defines(file, name)).toBe(true);
});

describe("each promise", () => {
  const paragraphs = PAGE.slice(0, PAGE.indexOf("\n## What is not promised")).split("\n\n");
  const promises = paragraphs.filter((paragraph) => paragraph.startsWith("**"));

  test("there are some", () => expect(promises.length).toBeGreaterThan(20));

  test.each(promises.map((promise) => [/^\*\*(.+?)\*\*/s.exec(promise)![1]!, promise]))("%s", (_, promise) => {
    expect(promise).toMatch(/\nRests on [^.]/);
    // Either a test shows it, or the page says that none does.
    expect(/Tests:\s+\[/.test(promise) || promise.includes("**nothing yet**")).toBe(true);
  });

  test("every section but the last has what it rests on, or its tests", () => {
    const sections = PAGE.split("\n## ").slice(1, -1);
    for (const section of sections) expect(section).toMatch(/Tests:\s+\[/);
    const hostile = SECURITY.split("\n## ").filter((section) => section.startsWith("What a hostile"));
    expect(hostile).toHaveLength(2);
    for (const section of [RECOVERY, ...hostile]) expect(section).toMatch(/\nRests on [^.]+\. Tests:\s+\[/);
  });
});

test("a name that is not there is noticed", () => {
  const [{ file, name }] = named as [{ file: string; name: string }];
  expect(defines(file, name)).toBe(true);
  expect(defines(file, `${name} not`)).toBe(false);
  expect(defines(join(ROOT, "core", "src", "layout.ts"), "LATEST")).toBe(false);
});
