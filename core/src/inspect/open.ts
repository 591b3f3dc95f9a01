/** Opens a file on disk as a source. */
import { FileSource } from "../archive/source.js";
import type { OpenSource } from "./tensors/locations.js";

/**
 * @param expected size in bytes when it was first seen
 * @returns undefined if it has another size now
 * @throws SourceProblem it cannot be opened; `read` throws one if it cannot be read
 */
export async function openSource(from: string, expected?: number): Promise<OpenSource | undefined> {
  const source = await FileSource.open(from);
  const { size } = source;
  if (expected === undefined || size === expected)
    return { size, read: (buffer, position) => readWhole(source, buffer, position), close: () => source.close() };
  await source.close();
  return undefined;
}

/** Fills a buffer from a position. Returns the number of bytes, fewer only at the end that the file had when it was opened. */
export async function readWhole(source: FileSource, buffer: Buffer, position: number): Promise<number> {
  const length = Math.min(buffer.length, source.size - position);
  let count = 0;
  while (count < length) {
    const more = await source.read(buffer, count, length - count, position + count);
    if (more === 0) break;
    count += more;
  }
  return count;
}
