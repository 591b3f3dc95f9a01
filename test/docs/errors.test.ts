/** Checks that each error code is explained, and that the code uses it. */
import { describe, expect, test } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { CODES, type ErrorCode } from "lob-registry-core";
import { COMMANDS } from "../../core/dist/cli/commands/index.js";
import { EXPLANATIONS } from "../../core/dist/explanations.js";

const ROOT = join(import.meta.dirname, "..", "..");
const PAGE = readFileSync(join(ROOT, "docs", "errors.md"), "utf8");
/** Files that define and explain the codes, which does not count as use. */
const DEFINED = new Set(["core/src/errors.ts", "core/src/explanations.ts"].map((path) => join(ROOT, path)));

/** The words that the command line takes. */
const WORDS: readonly string[] = ["help", ...COMMANDS.flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias]))];

/** The sources that make core and the Action, without tests and what only tests use. */
const sources = ["core", "action"]
  .map((room) => join(ROOT, room, "src"))
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)))
  .filter((path) => path.endsWith(".ts") && !/\.test\.|[\\/]testing(\.ts|[\\/])|\.test\.(util|helper)/.test(path));

interface Use {
  readonly code: string;
  readonly where: string;
}

/**
 * Each place that gives an error its code: as an argument, as a value of a property, or as what a function answers. A code that is only
 * compared with (`===`, `case`, a list) is not given there.
 */
function usesIn(path: string, text = readFileSync(path, "utf8")): Use[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const uses: Use[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && /^LOB\d{4}$/.test(node.text) && givesCode(node)) {
      uses.push({ code: node.text, where: `${relative(ROOT, path)}:${file.getLineAndCharacterOfPosition(node.pos).line + 1}` });
    }
    node.forEachChild(visit);
  };
  visit(file);
  return uses;
}

function givesCode(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isConditionalExpression(parent)) return parent.condition !== node && givesCode(parent);
  if (ts.isNewExpression(parent)) return true;
  if (ts.isCallExpression(parent)) return parent.expression !== node && !/\.(includes|has|startsWith)$/.test(parent.expression.getText());
  return ts.isPropertyAssignment(parent) && parent.name.getText() === "code";
}

const uses = sources.filter((path) => !DEFINED.has(path)).flatMap((path) => usesIn(path));

test("a comparison with a code does not count as use", () => {
  const text = `
    throw new LobError("LOB1001", "x");
    failed(a ? "LOB1002" : "LOB1003");
    const b = { code: "LOB1004" };
    if (error.code === "LOB2001" || ["LOB2002"].includes(error.code) || SET.has("LOB2003")) { switch (c) { case "LOB2004": } }
    type D = Extract<Code, "LOB2005">;
    // new LobError("LOB2006")`;
  expect(usesIn(join(ROOT, "x.ts"), text).map(({ code, where }) => `${code} ${where}`)).toEqual([
    "LOB1001 x.ts:2",
    "LOB1002 x.ts:3",
    "LOB1003 x.ts:3",
    "LOB1004 x.ts:4",
  ]);
});

test("there are sources, and uses in them", () => {
  expect(sources.length).toBeGreaterThan(60);
  expect(uses.length).toBeGreaterThan(80);
});

test("no code is used without a definition", () => {
  expect(uses.filter(({ code }) => !(code in CODES))).toEqual([]);
});

describe.each(Object.entries(CODES))("%s: %s", (code, meaning) => {
  test("is used somewhere", () => {
    expect(uses.filter((use) => use.code === code).length).toBeGreaterThan(0);
  });

  test("has an entry on the page, with its meaning, causes and fix", () => {
    const entry = PAGE.split("\n### ").find((part) => part.startsWith(`${code}\n`));
    expect(entry?.toLowerCase()).toContain(`**${meaning.toLowerCase()}.**`);
    expect(entry).toMatch(/^Causes?:/m);
    expect(entry).toMatch(/^Fix: \S.{20}/m);
  });

  test("is explained in whole sentences that name no place of ours by a wrong path", () => {
    const { causes, fix } = EXPLANATIONS[code as ErrorCode];
    for (const text of [...causes, fix]) {
      expect(text).toMatch(/^[A-Z`].*\.$/s);
      for (const [path] of text.matchAll(/\b(?:docs|action|core)\/[\w./-]+\.md\b/g))
        expect(readFileSync(join(ROOT, path), "utf8")).not.toBe("");
      for (const [, command] of text.matchAll(/`lobreg (\w+)/g)) expect(WORDS).toContain(command);
    }
    expect(new Set(causes).size).toBe(causes.length);
  });
});

test("no two explanations are the same", () => {
  const fixes = Object.values(EXPLANATIONS).map(({ fix }) => fix);
  expect(new Set(fixes).size).toBe(fixes.length);
});
