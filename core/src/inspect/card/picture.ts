/** Pictures: only how large they are. */
import { Damaged } from "../../archive/bytes.js";
import { type ByteSource, take } from "../bytes/source.js";
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
  if (kind === "png") return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
  if (kind === "gif") return { width: head.readUInt16LE(6), height: head.readUInt16LE(8) };
  switch (latin1(head, 12, 16)) {
    case "VP8X":
      return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 };
    case "VP8L": {
      const bits = head.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "VP8 ":
      return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff };
    default:
      throw new Damaged("it has no size");
  }
}

const MOST_SEGMENTS = 1_000;

/** A JPEG says its size in a segment behind any number of others. */
async function jpegSize(source: ByteSource): Promise<Size> {
  for (let position = 2, count = 0; count < MOST_SEGMENTS; count++) {
    const segment = await take(source, position, 9);
    if (segment.length < 9 || segment[0] !== 0xff) break;
    const marker = segment[1]!;
    // Start of frame, in any of its forms; three numbers among them mean something else.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { width: segment.readUInt16BE(7), height: segment.readUInt16BE(5) };
    position += 2 + (marker === 0xff ? -1 : segment.readUInt16BE(2));
  }
  throw new Damaged("it has no size");
}
