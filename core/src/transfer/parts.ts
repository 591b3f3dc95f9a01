/** Cuts an object into the parts of a multipart upload. Pure: the same size always gives the same parts. */

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
/** S3's limit on the number of parts. */
export const MAX_PARTS = 10_000;
const MAX_PART_SIZE = 5 * GIB;
const UPLOAD_PART_SIZE = 16 * MIB;
const COPY_PART_SIZE = 256 * MIB;
/** The largest object that can be published: 10,000 parts of 5 GiB (S3's own limit is a little higher). */
export const MAX_OBJECT_SIZE = MAX_PARTS * MAX_PART_SIZE;

/**
 * Returns the part size in bytes for an upload of at most `bound` bytes of unknown length: 16 MiB, or more if 10,000 such parts would not
 * suffice. The part size decides how much memory an upload takes.
 */
export function uploadPartSize(bound: number): number {
  return partSizeFor(bound, UPLOAD_PART_SIZE);
}

/**
 * Returns the inclusive byte ranges for a copy inside S3. LATEST and its number are copied in the same ranges, so that they get the same
 * ETag, which the Python library compares.
 */
export function copyRanges(size: number): { start: number; end: number }[] {
  const partSize = partSizeFor(size, COPY_PART_SIZE);
  const ranges = [];
  for (let start = 0; start < size; start += partSize) ranges.push({ start, end: Math.min(start + partSize, size) - 1 });
  return ranges;
}

function partSizeFor(bytes: number, usual: number): number {
  if (bytes > MAX_OBJECT_SIZE) throw new RangeError(`${bytes} bytes exceed the largest object in S3`);
  return Math.max(usual, Math.ceil(bytes / MAX_PARTS / MIB) * MIB);
}
