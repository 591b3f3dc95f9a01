import { readFile } from "node:fs/promises";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { INPUT_NAMES, readInputs } from "./publish/inputs.js";
import { OUTPUT_NAMES } from "./publish/outputs.js";
import { rawInputs } from "./publish/testing.js";
import { filesOf } from "./testing.js";

interface ActionFile {
  inputs: Record<string, { description: string; required: boolean; default?: string }>;
  outputs: Record<string, { description: string }>;
  runs: { using: string; main: string };
}

const action = parse(await readFile(new URL("../../action.yml", import.meta.url), "utf8")) as ActionFile;

test("action.yml has the inputs and outputs that the code reads and sets, each described", () => {
  expect(Object.keys(action.inputs)).toEqual([...INPUT_NAMES]);
  expect(Object.keys(action.outputs)).toEqual([...OUTPUT_NAMES]);
  for (const { description } of [...Object.values(action.inputs), ...Object.values(action.outputs)])
    expect(description.length).toBeGreaterThan(20);
});

test("its defaults mean what no input means", async () => {
  const defaults = Object.fromEntries(
    Object.entries(action.inputs).flatMap(([name, entry]) => (entry.default === undefined ? [] : [[name, entry.default]])),
  );
  const given = { lob: "fraud", model: "churn", path: "p" };
  const read = (raw: object) => readInputs(rawInputs({ ...raw, ...given }), filesOf({ p: "" }), () => undefined);
  expect(await read(defaults)).toEqual(await read({}));
  expect(await read(defaults)).toHaveProperty("inputs");
});

test("it runs the bundle on Node 24", () => {
  expect(action.runs).toEqual({ using: "node24", main: "action/dist/publish.js" });
});
