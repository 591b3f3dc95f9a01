/**
 * Writes exactly one gzip member whose bytes depend only on the input (and, if compressed, on the release of zlib), not on
 * threads or timing. Python's `tarfile` in stream mode stops at the end of the first member, so there is only one.
 *
 * The input arrives in chunks of a fixed size. Each becomes deflate blocks that end on a byte boundary, so chunks are compressed in
 * parallel on Node's thread pool and joined in order. Weights hardly compress: a chunk whose sample gains little is stored.
 */
import { constants, crc32, deflateRaw } from "node:zlib";
import { promisify } from "node:util";
import { internalError } from "../errors.js";
import { inOrder } from "./inorder.js";

/** Every chunk but the last has this many bytes. A multiple of a tar block. */
export const CHUNK_BYTES = 1 << 20;
export const MAX_COMMENT = 128;

/** Chunks compressed at once: the default number of threads in Node's pool. */
const WIDTH = 4;
const STORED_BLOCK = 65_535;
const STORED_HEADER = 5;
const HEADER_BYTES = 10;
/** An empty last block, then CRC-32 and length. */
const TRAILER_BYTES = 2 + 8;

const SAMPLES = 8;
const SAMPLE_BYTES = 4096;
/** Share of a chunk that compression must save; otherwise the chunk is stored. */
const WORTH = 0.25;

const DEFLATE = { windowBits: 15, memLevel: 8, strategy: constants.Z_DEFAULT_STRATEGY } as const;
const deflate = promisify<Buffer, Parameters<typeof deflateRaw>[1] & object, Buffer>(deflateRaw);

/** Returns an upper bound for the length of a member that holds `bytes`, with any comment. */
export function gzipBound(bytes: number): number {
  const chunks = Math.floor(bytes / CHUNK_BYTES);
  return HEADER_BYTES + MAX_COMMENT + 1 + chunks * storedBytes(CHUNK_BYTES) + storedBytes(bytes % CHUNK_BYTES) + TRAILER_BYTES;
}

/** Returns a header without time and name, for an unknown operating system. The comment makes otherwise equal archives differ. */
export function gzipHeader(comment?: string): Buffer {
  const header = Buffer.from([0x1f, 0x8b, 8, comment === undefined ? 0 : 0x10, 0, 0, 0, 0, 0, 255]);
  if (comment === undefined) return header;
  if (!/^[\x20-\x7e]+$/.test(comment) || comment.length > MAX_COMMENT) {
    throw internalError(`The comment of an archive must be 1 to ${MAX_COMMENT} printable ASCII characters.`);
  }
  return Buffer.concat([header, Buffer.from(`${comment}\0`, "latin1")]);
}

export interface GzipOptions {
  /** See {@link gzipHeader}. */
  readonly comment?: string | undefined;
  /** Receives each chunk for reuse when it is no longer needed. */
  readonly recycle?: ((chunk: Buffer) => void) | undefined;
  /** Chunks compressed at once; does not affect the output. Default 4. */
  readonly width?: number | undefined;
}

/** Yields a member that holds the chunks, each of {@link CHUNK_BYTES} except the last. */
export async function* gzipMember(chunks: AsyncIterable<Buffer>, options: GzipOptions = {}): AsyncGenerator<Buffer, void, undefined> {
  yield gzipHeader(options.comment);
  let crc = 0;
  let length = 0;
  const counted = async function* (): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of chunks) {
      crc = crc32(chunk, crc);
      length += chunk.length;
      yield chunk;
    }
  };
  const compress = async (chunk: Buffer): Promise<Buffer> => {
    const blocks = await deflateChunk(chunk);
    options.recycle?.(chunk);
    return blocks;
  };
  yield* inOrder(counted(), compress, options.width ?? WIDTH);
  const trailer = Buffer.alloc(TRAILER_BYTES);
  trailer[0] = 0x03; // The last block: fixed codes, empty.
  trailer.writeUInt32LE(crc, 2);
  trailer.writeUInt32LE(length % 2 ** 32, 6);
  yield trailer;
}

/** Returns a chunk as deflate blocks that end on a byte boundary; none is marked as last. */
async function deflateChunk(chunk: Buffer): Promise<Buffer> {
  if (!(await worthCompressing(chunk))) return storedBlocks(chunk);
  // One output buffer: the default of 16 KiB would need a hundred trips to the thread pool.
  const options = { ...DEFLATE, level: 6, finishFlush: constants.Z_SYNC_FLUSH, chunkSize: chunk.length + 4096 };
  const blocks = await deflate(chunk, options);
  if (blocks.length >= storedBytes(chunk.length)) return storedBlocks(chunk);
  return Buffer.from(blocks); // A copy, so that a small result does not keep the large buffer alive.
}

/** Compresses a sample at the fastest level. Offsets are uneven, so that they do not align with a pattern in the data. */
async function worthCompressing(chunk: Buffer): Promise<boolean> {
  let sample = chunk;
  if (chunk.length > SAMPLES * SAMPLE_BYTES * 2) {
    const part = Math.floor(chunk.length / SAMPLES);
    const places = Array.from({ length: SAMPLES }, (_, i) => i * part + ((i * 40_503) % (part - SAMPLE_BYTES)));
    sample = Buffer.concat(places.map((place) => chunk.subarray(place, place + SAMPLE_BYTES)));
  }
  const compressed = await deflate(sample, { ...DEFLATE, level: 1, chunkSize: sample.length + 4096 });
  return compressed.length < sample.length * (1 - WORTH);
}

const storedBytes = (bytes: number): number => bytes + STORED_HEADER * Math.ceil(bytes / STORED_BLOCK);

/** Returns stored deflate blocks: a flag byte, the length, its complement, the bytes. */
function storedBlocks(bytes: Buffer): Buffer {
  const blocks = Buffer.allocUnsafe(storedBytes(bytes.length));
  let at = 0;
  for (let start = 0; start < bytes.length; start += STORED_BLOCK) {
    const length = Math.min(STORED_BLOCK, bytes.length - start);
    blocks[at] = 0;
    blocks.writeUInt16LE(length, at + 1);
    blocks.writeUInt16LE(length ^ 0xffff, at + 3);
    bytes.copy(blocks, at + STORED_HEADER, start, start + length);
    at += STORED_HEADER + length;
  }
  return blocks;
}
