/** Reads exactly one gzip member of hostile input: nothing may be missing, and nothing may follow it. */
import { crc32, createInflateRaw } from "node:zlib";
import { Cursor } from "../bytes/cursor.js";
import { Damaged } from "../bytes/damaged.js";
import { whatIs } from "./sniff.js";

const MAGIC = Buffer.from([0x1f, 0x8b]);
/** Bytes of input inflated at once. The output can be a thousand times as large and is held briefly. */
const INPUT_BYTES = 1 << 16;
const OUTPUT_BYTES = 1 << 18;
const MAX_HEADER_BYTES = 1 << 16;
/** Bytes of output from which on its ratio to the input is checked. */
const RATIO_FROM = 16 << 20;

export interface GunzipLimits {
  /** Bytes of output allowed. */
  readonly bytes: number;
  /** Bytes of output allowed for each byte of input. */
  readonly ratio: number;
}

/** Yields the content of the member. @throws Damaged; errors of the source pass through */
export async function* gunzipMember(source: AsyncIterable<Uint8Array>, limits: GunzipLimits): AsyncGenerator<Buffer, void, undefined> {
  const cursor = Cursor.over(source);
  const inflater = new Inflater();
  try {
    await skipHeader(cursor);
    let crc = 0;
    let length = 0;
    let piece = await cursor.some(INPUT_BYTES);
    let used = inflater.write(piece);
    for (let ended = false; !ended;) {
      const consumed = await used;
      const output = inflater.take();
      ended = inflater.ended;
      if (!ended) {
        piece = await cursor.some(INPUT_BYTES);
        used = inflater.write(piece); // Inflates while the consumer processes the output.
      } else if (piece !== undefined) cursor.seek(cursor.position - piece.length + consumed);
      for (const bytes of output) {
        crc = crc32(bytes, crc);
        length += bytes.length;
        if (length > limits.bytes) throw new Damaged(`it unpacks to more than the ${limits.bytes} bytes allowed`);
        if (length > RATIO_FROM && length > cursor.position * limits.ratio) {
          throw new Damaged(`it unpacks to more than ${limits.ratio} times its size, as an archive made to fill the disk would`);
        }
        yield bytes;
      }
    }
    await checkTrailer(cursor, crc, length);
  } finally {
    await inflater.close();
    await cursor.close();
  }
}

/** zlib's raw inflate, one piece at a time. */
class Inflater {
  readonly #zlib = createInflateRaw({ chunkSize: OUTPUT_BYTES });
  #output: Buffer[] = [];
  #settle: (error?: Error) => void = () => undefined;
  #pending: Promise<number> | undefined;
  /** Set once the last deflate block was read. */
  ended = false;

  constructor() {
    this.#zlib.on("data", (bytes: Buffer) => this.#output.push(bytes));
    this.#zlib.on("end", () => {
      this.ended = true;
      this.#settle();
    });
    this.#zlib.on("error", (error) => this.#settle(damagedData(error)));
    this.#zlib.on("close", () => this.#settle());
  }

  /** Inflates a piece; undefined means that the input has ended. Returns how many of its bytes were used. */
  write(piece: Buffer | undefined): Promise<number> {
    const before = this.#zlib.bytesWritten;
    this.#pending = new Promise((resolve, reject) => {
      this.#settle = (error) => (error === undefined ? resolve(this.#zlib.bytesWritten - before) : reject(error));
      if (piece === undefined) this.#zlib.end();
      else this.#zlib.write(piece, (error) => this.#settle(error ? damagedData(error) : undefined));
    });
    this.#pending.catch(() => undefined); // Awaited later, or never if the consumer stops.
    return this.#pending;
  }

  /** Returns the output since the last call. */
  take(): Buffer[] {
    const output = this.#output;
    this.#output = [];
    return output;
  }

  async close(): Promise<void> {
    this.#zlib.destroy();
    await this.#pending?.catch(() => undefined);
  }
}

const damagedData = (error: Error): Damaged => new Damaged(`its compressed data is damaged or ends early (${error.message})`);

/** Skips the header of the member: its name, comment and extra field are not needed. */
async function skipHeader(cursor: Cursor): Promise<void> {
  const start = await cursor.take(10);
  if (!start.subarray(0, 2).equals(MAGIC)) throw new NotGzip(start);
  if (start.length < 10) throw endsEarly();
  const flags = start[3]!;
  if (start[2] !== 8 || (flags & 0xe0) !== 0) throw new Damaged("its gzip header has a method or flags that do not exist");
  if (flags & 0x04) {
    await cursor.need(2);
    await cursor.pass(cursor.u16());
  }
  if (flags & 0x08) await skipText(cursor);
  if (flags & 0x10) await skipText(cursor);
  if (flags & 0x02) await cursor.pass(2);
}

async function skipText(cursor: Cursor): Promise<void> {
  for (let length = 0; length <= MAX_HEADER_BYTES;) {
    const part = await cursor.some(MAX_HEADER_BYTES);
    if (part === undefined) throw endsEarly();
    const end = part.indexOf(0);
    if (end >= 0) {
      cursor.seek(cursor.position - part.length + end + 1);
      return;
    }
    length += part.length;
  }
  throw new Damaged("its gzip header is longer than 64 KiB");
}

async function checkTrailer(cursor: Cursor, crc: number, length: number): Promise<void> {
  await cursor.need(8);
  if (cursor.u32() !== crc || cursor.u32() !== length % 2 ** 32) throw new Damaged("its checksum or length does not match its content");
  const rest = await cursor.take(MAGIC.length);
  if (rest.length === 0) return;
  throw new Damaged(rest.equals(MAGIC) ? "it has more than one gzip member" : "something follows its end");
}

const endsEarly = (): Damaged => new Damaged("it ends early");

/** The stream does not start with a gzip header. */
export class NotGzip extends Damaged {
  constructor(start: Buffer) {
    super(`it is ${whatIs(start)}, not gzip`);
  }
}
