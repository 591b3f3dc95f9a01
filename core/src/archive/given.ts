/** A file that somebody named: opened without waiting for a named pipe, and told from a folder. */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { LobError } from "../errors.js";
import { showPath } from "./paths.js";
import { errnoOf, readProblem } from "./problems.js";
import { special } from "./walk.js";

/** Opens a regular file; a link is followed. @throws LobError LOB1004 it is not there, cannot be read, or is no file */
export async function openGiven(path: string): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK); // On Windows the last is undefined, which adds nothing.
  } catch (error) {
    const missing = ["ENOENT", "ENOTDIR", "ELOOP"].includes(errnoOf(error) ?? "");
    throw wrong(path, missing ? "does not exist" : readProblem(error).what, error);
  }
  try {
    const stat = await handle.stat();
    if (stat.isFile()) return handle;
    throw wrong(path, stat.isDirectory() ? "is a folder" : special(stat).what);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

const wrong = (path: string, what: string, cause?: unknown): LobError =>
  new LobError("LOB1004", `The path ${showPath(path)} ${what}.`, {
    hint: "Check the spelling, and that the step that makes it ran.",
    ...(cause !== undefined && { cause }),
    details: { path },
  });
