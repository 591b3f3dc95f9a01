/** Texts from untrusted files: bounded and valid Unicode. */
import { TextDecoder } from "node:util";
import { Damaged } from "../bytes/damaged.js";
import { INSPECT_LIMITS } from "../findings/limits.js";

/** Truncates a name or short text to `most` characters. */
export function short(text: string, most: number = INSPECT_LIMITS.name): string {
  const wellFormed = text.toWellFormed();
  return wellFormed.length <= most ? wellFormed : `${wellFormed.slice(0, most - 1).toWellFormed()}…`;
}

/** Decodes the text of a file, without a byte order mark. */
export function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Damaged("it is not valid UTF-8");
  }
}

/** Lists, objects and strings of JSON held in memory: each takes up to a hundred bytes there, but only two or three in the file. */
const MOST_JSON_ITEMS = 2_000_000;

export function parseJson(bytes: Uint8Array, parse: (text: string) => unknown = JSON.parse): unknown {
  if (itemsOfJson(bytes) > MOST_JSON_ITEMS) throw new Damaged("it has too many lists, objects and texts");
  try {
    return parse(decode(bytes));
  } catch (error) {
    throw error instanceof Damaged ? error : new Damaged("it is not JSON");
  }
}

/** Counts opening brackets and quotes, including those inside strings. */
function itemsOfJson(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte === 0x22 || byte === 0x5b || byte === 0x7b) count++;
  return count;
}

/** Whether a parsed value is an object and not a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns an own property of a parsed value, never an inherited one. */
export function own(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
