import { access, readFile } from "node:fs/promises";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { COMMENT_INPUTS, readInputs as readCommentInputs } from "./comment/inputs.js";
import { OUTPUT_NAMES as COMMENT_OUTPUTS } from "./comment/outputs.js";
import { DIFF_INPUTS, readInputs as readDiffInputs } from "./diff/inputs.js";
import { OUTPUT_NAMES as DIFF_OUTPUTS } from "./diff/outputs.js";
import type { InputSpec } from "./inputs.js";
import { PUBLISH_INPUTS, readInputs as readPublishInputs } from "./publish/inputs.js";
import { OUTPUT_NAMES as PUBLISH_OUTPUTS } from "./publish/outputs.js";
import { emptyInputs, filesOf } from "./testing.js";

interface ActionYaml {
  inputs: Record<string, { description: string; required: boolean; default?: string }>;
  outputs: Record<string, { description: string }>;
  runs: { using: string; main: string };
}

interface Declared {
  readonly folder: string;
  readonly main: string;
  readonly inputs: Readonly<Record<string, InputSpec<unknown>>>;
  readonly outputs: readonly string[];
  /** Reads valid inputs, with some texts given. */
  read(raw: object): unknown;
}

const ONE_MODEL = { lob: "fraud", model: "churn", path: "p" };
const FILES = filesOf({ p: "" });
const ignore = (): undefined => undefined;

const ACTIONS: readonly Declared[] = [
  {
    folder: ".",
    main: "action/dist/publish.js",
    inputs: PUBLISH_INPUTS,
    outputs: PUBLISH_OUTPUTS,
    read: (raw) => readPublishInputs({ ...emptyInputs(PUBLISH_INPUTS), ...raw, ...ONE_MODEL }, FILES, ignore),
  },
  {
    folder: "action/diff",
    main: "../dist/diff.js",
    inputs: DIFF_INPUTS,
    outputs: DIFF_OUTPUTS,
    read: (raw) => readDiffInputs({ ...emptyInputs(DIFF_INPUTS), ...raw, ...ONE_MODEL }, FILES, undefined, ignore),
  },
  {
    folder: "action/comment",
    main: "../dist/comment.js",
    inputs: COMMENT_INPUTS,
    outputs: COMMENT_OUTPUTS,
    read: (raw) => readCommentInputs({ ...emptyInputs(COMMENT_INPUTS), ...raw, report: "r", "github-token": "t" }),
  },
];

const ROOT = new URL("../../", import.meta.url);

describe.each(ACTIONS)("$folder/action.yml", ({ folder, main, inputs, outputs, read }) => {
  const yaml = async (): Promise<ActionYaml> => parse(await readFile(new URL(`${folder}/action.yml`, ROOT), "utf8")) as ActionYaml;

  test("has the declared inputs with their defaults, in the same order", async () => {
    const found = Object.entries((await yaml()).inputs).map(([name, entry]) => ({
      name,
      required: entry.required,
      default: entry.default,
    }));
    expect(found).toEqual(
      Object.entries(inputs).map(([name, spec]) => ({ name, required: spec.required ?? false, default: spec.default })),
    );
  });

  test("has the outputs that the action sets", async () => {
    expect(Object.keys((await yaml()).outputs)).toEqual([...outputs]);
  });

  test("describes every input and output", async () => {
    const action = await yaml();
    for (const { description } of [...Object.values(action.inputs), ...Object.values(action.outputs)])
      expect(description.length).toBeGreaterThan(20);
  });

  test("has defaults that mean the same as no input", async () => {
    const defaults = Object.fromEntries(
      // Only the runner knows the job's token.
      Object.entries(inputs).flatMap(([name, spec]) =>
        spec.default === undefined || name === "github-token" ? [] : [[name, spec.default]],
      ),
    );
    expect(await read(defaults)).toEqual(await read({}));
    expect(await read(defaults)).toHaveProperty("inputs");
  });

  test("runs its entry of the bundle on Node 24", async () => {
    expect((await yaml()).runs).toEqual({ using: "node24", main });
    const bundled = await readFile(new URL("action/scripts/bundle.mjs", ROOT), "utf8");
    const name = /(\w+)\.js$/.exec(main)![1]!;
    expect(/const ACTIONS = \[(.*)\]/.exec(bundled)?.[1]).toContain(JSON.stringify(name));
    await access(new URL(`action/src/${name}/main.ts`, ROOT));
  });
});
