/** Decides how a write to this machine's disk fails: the target exists, space is short, or the system refuses the write. */
import { statfs } from "node:fs/promises";
import { LobError } from "../errors.js";
import { bytes } from "../format.js";
import { errnoOf } from "./problems.js";
import { showPath } from "./paths.js";

const REASONS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOSPC: ["the disk is full", "Free some space, or choose a folder on another disk."],
  EDQUOT: ["the disk quota is used up", "Free some space, or choose a folder on another disk."],
  EROFS: ["the file system is read-only", "Choose a folder on a writable disk."],
  EACCES: ["permission denied", "Choose a folder in which this user can write."],
  EPERM: ["the operation is not permitted there", "Choose a folder in which this user can write."],
  EFBIG: ["the file is larger than the file system or the user's limit allows", "Choose a folder on another disk, or raise the limit."],
  ENAMETOOLONG: ["the file system cannot hold such a long name", "Choose a folder with a shorter path, or one on another disk."],
  ENOENT: [
    "a folder in its path does not exist",
    "Create the folder first, and make sure that no other program changes it while the command runs.",
  ],
  ENOTDIR: ["part of its path is not a folder", "Choose another folder."],
};

export interface DiskWork {
  /** The file or folder being written. */
  readonly target: string;
  /** Purpose of the write, such as "to unpack the model". */
  readonly purpose: string;
  /** Bytes needed in total, if known. */
  readonly needed?: number | undefined;
}

/** Returns LOB2009 for an error of the operating system; undefined for any other error. */
export function diskError(error: unknown, work: DiskWork): LobError | undefined {
  const code = errnoOf(error);
  if (code === undefined) return undefined;
  const [what, hint] = REASONS[code] ?? [`the operating system says ${code}`, "Check the disk, or choose a folder on another one."];
  const needed = work.needed === undefined ? "" : `; ${bytes(work.needed)} are needed`;
  return new LobError("LOB2009", `cannot write ${showPath(work.target)} ${work.purpose}: ${what}${needed}`, {
    hint,
    cause: error,
    details: { target: work.target, errno: code, needed: work.needed },
  });
}

/** Runs a write. Turns errors of the operating system into LOB2009. */
export async function onDisk<T>(work: DiskWork, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw diskError(error, work) ?? error;
  }
}

/** Fails before a long transfer if the file system has too little free space. Passes if the need or the free space is unknown. */
export async function assertSpace({ target, purpose, needed }: DiskWork): Promise<void> {
  const disk = await statfs(target).catch(() => undefined);
  if (disk === undefined || disk.blocks === 0 || needed === undefined) return; // File systems without a size report 0 blocks.
  const free = disk.bavail * disk.bsize;
  if (free >= needed) return;
  throw new LobError(
    "LOB2009",
    `cannot write ${showPath(target)} ${purpose}: ${bytes(needed)} are needed, but only ${bytes(free)} are free`,
    { hint: "Free some space, or choose a folder on another disk.", details: { target, needed, free } },
  );
}

/** Returns LOB1009 for a target that already exists. */
export function targetExists(target: string, hint = "Choose another folder, or remove this one."): LobError {
  return new LobError("LOB1009", `${showPath(target)} already exists`, { hint, details: { target } });
}
