/** Pass 2: reads the files again and streams the .tar.gz, whose bytes are the same on every machine. */
import { createHash } from "node:crypto";
import { internalError, type LobError } from "../errors.js";
import type { OnProgress } from "../progress.js";
import { CHUNK_BYTES, gzipHeader, gzipMember } from "./gzip.js";
import { archiveTime, END_BYTES, paddingOf, tarHeader } from "./header.js";
import { changed, refusal } from "./problems.js";
import { FileSource, SourceProblem } from "./source.js";
import { ScannedTree, type SourceFile, type Tree } from "./tree.js";

export interface PackOptions {
  /** Comment in the gzip header that makes two archives of the same files differ: 1 to 128 printable ASCII characters. */
  readonly comment?: string | undefined;
  /** Receives phase "upload": bytes of files read, out of the tree's bytes. */
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Chunks compressed at once; does not affect the output. Default 4. */
  readonly width?: number | undefined;
}

/**
 * Yields the archive of a tree in pieces of any size. Memory is bounded by a few chunks of 1 MiB, for files of any size, if the
 * consumer does not keep the pieces. Every file is hashed again: the stream fails if a file differs from what pass 1 saw. Files
 * added to the folder after pass 1 are not in the archive.
 *
 * The environment variable SOURCE_DATE_EPOCH, when set, is the modification time of every entry, else 0.
 *
 * @throws {LobError} LOB1002 SOURCE_DATE_EPOCH is not a time (at once); LOB1004 or LOB1007 a file cannot be read or is no longer
 *   what it was (while reading the stream)
 */
export function packTree(tree: Tree, options: PackOptions = {}): AsyncIterable<Buffer> {
  if (!(tree instanceof ScannedTree)) throw internalError("Only a tree returned by scanTree can be packed.");
  const mtime = archiveTime(process.env);
  gzipHeader(options.comment); // Throws early for an invalid comment.
  const chunks = new ChunkPool();
  return gzipMember(tarChunks(tree, mtime, chunks, options), {
    comment: options.comment,
    recycle: (chunk) => chunks.give(chunk),
    width: options.width,
  });
}

/** Buffers that are reused, so that a long stream does not burden the garbage collector. */
class ChunkPool {
  readonly #free: Buffer[] = [];

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
  }

  give(chunk: Buffer): void {
    if (chunk.length === CHUNK_BYTES) this.#free.push(chunk);
  }
}

/** Yields the tar in chunks of a fixed size. Files are read directly into the chunks. */
async function* tarChunks(
  tree: ScannedTree,
  mtime: number,
  pool: ChunkPool,
  { onProgress, signal }: PackOptions,
): AsyncGenerator<Buffer, void, undefined> {
  let chunk = pool.take();
  let used = 0;
  let done = 0;

  const put = function* (bytes: Buffer): Generator<Buffer, void, undefined> {
    for (let rest = bytes; rest.length > 0;) {
      const copied = rest.copy(chunk, used);
      used += copied;
      rest = rest.subarray(copied);
      if (used === CHUNK_BYTES) {
        yield chunk;
        chunk = pool.take();
        used = 0;
      }
    }
  };

  for await (const file of tree.sources()) {
    signal?.throwIfAborted();
    yield* put(tarHeader(file, mtime));
    const source = await blaming(tree, file, () => FileSource.open(file.from));
    try {
      if (source.size !== file.size) throw fileChanged(tree, file, source.size > file.size ? "grew" : "shrank");
      if (source.mode !== file.mode) throw fileChanged(tree, file, "changed its mode");
      const hash = createHash("sha256");
      for (let left = file.size; left > 0;) {
        signal?.throwIfAborted();
        const count = await blaming(tree, file, () => source.read(chunk, used, Math.min(left, CHUNK_BYTES - used)));
        if (count === 0) throw fileChanged(tree, file, "shrank");
        hash.update(chunk.subarray(used, used + count));
        left -= count;
        used += count;
        done += count;
        onProgress?.({ phase: "upload", done, total: tree.bytes, item: file.path });
        if (left === 0) {
          await blaming(tree, file, () => source.checkUnchanged());
          if (hash.digest("hex") !== file.sha256) throw fileChanged(tree, file, "changed");
        }
        if (used === CHUNK_BYTES) {
          yield chunk;
          chunk = pool.take();
          used = 0;
        }
      }
    } finally {
      await source.close();
    }
    yield* put(Buffer.alloc(paddingOf(file.size)));
  }
  yield* put(Buffer.alloc(END_BYTES));
  if (used > 0) yield chunk.subarray(0, used);
}

async function blaming<T>(tree: ScannedTree, file: SourceFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SourceProblem)) throw error;
    throw refusal(tree.path, file.path, error.problem);
  }
}

const fileChanged = (tree: ScannedTree, file: SourceFile, how: string): LobError =>
  refusal(tree.path, file.path, changed(how, "since it was first read"));
