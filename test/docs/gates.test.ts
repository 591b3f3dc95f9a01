/** Checks docs/gates.md: each gate on the page is valid, and the page has each word of the language. */
import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseGate } from "lob-registry-core";
import { BUILTINS, COMPARISONS, CONTENT_GATES, FUNCTIONS, GATE_LIMITS, UNITS } from "../../core/src/gates/language.js";

const PAGE = readFileSync(join(import.meta.dirname, "..", "..", "docs", "gates.md"), "utf8");

const blocks = [...PAGE.matchAll(/^```gate\n([\s\S]*?)^```/gm)].flatMap(([, text]) => text!.trim().split("\n"));
const typed = [...PAGE.matchAll(/--gate '([^']+)'/g)].map(([, text]) => text!);
const listed = [...PAGE.matchAll(/`([a-z]+: [a-z]+)`/g)].map(([, text]) => text!);
const inYaml = [...PAGE.matchAll(/`'([^'`]+)'`/g)].map(([, text]) => text!);

test.each([...blocks, ...typed, ...listed, ...inYaml])("%s is a gate", (text) => {
  expect(parseGate(text).text).toBe(text);
});

test("there are gates in each place", () => {
  for (const gates of [blocks, typed, inYaml]) expect(gates.length).toBeGreaterThan(1);
});

test("every content gate has a row, and there are no other rows", () => {
  const gates = Object.entries(CONTENT_GATES).flatMap(([name, words]) => words.map((word) => `${name}: ${word}`));
  const rows = PAGE.split("\n").filter((line) => /^\| `[a-z]+: /.test(line));
  const named = rows.flatMap((row) => [...row.split("|")[1]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  expect(named.sort()).toEqual(gates.sort());
});

test("every quantity, function, comparison and unit is on it", () => {
  for (const word of [...BUILTINS, ...COMPARISONS, ...Object.values(UNITS).flatMap((units) => Object.keys(units))]) {
    expect(PAGE).toContain(`\`${word}\``);
  }
  for (const name of FUNCTIONS) expect(PAGE).toContain(`\`${name}(x`);
  expect(PAGE).toContain(`at most ${GATE_LIMITS.length.toLocaleString("en")} characters`);
});
