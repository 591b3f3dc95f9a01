import { readFile } from "node:fs/promises";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { INPUT_NAMES, readInputs, type RawInputs } from "./inputs.js";
import { OUTPUT_NAMES } from "./outputs.js";

const GIVEN = { report: "report", "github-token": "ghs_x" };
const raw = (given: Partial<RawInputs> = {}): RawInputs => ({
  ...(Object.fromEntries(INPUT_NAMES.map((name) => [name, ""])) as RawInputs),
  ...given,
});

interface ActionYaml {
  inputs: Record<string, { description: string; required: boolean; default?: string }>;
  outputs: Record<string, { description: string }>;
  runs: object;
}
const action = parse(await readFile(new URL("../../comment/action.yml", import.meta.url), "utf8")) as ActionYaml;

test("action.yml has the inputs and outputs that the code reads and sets, each described", () => {
  expect(Object.keys(action.inputs)).toEqual([...INPUT_NAMES]);
  expect(Object.keys(action.outputs)).toEqual([...OUTPUT_NAMES]);
  for (const { description } of [...Object.values(action.inputs), ...Object.values(action.outputs)])
    expect(description.length).toBeGreaterThan(20);
  expect(action.runs).toEqual({ using: "node24", main: "../dist/comment.js" });
});

test("its defaults mean what no input means", () => {
  const defaults = Object.fromEntries(
    Object.entries(action.inputs).flatMap(([name, entry]) => (entry.default === undefined ? [] : [[name, entry.default]])),
  ) as Partial<RawInputs>;
  expect(defaults["github-token"]).toBe("${{ github.token }}");
  expect(readInputs(raw({ ...defaults, ...GIVEN }))).toEqual(readInputs(raw(GIVEN)));
});

test("everything is read", () => {
  expect(readInputs(raw(GIVEN))).toEqual({ inputs: { report: "report", token: "ghs_x", key: "", perModel: false, skipUnchanged: true } });
  const all = {
    ...GIVEN,
    "pull-request": "7",
    "per-model": "True",
    "skip-unchanged": "false",
    key: "nightly",
    "report-url": "https://ci.example/report?x=1",
  };
  expect(readInputs(raw(all))).toEqual({
    inputs: {
      report: "report",
      token: "ghs_x",
      pullRequest: 7,
      perModel: true,
      skipUnchanged: false,
      key: "nightly",
      reportUrl: "https://ci.example/report?x=1",
    },
  });
});

test.each([
  ["report", ""],
  ["github-token", ""],
  ["pull-request", "0"],
  ["pull-request", "7; rm"],
  ["pull-request", "99999999999"],
  ["per-model", "yes"],
  ["skip-unchanged", "1"],
  ["key", "a b"],
  ["key", "x".repeat(51)],
  ["report-url", "javascript:alert(1)"],
  ["report-url", "https://a:b@evil.example"],
] as const)("%s: %j is wrong, and named", (name, value) => {
  expect(readInputs(raw({ ...GIVEN, [name]: value }))).toEqual({
    problems: [{ code: "LOB1002", message: expect.stringContaining(`"${name}"`), hint: expect.any(String) }],
  });
});

test("all that is wrong is told at once", () => {
  expect(readInputs(raw({ "pull-request": "x", key: "?" }))).toHaveProperty("problems.length", 4);
});
