/** Unpacks an archive into a fresh folder. The archive is hostile: nothing in it can reach outside the folder or fill the disk unseen. */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, rm, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LobError } from "../errors.js";
import type { OnProgress } from "../progress.js";
import type { ManifestFile, ManifestHeader } from "../types.js";
import { Damaged } from "./bytes.js";
import { TreeDigest } from "./digest.js";
import { bytes as showBytes, type DiskWork, diskError, onDisk } from "./disk.js";
import { gunzipMember, NotGzip } from "./gunzip.js";
import { MAX_HEADER_BYTES } from "./header.js";
import { comparePaths, showPath, SortedPaths, UnsortedPaths, windowsProblem } from "./paths.js";
import { readTar, type TarEntry } from "./tar.js";

/** What an archive may hold. With a manifest, its numbers are the limits, and these count only where given. */
export interface UnpackLimits {
  /** Files and folders. Default without a manifest: 250,000. */
  readonly entries?: number;
  /** Bytes of the tar. Default without a manifest: 1 TiB. */
  readonly bytes?: number;
  /** Bytes of the tar for each byte of the archive, looked at after the first 16 MiB. Default without a manifest: 200. */
  readonly ratio?: number;
}

export interface UnpackOptions {
  /** What the archive has to hold, exactly; without it, any files and folders are taken. */
  readonly expected?: { readonly header: ManifestHeader; readonly files: AsyncIterable<ManifestFile> };
  readonly limits?: UnpackLimits;
  /** Told of phase "download": bytes of files written. */
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export interface Unpacked {
  readonly files: number;
  /** Bytes of the files together. */
  readonly bytes: number;
  /** See digest.ts. */
  readonly treeDigest: string;
}

/**
 * Unpacks a .tar.gz into `target`, which must not exist while its parent must. Files get mode 0644 or 0755, less the umask.
 * Whatever fails, `target` is removed again. What the source throws passes through.
 *
 * @throws {LobError} LOB1009 `target` exists; LOB2009 the disk is full or refuses; LOB4002 the archive is damaged, hostile, no
 *   archive, or not what `expected` says; LOB4003 the manifest is damaged (while it is read along)
 */
export async function unpackArchive(source: AsyncIterable<Uint8Array>, target: string, options: UnpackOptions = {}): Promise<Unpacked> {
  const work: DiskWork = {
    target,
    purpose: "to unpack the model",
    ...(options.expected && { needed: options.expected.header.contentBytes }),
  };
  await makeTarget(work);
  try {
    await checkSpace(work);
    return await unpackInto(source, work, options);
  } catch (error) {
    await rm(target, { recursive: true, force: true, maxRetries: 3 });
    throw error instanceof Damaged ? archiveError(error) : error;
  }
}

async function unpackInto(source: AsyncIterable<Uint8Array>, work: DiskWork, options: UnpackOptions): Promise<Unpacked> {
  const limits = limitsOf(options);
  const check = options.expected ? new ExpectedEntries(options.expected) : new AnyEntries();
  let [entries, bytes, folder] = [0, 0, work.target];
  try {
    for await (const raw of readTar(gunzipMember(source, limits))) {
      options.signal?.throwIfAborted();
      if (++entries > limits.entries) throw new Damaged(`it has more than the ${limits.entries} entries allowed`);
      const entry = { ...raw, path: plainPath(raw) };
      if (entry.path === "") continue; // The folder itself.
      await check.begin(entry);
      const path = join(work.target, ...entry.path.split("/"));
      const parent = entry.kind === "folder" ? path : dirname(path);
      if (parent !== folder) await onDisk({ ...work, target: parent }, () => mkdir(parent, { recursive: true, mode: 0o755 }));
      folder = parent;
      if (entry.kind === "folder") continue;
      const sha256 = await writeFile(entry, { ...work, target: path }, (count) => {
        options.signal?.throwIfAborted();
        bytes += count;
        options.onProgress?.({
          phase: "download",
          done: bytes,
          ...(work.needed !== undefined && { total: work.needed }),
          item: entry.path,
        });
      });
      check.end({ path: entry.path, mode: fileMode(entry), size: entry.size, sha256 });
    }
    return { ...(await check.finish()), bytes };
  } finally {
    await check.close();
  }
}

/** Writes one file; answers its SHA-256. */
async function writeFile(entry: TarEntry, work: DiskWork, onBytes: (count: number) => void): Promise<string> {
  const hash = createHash("sha256");
  // Only ever a new file: whatever else might stand there is neither opened nor followed. (On Windows the last is undefined, which adds nothing.)
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const handle = await onDisk(work, () => open(work.target, flags, fileMode(entry)));
  try {
    for await (const piece of entry.body()) {
      const written = onDisk(work, () => writeAll(handle, piece));
      written.catch(() => undefined); // Awaited below, after hashing beside it.
      hash.update(piece);
      await written;
      onBytes(piece.length);
    }
  } finally {
    await handle.close().catch((error: unknown) => {
      throw diskError(error, work) ?? error;
    });
  }
  return hash.digest("hex");
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let written = 0; written < bytes.length;) written += (await handle.write(bytes, written)).bytesWritten;
}

type Checked = Pick<ManifestFile, "path" | "mode" | "size" | "sha256">;

/** Compares entries with a manifest as they come: the same files in the same order, nothing else. */
class ExpectedEntries {
  readonly #header: ManifestHeader;
  readonly #files: AsyncIterator<ManifestFile>;
  readonly #paths = new SortedPaths();
  readonly #digest = new TreeDigest();
  #next: ManifestFile | undefined;
  #count = 0;
  #ended = false;

