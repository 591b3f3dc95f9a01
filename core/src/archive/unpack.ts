/** Unpacks a hostile archive into a new folder: nothing in it can reach outside the folder or fill the disk unnoticed. */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LobError } from "../errors.js";
import type { OnProgress } from "../progress.js";
import type { ManifestFile } from "../types.js";
import { Damaged } from "../bytes/damaged.js";
import { assertSpace, type DiskWork, diskError, onDisk, targetExists } from "./disk.js";
import { AnyEntries, type Expected, ExpectedEntries } from "./entries.js";
import { gunzipMember, NotGzip } from "./gunzip.js";
import { MAX_HEADER_BYTES } from "./header.js";
import { errnoOf } from "./problems.js";
import { readTar, type TarEntry } from "./tar.js";

/** Limits of an archive. With a manifest, its numbers are the limits unless these override them. */
export interface UnpackLimits {
  /** Files and folders. Default without a manifest: 250,000. */
  readonly entries?: number;
  /** Bytes of the tar. Default without a manifest: 1 TiB. */
  readonly bytes?: number;
  /** Bytes of the tar for each byte of the archive, checked after the first 16 MiB. Default without a manifest: 200. */
  readonly ratio?: number;
}

export interface UnpackOptions {
  /** Exact contents that the archive must have. Default: any files and folders. */
  readonly expected?: Expected | undefined;
  readonly limits?: UnpackLimits | undefined;
  /** Called for each file once it is written, in the order of the archive. */
  readonly onFile?: ((file: UnpackedFile) => void) | undefined;
  /** Receives phase "download": bytes of files written. */
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type UnpackedFile = Pick<ManifestFile, "path" | "mode" | "size" | "sha256">;

export interface Unpacked {
  readonly files: number;
  /** Total bytes of the files. */
  readonly bytes: number;
  /** See digest.ts. */
  readonly treeDigest: string;
}

/**
 * Unpacks a .tar.gz into `target`, which must not exist while its parent must. Files get mode 0644 or 0755, less the umask.
 * If anything fails, `target` is removed. Errors of the source pass through.
 *
 * @throws {LobError} LOB1009 `target` exists; LOB2009 the disk is full or refuses a write; LOB4002 the archive is damaged,
 *   hostile, not an archive, or differs from `expected`; LOB4003 the manifest, which is read in parallel, is damaged
 */
export async function unpackArchive(source: AsyncIterable<Uint8Array>, target: string, options: UnpackOptions = {}): Promise<Unpacked> {
  const work: DiskWork = {
    target,
    purpose: "to unpack the model",
    needed: options.expected?.header.contentBytes,
  };
  await makeTarget(work);
  try {
    await assertSpace(work);
    return await unpackInto(source, work, options);
  } catch (error) {
    await rm(target, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined); // The first error is the useful one.
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
      const entry = options.expected ? raw : { ...raw, path: plainPath(raw) };
      if (entry.path === "" && entry.kind === "folder" && !options.expected) continue; // Entry for the target folder.
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
          total: work.needed,
          item: entry.path,
        });
      });
      const file: UnpackedFile = { path: entry.path, mode: fileMode(entry), size: entry.size, sha256 };
      check.end(file);
      options.onFile?.(file);
    }
    return { ...(await check.finish()), bytes };
  } finally {
    await check.close();
  }
}

/** Writes one file and returns its SHA-256. */
async function writeFile(entry: TarEntry, work: DiskWork, onBytes: (count: number) => void): Promise<string> {
  const hash = createHash("sha256");
  // Creates a new file only: an existing file or link is not opened. (O_NOFOLLOW is undefined on Windows and adds nothing.)
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const handle = await onDisk(work, () => open(work.target, flags, fileMode(entry)));
  try {
    for await (const piece of entry.body()) {
      const written = onDisk(work, () => writeAll(handle, piece));
      written.catch(() => undefined); // Awaited below, after hashing in parallel.
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

/** Normalizes a path: `tar c .` writes `./a` for `a`, and folders end in a slash. */
function plainPath({ path, kind }: TarEntry): string {
  const plain = path.replace(/^(\.\/+)+/, "");
  if (kind === "file") return plain;
  const folder = plain.replace(/\/+$/, "");
  return folder === "." ? "" : folder || (path.startsWith("/") ? "/" : "");
}

const fileMode = (entry: TarEntry): number => ((entry.mode & 0o100) !== 0 ? 0o755 : 0o644);

function limitsOf({ expected, limits }: UnpackOptions): Required<UnpackLimits> {
  const derived = expected
    ? // Each file has its headers and at most a block of padding; then come the end mark and the padding of a record.
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
    if (errnoOf(error) === "EEXIST") throw targetExists(work.target);
    throw diskError(error, work) ?? error;
  }
}

/** Whether the input is not a tar.gz at all, as opposed to a damaged one. */
export const isForeign = (error: unknown): boolean =>
  error instanceof NotGzip || (error instanceof Damaged && error.message.startsWith("its compressed content is"));

function archiveError(error: Damaged): LobError {
  const foreign = isForeign(error);
  return new LobError("LOB4002", `the archive cannot be unpacked: ${error.message}`, {
    hint: foreign
      ? "It was not created by lobreg or the Action. Read it with the program that published it, such as the Python library `versioned`."
      : "Pull it again. If that fails the same way, the stored artifact is not what was published: use another version.",
    cause: error,
  });
}
