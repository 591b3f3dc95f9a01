/** What the inputs name and what stands in them line by line: files of text, lists, metrics. */
import { isMetricPair, mergeMetrics, METRICS_LIMITS, parseMetricPairs, parseMetrics, type Metrics } from "lob-registry-core";
import type { FilePosition, ProblemList } from "./problem.js";

/** The file system as far as the inputs need it; paths are relative to the workspace. */
export interface WorkspaceFiles {
  /** Text of a file; fails when it is longer. */
  read(path: string, maxBytes: number): Promise<string>;
  /** Why a path cannot be published, or undefined. */
  absent(path: string): Promise<{ message: string; hint: string } | undefined>;
}

/** What every reader needs. */
export interface ReadingContext {
  readonly files: WorkspaceFiles;
  readonly problems: ProblemList;
  readonly warn: (message: string) => void;
}

/** Largest metrics file: as many characters as core takes, each of four bytes at most. */
const MAX_METRICS_BYTES = 4 * METRICS_LIMITS.textLength;

/** Each line is `name=number`, or the path of a file with a JSON object of numbers; later lines win. */
export async function metricsOfLines(lines: readonly string[], context: ReadingContext): Promise<Metrics | undefined> {
  const source = 'the input "metrics"';
  const parts: Metrics[] = [];
  for (const line of lines) {
    const part = isMetricPair(line) ? context.problems.attempt(() => parseMetricPairs([line], source)) : await metricsOfFile(line, context);
    if (part) parts.push(part);
  }
  return context.problems.attempt(() => mergeMetrics(parts, source));
}

export async function metricsOfFile(file: string, context: ReadingContext, place: FilePosition = {}): Promise<Metrics | undefined> {
  const what = "the metrics file";
  const hint = "Metrics are name=number, or the path of a JSON file, taken from the workspace.";
  const text = await readText({ file, maxBytes: MAX_METRICS_BYTES, what, hint, place }, context);
  if (text === undefined) return undefined;
  return context.problems.attempt(
    () => parseMetrics(text, file, (ignored) => context.warn(`${file}: left out, because a metric is a number: ${ignored.join(", ")}`)),
    place,
  );
}

export interface TextFileRequest {
  readonly file: string;
  readonly maxBytes: number;
  /** What the file is, and what to do when it cannot be read. */
  readonly what: string;
  readonly hint: string;
  readonly place?: FilePosition;
}

/** A file's text, or undefined after noting why it cannot be read. */
export async function readText(
  { file, maxBytes, what, hint, place }: TextFileRequest,
  { files, problems }: Omit<ReadingContext, "warn">,
): Promise<string | undefined> {
  try {
    return await files.read(file, maxBytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.add("LOB1004", `${what}, ${quote(file)}, cannot be read: ${reason}`, hint, place);
    return undefined;
  }
}

/** The lines of a list: trimmed, without empty ones and comments. */
export function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** A text as it was given, short and on one line, for a message. */
export const quote = (text: string): string => JSON.stringify(text.length > 100 ? `${text.slice(0, 99)}…` : text);
