/** A built folder, a file or an artifact's file on the disk as one of the two models of a diff. */
import { copyFile } from "node:fs/promises";
import { onDisk, scanTree } from "../archive/index.js";
import type { ScannedTree } from "../archive/tree.js";
import { unpackTree } from "../archive/unpacked.js";
import type { OpenSide } from "../diff/index.js";
import { buildManifest } from "../manifest/index.js";
import type { ManifestHeader, Metrics } from "../types.js";
import { openSource } from "../inspect/open.js";
import { fileFinder } from "../inspect/others.js";
import type { OpenFile, OpenSource } from "../inspect/tensors/locations.js";
import { inspectTree, type InspectOptions } from "../inspect/tree.js";

/** What the first line of a manifest says besides what is in the files. */
export type ManifestOrigin = Pick<ManifestHeader, "lob" | "model" | "createdBy"> & Partial<Pick<ManifestHeader, "metrics">>;

/** A side whose files can be read. */
export interface ReadableSide extends OpenSide {
  /**
   * Opens one of its files by the path that it has in the model; to be closed before the side.
   * @returns undefined when there is none of this path, or it is not what it was
   */
  open(path: string): Promise<OpenSource | undefined>;
}

/** A side whose files are on this disk. Its entries can be read any number of times. */
export interface FilesSide extends ReadableSide {
  /**
   * Writes its manifest, as a version of it would have it, to `path`; what is there is replaced. `manifestSide` reads it, on another machine
   * for all it matters. Nothing is scanned again.
   *
   * @param facts metrics: default those of the side, none where they are not known
   * @returns the manifest's SHA-256 in lower-case hexadecimal, and its bytes
   * @throws LobError LOB1006 more files than a manifest may list; LOB2009 the disk is full or refuses
   */
  writeManifest(path: string, facts: ManifestOrigin): Promise<{ sha256: string; size: number }>;
}

/**
 * Scans and inspects a folder or file.
 *
 * @param metrics of the model; where none are given, those that its own metrics file has
 * @throws what scanTree and inspectTree throw
 */
export async function folderSide(
  path: string,
  metrics: Metrics | undefined,
  options: InspectOptions & { follow?: boolean } = {},
): Promise<FilesSide> {
  const tree = await scanTree(path, options);
  return treeSide(tree, () => tree.close(), metrics, options);
}

/**
 * Unpacks an artifact's file (`lobreg pull --archive` leaves one, and so does the Python library) into a temporary folder, and inspects what
 * it holds. A model of one file is the same as an artifact and as that file. Temporary files take as much as the model has.
 *
 * @param metrics of the model; where none are given, those that its own metrics file has
 * @throws what unpackTree and inspectTree throw: LOB1004, LOB1011, LOB2009, LOB4002
 */
export async function artifactSide(path: string, metrics: Metrics | undefined, options: InspectOptions = {}): Promise<FilesSide> {
  const { onProgress } = options;
  const unpacked = await unpackTree(path, {
    ...(options.tmpDir !== undefined && { tmpDir: options.tmpDir }),
    ...(options.signal && { signal: options.signal }),
    ...(onProgress && { onProgress: (progress) => onProgress({ ...progress, phase: "scan" }) }),
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
      async writeManifest(path, facts) {
        const header = { ...facts, metrics: facts.metrics ?? known ?? {}, summary: inspected.summary };
        const built = await buildManifest(inspected, header, options.tmpDir === undefined ? {} : { tmpDir: options.tmpDir });
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
