/** docs/guarantees.md names a test for each promise: each is there, under that name. */
import { describe, expect, test } from "@jest/globals";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");
const PATH = join(ROOT, "docs", "guarantees.md");
const PAGE = readFileSync(PATH, "utf8");

/** A link to a test's file, then the name of the test. */
const NAMED = /\[[^\]]+\]\(([^)]+\.ts)\)\s+"([^"]+)"/g;
const named = [...PAGE.matchAll(NAMED)].map(([, link, name]) => ({ file: join(dirname(PATH), link!), name: name! }));

/** Whether a file that defines tests has this as the title of one, or of what its table is made of. */
function defines(file: string, name: string): boolean {
  const text = readFileSync(file, "utf8");
  return /(?<!\.)\btest[.(]|\bSCENARIOS\b/.test(text) && ['"', "'", "`"].some((quote) => text.includes(`${quote}${name}${quote}`));
}

test("it names tests, and each link to one has a name", () => {
  expect(named.length).toBeGreaterThan(40);
  const links = [...PAGE.matchAll(/\]\([^)]+(?:\.test|every-request|scenarios)\.ts\)/g)];
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
    // Either a test shows it, or it is said that none does.
    expect(/Tests:\s+\[/.test(promise) || promise.includes("**nothing yet**")).toBe(true);
  });

  test("every section but the last has what it rests on, or its tests", () => {
    const sections = PAGE.split("\n## ").slice(1, -1);
    for (const section of sections) expect(section).toMatch(/Tests:\s+\[/);
  });
});

test("a name that is not there is noticed", () => {
  const [{ file, name }] = named as [{ file: string; name: string }];
  expect(defines(file, name)).toBe(true);
  expect(defines(file, `${name} not`)).toBe(false);
  expect(defines(join(ROOT, "core", "src", "layout.ts"), "LATEST")).toBe(false);
});
