/** Reads the files in a zip by its directory. Names are safe: nothing is unpacked to disk. */
import yauzl from "yauzl";
import { Damaged } from "../../bytes/damaged.js";
import { inflate } from "../../bytes/inflate.js";
import { type ByteSource, pieces, slice } from "../../bytes/source.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import { short } from "../text.js";

export interface ZipEntry {
  readonly name: string;
  /** Uncompressed bytes, according to the directory. */
  readonly size: number;
  /** Content as stored; undefined if it is compressed. */
  readonly stored: ByteSource | undefined;
  /** Yields the unpacked content. Each piece may overwrite the last one. */
  open(): AsyncIterable<Buffer>;
  /** Property that no honest writer produces. */
  readonly oddity: string | undefined;
}

export const isZip = (head: Buffer): boolean => head.length >= 4 && ["PK\x03\x04", "PK\x05\x06"].includes(head.toString("latin1", 0, 4));

/**
 * Returns all files in the order of the directory.
 * @throws Damaged the directory cannot be read, or the files are larger than the zip
 */
export async function zipEntries(source: ByteSource): Promise<ZipEntry[]> {
  const reader = new SourceReader(source);
  try {
    const zip = await opened(reader, source.size);
    if (zip.entryCount > INSPECT_LIMITS.entries) throw new Damaged(`it claims ${zip.entryCount} files; ${INSPECT_LIMITS.entries} are read`);
    const entries: ZipEntry[] = [];
    let bytes = 0;
    for (let raw = await next(zip); raw !== undefined; raw = await next(zip)) {
      bytes += raw.compressedSize;
      if (bytes > source.size) throw new Damaged("its files overlap");
      if (!raw.fileName.endsWith("/") || raw.compressedSize > 0) entries.push(entryOf(source, raw, await dataStart(zip, raw)));
    }
    return entries;
  } catch (error) {
    if (reader.failure !== undefined) throw reader.failure;
    throw error instanceof Damaged ? error : new Damaged(`its zip directory cannot be read (${short((error as Error).message, 200)})`);
  }
}

/** Returns the whole content of a small file. */
export async function unpack(entry: ZipEntry, most: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const piece of entry.open()) {
    length += piece.length;
    if (length > most) throw new Damaged(`it has more than ${most} bytes`);
    parts.push(Buffer.from(piece));
  }
  return Buffer.concat(parts);
}

const STORED = 0;
const DEFLATED = 8;

function entryOf(source: ByteSource, raw: yauzl.Entry, start: number): ZipEntry {
  const content = slice(source, start, raw.compressedSize);
  const stored = raw.compressionMethod === STORED;
  return {
    name: raw.fileName,
    size: stored ? raw.compressedSize : raw.uncompressedSize,
    stored: stored ? content : undefined,
    open() {
      if (stored) return pieces(content);
      if (raw.compressionMethod === DEFLATED) return inflate(pieces(content), "deflate");
      throw new Damaged(`it holds a file that is compressed by method ${raw.compressionMethod}, which is not read`);
    },
    // Some programs respect these and others do not, so a scanner may check other bytes than a program loads.
    oddity: raw.isEncrypted()
      ? "is marked as encrypted"
      : stored && raw.compressedSize !== raw.uncompressedSize
        ? "has two lengths"
        : undefined,
  };
}

/** Lets yauzl read from a source. Keeps the source's error, to rethrow it unchanged. */
class SourceReader extends yauzl.RandomAccessReader {
  readonly #source: ByteSource;
  failure: Error | undefined;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, callback: (error: Error | null) => void): void {
    this.#source.read(buffer.subarray(offset, offset + length), position).then(
      (count) => callback(count === length ? null : new Error("it ends early")),
      (error: unknown) => {
        this.failure = error as Error;
        callback(new Error("reading failed"));
      },
    );
  }
}

const opened = (reader: SourceReader, size: number): Promise<yauzl.ZipFile> =>
  new Promise((resolve, reject) => {
    const options = { lazyEntries: true, autoClose: false, decodeStrings: true, validateEntrySizes: false };
    yauzl.fromRandomAccessReader(reader, size, options, (error, zip) => (error ? reject(error) : resolve(zip)));
  });

/** Returns the next entry of the directory; undefined at its end. */
const next = (zip: yauzl.ZipFile): Promise<yauzl.Entry | undefined> =>
  new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      zip.removeListener("entry", onEntry).removeListener("end", onEnd).removeListener("error", onError);
      act();
    };
    const onEntry = (entry: yauzl.Entry): void => settle(() => resolve(entry));
    const onEnd = (): void => settle(() => resolve(undefined));
    const onError = (error: Error): void => settle(() => reject(error));
    zip.on("entry", onEntry).on("end", onEnd).on("error", onError);
    zip.readEntry();
  });

const dataStart = (zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<number> =>
  new Promise((resolve, reject) => {
    zip.readLocalFileHeader(entry, { minimal: true }, (error, header) => (error ? reject(error) : resolve(header.fileDataStart)));
  });
