/** How an object is cut into the parts of a multipart upload. Pure: the same size always gives the same parts. */

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
/** S3 takes this many parts at most. */
export const MAX_PARTS = 10_000;
const MAX_PART_SIZE = 5 * GIB;
const UPLOAD_PART_SIZE = 16 * MIB;
const COPY_PART_SIZE = 256 * MIB;
/** The largest object that can be published: 10,000 parts of 5 GiB (S3's own limit is a little higher). */
export const MAX_OBJECT_SIZE = MAX_PARTS * MAX_PART_SIZE;

/**
 * Part size in bytes for an upload of at most `bound` bytes whose exact length is not known yet: 16 MiB, more only where
 * 10,000 parts would not reach. It decides the memory that an upload takes.
 */
export function uploadPartSize(bound: number): number {
  return partSizeFor(bound, UPLOAD_PART_SIZE);
}

/**
 * Byte ranges (inclusive) in which an object is copied inside S3. LATEST and its number are both copied in these, and so
 * get the same ETag, which the Python library compares.
 */
export function copyRanges(size: number): { start: number; end: number }[] {
  const partSize = partSizeFor(size, COPY_PART_SIZE);
  const ranges = [];
  for (let start = 0; start < size; start += partSize) ranges.push({ start, end: Math.min(start + partSize, size) - 1 });
  return ranges;
}

function partSizeFor(bytes: number, usual: number): number {
  if (bytes > MAX_OBJECT_SIZE) throw new RangeError(`${bytes} bytes are more than S3 stores in one object`);
  return Math.max(usual, Math.ceil(bytes / MAX_PARTS / MIB) * MIB);
}
