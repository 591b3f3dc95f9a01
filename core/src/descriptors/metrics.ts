/**
 * The metrics of a version: named numbers, stored in its row and in its manifest.
 *
 * Pure: the command line and the Action read the files and pass the text. Metrics are only numbers, so that any two versions can be
 * compared. Other values (texts, booleans, null, lists) and numbers that cannot be stored (NaN, infinity, 1e-200) are skipped and reported to
 * the caller: a training that takes days is not to fail at its end over one of its metrics.
 */
import { LobError } from "../errors.js";
import type { Metrics } from "../types.js";
import { notJsonNumber, parseLenientJson } from "./lenient-json.js";
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

/** Values that were not taken as metrics. At most 20 of each. */
export interface SkippedMetrics {
  /** Names of values that are not numbers. */
  readonly others: readonly string[];
  /** Numbers that cannot be stored, as sentences: `"auc" is NaN`. */
  readonly numbers: readonly string[];
}

/** Called once, if anything was skipped. */
export type OnSkipped = (skipped: SkippedMetrics) => void;

const MOST_SKIPPED = 20;

/**
 * Parses the text of a `metrics.json`: one JSON object whose numbers are the metrics. Joins nested names with ".":
 * `{"val": {"auc": 0.9}}` becomes `val.auc`.
 *
 * @param text the text of the file
 * @param source its name in errors, e.g. the path of the file
 * @returns the metrics, sorted by name
 * @throws LobError LOB1008 if it is not a JSON object, or exceeds {@link METRICS_LIMITS}
 */
