/** Checks that the pointers by content and by key lead to their version. */
import { type Pointer, isUnreadable, type Unreadable } from "../registry/rows.js";
import type { Version } from "../types.js";
import type { Diagnosis } from "./diagnosis.js";
import type { ModelState } from "./state.js";

export function ofPointers({ numbers, digests, keys }: ModelState): Diagnosis[] {
  const rows = new Map(numbers.flatMap(({ n, row }) => (row === undefined || isUnreadable(row) ? [] : [[n, row]])));
  const byDigest = new Map<string, Version>();
  const byKey = new Map<string, Version>();
  for (const row of rows.values()) {
    if (row.treeDigest === undefined) continue;
    byDigest.set(row.treeDigest, row); // ascending, so the newest wins
    for (const key of row.keys) byKey.set(key, row);
  }
  // A pointer to a number that was reserved after the rows were read is newer than the rows, and fine.
  const isAstray = (read: Pointer, digest: string): boolean => {
    const row = rows.get(read.version);
    return read.treeDigest !== digest || (row !== undefined && row.treeDigest !== digest);
  };
  const found: Diagnosis[] = [];
  for (const [digest, row] of byDigest) {
    const read = digests.get(digest);
    const fine = read !== undefined && !isUnreadable(read) && !isAstray(read, digest) && read.version >= row.version;
    if (!fine) found.push(point("digest", digest, row, read));
  }
  for (const [key, row] of byKey) {
    const read = keys.get(key);
    if (read === undefined || isUnreadable(read) || isAstray(read, row.treeDigest!)) found.push(point("key", key, row, read));
  }
  return found;
}

function point(what: "digest" | "key", name: string, row: Version, read: Pointer | Unreadable | undefined): Diagnosis {
  const names = read === undefined ? "nothing" : isUnreadable(read) ? "a row that cannot be parsed" : `version ${read.version}`;
  const label = what === "digest" ? `content ${name.slice(0, 12)}` : `key ${name}`;
  const message = `the ${label} of version ${row.version} leads to ${names}`;
  return { kind: "pointer", version: row.version, message, repair: { do: "point", what, name, row, read } };
}
