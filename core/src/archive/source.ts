/** Reads the files of a model and detects when one changes while it is read. */
import { constants, type BigIntStats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createHash } from "node:crypto";
import { changed, type PathProblem, readProblem } from "./problems.js";
import { HEAD_BYTES } from "./unmeant.js";
import { special } from "./walk.js";

const READ_BYTES = 1 << 20;

/** Reason why a file cannot be packed. The caller adds the file's path in the model. */
export class SourceProblem extends Error {
  readonly problem: PathProblem;

  constructor(problem: PathProblem, cause?: unknown) {
    super(problem.what, { cause });
    this.problem = problem;
  }
}

/** File open for reading. Its errors are {@link SourceProblem}s. */
export class FileSource {
  readonly #handle: FileHandle;
  readonly #before: BigIntStats;

  private constructor(handle: FileHandle, before: BigIntStats) {
    this.#handle = handle;
    this.#before = before;
  }

  /** Opens a regular file. Does not follow a link or wait for a named pipe that replaced the file. */
  static async open(from: string): Promise<FileSource> {
    // The last two are undefined on Windows and add nothing.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const handle = await reading(() => open(from, flags));
    try {
      const before = await reading(() => handle.stat({ bigint: true }));
      if (!before.isFile()) throw new SourceProblem(before.isDirectory() ? changed("was replaced by a folder") : special(before));
      return new FileSource(handle, before);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Size in bytes when it was opened. */
  get size(): number {
    return Number(this.#before.size);
  }

  /** 0o755 if the owner can execute the file, else 0o644. Always 0o644 on Windows, which has no such bit. */
  get mode(): number {
    return process.platform !== "win32" && (this.#before.mode & 0o100n) !== 0n ? 0o755 : 0o644;
  }

  /** Reads from `position`, or continues, into `buffer`. Returns the number of bytes, 0 at the end of the file. */
  async read(buffer: Buffer, offset: number, length: number, position: number | null = null): Promise<number> {
    return (await reading(() => this.#handle.read(buffer, offset, length, position))).bytesRead;
  }

  /** Throws if the file was written to since it was opened. */
  async checkUnchanged(): Promise<void> {
    const before = this.#before;
    const after = await reading(() => this.#handle.stat({ bigint: true }));
    if (after.size !== before.size) throw new SourceProblem(changed(after.size > before.size ? "grew" : "shrank"));
    if (after.mtimeNs !== before.mtimeNs || after.ctimeNs !== before.ctimeNs) throw new SourceProblem(changed("changed"));
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

interface HashOptions {
  readonly onBytes?: (count: number) => void;
  readonly signal?: AbortSignal | undefined;
  /** Gets the first bytes, and returns why the file cannot be packed. */
  readonly check?: (head: Uint8Array, size: number) => PathProblem | undefined;
}

/** Returns size in bytes, mode and SHA-256 of a file. Fails if it changes while it is read. */
export async function hashFile(from: string, options: HashOptions = {}): Promise<{ size: number; mode: number; sha256: string }> {
  const source = await FileSource.open(from);
  try {
    const hash = createHash("sha256");
    const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, source.size + 1)); // One byte more than the file has, so that growth is detected at once.
    let size = 0;
    for (;;) {
      options.signal?.throwIfAborted();
      const count = await source.read(buffer, 0, buffer.length);
      if (count === 0) break;
      if (size === 0) {
        const problem = options.check?.(buffer.subarray(0, count), source.size);
        if (problem !== undefined) throw new SourceProblem(problem);
      }
      hash.update(buffer.subarray(0, count));
      size += count;
      if (size > source.size) throw new SourceProblem(changed("grew"));
      options.onBytes?.(count);
    }
    if (size < source.size) throw new SourceProblem(changed("shrank"));
    await source.checkUnchanged();
    return { size, mode: source.mode, sha256: hash.digest("hex") };
  } finally {
    await source.close();
  }
}

/** Opens a file and checks its first bytes. @throws SourceProblem */
export async function checkFile(from: string, check: NonNullable<HashOptions["check"]>): Promise<void> {
  const source = await FileSource.open(from);
  try {
    const head = Buffer.alloc(Math.min(HEAD_BYTES, source.size));
    const problem = check(head.subarray(0, await source.read(head, 0, head.length)), source.size);
    if (problem !== undefined) throw new SourceProblem(problem);
  } finally {
    await source.close();
  }
}

async function reading<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new SourceProblem(readProblem(error), error);
  }
}
