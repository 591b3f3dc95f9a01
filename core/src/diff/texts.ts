/** Compares two texts by their lines. */
import { listed } from "./listing.js";
import type { TextChange } from "./types.js";

/** Returns the lines that only one text has; undefined if both have the same lines in any order. */
export function compareTexts(path: string, before: string, after: string): TextChange | undefined {
  const [left, right] = [linesOf(before), linesOf(after)];
  const [added, removed] = [missing(right, left), missing(left, right)];
  return added.length + removed.length === 0 ? undefined : { path, added: listed(added), removed: listed(removed) };
}

const linesOf = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n").map((line) => line.trimEnd())); // prettier-ignore

/** Returns the lines that the other text lacks, or has less often. */
function missing(lines: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const left = counts.get(line) ?? 0;
    counts.set(line, left - 1);
    return left <= 0;
  });
}
