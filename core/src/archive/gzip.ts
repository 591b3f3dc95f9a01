/**
 * Writes ONE gzip member whose bytes depend on the input alone (and on the release of zlib where it compresses), not on
 * threads or timing. Python's `tarfile` in stream mode stops at the end of the first member, so there is only one.
 *
 * The input comes in chunks of a fixed size. Each becomes deflate blocks that end at a byte, so that chunks are compressed side by
 * side on Node's thread pool and put together in order. Weights hardly compress: a chunk whose sample gains little is stored.
 */
import { constants, crc32, deflateRaw } from "node:zlib";
import { promisify } from "node:util";
import { internalError } from "../errors.js";
import { inOrder } from "./inorder.js";

/** Every chunk but the last has this many bytes. A multiple of a tar block. */
export const CHUNK_BYTES = 1 << 20;
export const MAX_COMMENT = 128;

/** Chunks being compressed at once: as many as the thread pool has threads by default. */
const WIDTH = 4;
const STORED_BLOCK = 65_535;
const STORED_HEADER = 5;
const HEADER_BYTES = 10;
/** An empty last block, then CRC-32 and length. */
const TRAILER_BYTES = 2 + 8;

const SAMPLES = 8;
const SAMPLE_BYTES = 4096;
/** A chunk is stored when compressing it would save less than this part of it. */
const WORTH = 0.25;

const DEFLATE = { windowBits: 15, memLevel: 8, strategy: constants.Z_DEFAULT_STRATEGY } as const;
const deflate = promisify<Buffer, Parameters<typeof deflateRaw>[1] & object, Buffer>(deflateRaw);

/** Upper bound of the length of a member that holds `bytes`, with any comment. */
export function gzipBound(bytes: number): number {
  const chunks = Math.floor(bytes / CHUNK_BYTES);
  return HEADER_BYTES + MAX_COMMENT + 1 + chunks * storedBytes(CHUNK_BYTES) + storedBytes(bytes % CHUNK_BYTES) + TRAILER_BYTES;
}

/** No time, no name, "unknown" as the operating system; the comment makes the bytes of otherwise equal archives differ. */
export function gzipHeader(comment?: string): Buffer {
  const header = Buffer.from([0x1f, 0x8b, 8, comment === undefined ? 0 : 0x10, 0, 0, 0, 0, 0, 255]);
  if (comment === undefined) return header;
  if (!/^[\x20-\x7e]+$/.test(comment) || comment.length > MAX_COMMENT) {
    throw internalError(`The comment of an archive has to be 1 to ${MAX_COMMENT} printable ASCII characters.`);
  }
  return Buffer.concat([header, Buffer.from(`${comment}\0`, "latin1")]);
}

export interface GzipOptions {
  /** See {@link gzipHeader}. */
  readonly comment?: string | undefined;
  /** Gets each chunk back when it is no longer needed, to be filled again. */
  readonly recycle?: (chunk: Buffer) => void;
  /** How many chunks are compressed at once; the bytes are the same for any. */
  readonly width?: number;
}

/** The member that holds the chunks: each but the last has {@link CHUNK_BYTES}. */
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

/** The chunk as deflate blocks that end at a byte and of which none is the last. */
async function deflateChunk(chunk: Buffer): Promise<Buffer> {
  if (!(await worthCompressing(chunk))) return storedBlocks(chunk);
  // One output buffer for all: the default of 16 KiB would make a hundred trips to the thread pool.
  const options = { ...DEFLATE, level: 6, finishFlush: constants.Z_SYNC_FLUSH, chunkSize: chunk.length + 4096 };
  const blocks = await deflate(chunk, options);
  if (blocks.length >= storedBytes(chunk.length)) return storedBlocks(chunk);
  return Buffer.from(blocks); // A copy of its own length: a small result must not keep the large buffer alive.
}

/** Compresses a sample at the fastest level. The places are uneven, so that a pattern in the data does not meet one in them. */
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

/** Deflate blocks that hold the bytes as they are: a flag byte, the length, its complement, the bytes. */
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
