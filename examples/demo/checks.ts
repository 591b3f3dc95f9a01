/** The demo shows only what is true: each thing that it says is checked first, and one that is not as it should be ends it. */
import { isDeepStrictEqual } from "node:util";

/** Something was not as it should be. */
export class DemoError extends Error {
  override readonly name = "DemoError";
}

/** @throws DemoError naming what was looked at, what it is and what it should be */
export function check(what: string, found: unknown, wanted: unknown): void {
  if (isDeepStrictEqual(found, wanted)) return;
  throw new DemoError(`${what} is ${JSON.stringify(found)}, and should be ${JSON.stringify(wanted)}`);
}
