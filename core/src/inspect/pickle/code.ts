/** What loading a file would import, as the manifest says it. */
import type { Code } from "../../findings/findings.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import type { Notes } from "../reader.js";
import { short } from "../text.js";
import { isHarmless } from "./harmless.js";
import type { Trace } from "./machine.js";

/** @param whole whether every pickle was followed to its end */
export function codeOf(kind: string, trace: Trace, whole: boolean, notes: Notes): Code {
  for (const oddity of trace.oddities) notes.add(`loading it ${oddity}`);
  if (trace.overflown) notes.add(`loading it imports more than ${INSPECT_LIMITS.imports} names`);
  const imports = [...trace.imports].sort();
  return {
    kind,
    imports: imports.map((name) => short(name)),
    unknown: imports.filter((name) => !isHarmless(name)).map((name) => short(name)),
    whole: whole && trace.oddities.size === 0 && !trace.overflown,
  };
}

/** A file that is loaded by unpickling and that could not be followed: anything may be in it. */
export const unfollowed = (kind: string): Code => ({ kind, imports: [], unknown: [], whole: false });
