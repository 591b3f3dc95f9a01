/** Limits of a manifest. Nothing beyond them is written or read. */
import { INSPECT_LIMITS } from "../findings/limits.js";

export const MANIFEST_LIMITS = {
  /** Bytes of one line. */
  line: 4 << 20,
  files: 5_000_000,
  /** Bytes of all findings as JSON, not counting those that always fit; twice the limit for writing. A diff may hold them in memory. */
  findings: 2 * INSPECT_LIMITS.model,
  /** Bytes before compression. */
  bytes: 2 ** 31,
  /** Bytes before compression for each byte of the manifest: above deflate's maximum, because findings may repeat a lot. */
  ratio: 1_100,
} as const;
