/** Wrong arguments are told all at once, and the same way in each language, before anything is made. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { describeOnEngine, LANGUAGES, Stack } from "./support/engine.ts";
import type { Language } from "./support/prepare.ts";

const PROGRAMS: Readonly<Record<Language, string>> = {
  typescript: join(import.meta.dirname, "programs", "wrong.ts"),
  python: join(import.meta.dirname, "programs", "wrong.py"),
  go: "wrong",
  yaml: join(import.meta.dirname, "programs", "wrong"),
};
describeOnEngine("wrong arguments", () => {
  let sandbox: Sandbox;
  const texts = new Map<Language, string>();
  beforeAll(async () => {
    sandbox = await startSandbox();
    for (const language of LANGUAGES) {
      const { code, text } = await (await Stack.create(sandbox)).run("preview", { language, program: PROGRAMS[language] });
      texts.set(language, `${code}\n${text}`);
    }
  }, 300_000);
  afterAll(() => sandbox?.stop());

  test.each(LANGUAGES)("in %s", (language) => {
    expect(texts.get(language)).toBe("");
  });
});
