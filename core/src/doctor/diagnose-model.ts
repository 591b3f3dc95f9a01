/** Checks the row of a model. */
import { isCopyOfAnotherNumber, isOwnNumber } from "../registry/objects.js";
import { objectProblems } from "../registry/agreement.js";
import type { ModelSummary, Version } from "../types.js";
import type { Diagnosis, Repair } from "./diagnosis.js";
import { isFar, type ModelState } from "./state.js";
import { isUnreadable } from "../registry/rows.js";
import { isReadable, canBeLatest } from "../registry/status.js";

export function ofModelRow(state: ModelState): Diagnosis[] {
  const { row } = state;
  const next = 1 + (state.numbers.findLast(({ n, row: its }) => its !== undefined || !isFar(state, n))?.n ?? 0);
  const newest = newestReady(state);
  const correct = { next, newest };
  if (row === undefined) {
    if (next === 1) return [];
    return [
      { kind: "model-row", message: `the model has ${next - 1} numbers but no row`, repair: { do: "model", replace: false, ...correct } },
    ];
  }
  if (isUnreadable(row)) return [{ kind: "unreadable-row", message: row.unreadable, repair: { do: "model", replace: true, ...correct } }];
  const wrong: string[] = [];
  if (row.next < next) wrong.push(`next is ${row.next}, but version ${next - 1} is in use`);
  const target = latestFor(state, row, newest, wrong);
  if (wrong.length === 0) return [];
  const repair: Repair = { do: "model", read: row, replace: false, next: Math.max(row.next, next), newest: target };
  return [{ kind: "model-row", message: wrong.join("; "), repair }];
}

/** Returns what `latest` must name, and adds the reason to `wrong`; undefined if `latest` is right. */
function latestFor(state: ModelState, row: ModelSummary, newest: Version | undefined, wrong: string[]): Version | "none" | undefined {
  const { row: at, object } = state.numbers.find(({ n }) => n === row.latest) ?? {};
  if (isUnreadable(at)) return undefined;
  if (row.latest > 0 && !(at && isReadable(at))) {
    wrong.push(`latest is ${row.latest}, which ${at ? `is ${at.status}` : "has no row"}`);
    return newest ?? "none";
  }
  if (newest && newest.version > row.latest) {
    wrong.push(`latest is ${row.latest}, but version ${newest.version} is READY`);
    return newest;
  }
  const agrees = at && object && objectProblems(at, object).length === 0;
  if (agrees && (at.sha256 !== row.latestSha256 || at.treeDigest !== row.latestTreeDigest)) {
    wrong.push(`latest is ${row.latest}, but has the digests of another version`);
    return at;
  }
  return undefined;
}

export const isNewest = ({ row }: ModelState, n: number): boolean => row !== undefined && !isUnreadable(row) && row.latest === n;

/**
 * Returns the newest READY version that may be `latest`. Judges each version against those before it, as when it was new.
 * @param except number to skip
 */
export function newestReady({ numbers }: ModelState, except?: number): Version | undefined {
  let newest: Version | undefined;
  for (const { n, row, object } of numbers) {
    if (n === except || row === undefined || isUnreadable(row) || !canBeLatest(row) || !object) continue;
    const at = newest && { latest: newest.version, latestSha256: newest.sha256 };
    if (isOwnNumber(n, object) || !isCopyOfAnotherNumber(n, object, at)) newest = row;
  }
  return newest;
}
