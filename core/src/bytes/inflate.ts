/** Compressed streams, up to a bound. */
import { once } from "node:events";
import { createGunzip, createInflate, createInflateRaw } from "node:zlib";
import { Damaged } from "./damaged.js";

/** Bytes that are unpacked of one stream. */
const MOST_BYTES = 4 * 2 ** 30;
/** Bytes that are given to the decoder at once: what comes of them is held in memory, and may be a thousand times as much. */
const FEED_BYTES = 8 << 10;

const DECODERS = { zlib: createInflate, gzip: createGunzip, deflate: createInflateRaw } as const;

/**
 * All that comes before an error is given first: what is found in a damaged file does not depend on who was faster.
 * @throws Damaged when it is not such a stream, or unpacks to more than 4 GiB. What the source throws passes through.
 */
export async function* inflate(source: AsyncIterable<Buffer>, format: keyof typeof DECODERS): AsyncGenerator<Buffer, void, undefined> {
  const decoder = DECODERS[format]();
  let given: Buffer[] = [];
  let failed = false;
  decoder.on("data", (piece: Buffer) => given.push(piece)).on("error", () => (failed = true));
  // Also where it takes no more, because it has come to its end or to an error.
  const over = Promise.race([once(decoder, "end"), once(decoder, "close")]).catch(() => undefined);
  let total = 0;
  const unpacked = function* (): Generator<Buffer, void, undefined> {
    for (const piece of given) {
      total += piece.length;
      if (total > MOST_BYTES) throw new Damaged("it is too large when unpacked");
      yield piece;
    }
    given = [];
    if (failed) throw new Damaged("it cannot be unpacked");
  };
  try {
    for await (const piece of source) {
      for (let at = 0; at < piece.length && !decoder.readableEnded; at += FEED_BYTES) {
        // A copy: the source uses its buffer again.
        const written = new Promise((resolve) => decoder.write(Buffer.from(piece.subarray(at, at + FEED_BYTES)), resolve));
        await Promise.race([written, over]);
        yield* unpacked();
      }
      if (decoder.readableEnded) return; // What follows its end is none of it.
    }
    decoder.end();
    await over;
    yield* unpacked();
  } finally {
    decoder.destroy();
  }
}
