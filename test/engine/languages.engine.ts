/** The four examples, each as a person runs it in a folder of their own, brought up on one AWS each, and published to with what they give. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { LANGUAGES, nameOf, prepared, Stack, type Outcome, type StateResource } from "./support/engine.ts";
import type { Language } from "./support/prepare.ts";
import { publish } from "./support/publish.ts";
import { describeOnEngine } from "./support/suite.ts";

const BRINGING_UP = 600_000;

interface Run {
  readonly sandbox: Sandbox;
  readonly stack: Stack;
  readonly up: Outcome;
  readonly outputs: Record<string, string>;
  readonly resources: readonly StateResource[];
}

describeOnEngine("the example", () => {
  const runs = new Map<Language, Run>();
  // Side by side: each waits most of the time.
  beforeAll(
    () =>
      Promise.all(
        LANGUAGES.map(async (language) => {
          const sandbox = await startSandbox({ region: "eu-west-1" });
          const stack = await Stack.create(sandbox);
          const up = await stack.run("up", { language });
          runs.set(language, { sandbox, stack, up, outputs: await stack.outputs(), resources: await stack.resources() });
        }),
      ),
    BRINGING_UP,
  );
  afterAll(() => Promise.all([...runs.values()].map(({ sandbox }) => sandbox.stop())));
  const resourcesOf = ({ resources }: Run): string[] => resources.map(({ type, urn }) => `${type} ${nameOf(urn)}`).sort();

  test.each(LANGUAGES)("in %s comes up, and a publish with its outputs works", async (language) => {
    const { sandbox, up, outputs } = runs.get(language)!;
    expect(up).toMatchObject({ code: 0 });
    expect(outputs).toMatchObject({ lob: "fraud", region: "eu-west-1", bucket: "123456789012-eu-west-1-fraud-artifacts" });
    expect(await publish(sandbox, outputs, "one")).toMatchObject({ version: "1", changed: "true" });
  });

  test.each(LANGUAGES)("in %s does not change when it is previewed again", async (language) => {
    const { stack } = runs.get(language)!;
    const { code, text } = await stack.run("preview", { language });
    expect({ code, text }).toEqual({ code: 0, text: expect.stringMatching(/^ *\d+ unchanged$/m) });
    expect(text).not.toMatch(/to (create|update|replace|delete)/);
  });

  test("in Python passes its unit tests, with the SDK and without the engine", async () => {
    const { stderr } = await promisify(execFile)(prepared.python, ["-m", "unittest", "--verbose"], {
      cwd: join(prepared.projects, "python"),
      env: { ...process.env, PYTHONPATH: "site-packages" },
    });
    expect(stderr).toMatch(/^Ran 2 tests in [\s\S]*^OK$/m);
  });

  test.each(LANGUAGES.filter((language) => language !== "typescript"))("in %s is the same LOB as in TypeScript", (language) => {
    const [own, typescript] = [runs.get(language)!, runs.get("typescript")!];
    expect(own.outputs).toEqual(typescript.outputs);
    expect(resourcesOf(own)).toEqual(resourcesOf(typescript));
    const inputs = (run: Run): unknown[] =>
      run.resources.filter(({ id }) => id !== undefined).map(({ urn, inputs, protect }) => [nameOf(urn), inputs, protect]);
    expect(inputs(own).sort()).toEqual(inputs(typescript).sort());
  });
});
