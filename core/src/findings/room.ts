/** Reduces a file's findings when a model has more of them than fit into a manifest. */
import type { Findings } from "./findings.js";
import { INSPECT_LIMITS } from "./limits.js";
import { defined } from "../defined.js";

/** Warning on a file whose findings did not fit. */
export const NOT_KEPT = "its findings are not kept";

/** Bytes that a file's findings take from the shared limit. Small findings take none, so that {@link withoutRoom} always fits. */
export const weightOf = (findings: Findings): number => Math.max(0, Buffer.byteLength(JSON.stringify(findings)) - INSPECT_LIMITS.smallFindings); // prettier-ignore

/**
 * Keeps the format, the totals, and the fact that loading the file can run code. Otherwise many files sorted before a pickle could hide it.
 */
export const withoutRoom = ({ format, tensorCount, parameters, code }: Findings): Findings =>
  defined({
    format,
    tensorCount,
    parameters,
    code: code && { kind: code.kind, imports: [], unknown: [], whole: false },
    warnings: [NOT_KEPT],
  });
