/** Which tests of the suite can run. */
import { describe } from "@jest/globals";
import { prepared } from "./engine.ts";

/** Tests that need the engine: skipped, by name, where it cannot be had. */
export const describeOnEngine = (name: string, tests: () => void): void =>
  (prepared.missing === undefined ? describe : describe.skip)(name, tests);
