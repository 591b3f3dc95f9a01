/** Hashes the content of the tensors of a file in one pass. */
import { createHash } from "node:crypto";
import { type ByteSource, pieces } from "../../bytes/source.js";

/** Byte range of a tensor's content in a file; `end` is exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Returns the SHA-256 of a range in lower-case hexadecimal. @throws Damaged the source ends before */
export async function hashRange(source: ByteSource, { start, end }: Range): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of pieces(source, start, end)) hash.update(piece);
  return hash.digest("hex");
}

/** Whether no ranges overlap and all are inside the file, so that hashing reads every byte at most once. */
export function disjoint(ranges: readonly Range[], size: number): boolean {
  let end = 0;
  for (const range of [...ranges].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (range.start < end || range.end < range.start || range.end > size) return false;
    end = range.end;
  }
  return true;
}
