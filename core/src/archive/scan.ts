/** Pass 1: finds and hashes the files of a model, and records them for pass 2. */
import { lstat, realpath, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { LobError } from "../errors.js";
import type { OnProgress } from "../progress.js";
import { inOrder } from "./inorder.js";
import { pathProblem, showPath } from "./paths.js";
import { errnoOf, type PathProblem, PathProblems, readProblem } from "./problems.js";
import { checkFile, hashFile, SourceProblem } from "./source.js";
import { type ScannedTree, TreeBuilder } from "./tree.js";
import { contentProblem } from "./unmeant.js";
import { type Tally, type WalkedEntry, special, walk } from "./walk.js";

/** Files read at once: enough to hide the latency of opening, few enough for a spinning disk. */
const WIDTH = 4;

export interface ScanOptions {
  /** Pack symbolic links to files inside the folder as those files. Default false: links are refused. */
  readonly follow?: boolean | undefined;
  /** Other folders that symbolic links may lead into; naming one follows links. Default: none. */
  readonly followTo?: readonly string[] | undefined;
  /** Name of the file in the folder that lists, in gitignore syntax, what to leave out. Never packed. Default `.lobignore`. */
  readonly ignoreFile?: string | undefined;
  /** Receives phase "scan": bytes hashed so far. */
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Folder for temporary files. Default: the operating system's. */
  readonly tmpDir?: string | undefined;
}

/**
 * Reads a folder, or one file as a tree of that file. Empty folders are not content and leave no trace; a link given as the
 * path itself is followed.
 *
 * @throws {LobError} LOB1004 the path is missing or something in it cannot be read; LOB1005 nothing to publish; LOB1006 something
 *   cannot be packed (up to ten are named); LOB1007 a file changed meanwhile; LOB2009 no space for the temporary file
 */
export async function scanTree(path: string, options: ScanOptions = {}): Promise<ScannedTree> {
  const problems = new PathProblems(path);
  const tally: Tally = { ignored: 0, unmeant: [] };
  const ignoreFile = checkIgnoreFile(options.ignoreFile ?? ".lobignore");
  const found = await findFiles(path, options, ignoreFile, problems, tally);
  const tree = await TreeBuilder.create(options.tmpDir);
  try {
    let hashed = 0;
    const onBytes = (item: string) => (count: number) => {
      hashed += count;
      options.onProgress?.({ phase: "scan", done: hashed, item });
    };
    const hash = async (
      file: WalkedEntry,
    ): Promise<(Omit<WalkedEntry, "asked"> & { size: number; mode: number; sha256: string }) | undefined> => {
      options.signal?.throwIfAborted();
      try {
        const { asked, ...entry } = file;
        const check = (head: Uint8Array, size: number): PathProblem | undefined => contentProblem(head, size, asked);
        if (!problems.any)
          return { ...entry, ...(await hashFile(file.from, { onBytes: onBytes(file.path), signal: options.signal, check })) };
        await checkFile(file.from, check); // The scan has failed: only further problems are of interest.
        return undefined;
      } catch (error) {
        if (!(error instanceof SourceProblem)) throw error;
        problems.add(file.path, error.problem);
        return undefined;
      }
    };
    for await (const file of inOrder(found, hash, WIDTH)) if (file !== undefined) await tree.add(file);
    problems.throwIfAny();
    if (tree.bytes === 0) throw nothing(path, tree.files, tally.ignored, ignoreFile);
    return await tree.finish(path, tally.unmeant);
  } catch (error) {
    await tree.close();
    throw error;
  }
}

async function findFiles(
  path: string,
  { follow, followTo = [] }: ScanOptions,
  ignoreFile: string,
  problems: PathProblems,
  tally: Tally,
): Promise<AsyncIterable<WalkedEntry>> {
  const kind = await statPath(path);
  if (kind === undefined) {
    const link = (await lstat(path).catch(() => undefined))?.isSymbolicLink() === true;
    throw new LobError("LOB1004", `the path ${showPath(path)} ${link ? "is a broken link" : "does not exist"}`, {
      hint: `It is resolved from ${showPath(process.cwd())}. Check the spelling, and that the step that creates it ran.`,
      details: { path },
    });
  }
  if (kind.isDirectory()) {
    const folders = await Promise.all(followTo.map(linkTarget));
    const followed = follow === true || folders.length > 0;
    return walk({ root: await realpath(path), follow: followed, followTo: folders, ignoreFile, problems, tally });
  }
  const name = basename(resolve(path));
  const wrong: PathProblem | undefined = kind.isFile() ? nameProblem(name) : special(kind);
  if (wrong !== undefined) problems.add("", wrong);
  problems.throwIfAny();
  return single(path, name, problems);
}

/** A folder that links may lead into. */
async function linkTarget(folder: string): Promise<string> {
  const kind = await statPath(folder);
  if (kind?.isDirectory() === true) return realpath(folder);
  throw new LobError("LOB1004", `links may not lead to ${showPath(folder)}: it ${kind ? "is not a folder" : "does not exist"}`, {
    hint: "Name a folder with --follow-links-to, such as the folder blobs of a Hugging Face cache.",
    details: { path: folder },
  });
}

async function statPath(path: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  if (path === "" || path.includes("\0")) return undefined; // Neither can be a path.
  try {
    return await stat(path);
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP") return undefined;
    const { what, fix } = readProblem(error);
    throw new LobError("LOB1004", `the path ${showPath(path)} ${what}`, { hint: fix(path), cause: error, details: { path } });
  }
}

const nameProblem = (name: string): PathProblem | undefined => {
  const what = pathProblem(name);
  return what === undefined ? undefined : { code: "LOB1006", what, fix: () => "Rename the file." };
};

function checkIgnoreFile(name: string): string {
  if (!name.includes("/") && pathProblem(name) === undefined) return name;
  throw new LobError("LOB1002", `the ignore file ${showPath(name)} is not the name of a file in the folder`, {
    hint: "Use a name without slashes, such as .lobignore.",
  });
}

function nothing(path: string, files: number, ignored: number, ignoreFile: string): LobError {
  const entries = ignored === 1 ? "the one entry left out" : `the ${ignored} entries left out`;
  if (files > 0) {
    const what = files === 1 ? "is or holds one empty file" : `holds ${files} files, all of them empty`;
    return new LobError("LOB1005", `there is nothing to publish: ${showPath(path)} ${what} (0 bytes)`, {
      hint: "Check that the step that writes the model finished.",
      details: { path, files },
    });
  }
  if (ignored > 0) {
    return new LobError("LOB1005", `there is nothing to publish: ${showPath(path)} holds no file except ${entries} by ${ignoreFile}`, {
      hint: `Change the patterns in ${ignoreFile}, or publish another folder.`,
      details: { path, ignored },
    });
  }
  return new LobError("LOB1005", `there is nothing to publish: ${showPath(path)} holds no file`, {
    hint: "Check that the step that writes the model ran, and that it wrote there.",
    details: { path },
  });
}

async function* single(path: string, name: string, problems: PathProblems): AsyncGenerator<WalkedEntry, void, undefined> {
  const from = await realpath(path).catch((error: unknown) => problems.add("", readProblem(error)));
  if (from !== undefined) yield { path: name, from, asked: false };
}
