/** Compressed streams, up to a bound. */
import { Readable } from "node:stream";
import { createGunzip, createInflate, createInflateRaw } from "node:zlib";
import { Damaged } from "../../archive/bytes.js";

/** Bytes that are unpacked of one stream. */
const MOST_BYTES = 4 * 2 ** 30;

const DECODERS = { zlib: createInflate, gzip: createGunzip, deflate: createInflateRaw } as const;

/** @throws Damaged when it is not such a stream, or unpacks to more than 4 GiB. What the source throws passes through. */
export async function* inflate(source: AsyncIterable<Buffer>, format: keyof typeof DECODERS): AsyncGenerator<Buffer, void, undefined> {
  let failure: Error | undefined;
  const copies = async function* (): AsyncGenerator<Buffer, void, undefined> {
    try {
      for await (const piece of source) yield Buffer.from(piece); // The source uses its buffer again.
    } catch (error) {
      failure = error as Error;
      throw error;
    }
  };
  const input = Readable.from(copies(), { highWaterMark: 1 });
  const decoder = DECODERS[format]();
  input.on("error", (error) => decoder.destroy(error));
  input.pipe(decoder);
  let total = 0;
  try {
    for await (const piece of decoder) {
      const bytes = piece as Buffer;
      total += bytes.length;
      if (total > MOST_BYTES) throw new Damaged("it is too large when unpacked");
      yield bytes;
    }
  } catch (error) {
    if (failure !== undefined) throw failure;
    throw error instanceof Damaged ? error : new Damaged("it cannot be unpacked");
  } finally {
    input.destroy();
    decoder.destroy();
  }
}
