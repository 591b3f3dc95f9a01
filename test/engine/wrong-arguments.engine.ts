/** All wrong arguments are reported together, in the same words in each language, before anything is created. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { LANGUAGES, Stack, type Outcome } from "./support/engine.ts";
import type { Language } from "./support/prepare.ts";
import { describeOnEngine } from "./support/suite.ts";

const PROGRAMS: Readonly<Record<Language, string>> = {
  typescript: join(import.meta.dirname, "programs", "wrong.ts"),
  python: join(import.meta.dirname, "programs", "wrong.py"),
  go: "wrong",
  yaml: join(import.meta.dirname, "programs", "wrong"),
};
const WRONG = [
  "kmsKeyArn",
  "lob",
  "prefix",
  "protectedAliases[0]",
  "publishers[0]",
  "publishers[1].repositories[0].repository",
  "publishers[1].repositories[0]",
  "stagingDays",
  'tags["aws:team"]',
];

/** Extracts the problems from the terminal: our list below a program's exception, or the engine's list for an error of the component. */
function problemsIn(text: string): string[] {
  const ofProgram = /has \d+ wrong arguments\n((?: {6}\S.*\n)+)/.exec(text)?.[1]?.trim().split(/\n */);
  const ofComponent = [...text.matchAll(/- property (\S+) with value '.*' has a problem: (.*)/g)].map(
    ([, path, reason]) => `${path}: ${reason}`,
  );
  return [...new Set(ofProgram ?? ofComponent)].sort();
}

describeOnEngine("wrong arguments", () => {
  let sandbox: Sandbox;
  const outcomes = new Map<Language, Outcome>();
  beforeAll(async () => {
    sandbox = await startSandbox();
    for (const language of LANGUAGES) {
      const stack = await Stack.create(sandbox);
      outcomes.set(language, await stack.run("preview", { language, program: PROGRAMS[language] }));
    }
  }, 300_000);
  afterAll(() => sandbox?.stop());

  test.each(LANGUAGES)("are listed all at once in %s", (language) => {
    const { code, text } = outcomes.get(language)!;
    expect(code).not.toBe(0);
    expect(text).toContain(`LineOfBusiness "fraud" has ${WRONG.length} wrong arguments`);
    expect(problemsIn(text).map((problem) => problem.slice(0, problem.indexOf(": ")))).toEqual(WRONG);
  });

  test.each(LANGUAGES.filter((language) => language !== "typescript"))("are the same words in %s as in TypeScript", (language) => {
    expect(problemsIn(outcomes.get(language)!.text)).toEqual(problemsIn(outcomes.get("typescript")!.text));
  });
});
