/** Which tests of the suite can run. */
import { describe } from "@jest/globals";
import { prepared } from "./engine.ts";

/** Declares tests that need the engine; skipped by name if it is not available. */
export const describeOnEngine = (name: string, tests: () => void): void =>
  (prepared.missing === undefined ? describe : describe.skip)(name, tests);
