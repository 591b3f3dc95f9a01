/** Pictures: only how large they are. */
import { Cursor } from "../../bytes/cursor.js";
import { Damaged } from "../../bytes/damaged.js";
import type { ByteSource } from "../../bytes/source.js";
import type { FormatReader } from "../reader.js";

interface Size {
  readonly width: number;
  readonly height: number;
}

const latin1 = (head: Buffer, start: number, end: number): string => head.toString("latin1", start, end);

const kindOf = (head: Buffer): string | undefined => {
  if (latin1(head, 0, 8) === "\x89PNG\r\n\x1a\n") return "png";
  if (/^GIF8[79]a/.test(latin1(head, 0, 6))) return "gif";
  if (latin1(head, 0, 3) === "\xff\xd8\xff") return "jpeg";
  return latin1(head, 0, 4) === "RIFF" && latin1(head, 8, 12) === "WEBP" ? "webp" : undefined;
};

export const picture: FormatReader = {
  failed: { format: "picture" },
  matches: ({ head }) => kindOf(head) !== undefined,
  async read(source, { head }) {
    const kind = kindOf(head)!;
    const size = kind === "jpeg" ? await jpegSize(source) : sizeOf(kind, head);
    return { format: kind, picture: size };
  },
};

function sizeOf(kind: string, head: Buffer): Size {
  if (head.length < 30) throw new Damaged("it is too short for a picture");
  const cursor = Cursor.of(head);
  const from = (position: number): Cursor => {
    cursor.seek(position);
    return cursor;
  };
  if (kind === "png") return { width: from(16).u32be(), height: cursor.u32be() };
  if (kind === "gif") return { width: from(6).u16(), height: cursor.u16() };
  switch (latin1(head, 12, 16)) {
    case "VP8X":
      return { width: from(24).u24() + 1, height: cursor.u24() + 1 };
    case "VP8L": {
      const bits = from(21).u32();
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "VP8 ":
      return { width: from(26).u16() & 0x3fff, height: cursor.u16() & 0x3fff };
    default:
      throw new Damaged("it has no size");
  }
}

const MOST_SEGMENTS = 1_000;
/** Bytes at the start of a segment: its marker, its length and, in a start of frame, the size of the picture. */
const SEGMENT_BYTES = 9;

/** A JPEG says its size in a segment behind any number of others. */
async function jpegSize(source: ByteSource): Promise<Size> {
  const cursor = Cursor.at(source, SEGMENT_BYTES);
  for (let position = 2, count = 0; count < MOST_SEGMENTS; count++) {
    cursor.seek(position);
    if (!(await cursor.ensure(SEGMENT_BYTES)) || cursor.u8() !== 0xff) break;
    const marker = cursor.u8();
    const length = cursor.u16be();
    // Start of frame, in any of its forms; three numbers among them mean something else.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      cursor.seek(position + 5);
      const height = cursor.u16be();
      return { width: cursor.u16be(), height };
    }
    position += marker === 0xff ? 1 : 2 + length;
  }
  throw new Damaged("it has no size");
}
