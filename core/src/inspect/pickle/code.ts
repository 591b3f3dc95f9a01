/** Builds the code finding: what loading a file would import. */
import type { CodeFinding } from "../../findings/findings.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import type { Warnings } from "../reader.js";
import { short } from "../text.js";
import { isHarmless } from "./harmless.js";
import type { Trace } from "./machine.js";

/** @param whole whether every pickle was followed to its end */
export function codeOf(kind: string, trace: Trace, whole: boolean, warnings: Warnings): CodeFinding {
  for (const oddity of trace.oddities) warnings.add(`loading it ${oddity}`);
  if (trace.overflown) warnings.add(`loading it imports more than ${INSPECT_LIMITS.imports} names`);
  const imports = [...trace.imports].sort();
  return {
    kind,
    imports: imports.map((name) => short(name)),
    unknown: imports.filter((name) => !isHarmless(name)).map((name) => short(name)),
    whole: whole && trace.oddities.size === 0 && !trace.overflown,
  };
}

/** Finding for a file that is unpickled but could not be followed: it may contain anything. */
export const unfollowed = (kind: string): CodeFinding => ({ kind, imports: [], unknown: [], whole: false });
