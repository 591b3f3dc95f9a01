import { access, readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import * as diffInputs from "./diff/inputs.js";
import * as diffOutputs from "./diff/outputs.js";
import { emptyInputs, filesOf } from "./testing.js";
import * as publishInputs from "./publish/inputs.js";
import * as publishOutputs from "./publish/outputs.js";

interface ActionYaml {
  inputs: Record<string, { description: string; required: boolean; default?: string }>;
  outputs: Record<string, { description: string }>;
  runs: { using: string; main: string };
}

const given = { lob: "fraud", model: "churn", path: "p" };
const files = filesOf({ p: "" });
const ignore = (): undefined => undefined;

const actions = [
  {
    folder: ".",
    main: "action/dist/publish.js",
    inputs: publishInputs.INPUT_NAMES,
    outputs: publishOutputs.OUTPUT_NAMES,
    read: (raw: object) => publishInputs.readInputs({ ...emptyInputs(publishInputs.INPUT_NAMES), ...raw, ...given }, files, ignore),
  },
  {
    folder: "action/diff",
    main: "../dist/diff.js",
    inputs: diffInputs.INPUT_NAMES,
    outputs: diffOutputs.OUTPUT_NAMES,
    read: (raw: object) => diffInputs.readInputs({ ...emptyInputs(diffInputs.INPUT_NAMES), ...raw, ...given }, files, undefined, ignore),
  },
] as const;

describe.each(actions)("$folder/action.yml", ({ folder, main, inputs, outputs, read }) => {
  let action: ActionYaml;
  const root = new URL("../../", import.meta.url);
  const path = new URL(`${folder}/action.yml`, root);
  beforeAll(async () => void (action = parse(await readFile(path, "utf8")) as ActionYaml));

  test("has the inputs and outputs that the code reads and sets, each described", () => {
    expect(Object.keys(action.inputs)).toEqual([...inputs]);
    expect(Object.keys(action.outputs)).toEqual([...outputs]);
    for (const { description } of [...Object.values(action.inputs), ...Object.values(action.outputs)])
      expect(description.length).toBeGreaterThan(20);
  });

  test("has defaults that mean what no input means", async () => {
    const defaults = Object.fromEntries(
      // The job's token is the one thing that only the runner knows.
      Object.entries(action.inputs).flatMap(([name, entry]) =>
        entry.default === undefined || name === "github-token" ? [] : [[name, entry.default]],
      ),
    );
    expect(await read(defaults)).toEqual(await read({}));
    expect(await read(defaults)).toHaveProperty("inputs");
  });

  test("runs its entry of the bundle on Node 24", async () => {
    expect(action.runs).toEqual({ using: "node24", main });
    const bundled = await readFile(new URL("action/scripts/bundle.mjs", root), "utf8");
    const name = /(\w+)\.js$/.exec(main)![1]!;
    expect(/const ACTIONS = \[(.*)\]/.exec(bundled)?.[1]).toContain(JSON.stringify(name));
    await access(new URL(`action/src/${name}/main.ts`, root));
  });
});
