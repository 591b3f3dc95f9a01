/** What it means that this machine's disk refuses a write. */
import { LobError } from "../errors.js";
import { bytes } from "../format.js";
import { errnoOf } from "./problems.js";
import { showPath } from "./paths.js";

const REASONS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOSPC: ["the disk is full", "Free some space, or choose a folder on another disk."],
  EDQUOT: ["the disk quota is used up", "Free some space, or choose a folder on another disk."],
  EROFS: ["the file system is read-only", "Choose a folder on a disk that can be written."],
  EACCES: ["permission denied", "Choose a folder in which this user may write."],
  EPERM: ["the operation is not permitted there", "Choose a folder in which this user may write."],
  EFBIG: ["the file is larger than the file system or the user's limit allows", "Choose a folder on another disk, or raise the limit."],
  ENAMETOOLONG: ["the file system cannot hold such a long name", "Choose a folder with a shorter path, or one on another disk."],
  ENOENT: ["a folder of its path does not exist", "Create the folder first, and let no other program change it meanwhile."],
  ENOTDIR: ["a part of its path is not a folder", "Choose another folder."],
};

export interface DiskWork {
  /** The file or folder being written. */
  readonly target: string;
  /** What for, such as "to unpack the model". */
  readonly purpose: string;
  /** Bytes needed in all, where known. */
  readonly needed?: number;
}

/** LOB2009 for an error of the operating system; undefined for any other error. */
export function diskError(error: unknown, work: DiskWork): LobError | undefined {
  const code = errnoOf(error);
  if (code === undefined) return undefined;
  const [what, hint] = REASONS[code] ?? [`the operating system says ${code}`, "Check the disk, or choose a folder on another one."];
  const needed = work.needed === undefined ? "" : `; ${bytes(work.needed)} are needed`;
  return new LobError("LOB2009", `Cannot write ${showPath(work.target)} ${work.purpose}: ${what}${needed}.`, {
    hint,
    cause: error,
    details: { target: work.target, errno: code, needed: work.needed },
  });
}

/** Runs a write and turns what the operating system refuses into LOB2009. */
export async function onDisk<T>(work: DiskWork, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw diskError(error, work) ?? error;
  }
}
