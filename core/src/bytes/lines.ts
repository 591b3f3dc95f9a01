/** Lines of a text that arrives as a stream. */
import { TextDecoder } from "node:util";
import { Damaged } from "./damaged.js";

/**
 * Yields the lines of a stream without their line feeds. The last line must end in one as well.
 * @param mostBytes bytes of the longest line allowed
 * @throws Damaged a line is too long, incomplete or not valid UTF-8
 */
export async function* readLines(source: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let parts: Buffer[] = [];
  let length = 0;
  for await (const piece of source) {
    let rest = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    while (rest.length > 0) {
      const end = rest.indexOf(0x0a);
      const part = end < 0 ? rest : rest.subarray(0, end);
      length += part.length;
      if (length > mostBytes) throw new Damaged(`a line is longer than ${mostBytes} bytes`);
      parts.push(part);
      if (end < 0) break;
      yield decode(decoder, parts.length === 1 ? part : Buffer.concat(parts));
      parts = [];
      length = 0;
      rest = rest.subarray(end + 1);
    }
  }
  if (length > 0) throw new Damaged("the last line is not complete");
}

function decode(decoder: TextDecoder, bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Damaged("a line is not valid UTF-8");
  }
}
