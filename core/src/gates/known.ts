/** What is not known of a model that it is asked for: then nothing passes. */
import type { Summary } from "../findings/findings.js";
import { NOT_ALL, NOT_INSPECTED, TOO_MUCH } from "../findings/summary.js";
import type { Builtin, ContentGate } from "./language.js";

type Asked = ContentGate | Builtin;

/** What comes of single files, and has no room where they have none. That loading can run code, formats and sums always have. */
const OF_FILES: readonly Asked[] = ["signature", "requirements"];
/** What is known of every model, or of every model that was looked into. */
const ALWAYS: readonly Asked[] = ["size", "files", "warnings"];
const SUMS: readonly Asked[] = ["tensors", "parameters"];

/** Why something is not known, as a sentence's end; undefined where it is. */
export function notKnown({ warnings }: Summary, asked: Asked): string | undefined {
  if (ALWAYS.includes(asked)) return undefined;
  const reasons = [NOT_INSPECTED, ...(SUMS.includes(asked) ? [] : [TOO_MUCH]), ...(OF_FILES.includes(asked) ? [NOT_ALL] : [])];
  return reasons.find((reason) => warnings.some(({ path, warning }) => path === "" && warning === reason));
}
