/** Reads a stream of bytes in the portions that a parser wants. */

import { TextDecoder } from "node:util";

/** What is read is not what it should be. The message says how, for a sentence; the caller knows what it is reading. */
export class Damaged extends Error {
  override readonly name = "Damaged";
}

export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);
  #position = 0;
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Bytes taken so far. */
  get position(): number {
    return this.#position;
  }

  /** The next bytes as they come, at least 1 and at most `most`; undefined at the end. */
  async some(most: number): Promise<Buffer | undefined> {
    if (!(await this.#fill())) return undefined;
    const taken = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(taken.length);
    this.#position += taken.length;
    return taken;
  }

  /** The next `count` bytes, fewer only at the end. They are held in memory: `count` has to be bounded by the caller. */
  async take(count: number): Promise<Buffer> {
    const first = await this.some(count);
    if (first === undefined || first.length === count) return first ?? Buffer.alloc(0);
    const parts = [first];
    let length = first.length;
    while (length < count) {
      const part = await this.some(count - length);
      if (part === undefined) break;
      parts.push(part);
      length += part.length;
    }
    return Buffer.concat(parts);
  }

  /** Gives bytes back, to be read next. */
  unread(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([bytes, this.#rest]);
    this.#position -= bytes.length;
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#rest = Buffer.alloc(0);
    await this.#source.return?.();
  }

  async #fill(): Promise<boolean> {
    while (this.#rest.length === 0) {
      if (this.#ended) return false;
      const next = await this.#source.next();
      if (next.done === true) this.#ended = true;
      else this.#rest = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
    return true;
  }
}

/** The lines of a stream, without their line feeds; the last one needs one too. Throws {@link Damaged} for any other text. */
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
