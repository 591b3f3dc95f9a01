/** What is kept of a file's findings when a model has more of them than a manifest has room for. */
import type { Findings } from "./findings.js";
import { INSPECT_LIMITS } from "./limits.js";

/** The warning of a file that has had no room. */
export const NOT_KEPT = "what was found in it is not kept";

/** Bytes that a file's findings take of the room for all of them. What is small takes none: so there is room for {@link withoutRoom} of any number of files. */
export const weightOf = (findings: Findings): number => Math.max(0, Buffer.byteLength(JSON.stringify(findings)) - INSPECT_LIMITS.smallFindings); // prettier-ignore

/**
 * What is always kept: the format, the sums, and that loading the file can run code. Else whoever puts enough files in front of a pickle
 * would have a model without any.
 */
export const withoutRoom = ({ format, tensorCount, parameters, code }: Findings): Findings => ({
  format,
  ...(tensorCount !== undefined && { tensorCount }),
  ...(parameters !== undefined && { parameters }),
  ...(code && { code: { kind: code.kind, imports: [], unknown: [], whole: false } }),
  warnings: [NOT_KEPT],
});
