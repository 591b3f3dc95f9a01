/**
 * Reads a hostile tar as a stream: ustar with pax and GNU long names, as Python, GNU tar and pack.ts write them. Holds at most one
 * header in memory and throws {@link Damaged} for anything it does not fully understand.
 */
import { Header } from "tar/header";
import { Pax } from "tar/pax";
import { Cursor } from "../bytes/cursor.js";
import { Damaged } from "../bytes/damaged.js";
import { BLOCK, paddingOf } from "./header.js";
import { showPath } from "./paths.js";
import { whatIs } from "./sniff.js";
import { defined } from "../defined.js";

const MAX_META_BYTES = 1 << 20;
const PIECE_BYTES = 1 << 20;
const MAX_PADDING_BYTES = 1 << 20;

export interface TarEntry {
  /** Path as written in the tar, not checked. */
  readonly path: string;
  readonly kind: "file" | "folder";
  /** Permission bits. */
  readonly mode: number;
  readonly size: number;
  /** Offset of the content in the tar, in bytes. */
  readonly offset: number;
  /** Yields the content. Unread bytes are skipped. */
  body(): AsyncGenerator<Buffer, void, undefined>;
}

/** Values of the headers that precede the header of a file. */
interface Extended {
  readonly path?: string;
  readonly size?: number;
}

const REFUSED: Readonly<Record<string, string>> = {
  Link: "a hard link",
  SymbolicLink: "a symbolic link",
  CharacterDevice: "a device",
  BlockDevice: "a device",
  FIFO: "a named pipe",
};

/** Yields the entries of a tar. @throws Damaged; errors of the source pass through */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void, undefined> {
  const reader = Cursor.over(source);
  try {
    let extended: Extended = {}; // Applies to the next file or folder.
    for (;;) {
      const block = await reader.take(BLOCK);
      const header = parseHeader(block, extended, reader.position === block.length);
      if (header.nullBlock) break;
      const type = header.type as string;
      if (type === "ExtendedHeader") extended = { ...extended, ...parsePax(await readMeta(reader, header)) };
      else if (type === "NextFileHasLongPath" || type === "OldGnuLongPath") {
        extended = { path: text(await readMeta(reader, header)).replace(/\0.*$/s, ""), ...extended };
      } else if (type === "GlobalExtendedHeader" || type === "NextFileHasLongLinkpath") await readMeta(reader, header);
      else {
        const path = extended.path ?? header.path ?? ""; // The library would prepend the plain header's prefix to an extended path.
        extended = {};
        const kind = kindOf(type, path);
        const size = kind === "folder" ? 0 : sizeOf(header);
        let left = size;
        const body = async function* (): AsyncGenerator<Buffer, void, undefined> {
          while (left > 0) {
            const piece = await reader.some(Math.min(left, PIECE_BYTES));
            if (piece === undefined) throw new Damaged("it ends in the middle of a file");
            left -= piece.length;
            yield piece;
          }
        };
        yield { path, kind, mode: (header.mode ?? 0) & 0o7777, size, offset: reader.position, body };
        for (const rest = body(); (await rest.next()).done !== true;); // Bytes that the consumer did not read.
        if ((await reader.take(paddingOf(size))).length < paddingOf(size)) throw new Damaged("it ends in the middle of a file");
      }
    }
    await checkEnd(reader);
  } finally {
    await reader.close();
  }
}

function parseHeader(block: Buffer, extended: Extended, first: boolean): Header {
  if (first && (block.length < BLOCK || !startsLikeTar(block)))
    throw new Damaged(`its compressed content is ${whatIs(block)}, not a tar archive`);
  if (block.length < BLOCK) throw new Damaged("it has no end mark");
  let header: Header;
  try {
    header = new Header(block, 0, extended);
  } catch {
    throw new Damaged("a header has impossible numbers");
  }
  if (!header.nullBlock && !header.cksumValid) throw new Damaged("the checksum of a header is wrong");
  return header;
}

function startsLikeTar(block: Buffer): boolean {
  try {
    const header = new Header(block);
    return header.nullBlock || header.cksumValid;
  } catch {
    return false;
  }
}

function kindOf(type: string, path: string): TarEntry["kind"] {
  if (type === "Directory") return "folder";
  if (type === "File" || type === "OldFile" || type === "ContiguousFile") return "file";
  throw new Damaged(`it holds ${showPath(path)}, which is ${REFUSED[type] ?? "neither a file nor a folder"}`);
}

function sizeOf(header: Header): number {
  if (Number.isSafeInteger(header.size) && header.size! >= 0) return header.size!;
  throw new Damaged("a header has an impossible size");
}

async function readMeta(reader: Cursor, header: Header): Promise<Buffer> {
  const size = sizeOf(header);
  if (size > MAX_META_BYTES) throw new Damaged("a header is larger than 1 MiB");
  const bytes = await reader.take(size + paddingOf(size));
  if (bytes.length < size + paddingOf(size)) throw new Damaged("it ends in the middle of a header");
  return bytes.subarray(0, size);
}

function parsePax(bytes: Buffer): Extended {
  const body = text(bytes);
  if (body.includes("GNU.sparse.")) throw new Damaged("it holds a sparse file, which is stored in parts");
  const { path, size } = Pax.parse(body);
  if (size !== undefined && !Number.isSafeInteger(size)) throw new Damaged("a header has an impossible size");
  return defined({ path, size });
}

function text(bytes: Buffer): string {
  const decoded = bytes.toString("utf8");
  if (Buffer.from(decoded).equals(bytes)) return decoded;
  throw new Damaged("a name in it is not valid UTF-8");
}

/** Checks the end of the tar: a second empty block, then only zeros, with which some programs pad a tape record. */
async function checkEnd(reader: Cursor): Promise<void> {
  const second = await reader.take(BLOCK);
  if (second.length < BLOCK) throw new Damaged("it has no end mark");
  let padding = 0;
  for (let piece: Buffer | undefined = second; piece !== undefined; piece = await reader.some(PIECE_BYTES)) {
    padding += piece.length;
    if (padding > MAX_PADDING_BYTES || piece.some((byte) => byte !== 0)) throw new Damaged("something follows the end of the tar");
  }
}
