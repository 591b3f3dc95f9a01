/** Compares tensors independently of files, because a model may be split into other files. */
import { defined } from "../defined.js";
import type { ComparedFiles, FilePair } from "./files.js";
import { listed } from "./listing.js";
import { strip } from "./overview.js";
import type { Change, Overview, PlacedTensor, TensorChange, TensorsDiff } from "./types.js";

/**
 * Matches each tensor with the one of the same name in the same file, else with the only one of the same name, else with one of the same
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
  // A tensor with the same name and content in another file is unchanged.
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
  (file?.findings?.tensors ?? []).map((tensor, i) =>
    defined({ path: file!.path, ...tensor, index: index === undefined ? undefined : index + i }),
  );

interface Unmatched {
  readonly before: PlacedTensor[];
  readonly after: PlacedTensor[];
}

/** Moves pairs of equal key into `found`, and returns the rest. With `unique`, pairs only keys that occur once per side. */
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

/** Returns how two tensors differ; undefined if they are equal. Without hashes, `content` stays absent because it is unknown. */
function changeOf({ before, after }: Change<PlacedTensor>): TensorChange | undefined {
  const shape = before.shape.length !== after.shape.length || before.shape.some((length, i) => length !== after.shape[i]);
  const dtype = before.dtype !== after.dtype;
  const known = before.sha256 !== undefined && after.sha256 !== undefined;
  const content = before.sha256 !== after.sha256;
  if (!shape && !dtype && known && !content) return undefined;
  return defined({ before, after, shape, dtype, content: known ? content : undefined });
}
