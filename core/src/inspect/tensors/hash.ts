/** Content hashes of the tensors of a file, in one pass over it. */
import { createHash } from "node:crypto";
import { type ByteSource, pieces } from "../../bytes/source.js";

/** Where a tensor's content is in a file: from, and up to but without. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** SHA-256 of a range in lower-case hexadecimal. Throws Damaged when the source ends before. */
export async function hashRange(source: ByteSource, { start, end }: Range): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of pieces(source, start, end)) hash.update(piece);
  return hash.digest("hex");
}

/** Whether no two ranges overlap and all are inside: then hashing them reads every byte once at most. */
export function disjoint(ranges: readonly Range[], size: number): boolean {
  let end = 0;
  for (const range of [...ranges].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (range.start < end || range.end < range.start || range.end > size) return false;
    end = range.end;
  }
  return true;
}
