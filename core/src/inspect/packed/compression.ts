/** Recognizes compressed files by their first bytes. */
import { Damaged } from "../../bytes/damaged.js";
import { inflate } from "../../bytes/inflate.js";
import { type ByteSource, pieces } from "../../bytes/source.js";

/** Matches more than the magic number, because other files may begin with it by chance. */
const COMPRESSIONS: readonly (readonly [name: string, magic: RegExp])[] = [
  // eslint-disable-next-line no-control-regex
  ["zlib", /^x[\x01\x5e\x9c\xda]/],
  // eslint-disable-next-line no-control-regex
  ["gzip", /^\x1f\x8b\x08/],
  // eslint-disable-next-line no-control-regex
  ["bzip2", /^BZh[1-9](1AY&SY|\x17rE8P\x90)/],
  // eslint-disable-next-line no-control-regex
  ["xz", /^\xfd7zXZ\x00/],
  // The length is unknown or below 2^40.
  // eslint-disable-next-line no-control-regex
  ["lzma", /^\x5d\x00[^]{3}(\xff{8}|[^]{5}\x00{3})/],
  // eslint-disable-next-line no-control-regex
  ["lz4", /^\x04\x22\x4d\x18/],
  ["zstd", /^\x28\xb5\x2f\xfd/],
  // eslint-disable-next-line no-control-regex
  ["7z", /^7z\xbc\xaf\x27\x1c/],
];

const READ: ReadonlySet<string> = new Set(["zlib", "gzip"]);

/** Returns the compression that a file seems to have, if any. */
export function compressionOf(head: Buffer): string | undefined {
  const start = head.toString("latin1", 0, 16);
  return COMPRESSIONS.find(([, magic]) => magic.test(start))?.[0];
}

/** Returns the compression that a file seems to have, if no reader unpacks it. */
export function unreadCompression(head: Buffer): string | undefined {
  const name = compressionOf(head);
  return name === undefined || READ.has(name) ? undefined : name;
}

/**
 * Yields the content of a file, unpacked if it is compressed.
 * @throws Damaged the compression is not supported
 */
export function unpacked(source: ByteSource, head: Buffer): AsyncIterable<Buffer> {
  const name = compressionOf(head);
  if (name === undefined) return pieces(source);
  if (name === "zlib" || name === "gzip") return inflate(pieces(source), name);
  throw new Damaged(`it is compressed with ${name}, which is not read`);
}
