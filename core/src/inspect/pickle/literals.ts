/** Decodes texts and numbers of pickles. */
import { TextDecoder } from "node:util";

export const latin1 = (bytes: Buffer): string => bytes.toString("latin1");

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes UTF-8; undefined if it is invalid. Python accepts surrogates, but no honest name has one. */
export function utf8(bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Decodes a little-endian two's complement number of at most 8 bytes; undefined if it is too large to be exact. */
export function signed(bytes: Buffer): number | undefined {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  const number = Number(BigInt.asIntN(Math.max(1, bytes.length * 8), value));
  return Number.isSafeInteger(number) ? number : undefined;
}
