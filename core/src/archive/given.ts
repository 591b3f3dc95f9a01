/** Opens a file named by the user: does not wait for a named pipe and refuses a folder. */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { LobError } from "../errors.js";
import { showPath } from "./paths.js";
import { errnoOf, readProblem } from "./problems.js";
import { special } from "./walk.js";

/** Opens a regular file; follows a link. @throws LobError LOB1004 the file is missing, unreadable or not a file */
export async function openGiven(path: string): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK); // O_NONBLOCK is undefined on Windows and adds nothing.
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
  new LobError("LOB1004", `the path ${showPath(path)} ${what}`, {
    hint: "Check the spelling, and that the step that creates it ran.",
    cause,
    details: { path },
  });
