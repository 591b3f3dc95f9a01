/**
 * Target of a pull. All work happens in a hidden folder beside the target, `.NAME.lobreg-…`, and one rename at the end makes the target
 * appear. A failure before the rename leaves nothing behind.
 */
import { homedir } from "node:os";
import { basename, dirname, join, resolve, sep } from "node:path";
import { link, lstat, mkdir, mkdtemp, open, opendir, realpath, rename, rm, rmdir, stat } from "node:fs/promises";
import { assertSpace, onDisk, targetExists } from "../archive/index.js";
import { LobError } from "../errors.js";
import { Pool } from "../transfer/pool.js";

export interface TargetOptions {
  /** Whether the target will be a folder or a file. */
  readonly kind: "folder" | "file";
  /** Replace an existing target, which is moved aside first and deleted last. Default: false. */
  readonly force?: boolean | undefined;
}

/**
 * Checks that a pull may write to `target`: it does not exist, or is an empty folder (for a folder), or may be replaced. Changes nothing.
 *
 * @returns the absolute path
 * @throws LobError LOB1009 if the target exists, LOB1002 if it can never be a target, LOB2009 if it cannot be read
 */
export async function checkTarget(target: string, { kind, force }: TargetOptions): Promise<string> {
  if (target === "" || target.includes("\0")) {
    throw new LobError("LOB1002", "the target path is empty or not a path", { hint: "Name a folder that does not exist yet." });
  }
  const path = resolve(target);
  return onDisk({ target: path, purpose: "to pull into it" }, async () => {
    const found = await lstat(path).catch(nothing);
    if (found === undefined) return path;
    const real = await realpath(path).catch(() => path);
    for (const [what, folder] of [
      ["the current folder", process.cwd()],
      ["the home folder", homedir()],
    ] as const) {
      if (isWithin(await realpath(folder).catch(() => folder), real)) {
        throw new LobError("LOB1009", `${path} is or contains ${what}, which cannot be replaced`, {
          hint: `Name a new folder in it, e.g. ${join(target, "model")}.`,
        });
      }
    }
    if (found.isDirectory() && found.dev !== (await stat(dirname(path))).dev) throw mountPoint(path, target);
    if (force === true) return path;
    const empty = found.isDirectory() && (await isEmpty(path));
    if (kind === "folder" && empty) return path;
    throw taken(path);
  });
}

/** A hidden folder beside the target, in which a pull prepares the content. */
export class Workspace {
  readonly target: string;
  /** The hidden folder. May hold any file, and is deleted at the end. */
  readonly folder: string;
  /** Path of the future target. The caller creates it. */
  readonly content: string;
  readonly #kind: TargetOptions["kind"];
  readonly #force: boolean;
  /** Topmost parent folder that was created for the target. */
  readonly #madeParent: string | undefined;
  #placed = false;

  private constructor(target: string, folder: string, madeParent: string | undefined, options: TargetOptions) {
    this.target = target;
    this.folder = folder;
    this.content = join(folder, "content");
    this.#kind = options.kind;
    this.#force = options.force ?? false;
    this.#madeParent = madeParent;
  }

  /**
   * @param target path that {@link checkTarget} returned
   * @param bytes size of the content; refused if the disk does not have that much space
   * @throws LobError LOB2009
   */
  static async create(target: string, bytes: number, options: TargetOptions): Promise<Workspace> {
    const parent = dirname(target);
    const work = { target: parent, purpose: "to pull into it", needed: bytes };
    return onDisk(work, async () => {
      const madeParent = await mkdir(parent, { recursive: true });
      try {
        await assertSpace(work);
        const folder = await mkdtemp(join(parent, `.${basename(target)}.lobreg-`));
        return new Workspace(target, folder, madeParent, options);
      } catch (error) {
        if (madeParent !== undefined) await removeEmpty(parent, madeParent);
        throw error;
      }
    });
  }

  /**
   * Flushes the content to the disk, then makes the target appear. Afterwards the target is complete, or unchanged.
   * @throws LobError LOB1009 if the target was created in the meantime, LOB2009
   */
  async place(): Promise<void> {
    await onDisk({ target: this.target, purpose: "to pull into it" }, async () => {
      await syncAll(this.content, this.#kind);
      const old = join(this.folder, "replaced");
      const aside = this.#force && (await moveIfThere(this.target, old));
      try {
        await this.#appear();
      } catch (error) {
        if (aside) await rename(old, this.target);
        throw error;
      }
      this.#placed = true;
      await syncFolder(dirname(this.target));
    });
  }

  async #appear(): Promise<void> {
    try {
      if (this.#kind === "folder") {
        // Unlike POSIX, Windows does not rename onto an empty folder.
        if (process.platform === "win32") await rmdir(this.target).catch(nothing);
        await rename(this.content, this.target);
      } else {
        // Unlike rename, link refuses to replace a file that was created in the meantime. Some file systems have no links.
        await link(this.content, this.target).catch((error: unknown) => {
          if (!["EPERM", "ENOTSUP", "ENOSYS", "EMLINK"].includes(codeOf(error))) throw error;
          return rename(this.content, this.target);
        });
      }
    } catch (error) {
      if (["ENOTEMPTY", "EEXIST", "ENOTDIR", "EISDIR"].includes(codeOf(error))) throw taken(this.target);
      if (codeOf(error) === "EBUSY") throw mountPoint(this.target, this.target);
      throw error;
    }
  }

  /** Removes the hidden folder and, if the target was not placed, the created parent folders. Must always be called. */
  async dispose(): Promise<void> {
    await onDisk({ target: this.folder, purpose: "to delete leftovers" }, () =>
      rm(this.folder, { recursive: true, force: true, maxRetries: 3 }),
    );
    if (!this.#placed && this.#madeParent !== undefined) await removeEmpty(dirname(this.target), this.#madeParent);
  }
}

/** Flushes files, then folders, to the disk, so that a name that survives a power cut never means an empty file. */
async function syncAll(path: string, kind: TargetOptions["kind"]): Promise<void> {
  const pool = new Pool(16);
  const folders: string[] = kind === "folder" ? [path] : [];
  if (kind === "file") await pool.add(() => syncFile(path));
  for (let folder = folders[0], i = 0; folder !== undefined; folder = folders[++i]) {
    for await (const entry of await opendir(folder)) {
      const child = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(child);
      else await pool.add(() => syncFile(child));
    }
  }
  for (const folder of folders) await pool.add(() => syncFolder(folder));
  await pool.drain();
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder, and some network file systems cannot sync one. The rename works anyway.
  await syncFile(path).catch(nothing);
}

async function moveIfThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

/** Removes `folder` and its parents up to `topmost`, as far as they are empty. */
async function removeEmpty(folder: string, topmost: string): Promise<void> {
  for (let path = folder; isWithin(path, topmost); path = dirname(path)) {
    try {
      await rmdir(path);
    } catch {
      return; // another program has created a file here
    }
  }
}

async function isEmpty(path: string): Promise<boolean> {
  for await (const _entry of await opendir(path)) return false;
  return true;
}

const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
const nothing = (): undefined => undefined;
const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | undefined)?.code ?? "";

const taken = (path: string): LobError =>
  targetExists(path, "Name a target that does not exist or an empty folder, or replace this one with --force.");

const mountPoint = (path: string, target: string): LobError =>
  new LobError("LOB1009", `${path} is a mount point, which cannot be replaced in one step`, {
    hint: `Name a folder inside it, e.g. ${join(target, "model")}.`,
    details: { path },
  });
