/** The tags and the description of a version: short words of people, kept in its row. Pure, as {@link parseMetrics} is. */
import { LobError } from "../errors.js";
import type { Tags } from "../types.js";
import { quote, splitPair, textProblem } from "./text.js";

/** Bounds that keep the row small; long texts belong into a file of the model. */
export const TAGS_LIMITS = { count: 50, nameLength: 128, valueLength: 256 } as const;
/** Most characters of a description. */
export const DESCRIPTION_LIMIT = 1024;

/**
 * Reads tags given as `name=value`, such as `team=risk`. A value may be empty and may hold "=".
 *
 * @param source What to call them in an error, such as `--tag`.
 * @returns The tags, in an order that depends on their names only.
 * @throws LobError LOB1008 when one is no such pair, given twice, or beyond {@link TAGS_LIMITS}.
 */
export function parseTags(pairs: readonly string[], source: string): Tags {
  const found = new Map<string, string>();
  for (const text of pairs) {
    const pair = splitPair(text);
    if (pair === undefined) throw wrong(source, `holds ${quote(text)}, which is not name=value`, 'Write each tag like "team=risk".');
    add(found, pair.name, pair.value, source);
  }
  return sorted(found);
}

/**
 * The tags in a value that was parsed already, from JSON or YAML: an object of texts, numbers, true and false.
 *
 * @throws LobError LOB1008, as {@link parseTags}.
 */
export function tagsOf(value: unknown, source: string): Tags {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrong(source, "is not an object of names and texts", 'Write tags like {"team": "risk"}.');
  }
  const found = new Map<string, string>();
  for (const [name, entry] of Object.entries(value)) {
    if (typeof entry !== "string" && typeof entry !== "number" && typeof entry !== "boolean") {
      throw wrong(source, `gives ${quote(name)} a value that is no text`);
    }
    add(found, name, String(entry), source);
  }
  return sorted(found);
}

/**
 * A description as it is kept: without space around it; empty becomes undefined. Line feeds may be in it.
 *
 * @throws LobError LOB1008 when it is longer than {@link DESCRIPTION_LIMIT} or holds what cannot be printed.
 */
export function parseDescription(text: string, source: string): string | undefined {
  const trimmed = text.replace(/\r\n?/g, "\n").trim();
  const problem = textProblem(trimmed, { max: DESCRIPTION_LIMIT, allowEmpty: true, multiline: true });
  if (problem !== undefined) throw wrong(source, problem, "Keep it short, and put a longer text into a file of the model.");
  return trimmed === "" ? undefined : trimmed;
}

function add(found: Map<string, string>, name: string, value: string, source: string): void {
  const nameProblem = name === "__proto__" ? "cannot be used" : textProblem(name, { max: TAGS_LIMITS.nameLength });
  if (nameProblem !== undefined) throw wrong(source, `has a tag whose name ${quote(name)} ${nameProblem}`);
  const valueProblem = textProblem(value, { max: TAGS_LIMITS.valueLength, allowEmpty: true });
  if (valueProblem !== undefined) throw wrong(source, `gives ${quote(name)} a value that ${valueProblem}`);
  if (found.has(name)) throw wrong(source, `gives ${quote(name)} twice`);
  if (found.size === TAGS_LIMITS.count) throw wrong(source, `has more than ${TAGS_LIMITS.count} tags`);
  found.set(name, value);
}

function sorted(found: ReadonlyMap<string, string>): Tags {
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function wrong(source: string, problem: string, hint?: string): LobError {
  return new LobError("LOB1008", `${source} ${problem}`, { ...(hint !== undefined && { hint }), details: { source } });
}
