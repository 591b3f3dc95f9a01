/** One mistake takes one line, with the argument's path, in a preview: clashes within a program, and values that are known only later. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { Stack, type Outcome } from "./support/engine.ts";
import { describeOnEngine } from "./support/suite.ts";

const PROGRAMS = join(import.meta.dirname, "programs");
const OTHER = /LineOfBusiness "\w+" of this program/.source;
const MISTAKES: Readonly<Record<string, RegExp>> = {
  "one name twice": /LineOfBusiness "fraud" has a wrong argument: name: this program declares LineOfBusiness "fraud" twice; /,
  "one LOB twice": new RegExp(
    `LineOfBusiness "\\w+" has a wrong argument: lob: ${OTHER} is the LOB "fraud" in the same account and region; `,
  ),
  "one bucket for two LOBs": new RegExp(`has a wrong argument: bucketName: ${OTHER} owns the bucket acme-ml, and `),
  "one catalog of two owners": new RegExp(`has a wrong argument: catalogTableName: ${OTHER} declares the table catalog; `),
  "two OIDC providers": new RegExp(
    `has a wrong argument: createGithubOidcProvider: ${OTHER} creates the account's OIDC provider for GitHub, `,
  ),
  "one LOB in two regions": new RegExp(
    `has a wrong argument: lob: ${OTHER} has the role fraud-reader-serving, and names of roles are unique `,
  ),
  "a value that is known late": /LineOfBusiness "fraud" has a wrong argument: prefix: .*; got "\/models"/,
  "a trust policy that is known late":
    /LineOfBusiness "fraud" has a wrong argument: readers\[0\]: its trust policy would have .*L-C07B4B0D/,
  "a bucket that does not exist": /LineOfBusiness "fraud" has a wrong argument: bucketName: the bucket "not-there" does not exist /,
  "an output in place of a plain value":
    /LineOfBusiness "fraud" has a wrong argument: protect: must be known when the program runs; got an output/,
  "a wrong name": /LineOfBusiness "fraud" has a wrong argument: bucketname: no such argument; did you mean bucketName\?/,
};
const AT_ONCE = 3;

/** Errors below the title "Diagnostics", each once: the Automation API repeats what a program said. */
function errorsIn(text: string): string[] {
  const [, diagnostics = ""] = text.split("\nDiagnostics:\n");
  const [lines = ""] = diagnostics.split("\nResources:\n");
  const errors = lines.split("\n").filter((line) => /\S/.test(line) && !/^ *(warning:|\S+ \(.*\):$)/.test(line));
  return [...new Set(errors.map((line) => line.replace(/^ *error: (One or more errors occurred: )?/, "").trim()))];
}

describeOnEngine("a mistake", () => {
  let sandbox: Sandbox;
  const outcomes = new Map<string, Outcome>();
  let yaml: Outcome;
  beforeAll(async () => {
    sandbox = await startSandbox();
    const waiting = Object.keys(MISTAKES);
    const work = async (): Promise<void> => {
      for (let mistake = waiting.shift(); mistake !== undefined; mistake = waiting.shift()) {
        // A mistake that leaves the program waiting fails its test.
        const stack = await Stack.create(sandbox, { patience: 90_000 });
        const program = { language: "typescript", program: join(PROGRAMS, "mistakes.ts"), args: { mistake } } as const;
        outcomes.set(mistake, await stack.run("preview", program));
      }
    };
    const hosted = async (): Promise<void> => {
      yaml = await (await Stack.create(sandbox)).run("preview", { language: "yaml", program: join(PROGRAMS, "clash") });
    };
    await Promise.all([...Array.from({ length: AT_ONCE }, work), hosted()]);
  }, 600_000);
  afterAll(() => sandbox?.stop());

  test.each(Object.keys(MISTAKES))("takes one line: %s", (mistake) => {
    const { code, text } = outcomes.get(mistake)!;
    expect({ code, errors: errorsIn(text) }).toEqual({ code: 1, errors: [expect.stringMatching(MISTAKES[mistake]!)] });
    expect(text).not.toMatch(/[Uu]nhandled|serializing property|at .*\.js:\d/);
  });

  test("is found among components of another language: one LOB twice, in YAML", () => {
    const { code, text } = yaml;
    expect(code).not.toBe(0);
    expect(text).toMatch(new RegExp(`property lob .*has a problem: ${OTHER} is the LOB "fraud" in the same account and region; `));
    expect(text).not.toMatch(/[Uu]nhandled|serializing property|at .*\.js:\d/);
  });
});
