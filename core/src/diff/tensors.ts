/** Which tensors differ, wherever they lie: a model may have been split into other files. */
import type { ComparedFiles, FilePair } from "./files.js";
import { listed } from "./listing.js";
import { strip } from "./overview.js";
import type { Change, Overview, PlacedTensor, TensorChange, TensorsDiff } from "./types.js";

/**
 * A tensor's partner is the one of the same name in the same file; else of the same name anywhere, when there is but one; else of the same
 * content.
 */
export function compareTensors({ pairs, same, listedTensors }: ComparedFiles): { diff: TensorsDiff; overview: Overview["tensors"] } {
  const before = pairs.flatMap((pair) => placed(pair.before));
  const after = pairs.flatMap((pair) => placed(pair.after, pair.index));
  const matched: Change<PlacedTensor>[] = [];
  let left = { before, after };
  left = match(left, matched, ({ path, name }) => JSON.stringify([path, name]));
  left = match(left, matched, ({ name }) => name, true);
  const renamed: Change<PlacedTensor>[] = [];
  left = match(left, renamed, ({ sha256, dtype, shape, bytes }) =>
    sha256 !== undefined && bytes !== 0 ? JSON.stringify([sha256, dtype, shape]) : undefined,
  );
  const changed = matched.flatMap((pair) => changeOf(pair) ?? []);
  const count = (side: "before" | "after", what: "tensorCount" | "parameters"): number =>
    pairs.reduce((sum, pair) => sum + (pair[side]?.findings?.[what] ?? 0), same[what]);
  // One of the same name and content that lies in another file is the same.
  const moved = renamed.filter((pair) => pair.before.name !== pair.after.name);
  const diff = {
    added: listed(left.after),
    removed: listed(left.before),
    changed: listed(changed),
    renamed: listed(moved),
    tensorCount: { before: count("before", "tensorCount"), after: count("after", "tensorCount") },
    parameters: { before: count("before", "parameters"), after: count("after", "parameters") },
  };
  const newer = (pairs: readonly Change<PlacedTensor>[]): PlacedTensor[] => pairs.map((pair) => pair.after);
  return { diff, overview: strip(listedTensors, { changed: newer(changed), added: left.after, renamed: newer(moved) }) };
}

const placed = (file: FilePair["before"], index?: number): PlacedTensor[] =>
  (file?.findings?.tensors ?? []).map((tensor, i) => ({ path: file!.path, ...tensor, ...(index !== undefined && { index: index + i }) }));

interface Unmatched {
  readonly before: PlacedTensor[];
  readonly after: PlacedTensor[];
}

/** Moves partners of equal key into `found`; answers the others. `unique`: only where each side has one of that key. */
function match(
  { before, after }: Unmatched,
  found: Change<PlacedTensor>[],
  keyOf: (tensor: PlacedTensor) => string | undefined,
  unique = false,
): Unmatched {
  const group = (tensors: readonly PlacedTensor[]): Map<string, PlacedTensor[]> => {
    const groups = new Map<string, PlacedTensor[]>();
    for (const tensor of tensors) {
      const key = keyOf(tensor);
      if (key === undefined) continue;
      const others = groups.get(key);
      if (others) others.push(tensor);
      else groups.set(key, [tensor]);
    }
    return groups;
  };
  const [left, right] = [group(before), group(after)];
  const taken = new Set<PlacedTensor>();
  for (const [key, mine] of left) {
    const theirs = right.get(key) ?? [];
    if (unique && (mine.length > 1 || theirs.length > 1)) continue;
    for (let i = 0; i < Math.min(mine.length, theirs.length); i++) {
      found.push({ before: mine[i]!, after: theirs[i]! });
      taken.add(mine[i]!).add(theirs[i]!);
    }
  }
  return { before: before.filter((tensor) => !taken.has(tensor)), after: after.filter((tensor) => !taken.has(tensor)) };
}

/** Undefined when nothing differs. Of two without a hash it is not known whether their content does. */
function changeOf({ before, after }: Change<PlacedTensor>): TensorChange | undefined {
  const shape = before.shape.length !== after.shape.length || before.shape.some((length, i) => length !== after.shape[i]);
  const dtype = before.dtype !== after.dtype;
  const known = before.sha256 !== undefined && after.sha256 !== undefined;
  const content = before.sha256 !== after.sha256;
  if (!shape && !dtype && known && !content) return undefined;
  return { before, after, shape, dtype, ...(known && { content }) };
}
