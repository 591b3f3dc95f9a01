/**
 * The metrics of a version: named numbers, kept in its row and in its manifest.
 *
 * Pure: the command line and the Action read the files and hand the text in. Metrics are numbers only, so that any two
 * versions can be compared; what is no number (text, true and false, null, lists) is left out and reported to the caller.
 */
import { LobError } from "../errors.js";
import type { Metrics } from "../types.js";
import { quote, splitPair, textProblem } from "./text.js";

/** Bounds that keep the row small and within what DynamoDB can store. */
export const METRICS_LIMITS = {
  /** Metrics of one version. */
  count: 200,
  /** Characters of a name, after flattening. */
  nameLength: 120,
  /** Characters of a metrics file. */
  textLength: 1_048_576,
  /** Objects inside one another. */
  depth: 16,
  /** Magnitudes that a number in DynamoDB can have, apart from 0. */
  smallest: 1e-130,
  largest: 9.9e125,
} as const;

/** Is told the names of the values that are no numbers and were left out, at most 20 of them. */
export type OnIgnored = (names: readonly string[]) => void;

const MOST_IGNORED_NAMES = 20;

/**
 * Reads the text of a `metrics.json`: one JSON object whose numbers are the metrics. Nested objects are flattened with ".",
 * so that `{"val": {"auc": 0.9}}` gives `val.auc`.
 *
 * @param text The file's text.
 * @param source What to call it in an error, such as the file's path.
 * @returns The metrics, in an order that depends on their names only.
 * @throws LobError LOB1008 when it is not a JSON object, holds NaN or Infinity, or is beyond {@link METRICS_LIMITS}.
 */
export function parseMetrics(text: string, source: string, onIgnored?: OnIgnored): Metrics {
  if (text.length > METRICS_LIMITS.textLength) {
    throw wrong(source, `has ${text.length} characters; a metrics file has at most ${METRICS_LIMITS.textLength}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    // Python's json module writes these, although JSON does not have them.
    const word = notJsonNumber(text);
    if (word !== undefined) throw wrong(source, `holds ${word}, which is not a number`, NOT_FINITE_HINT);
    throw new LobError("LOB1008", `${source} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: SHAPE_HINT,
      cause,
    });
  }
  return metricsOf(value, source, onIgnored);
}

/**
 * The metrics in a value that was parsed already, from JSON or YAML; the same rules as {@link parseMetrics}.
 *
 * @throws LobError LOB1008
 */
export function metricsOf(value: unknown, source: string, onIgnored?: OnIgnored): Metrics {
  if (!isObject(value)) throw wrong(source, "is not an object of names and numbers", SHAPE_HINT);
  const found = new Map<string, number>();
  const ignored: string[] = [];
  const walk = (object: object, start: string, depth: number): void => {
    if (depth > METRICS_LIMITS.depth) throw wrong(source, `is nested deeper than ${METRICS_LIMITS.depth} objects`);
    for (const [key, entry] of Object.entries(object)) {
      const name = start + key;
      if (isObject(entry)) walk(entry, `${name}.`, depth + 1);
      else if (typeof entry === "number") add(found, name, entry, source);
      else if (ignored.length < MOST_IGNORED_NAMES) ignored.push(name);
    }
  };
  walk(value, "", 1);
  if (ignored.length > 0) onIgnored?.(ignored);
  return sorted(found);
}

/** Whether an argument has the form `name=number`; anything else is taken for a file by the command line. */
export function isMetricPair(text: string): boolean {
  const pair = splitPair(text);
  return pair !== undefined && pair.name !== "" && numberOf(pair.value) !== undefined;
}

/**
 * Reads metrics given as `name=number`, such as `val.auc=0.93`.
 *
 * @throws LobError LOB1008 when one is no such pair, no finite number, given twice, or beyond {@link METRICS_LIMITS}.
 */
export function parseMetricPairs(pairs: readonly string[], source: string): Metrics {
  const found = new Map<string, number>();
  for (const text of pairs) {
    const pair = splitPair(text);
    const value = pair === undefined ? undefined : numberOf(pair.value);
    if (pair === undefined || value === undefined) {
      throw wrong(source, `holds ${quote(text)}, which is not name=number`, 'Write each metric like "val.auc=0.93".');
    }
    add(found, pair.name, value, source);
  }
  return sorted(found);
}

/**
 * Several sources as one, the later ones winning.
 *
 * @throws LobError LOB1008 when together they are more than {@link METRICS_LIMITS}`.count`.
 */
export function mergeMetrics(all: readonly Metrics[], source: string): Metrics {
  const found = new Map<string, number>();
  for (const metrics of all) for (const [name, value] of Object.entries(metrics)) found.set(name, value);
  if (found.size > METRICS_LIMITS.count) throw tooMany(source);
  return sorted(found);
}

const SHAPE_HINT = 'Metrics are a JSON object of numbers, like {"val": {"auc": 0.93}, "rows": 1200}.';
const NOT_FINITE_HINT = "Leave the metric out, or give it a finite number.";

function add(found: Map<string, number>, name: string, value: number, source: string): void {
  const problem = name === "__proto__" ? "cannot be used" : textProblem(name, { max: METRICS_LIMITS.nameLength });
  if (problem !== undefined) throw wrong(source, `has a metric whose name ${quote(name)} ${problem}`);
  if (!Number.isFinite(value))
    throw wrong(source, `gives ${quote(name)} the value ${value}, which is not a finite number`, NOT_FINITE_HINT);
  const magnitude = Math.abs(value);
  if (magnitude > METRICS_LIMITS.largest || (magnitude !== 0 && magnitude < METRICS_LIMITS.smallest)) {
    throw wrong(
      source,
      `gives ${quote(name)} the value ${value}, which cannot be stored`,
      `Numbers are 0, or between ${METRICS_LIMITS.smallest} and ${METRICS_LIMITS.largest} in magnitude.`,
    );
  }
  if (found.has(name)) throw wrong(source, `gives ${quote(name)} twice`, 'Nested names are joined with ".": rename one of the two.');
  if (found.size === METRICS_LIMITS.count) throw tooMany(source);
  found.set(name, value === 0 ? 0 : value); // -0 comes back from DynamoDB as 0
}

function tooMany(source: string): LobError {
  return wrong(
    source,
    `has more than ${METRICS_LIMITS.count} metrics`,
    "Keep those by which versions are compared, and put the rest into a file of the model.",
  );
}

/** A number as people and programs write it: decimal, with an exponent or not; also nan and inf, to be refused by name. */
function numberOf(text: string): number | undefined {
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return undefined;
}

/** The first NaN or Infinity outside of the strings of a JSON text. One pass: an unclosed string reaches to the end. */
function notJsonNumber(text: string): string | undefined {
  for (const [match, word] of text.matchAll(/"[^"\\]*(?:\\[^][^"\\]*)*(?:"|$)|-?\b(NaN|Infinity)\b/g)) {
    if (word !== undefined) return match;
  }
  return undefined;
}

function sorted(found: ReadonlyMap<string, number>): Metrics {
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(source: string, problem: string, hint?: string): LobError {
  return new LobError("LOB1008", `${source} ${problem}`, { ...(hint !== undefined && { hint }), details: { source } });
}
