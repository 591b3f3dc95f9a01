/** What a manifest may be. Nothing beyond is written, and nothing beyond is read. */
import { INSPECT_LIMITS } from "../findings/limits.js";

export const MANIFEST_LIMITS = {
  /** Bytes of one line. */
  line: 4 << 20,
  files: 5_000_000,
  /** Bytes of all findings as JSON, but for what of each file always has room; twice what is written. Who compares two models may hold them in memory. */
  findings: 2 * INSPECT_LIMITS.model,
  /** Bytes before compression. */
  bytes: 2 ** 31,
  /** Bytes before compression for each byte of the manifest: more than deflate can reach, because what was found in files may be endlessly alike. */
  ratio: 1_100,
} as const;
