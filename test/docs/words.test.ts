// The glossary in ARCHITECTURE.md defines the main terms, each once.
import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const PAGE = readFileSync(join(import.meta.dirname, "..", "..", "ARCHITECTURE.md"), "utf8");
const SECTION = /^## Words$([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(PAGE)?.[1] ?? "";
const ROWS = [...SECTION.matchAll(/^\| ([^|]+) \| ([^|]+) \|$/gm)].filter(([, word]) => word !== "Word");
const WORDS = ROWS.flatMap(([, words]) => words!.split(", "));

const MAIN_TERMS = [
  ...["LOB", "shared registry", "publisher", "promoter", "reader", "model", "version", "status", "LATEST", "artifact", "manifest"],
  ...[
    "findings",
    "descriptors",
    "tree digest",
    "catalog",
    "registry",
    "publish",
    "idempotency key",
    "staging",
    "reserve",
    "commit",
    "pull",
  ],
  ...["alias", "move", "base", "candidate", "gate", "content gate", "report", "migrate", "diagnosis"],
];

test("the glossary defines the main terms", () => {
  expect(WORDS).toEqual(expect.arrayContaining(MAIN_TERMS));
});

test("the glossary defines no word twice, neither in the singular and the plural nor in capitals", () => {
  const stems = WORDS.map((word) => word.toLowerCase().replace(/s$/, ""));
  expect(stems.filter((stem, index) => stems.indexOf(stem) < index)).toEqual([]);
});

test("each definition is one sentence fragment without a full stop", () => {
  expect(ROWS.filter(([, , meaning]) => /[.]$|\. [A-Z]/.test(meaning!)).map(([, word]) => word)).toEqual([]);
});
