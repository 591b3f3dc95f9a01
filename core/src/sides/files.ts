/** Opens a folder, a file or an artifact on disk as one side of a diff. */
import { copyFile } from "node:fs/promises";
import { onDisk, type ScanOptions, scanTree } from "../archive/index.js";
import type { ScannedTree } from "../archive/tree.js";
import { unpackTree } from "../archive/unpacked.js";
import type { OpenSide } from "../diff/index.js";
import { buildManifest } from "../manifest/index.js";
import type { ManifestHeader, Metrics } from "../types.js";
import { openSource } from "../inspect/open.js";
import { fileFinder } from "../inspect/others.js";
import type { OpenFile, OpenSource } from "../inspect/tensors/locations.js";
import { inspectTree, type InspectOptions } from "../inspect/tree.js";

/** Values of a manifest's first line that do not come from the files. */
export type ManifestOrigin = Pick<ManifestHeader, "lob" | "model" | "createdBy"> & Partial<Pick<ManifestHeader, "metrics">>;

/** A side whose files can be read. */
export interface ReadableSide extends OpenSide {
  /**
   * Opens a file by its path in the model. The caller closes it before the side.
   * @returns undefined if no file has this path, or it has changed
   */
  open(path: string): Promise<OpenSource | undefined>;
}

/** A side whose files are on this disk. Its entries can be read any number of times. */
export interface FilesSide extends ReadableSide {
  /**
   * Writes the manifest that a version of this model would have to `path`, replacing any file there. `manifestSide` reads it, also on
   * another machine. Nothing is scanned again.
   *
   * @param origin its metrics default to those of the side, or none if they are unknown
   * @returns the manifest's SHA-256 in lower-case hexadecimal, and its bytes
   * @throws LobError LOB1006 more files than a manifest may list; LOB2009 the disk is full or refuses
   */
  writeManifest(path: string, origin: ManifestOrigin): Promise<{ sha256: string; size: number }>;
}

/**
 * Scans and inspects a folder or file.
 *
 * @param metrics of the model. Default: those of its metrics file
 * @throws errors of scanTree and inspectTree
 */
export async function folderSide(
  path: string,
  metrics: Metrics | undefined,
  options: InspectOptions & Pick<ScanOptions, "follow" | "followTo"> = {},
): Promise<FilesSide> {
  const tree = await scanTree(path, options);
  return treeSide(tree, () => tree.close(), metrics, options);
}

/**
 * Unpacks an artifact (from `lobreg pull --archive` or the Python library) into a temporary folder and inspects it. A model of one file
 * gives the same result as an artifact and as that file. Temporary files need as much space as the model.
 *
 * @param metrics of the model. Default: those of its metrics file
 * @throws errors of unpackTree and inspectTree: LOB1004, LOB1011, LOB2009, LOB4002
 */
export async function artifactSide(path: string, metrics: Metrics | undefined, options: InspectOptions = {}): Promise<FilesSide> {
  const { onProgress } = options;
  const unpacked = await unpackTree(path, {
    ...options,
    onProgress: onProgress && ((progress) => onProgress({ ...progress, phase: "scan" })),
  });
  return treeSide(unpacked.tree, () => unpacked.close(), metrics, options);
}

async function treeSide(
  tree: ScannedTree,
  closeTree: () => Promise<void>,
  metrics: Metrics | undefined,
  options: InspectOptions,
): Promise<FilesSide> {
  try {
    const inspected = await inspectTree(tree, options);
    const known = metrics ?? inspected.metrics;
    return {
      name: tree.path,
      treeDigest: inspected.digest,
      files: inspected.files,
      contentBytes: inspected.bytes,
      metrics: known,
      inspected: true,
      entries: { [Symbol.asyncIterator]: () => inspected.entries()[Symbol.asyncIterator]() },
      open: fileOpener(tree),
      async writeManifest(path, origin) {
        const header = { ...origin, metrics: origin.metrics ?? known ?? {}, summary: inspected.summary };
        const built = await buildManifest(inspected, header, options);
        try {
          await onDisk({ target: path, purpose: "to keep the manifest", needed: built.size }, () => copyFile(built.path, path));
          return { sha256: built.sha256, size: built.size };
        } finally {
          await built.dispose();
        }
      },
      async close() {
        await inspected.close();
        await closeTree();
      },
    };
  } catch (error) {
    await closeTree();
    throw error;
  }
}

/** Opens files of a tree by their paths. */
function fileOpener(tree: ScannedTree): OpenFile {
  const find = fileFinder(tree);
  return async (path) => {
    const file = await find(path);
    return file && openSource(file.from, file.size);
  };
}
