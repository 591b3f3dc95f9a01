/** Opens an archive on disk as a tree: unpacks it into a temporary folder and hashes it on the way. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { LobError } from "../errors.js";
import { openGiven } from "./given.js";
import { comparePaths, showPath } from "./paths.js";
import { temporaryFolder } from "./spool.js";
import { type ScannedTree, TreeBuilder } from "./tree.js";
import { isForeign, unpackArchive, type UnpackedFile, type UnpackOptions } from "./unpack.js";

/** Tree whose files are removed when it is closed. */
export interface UnpackedTree {
  readonly tree: ScannedTree;
  close(): Promise<void>;
}

export interface UnpackTreeOptions extends Pick<UnpackOptions, "onProgress" | "signal"> {
  /** Folder for temporary files. Default: the operating system's. */
  readonly tmpDir?: string | undefined;
}

/**
 * Unpacks a .tar.gz of any files and folders in any order. It is treated as hostile: {@link unpackArchive} lists what is refused. Modes and
 * hashes are those of the archive, even if this disk cannot store the modes.
 *
 * @throws {LobError} LOB1004 it is missing or cannot be read; LOB1011 it is not an archive, or is empty; LOB2009 the disk is full or
 *   refuses a write; LOB4002 it is damaged or hostile
 */
export async function unpackTree(path: string, options: UnpackTreeOptions = {}): Promise<UnpackedTree> {
  const { tmpDir, ...unpacking } = options;
  const folder = await temporaryFolder(tmpDir);
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const content = join(folder, "content");
    const files: UnpackedFile[] = [];
    const handle = await openGiven(path);
    try {
      const source = handle.createReadStream({ autoClose: false });
      await unpackArchive(source, content, { ...unpacking, onFile: (file) => files.push(file) });
    } finally {
      await handle.close();
    }
    const tree = await treeOf(path, content, files, tmpDir);
    const close = async (): Promise<void> => {
      await tree.close();
      await remove();
    };
    return { tree, close };
  } catch (error) {
    await remove();
    throw named(path, error);
  }
}

async function treeOf(path: string, content: string, files: UnpackedFile[], tmpDir: string | undefined): Promise<ScannedTree> {
  const tree = await TreeBuilder.create(tmpDir);
  try {
    for (const file of files.sort((a, b) => comparePaths(a.path, b.path))) {
      await tree.add({ ...file, from: join(content, ...file.path.split("/")) });
    }
    if (tree.bytes === 0) throw noModel(path, "holds no file with content");
    return await tree.finish(path);
  } catch (error) {
    await tree.close();
    throw error;
  }
}

/** Adds the path of the archive to an error. */
function named(path: string, error: unknown): unknown {
  if (!(error instanceof LobError) || error.code !== "LOB4002") return error;
  if (isForeign(error.cause)) return noModel(path, `is not an artifact: ${(error.cause as Error).message}`, error);
  return new LobError(error.code, `${showPath(path)}: ${error.message}`, {
    hint: error.hint,
    cause: error,
    details: { ...error.details, path },
  });
}

const noModel = (path: string, what: string, cause?: unknown): LobError =>
  new LobError("LOB1011", `${showPath(path)} ${what}`, {
    hint: "A .tar.gz or .tgz is compared by its contents. To compare the file itself as a model of one file, put it into a folder and name the folder.",
    cause,
    details: { path },
  });
