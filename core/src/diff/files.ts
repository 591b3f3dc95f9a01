/** Which files differ: both lists are sorted, and are gone through side by side. */
import { posix } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { comparePaths } from "../archive/index.js";
import type { ManifestFile } from "../types.js";
import { listed, Listing } from "./listing.js";
import { Largest } from "./overview.js";
import type { Change, ListedFile, FilesDiff, Overview } from "./types.js";

/** Files on either side that have no partner and are remembered, to find out which were only renamed. */
export const MOST_REMEMBERED = 100_000;

/** Files that have their weights in others and are remembered; of more it is not seen that only their weights changed. */
const MOST_OUTLYING = 100;

/** A file with what was found in it, on one side or on both. */
export interface FilePair {
  readonly before?: ManifestFile;
  readonly after?: ManifestFile;
  /** Listed tensors that the newer model has in the files before this one. */
  readonly index?: number;
}

export interface ComparedFiles {
  readonly diff: FilesDiff;
  /** The files that are not the same on both sides, or whose weights in other files are not; renamed ones that are read in another way with their partner. */
  readonly pairs: readonly FilePair[];
  /** What the files have in common that did not change. */
  readonly same: { tensorCount: number; parameters: number };
  /** Tensors of the newer model that are listed. */
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
  /** Files that did not change themselves, and have their weights in others. */
  const outlying: Required<FilePair>[] = [];
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
    // Its name says how a file is read: under another one the same content may be code.
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

/** Paths of the other files that have a file's weights, as ONNX may have it. */
function weightFiles({ path, findings }: ManifestFile): string[] {
  const names = findings?.format === "onnx" ? findings.properties?.["external_data"] : undefined;
  return names === undefined ? [] : names.split(", ").map((name) => posix.join(posix.dirname(path), name));
}

const listedFile = ({ path, mode, size, sha256 }: ManifestFile): ListedFile => ({ path, mode, size, sha256 });

/** Files of equal content, each with one partner, in the order of their paths. Empty files are all alike, and no renames. */
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

/** Every path of either side, once. Both sides are closed, whatever happens. */
async function* sideBySide(before: AsyncIterable<ManifestFile>, after: AsyncIterable<ManifestFile>): AsyncGenerator<FilePair, void, undefined> {
  const [left, right] = [before[Symbol.asyncIterator](), after[Symbol.asyncIterator]()];
  try {
    let [a, b] = [await left.next(), await right.next()];
    while (a.done !== true || b.done !== true) {
      const order = a.done === true ? 1 : b.done === true ? -1 : comparePaths(a.value.path, b.value.path);
      yield {
        ...(order <= 0 && { before: a.value as ManifestFile }),
        ...(order >= 0 && { after: b.value as ManifestFile }),
      };
      if (order <= 0) a = await left.next();
      if (order >= 0) b = await right.next();
    }
  } finally {
    await left.return?.();
    await right.return?.();
  }
}
