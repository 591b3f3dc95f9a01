/** Decompresses streams up to a bound. */
import { once } from "node:events";
import { createGunzip, createInflate, createInflateRaw } from "node:zlib";
import { Damaged } from "./damaged.js";

/** Bytes of output allowed for one stream. */
const MOST_BYTES = 4 * 2 ** 30;
/** Bytes of input decoded at once. Their output is held in memory and can be a thousand times as large. */
const FEED_BYTES = 8 << 10;

const DECODERS = { zlib: createInflate, gzip: createGunzip, deflate: createInflateRaw } as const;

/**
 * Yields all output before an error, so that findings in a damaged file do not depend on timing.
 * @throws Damaged the stream has another format, or unpacks to more than 4 GiB. Errors of the source pass through.
 */
export async function* inflate(source: AsyncIterable<Buffer>, format: keyof typeof DECODERS): AsyncGenerator<Buffer, void, undefined> {
  const decoder = DECODERS[format]();
  let given: Buffer[] = [];
  let failed = false;
  decoder.on("data", (piece: Buffer) => given.push(piece)).on("error", () => (failed = true));
  // Settles as well when the decoder accepts no more input, at its end or after an error.
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
        // A copy, because the source reuses its buffer.
        const written = new Promise((resolve) => decoder.write(Buffer.from(piece.subarray(at, at + FEED_BYTES)), resolve));
        await Promise.race([written, over]);
        yield* unpacked();
      }
      if (decoder.readableEnded) return; // Bytes after the end do not belong to the stream.
    }
    decoder.end();
    await over;
    yield* unpacked();
  } finally {
    decoder.destroy();
  }
}
