/** Compares two sorted lists of files in one pass, side by side. */
import { posix } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { comparePaths } from "../archive/index.js";
import type { ManifestFile } from "../types.js";
import { listed, Listing } from "./listing.js";
import { Largest } from "./overview.js";
import type { Change, ListedFile, FilesDiff, Overview } from "./types.js";

/** Maximum number of files without a partner to keep per side, to detect renames. */
export const MOST_REMEMBERED = 100_000;

/** Maximum number of unchanged files with external weights to keep. Beyond that, a change of only the weights goes unnoticed. */
const MOST_OUTLYING = 100;

/** A file with its findings, on one side or on both. */
export interface FilePair {
  readonly before?: ManifestFile | undefined;
  readonly after?: ManifestFile | undefined;
  /** Number of listed tensors in the files of the newer model that precede this one. */
  readonly index?: number | undefined;
}

export interface ComparedFiles {
  readonly diff: FilesDiff;
  /** Files that differ, files whose external weights differ, and renamed files with other findings under the new name. */
  readonly pairs: readonly FilePair[];
  /** Sums over the unchanged files. */
  readonly same: { tensorCount: number; parameters: number };
  /** Number of listed tensors in the newer model. */
  readonly listedTensors: number;
  readonly overview: Overview["files"];
}

export async function compareFiles(before: AsyncIterable<ManifestFile>, after: AsyncIterable<ManifestFile>): Promise<ComparedFiles> {
  const changed = new Listing<Change<ListedFile>>();
  const pairs: FilePair[] = [];
  const lonely = { before: [] as ManifestFile[], after: [] as ManifestFile[] };
  const counts = { removed: 0, added: 0 };
  const same = { tensorCount: 0, parameters: 0 };
  const largest = new Largest();
  const indexes = new Map<ManifestFile, number>();
  let index = 0;
  const isSame = ({ findings }: ManifestFile): void => {
    same.tensorCount += findings?.tensorCount ?? 0;
    same.parameters += findings?.parameters ?? 0;
  };
  /** Unchanged files with weights in other files. */
  const outlying: { before: ManifestFile; after: ManifestFile; index: number }[] = [];
  for await (const pair of sideBySide(before, after)) {
    const start = index;
    index += pair.after?.findings?.tensors?.length ?? 0;
    if (pair.before && pair.after) {
      const { before: from, after: to } = pair;
      const [content, mode] = [from.sha256 !== to.sha256, from.mode !== to.mode];
      largest.add(to.path, to.size, content || mode ? "changed" : "same");
      if (content) pairs.push({ ...pair, index: start });
      else if (weightFiles(to).length > 0 && outlying.length < MOST_OUTLYING) outlying.push({ before: from, after: to, index: start });
      else isSame(to);
      if (content || mode) changed.add({ before: listedFile(from), after: listedFile(to) });
    } else if (pair.before) {
      if (counts.removed++ < MOST_REMEMBERED) lonely.before.push(pair.before);
    } else if (pair.after && counts.added++ < MOST_REMEMBERED) {
      lonely.after.push(pair.after);
      indexes.set(pair.after, start);
    }
  }
  const { renamed, removed, added } = partners(lonely.before, lonely.after);
  for (const pair of renamed) {
    // The name decides which reader looks at a file: the same content may be code under another name.
    if (isDeepStrictEqual(pair.before.findings, pair.after.findings)) isSame(pair.after);
    else pairs.push({ ...pair, index: indexes.get(pair.after)! });
    largest.add(pair.after.path, pair.after.size, "renamed");
  }
  const others = new Set([...pairs.flatMap(({ after: file }) => file?.path ?? []), ...removed.map(({ path }) => path)]);
  for (const pair of outlying) {
    if (weightFiles(pair.after).some((path) => others.has(path))) pairs.push(pair);
    else isSame(pair.after);
  }
  for (const file of removed) largest.add(file.path, file.size, "removed");
  for (const file of added) largest.add(file.path, file.size, "added");
  pairs.push(...removed.map((file) => ({ before: file })), ...added.map((file) => ({ after: file, index: indexes.get(file)! })));
  return {
    diff: {
      added: { ...listed(added.map(listedFile)), count: counts.added - renamed.length },
      removed: { ...listed(removed.map(listedFile)), count: counts.removed - renamed.length },
      changed: changed.toJSON(),
      renamed: listed(renamed.map(({ before: from, after: to }) => ({ before: listedFile(from), after: listedFile(to) }))),
    },
    pairs,
    same,
    listedTensors: index,
    overview: largest.toJSON(),
  };
}

/** Returns the paths of the files that hold a file's weights (ONNX external data). */
function weightFiles({ path, findings }: ManifestFile): string[] {
  const names = findings?.format === "onnx" ? findings.properties?.["external_data"] : undefined;
  return names === undefined ? [] : names.split(", ").map((name) => posix.join(posix.dirname(path), name));
}

const listedFile = ({ path, mode, size, sha256 }: ManifestFile): ListedFile => ({ path, mode, size, sha256 });

/** Pairs files of equal content, in the order of their paths. Empty files are never renames, because they are all equal. */
function partners(before: readonly ManifestFile[], after: readonly ManifestFile[]) {
  const byContent = new Map<string, ManifestFile[]>();
  for (const file of before) if (file.size > 0) byContent.set(file.sha256, [...(byContent.get(file.sha256) ?? []), file]);
  const renamed: Change<ManifestFile>[] = [];
  const taken = new Set<ManifestFile>();
  const added = after.filter((file) => {
    const partner = byContent.get(file.sha256)?.shift();
    if (partner === undefined) return true;
    taken.add(partner);
    renamed.push({ before: partner, after: file });
    return false;
  });
  return { renamed, removed: before.filter((file) => !taken.has(file)), added };
}

/** Yields every path of either side once. Always closes both sides. */
async function* sideBySide(
  before: AsyncIterable<ManifestFile>,
  after: AsyncIterable<ManifestFile>,
): AsyncGenerator<FilePair, void, undefined> {
  const [left, right] = [before[Symbol.asyncIterator](), after[Symbol.asyncIterator]()];
  try {
    let [a, b] = [await left.next(), await right.next()];
    while (a.done !== true || b.done !== true) {
      const order = a.done === true ? 1 : b.done === true ? -1 : comparePaths(a.value.path, b.value.path);
      yield {
        before: order <= 0 ? (a.value as ManifestFile) : undefined,
        after: order >= 0 ? (b.value as ManifestFile) : undefined,
      };
      if (order <= 0) a = await left.next();
      if (order >= 0) b = await right.next();
    }
  } finally {
    await left.return?.();
    await right.return?.();
  }
}
