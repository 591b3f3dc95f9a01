/**
 * The metrics of a version: named numbers, stored in its row and in its manifest.
 *
 * Pure: the command line and the Action read the files and pass the text. Metrics are only numbers, so that any two versions can be
 * compared. Other values (texts, booleans, null, lists) are omitted and reported to the caller.
 */
import { LobError } from "../errors.js";
import type { Metrics } from "../types.js";
import { quote, splitPair, textProblem } from "./text.js";

/** Limits that keep the row small and within what DynamoDB can store. */
export const METRICS_LIMITS = {
  /** Metrics of one version. */
  count: 200,
  /** Characters of a name, after flattening. */
  nameLength: 120,
  /** Characters of a metrics file. */
  textLength: 1_048_576,
  /** Nested objects. */
  depth: 16,
  /** Smallest and largest magnitude of a number in DynamoDB, apart from 0. */
  smallest: 1e-130,
  largest: 9.9e125,
} as const;

/** Called with the names of at most 20 omitted values that are not numbers. */
export type OnIgnored = (names: readonly string[]) => void;

const MOST_IGNORED_NAMES = 20;

/**
 * Parses the text of a `metrics.json`: one JSON object whose numbers are the metrics. Joins nested names with ".":
 * `{"val": {"auc": 0.9}}` becomes `val.auc`.
 *
 * @param text the text of the file
 * @param source its name in errors, e.g. the path of the file
 * @returns the metrics, sorted by name
 * @throws LobError LOB1008 if it is not a JSON object, contains NaN or Infinity, or exceeds {@link METRICS_LIMITS}
 */
export function parseMetrics(text: string, source: string, onIgnored?: OnIgnored): Metrics {
  if (text.length > METRICS_LIMITS.textLength) {
    throw wrong(source, `has ${text.length} characters; a metrics file has at most ${METRICS_LIMITS.textLength}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    // Python's json module writes NaN and Infinity, which JSON does not have.
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
 * Returns the metrics in a parsed value, from JSON or YAML, by the rules of {@link parseMetrics}.
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

/** Whether an argument has the form `name=number`. The command line takes anything else for a file. */
export function isMetricPair(text: string): boolean {
  const pair = splitPair(text);
  return pair !== undefined && pair.name !== "" && numberOf(pair.value) !== undefined;
}

/**
 * Parses metrics in the form `name=number`, e.g. `val.auc=0.93`.
 *
 * @throws LobError LOB1008 if one is not such a pair, not finite, given twice, or exceeds {@link METRICS_LIMITS}
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
 * Merges metrics of several sources. Later sources win.
 *
 * @throws LobError LOB1008 if there are more than {@link METRICS_LIMITS}`.count` in total
 */
export function mergeMetrics(all: readonly Metrics[], source: string): Metrics {
  const found = new Map<string, number>();
  for (const metrics of all) for (const [name, value] of Object.entries(metrics)) found.set(name, value);
  if (found.size > METRICS_LIMITS.count) throw tooMany(source);
  return sorted(found);
}

const SHAPE_HINT = 'Metrics are a JSON object of numbers, like {"val": {"auc": 0.93}, "rows": 1200}.';
const NOT_FINITE_HINT = "Omit the metric, or give it a finite number.";

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
      `The magnitude of a number must be 0, or between ${METRICS_LIMITS.smallest} and ${METRICS_LIMITS.largest}.`,
    );
  }
  if (found.has(name)) throw wrong(source, `gives ${quote(name)} twice`, 'Nested names are joined with ".". Rename one of the two.');
  if (found.size === METRICS_LIMITS.count) throw tooMany(source);
  found.set(name, value === 0 ? 0 : value); // -0 comes back from DynamoDB as 0
}

function tooMany(source: string): LobError {
  return wrong(
    source,
    `has more than ${METRICS_LIMITS.count} metrics`,
    "Keep the metrics that versions are compared by, and put the rest into a file of the model.",
  );
}

/** Parses a decimal number with an optional exponent. Accepts nan and inf, so that errors can name them. */
function numberOf(text: string): number | undefined {
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return undefined;
}

/** Returns the first NaN or Infinity outside of the strings of a JSON text. One pass; an unclosed string extends to the end. */
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
  return new LobError("LOB1008", `${source} ${problem}`, { hint, details: { source } });
}
