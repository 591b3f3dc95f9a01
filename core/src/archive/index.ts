/** Packing a folder into the deterministic .tar.gz of the registry, and unpacking what comes back. */
export { scanTree, type ScanOptions } from "./scan.js";
export type { Tree } from "./tree.js";
export { packTree, type PackOptions } from "./pack.js";
export { unpackArchive, type UnpackLimits, type UnpackOptions, type Unpacked } from "./unpack.js";
export { comparePaths, pathProblem, showPath, windowsProblem } from "./paths.js";
export { TreeDigest } from "./digest.js";
export { assertSpace, diskError, type DiskWork, onDisk, targetExists } from "./disk.js";