  constructor(expected: NonNullable<UnpackOptions["expected"]>) {
    this.#header = expected.header;
    this.#files = expected.files[Symbol.asyncIterator]();
  }

  async begin(entry: TarEntry): Promise<void> {
    const next = await this.#nextFile();
    const path = showPath(entry.path);
    if (entry.kind !== "file") throw new Damaged(`it holds the folder ${path}, which is not in the manifest`);
    if (next?.path !== entry.path)
      throw new Damaged(`it holds ${path} where the manifest has ${next ? showPath(next.path) : "no more files"}`);
    refuse(entry.path, this.#paths.problem(entry.path));
    if (next.size !== entry.size) throw new Damaged(`${path} has ${entry.size} bytes, but ${next.size} in the manifest`);
    if (next.mode !== entry.mode)
      throw new Damaged(`${path} has mode 0${entry.mode.toString(8)}, but 0${next.mode.toString(8)} in the manifest`);
    if (next.offset !== entry.offset)
      throw new Damaged(`${path} begins at byte ${entry.offset} of the tar, but ${next.offset} in the manifest`);
    this.#next = next;
  }

  end(file: Checked): void {
    if (this.#next?.sha256 !== file.sha256) throw new Damaged(`the content of ${showPath(file.path)} is not that of the manifest`);
    this.#digest.add(file);
    this.#count++;
  }

  async finish(): Promise<{ files: number; treeDigest: string }> {
    const missing = await this.#nextFile();
    if (missing !== undefined) throw new Damaged(`it lacks ${showPath(missing.path)}, which is in the manifest`);
    const treeDigest = this.#digest.hex();
    if (treeDigest !== this.#header.treeDigest) throw new Damaged("its files do not have the tree digest of the manifest");
    return { files: this.#count, treeDigest };
  }

  async close(): Promise<void> {
    if (!this.#ended) await this.#files.return?.();
  }

  async #nextFile(): Promise<ManifestFile | undefined> {
    const next = await this.#files.next();
    if (next.done !== true) return next.value;
    this.#ended = true;
    return undefined;
  }
}

/** Takes any files and folders in any order, as long as their paths are safe. Remembers all of them. */
class AnyEntries {
  readonly #paths = new UnsortedPaths();
  readonly #files: Checked[] = [];

  begin(entry: TarEntry): void {
    refuse(entry.path, this.#paths.problem(entry.path, entry.kind === "folder"));
  }

  end(file: Checked): void {
    this.#files.push(file);
  }

  finish(): { files: number; treeDigest: string } {
    const digest = new TreeDigest();
    for (const file of this.#files.sort((a, b) => comparePaths(a.path, b.path))) digest.add(file);
    return { files: this.#files.length, treeDigest: digest.hex() };
  }

  close(): void {
    // Nothing is held.
  }
}

function refuse(path: string, problem: string | undefined): void {
  const wrong = problem ?? (process.platform === "win32" ? windowsProblem(path) : undefined);
  if (wrong !== undefined) throw new Damaged(`${showPath(path)} ${wrong}`);
}

/** `tar c .` writes `./a` for `a`, and folders end in a slash. */
function plainPath({ path, kind }: TarEntry): string {
  const plain = path.replace(/^(\.\/+)+/, "");
  if (kind === "file") return plain;
  const folder = plain.replace(/\/+$/, "");
  return folder === "." ? "" : folder || (path.startsWith("/") ? "/" : "");
}

const fileMode = (entry: TarEntry): number => ((entry.mode & 0o100) !== 0 ? 0o755 : 0o644);

function limitsOf({ expected, limits }: UnpackOptions): Required<UnpackLimits> {
  const derived = expected
    ? // Each file has its headers and at most a block of padding; then the end, and what may fill up a record.
      {
        entries: expected.header.files,
        bytes: expected.header.contentBytes + expected.header.files * 2 * MAX_HEADER_BYTES + (4 << 20),
        ratio: Infinity,
      }
    : { entries: 250_000, bytes: 2 ** 40, ratio: 200 };
  return { ...derived, ...limits };
}

async function makeTarget(work: DiskWork): Promise<void> {
  try {
    await mkdir(work.target, { mode: 0o755 });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      throw new LobError("LOB1009", `The target ${showPath(work.target)} exists already.`, {
        hint: "Choose another folder, or remove this one.",
        details: { target: work.target },
      });
    }
    throw diskError(error, work) ?? error;
  }
}

/** Says at once what would otherwise be found out after much time: that the model does not fit on the disk. */
async function checkSpace(work: DiskWork): Promise<void> {
  const disk = await statfs(work.target).catch(() => undefined);
  const free = disk && disk.bavail * disk.bsize;
  if (free === undefined || work.needed === undefined || free >= work.needed) return;
  throw new LobError(
    "LOB2009",
    `Cannot write ${showPath(work.target)} ${work.purpose}: ${showBytes(work.needed)} are needed, but only ${showBytes(free)} are free.`,
    {
      hint: "Free some space, or choose a folder on another disk.",
      details: { target: work.target, needed: work.needed, free },
    },
  );
}

function archiveError(error: Damaged): LobError {
  const foreign = error instanceof NotGzip || error.message.startsWith("what is compressed is");
  return new LobError("LOB4002", `The archive cannot be unpacked: ${error.message}. Nothing was kept.`, {
    hint: foreign
      ? "It was not made by lobreg or this Action. Read it with what published it, such as the Python library `versioned`."
      : "Pull it again; if that fails in the same way, the stored artifact is not what was published, and another version is needed.",
    cause: error,
  });
}