export function parseMetrics(text: string, source: string, onSkipped?: OnSkipped): Metrics {
  if (text.length > METRICS_LIMITS.textLength) {
    throw wrong(source, `has ${text.length} characters; a metrics file has at most ${METRICS_LIMITS.textLength}`);
  }
  let value: unknown;
  try {
    value = parseLenientJson(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new LobError("LOB1008", `${source} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: SHAPE_HINT,
      cause,
    });
  }
  return metricsOf(value, source, onSkipped);
}

/**
 * Returns the metrics in a parsed value, from JSON or YAML, by the rules of {@link parseMetrics}.
 *
 * @throws LobError LOB1008
 */
export function metricsOf(value: unknown, source: string, onSkipped?: OnSkipped): Metrics {
  if (!isObject(value)) throw wrong(source, "is not an object of names and numbers", SHAPE_HINT);
  const collected = new Collected(source);
  const walk = (object: object, start: string, depth: number): void => {
    if (depth > METRICS_LIMITS.depth) throw wrong(source, `is nested deeper than ${METRICS_LIMITS.depth} objects`);
    for (const [key, entry] of Object.entries(object)) {
      const name = start + key;
      if (isObject(entry)) walk(entry, `${name}.`, depth + 1);
      else if (typeof entry === "number") collected.add(name, entry);
      else collected.skip(name, entry);
    }
  };
  walk(value, "", 1);
  return collected.metrics(onSkipped);
}

/** Whether an argument has the form `name=number`. The command line takes anything else for a file. */
export function isMetricPair(text: string): boolean {
  const pair = splitPair(text);
  return pair !== undefined && pair.name !== "" && numberOf(pair.value) !== undefined;
}

/**
 * Parses metrics in the form `name=number`, e.g. `val.auc=0.93`.
 *
 * @throws LobError LOB1008 if one is not such a pair, given twice, or exceeds {@link METRICS_LIMITS}
 */
export function parseMetricPairs(pairs: readonly string[], source: string, onSkipped?: OnSkipped): Metrics {
  const collected = new Collected(source);
  for (const text of pairs) {
    const pair = splitPair(text);
    const value = pair === undefined ? undefined : numberOf(pair.value);
    if (pair === undefined || value === undefined) {
      throw wrong(source, `holds ${quote(text)}, which is not name=number`, 'Write each metric like "val.auc=0.93".');
    }
    collected.add(pair.name, value);
  }
  return collected.metrics(onSkipped);
}

/**
 * Merges metrics of several sources. Later sources win. Those above {@link METRICS_LIMITS}`.count` in total are skipped, in the order of the
 * sources.
 */
export function mergeMetrics(all: readonly Metrics[], source: string, onSkipped?: OnSkipped): Metrics {
  const found = new Map<string, number>();
  for (const metrics of all) for (const [name, value] of Object.entries(metrics)) found.set(name, value);
  const collected = new Collected(source);
  for (const [name, value] of found) collected.add(name, value);
  return collected.metrics(onSkipped);
}

const SHAPE_HINT = 'Metrics are a JSON object of numbers, like {"val": {"auc": 0.93}, "rows": 1200}.';

/** Says what was skipped: numbers that people expect to be there, and other values. */
export function skippedWords({ numbers, others }: SkippedMetrics): { numbers?: string; others?: string } {
  return {
    ...(numbers.length > 0 && { numbers: `these metrics were skipped: ${numbers.join("; ")}` }),
    ...(others.length > 0 && { others: `skipped because they are not numbers: ${others.join(", ")}` }),
  };
}

/** The metrics of one source, and what was skipped. */
class Collected {
  readonly #source: string;
  readonly #found = new Map<string, number>();
  readonly #others: string[] = [];
  readonly #numbers: string[] = [];
  #skippedNumbers = 0;
  #tooMany = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** @throws LobError LOB1008 for a name that cannot be used, or is given twice */
  add(name: string, value: number): void {
    const source = this.#source;
    const problem = name === "__proto__" ? "cannot be used" : textProblem(name, { max: METRICS_LIMITS.nameLength });
    if (problem !== undefined) throw wrong(source, `has a metric whose name ${quote(name)} ${problem}`);
    if (this.#found.has(name))
      throw wrong(source, `gives ${quote(name)} twice`, 'Nested names are joined with ".". Rename one of the two.');
    const unusable = unusableNumber(value);
    if (unusable !== undefined) this.#skipNumber(`${quote(name)} ${unusable}`);
    else if (this.#found.size === METRICS_LIMITS.count) this.#tooMany++;
    else this.#found.set(name, value === 0 ? 0 : value); // -0 comes back from DynamoDB as 0
  }

  skip(name: string, value: unknown): void {
    const word = notJsonNumber(value);
    if (word !== undefined) this.#skipNumber(`${quote(name)} is ${word}`);
    else if (this.#others.length < MOST_SKIPPED) this.#others.push(name);
  }

  metrics(onSkipped: OnSkipped | undefined): Metrics {
    const more = this.#skippedNumbers - this.#numbers.length;
    const numbers = [
      ...this.#numbers,
      ...(more > 0 ? [`and ${more} more`] : []),
      ...(this.#tooMany > 0 ? [`${this.#tooMany} above the limit of ${METRICS_LIMITS.count} metrics of a version`] : []),
    ];
    if (numbers.length > 0 || this.#others.length > 0) onSkipped?.({ numbers, others: this.#others });
    return Object.fromEntries([...this.#found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #skipNumber(what: string): void {
    this.#skippedNumbers++;
    if (this.#numbers.length < MOST_SKIPPED) this.#numbers.push(what);
  }
}

/** Why a number cannot be a metric, to complete a sentence that begins with its name; undefined if it can. */
function unusableNumber(value: number): string | undefined {
  if (!Number.isFinite(value)) return `is ${value}`;
  const magnitude = Math.abs(value);
  const { smallest, largest } = METRICS_LIMITS;
  return magnitude > largest || (magnitude !== 0 && magnitude < smallest)
    ? `is ${value}, which cannot be stored: a magnitude is 0, or between ${smallest} and ${largest}`
    : undefined;
}

/** Parses a decimal number with an optional exponent. Accepts nan and inf, so that errors can name them. */
function numberOf(text: string): number | undefined {
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(source: string, problem: string, hint?: string): LobError {
  return new LobError("LOB1008", `${source} ${problem}`, { hint, details: { source } });
}
