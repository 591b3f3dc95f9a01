/** The manifest: gzip JSON lines, a header and then a line per file. */
export { buildManifest, type BuiltManifest } from "./write.js";
export { MANIFEST_LIMITS } from "./limits.js";
export { readManifest } from "./read.js";
