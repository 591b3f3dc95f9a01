/** The tags and the description of a version: short texts, stored in its row. Pure. */
import { LobError } from "../errors.js";
import type { Tags } from "../types.js";
import { quote, splitPair, textProblem } from "./text.js";

/** Limits that keep the row small. Long texts belong in a file of the model. */
export const TAGS_LIMITS = { count: 50, nameLength: 128, valueLength: 256 } as const;
/** Maximum characters of a description. */
export const DESCRIPTION_LIMIT = 1024;

/**
 * Parses tags in the form `name=value`, e.g. `team=risk`. A value may be empty and may contain "=".
 *
 * @param source their name in errors, e.g. `--tag`
 * @returns the tags, sorted by name
 * @throws LobError LOB1008 if one is not such a pair, is given twice, or exceeds {@link TAGS_LIMITS}
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
 * Returns the tags in a parsed value, from JSON or YAML: an object of texts, numbers and booleans.
 *
 * @throws LobError LOB1008, as {@link parseTags}
 */
export function tagsOf(value: unknown, source: string): Tags {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrong(source, "is not an object of names and texts", 'Write tags like {"team": "risk"}.');
  }
  const found = new Map<string, string>();
  for (const [name, entry] of Object.entries(value)) {
    if (typeof entry !== "string" && typeof entry !== "number" && typeof entry !== "boolean") {
      throw wrong(source, `gives ${quote(name)} a value that is not a text, number or boolean`);
    }
    add(found, name, String(entry), source);
  }
  return sorted(found);
}

/**
 * Returns a description as it is stored: without surrounding space, undefined if empty. Line feeds are allowed.
 *
 * @throws LobError LOB1008 if it is longer than {@link DESCRIPTION_LIMIT}, or contains unprintable characters
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
  return new LobError("LOB1008", `${source} ${problem}`, { hint, details: { source } });
}
