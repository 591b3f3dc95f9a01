/** Inspects all files of a scanned model. */
import { inOrder } from "../archive/inorder.js";
import { changed, refusal } from "../archive/problems.js";
import { FileSource, SourceProblem } from "../archive/source.js";
import { Spool } from "../archive/spool.js";
import type { ScannedTree, SourceFile } from "../archive/tree.js";
import type { OnProgress } from "../progress.js";
import type { ManifestFile, Metrics } from "../types.js";
import { type ByteSource } from "../bytes/source.js";
import { inspectFile } from "./file.js";
import type { Summary } from "../findings/findings.js";
import { INSPECT_LIMITS } from "../findings/limits.js";
import { readWhole } from "./open.js";
import { Others } from "./others.js";
import { NOT_KEPT, weightOf, withoutRoom } from "../findings/room.js";
import { Summing } from "../findings/summary.js";
import type { OpenFile } from "./tensors/locations.js";

/** Files inspected at once: few, because each may take some hundred MiB of memory. */
const WIDTH = 2;
const MOST_LINE = 2 * INSPECT_LIMITS.findings;

export interface InspectOptions {
  /** Receives phase "inspect": bytes of files inspected, out of the tree's bytes. */
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Folder for temporary files. Default: the operating system's. */
  readonly tmpDir?: string | undefined;
  /** Bytes of all findings as JSON, not counting the first 320 of each file. Default 64 MiB. */
  readonly room?: number | undefined;
}

/** Files of a tree with their findings. The caller closes it. */
export interface InspectedTree {
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  readonly summary: Summary;
  /** Metrics of the model's metrics file; undefined if it has no such file. */
  readonly metrics: Metrics | undefined;
  /** Yields the files in the order of the tree, any number of times. */
  entries(): AsyncIterable<ManifestFile>;
  /** Removes the temporary file. The tree stays open. */
  close(): Promise<void>;
}

/**
 * Reads every file of the tree again, those with tensors completely. No content of a file makes this fail.
 *
 * @throws {LobError} LOB1004 or LOB1007 a file cannot be read or has changed; LOB2009 no space for the temporary file;
 *   the signal's reason if it is aborted
 */
export async function inspectTree(tree: ScannedTree, options: InspectOptions = {}): Promise<InspectedTree> {
  const spool = await Spool.create<ManifestFile>(options.tmpDir, MOST_LINE);
  try {
    const summing = new Summing();
    let left = options.room ?? INSPECT_LIMITS.model;
    const progress = new Seen(tree.bytes, options.onProgress);
    const others = new Others(tree, options.signal);
    const work = (file: SourceFile): Promise<ManifestFile> =>
      others.look(file, (openFile) => inspected(tree, file, openFile, progress, options.signal));
    for await (const entry of inOrder(tree.sources(), work, WIDTH)) {
      const { findings } = entry;
      if (findings !== undefined) summing.add(entry.path, findings);
      const fits = findings === undefined || weightOf(findings) <= left;
      if (!fits) summing.warn(entry.path, NOT_KEPT);
      else if (findings !== undefined) left -= weightOf(findings);
      await spool.write(fits ? entry : { ...entry, findings: withoutRoom(findings) });
    }
    await spool.flush();
    const { digest, files, bytes } = tree;
    return {
      digest,
      files,
      bytes,
      summary: summing.summary(),
      metrics: summing.metrics,
      entries: () => spool.read(),
      close: () => spool.close(),
    };
  } catch (error) {
    await spool.close();
    throw error;
  }
}

async function inspected(
  tree: ScannedTree,
  file: SourceFile,
  openFile: OpenFile,
  progress: Seen,
  signal: AbortSignal | undefined,
): Promise<ManifestFile> {
  signal?.throwIfAborted();
  const { from, ...entry } = file;
  try {
    const source = await FileSource.open(from);
    try {
      if (source.size !== file.size) throw new SourceProblem(changed(source.size > file.size ? "grew" : "shrank"));
      const findings = await inspectFile(file.path, watched(source, file, progress, signal), undefined, openFile);
      await source.checkUnchanged();
      return findings === undefined ? entry : { ...entry, findings };
    } finally {
      await source.close();
    }
  } catch (error) {
    if (error instanceof SourceProblem) throw refusal(tree.path, file.path, error.problem);
    throw error;
  }
}

/** Source that reports progress and stops when the signal is aborted. */
function watched(source: FileSource, { path, size }: SourceFile, progress: Seen, signal: AbortSignal | undefined): ByteSource {
  let furthest = 0;
  return {
    size,
    async read(buffer, position) {
      signal?.throwIfAborted();
      const count = await readWhole(source, buffer, position);
      if (count > 0 && position + count > furthest) {
        progress.add(position + count - furthest, path);
        furthest = position + count;
      }
      return count;
    },
  };
}

class Seen {
  #done = 0;
  readonly #total: number;
  readonly #onProgress: OnProgress | undefined;

  constructor(total: number, onProgress: OnProgress | undefined) {
    this.#total = total;
    this.#onProgress = onProgress;
  }

  add(count: number, item: string): void {
    this.#done += count;
    this.#onProgress?.({ phase: "inspect", done: this.#done, total: this.#total, item });
  }
}
