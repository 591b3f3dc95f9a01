/** Shortens the report of a model, whatever it contains. */

/** Maximum lengths of lists and texts in one step of shortening. */
export interface Cut {
  /** Entries of a list. */
  readonly items: number;
  /** Characters of a text. */
  readonly chars: number;
  /** Gates. */
  readonly gates: number;
}

/** Steps from the whole report to almost nothing. The last one takes a few kilobytes for any model. */
export const STEPS = [
  { items: Infinity, chars: Infinity, gates: 1_000 },
  { items: 1_000, chars: 1_000, gates: 1_000 },
  { items: 300, chars: 500, gates: 1_000 },
  { items: 100, chars: 300, gates: 1_000 },
  { items: 30, chars: 200, gates: 1_000 },
  { items: 10, chars: 120, gates: 200 },
  { items: 3, chars: 100, gates: 50 },
  { items: 1, chars: 80, gates: 20 },
  { items: 0, chars: 60, gates: 10 },
  { items: 0, chars: 60, gates: 0 },
] as const satisfies readonly [Cut, ...Cut[]];

/** Keys of values that are wrong if shortened. */
const WHOLE = new Set(["sha256", "treeDigest", "shape"]);

/**
 * Returns a shortened copy that is well-formed JSON.
 *
 * @param onCut called if a list without a count lost entries
 */
export function shortened<T>(value: T, cut: Cut, onCut: () => void): T {
  const copy = (one: unknown, key: string, within: object): unknown => {
    if (typeof one === "string") return WHOLE.has(key) ? one : clip(one, cut.chars);
    if (typeof one !== "object" || one === null) return one;
    if (Array.isArray(one)) {
      if (one.length > cut.items && !WHOLE.has(key) && !(key === "items" && "count" in within)) onCut();
      return (WHOLE.has(key) ? one : one.slice(0, cut.items)).map((entry) => copy(entry, "", one));
    }
    const entries = Object.entries(one).filter(([name, entry]) => entry !== undefined && name !== "__proto__");
    const isRecord = RECORDS.has(key) && !("items" in one && Array.isArray(one.items));
    const kept = isRecord ? entries.filter(([name]) => name.length <= cut.chars && name.isWellFormed()).slice(0, cut.items) : entries; // prettier-ignore
    if (kept.length < entries.length) onCut();
    return Object.fromEntries(kept.map(([name, entry]) => [name, copy(entry, isRecord ? "" : name, one)]));
  };
  return copy(value, "", {}) as T;
}

/** Objects with keys from the model. */
const RECORDS = new Set(["metrics", "properties", "formats"]);

export const clip = (text: string, most: number): string =>
  text.length <= most ? text.toWellFormed() : `${text.slice(0, most - 1).toWellFormed()}…`;
