/**
 * A stack that an earlier component made, brought up with this one: nothing is replaced or deleted. fixtures/ has a state of each; README.md
 * says how one is recorded.
 */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { CATALOG_HASH_KEY, lobNamespace } from "lob-registry-core/layout";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { deploy } from "../sandbox/deploy/deploy.ts";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { clientsOf, readRow } from "../support/state.ts";
import { Stack, type Program } from "./support/engine.ts";
import { describeOnEngine } from "./support/suite.ts";

const FIXTURES = join(import.meta.dirname, "fixtures");
const PROGRAM = join(import.meta.dirname, "programs", "lob.ts");
const states = readdirSync(FIXTURES).filter((name) => name.endsWith(".state.json"));

interface Recorded {
  /** The arguments that the LOB had. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly deployment: { readonly version: number; readonly deployment: { readonly resources: readonly { type: string; urn: string }[] } };
}

describeOnEngine("a stack of an earlier component", () => {
  let sandbox: Sandbox;
  beforeAll(async () => void (sandbox = await startSandbox()), 120_000);
  afterAll(() => sandbox?.stop());

  test("is there: from the first component on", () => {
    expect(states.length).toBeGreaterThan(0);
  });

  test.each(states)("%s comes up with this one, and nothing of it is replaced or deleted", async (name) => {
    const { args, deployment } = JSON.parse(await readFile(join(FIXTURES, name), "utf8")) as Recorded;
    const program: Program = { language: "typescript", program: PROGRAM, args };
    // Creates the resources in the state, as far as the sandbox needs them. Without an engine this takes a second.
    const before = process.env.ARGS;
    process.env.ARGS = JSON.stringify(args);
    await deploy(sandbox, { program: PROGRAM, project: "model-registry" });
    if (before === undefined) delete process.env.ARGS;
    else process.env.ARGS = before;
    const stack = await Stack.create(sandbox);
    await stack.import(deployment);

    const preview = await stack.must("preview", program);
    const had = deployment.deployment.resources.map(({ urn }) => urn.slice(urn.lastIndexOf("::") + 2));
    const ofOld = preview.steps.filter(({ type, name }) => type.startsWith("aws:") && had.includes(name));
    expect(ofOld).toHaveLength(deployment.deployment.resources.filter(({ type }) => type.startsWith("aws:")).length);
    expect(ofOld.filter(({ op }) => op !== "same" && op !== "update")).toEqual([]);
    expect(preview.steps.filter(({ op }) => /delete|replace/.test(op))).toEqual([]);

    const up = await stack.must("up", program);
    expect(up.steps.filter(({ op }) => /delete|replace/.test(op))).toEqual([]);
    expect(await readRow(clientsOf(sandbox), "fraud-model-catalog", { [CATALOG_HASH_KEY]: lobNamespace("fraud") })).toMatchObject({
      kind: "LOB",
    });
  });
});
