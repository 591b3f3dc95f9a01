/** Texts out of files of unknown origin: bounded, and valid Unicode. */
import { TextDecoder } from "node:util";
import { Damaged } from "../bytes/damaged.js";
import { INSPECT_LIMITS } from "../findings/limits.js";

/** A name or short text as it is kept: cut where it is endless. */
export function short(text: string, most: number = INSPECT_LIMITS.name): string {
  const wellFormed = text.toWellFormed();
  return wellFormed.length <= most ? wellFormed : `${wellFormed.slice(0, most - 1).toWellFormed()}…`;
}

/** Text of a file, without the mark that some editors put first. */
export function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Damaged("it is not valid UTF-8");
  }
}

/** Lists, objects and texts of JSON that are taken into memory: each takes up to a hundred bytes there, and two or three in the file. */
const MOST_JSON_ITEMS = 2_000_000;

export function parseJson(bytes: Uint8Array): unknown {
  if (itemsOfJson(bytes) > MOST_JSON_ITEMS) throw new Damaged("it has too many lists, objects and texts");
  try {
    return JSON.parse(decode(bytes)) as unknown;
  } catch (error) {
    throw error instanceof Damaged ? error : new Damaged("it is not JSON");
  }
}

/** Those that there seem to be, also where they are letters of a text; of a text both its marks are counted. */
function itemsOfJson(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte === 0x22 || byte === 0x5b || byte === 0x7b) count++;
  return count;
}

/** Whether a value that was parsed is an object with names, and no list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a parsed file has under a name of its own: nothing that every object inherits. */
export function own(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
