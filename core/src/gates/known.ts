/** Returns which values of a model are unknown. Unknown values never pass a gate. */
import type { Summary } from "../findings/findings.js";
import { NOT_ALL, NOT_INSPECTED, TOO_MUCH } from "../findings/summary.js";
import type { Builtin, ContentGate } from "./language.js";

type GateTopic = ContentGate | Builtin;

/** Findings of single files, which a full summary omits. It always keeps code, formats and sums. */
const OF_FILES: readonly GateTopic[] = ["signature", "requirements"];
/** Values that are known for every model; `warnings` reports itself that a model was not inspected. */
const ALWAYS: readonly GateTopic[] = ["size", "files", "warnings"];
const SUMS: readonly GateTopic[] = ["tensors", "parameters"];

/** Returns why a value is unknown, as the end of a sentence; undefined if it is known. */
export function notKnown({ warnings }: Summary, asked: GateTopic): string | undefined {
  if (ALWAYS.includes(asked)) return undefined;
  const reasons = [NOT_INSPECTED, ...(SUMS.includes(asked) ? [] : [TOO_MUCH]), ...(OF_FILES.includes(asked) ? [NOT_ALL] : [])];
  return reasons.find((reason) => warnings.some(({ path, warning }) => path === "" && warning === reason));
}
