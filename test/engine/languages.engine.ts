/** The four examples, each as a person runs it in a folder of their own, brought up on one AWS each, and published to with what they give. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { LANGUAGES, nameOf, prepared, Stack, type Outcome, type Program, type StateResource } from "./support/engine.ts";
import type { Language } from "./support/prepare.ts";
import { publish } from "./support/publish.ts";
import { snapshotOf } from "./support/snapshot.ts";
import { describeOnEngine } from "./support/suite.ts";

const BRINGING_UP = 600_000;

const PROGRAMS = join(import.meta.dirname, "programs");
/** The same LOB with another prefix and suffix. For TypeScript see refused.engine.ts. */
const MOVED: Readonly<Record<Exclude<Language, "typescript">, Program>> = {
  python: { language: "python", program: join(PROGRAMS, "moved.py") },
  go: { language: "go", program: "moved" },
  yaml: { language: "yaml", program: join(PROGRAMS, "moved") },
};

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

  test(
    "is not moved by changed arguments in another language: this is refused, and changes nothing",
    async () => {
      const refused = async (language: keyof typeof MOVED): Promise<void> => {
        const { sandbox, stack } = runs.get(language)!;
        const everything = async (): Promise<unknown> => ({ aws: await snapshotOf(sandbox), state: await stack.state() });
        const before = await everything();
        const outcomes: Pick<Outcome, "code" | "text">[] = [
          await stack.run("preview", MOVED[language]),
          await stack.run("up", MOVED[language]),
        ];
        // The CLI's own `up`, which previews first.
        if (language === "yaml") outcomes.push(await stack.command("up", "--yes"));
        for (const { code, text } of outcomes) {
          expect({ language, code: code === 0 ? 0 : 1, text }).toEqual({
            language,
            code: 1,
            text: expect.stringContaining(
              'LineOfBusiness "fraud" would change prefix from "ml-models" to "models", suffix from ".tar.gz" to ".tgz", and what is published there would no longer be found; restore the argument',
            ),
          });
          expect(text).not.toMatch(/[Uu]nhandled|at .*\.js:\d/);
        }
        expect({ language, everything: await everything() }).toEqual({ language, everything: before });
      };
      await Promise.all((Object.keys(MOVED) as (keyof typeof MOVED)[]).map(refused));
    },
    BRINGING_UP,
  );
});
