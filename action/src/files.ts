/** The file system of the workspace. */
import { constants } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { WorkspaceFiles } from "./reading.js";

/** Names to list if a path does not exist. */
const NAMES_SHOWN = 8;

/** The text of a file of at most `maxBytes`. */
export async function readText(path: string, maxBytes: number): Promise<string> {
  return decoded(await readBytes(path, maxBytes));
}

/**
 * Reads a file that another job wrote, of at most `maxBytes`. Does not follow a link in its place and does not block. The caller must
 * trust the folders in the path.
 */
export function readForeign(path: string, maxBytes: number): Promise<Buffer> {
  return readBytes(path, maxBytes, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
}

/** Does not block on a named pipe. */
async function readBytes(path: string, maxBytes: number, flags = constants.O_RDONLY | constants.O_NONBLOCK): Promise<Buffer> {
  const file = await open(path, flags).catch(plainly);
  try {
    const tooLarge = new Error(`it is larger than ${maxBytes.toLocaleString("en-US")} bytes`);
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error("it is not a file");
    if (stats.size > maxBytes) throw tooLarge;
    const content = await file.readFile();
    if (content.length > maxBytes) throw tooLarge; // it grew while being read
    return content;
  } finally {
    await file.close();
  }
}

export const workspaceFiles: WorkspaceFiles = {
  read: readText,
  async absent(path) {
    try {
      await stat(path);
      return undefined;
    } catch (error) {
      return { message: `there is nothing at ${JSON.stringify(path)}: ${reasonOf(error)}`, hint: await whatIsThere(path) };
    }
  },
};

/** Lists the nearest existing folder, because most often a name is misspelt or a step wrote something else. */
async function whatIsThere(path: string): Promise<string> {
  const start = "Check the input path, and that an earlier step wrote it.";
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    const names = await readdir(folder).catch(() => undefined);
    if (names) {
      const shown = names
        .sort()
        .slice(0, NAMES_SHOWN)
        .map((name) => JSON.stringify(name));
      const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : "";
      return `${start} The folder ${folder} contains ${shown.length === 0 ? "nothing" : `${shown.join(", ")}${more}`}.`;
    }
    if (folder === dirname(folder)) return start;
  }
}

function decoded(content: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new Error("it is not UTF-8 text");
  }
}

function plainly(error: unknown): never {
  throw new Error(reasonOf(error));
}

function reasonOf(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case "ENOENT":
      return "it does not exist";
    case "ENOTDIR":
      return "a part of the path is a file, not a folder";
    case "ELOOP":
      return "it is a link";
    case "EACCES":
    case "EPERM":
      return "permission denied";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
