/** Reads the files that inputs name, and the lists in them. */
import {
  isMetricPair,
  mergeMetrics,
  METRICS_LIMITS,
  parseMetricPairs,
  parseMetrics,
  type Metrics,
  type SkippedMetrics,
  skippedWords,
} from "lob-registry-core";
import type { FilePosition, ProblemList } from "./problem.js";

/** The file system as the inputs need it; paths are relative to the workspace. */
export interface WorkspaceFiles {
  /** The text of a file. Fails if it is longer. */
  read(path: string, maxBytes: number): Promise<string>;
  /** Why a path cannot be published; undefined if it can. */
  absent(path: string): Promise<{ message: string; hint: string } | undefined>;
}

/** Passed to everything that reads inputs. */
export interface ReadingContext {
  readonly files: WorkspaceFiles;
  readonly problems: ProblemList;
  readonly warn: (message: string) => void;
}

/** Largest metrics file: as many characters as core accepts, of at most four bytes each. */
const MAX_METRICS_BYTES = 4 * METRICS_LIMITS.textLength;

/** Each line is `name=number`, or the path of a file with a JSON object of numbers. Later lines win; no lines are no metrics. */
export async function metricsOfLines(lines: readonly string[], context: ReadingContext): Promise<Metrics | undefined> {
  if (lines.length === 0) return undefined;
  const source = inputName("metrics");
  const parts: Metrics[] = [];
  for (const line of lines) {
    const part = isMetricPair(line)
      ? context.problems.attempt(() => parseMetricPairs([line], source, skippedFrom(source, context)))
      : await metricsOfFile(line, context);
    if (part) parts.push(part);
  }
  return context.problems.attempt(() => mergeMetrics(parts, source, skippedFrom(source, context)));
}

export async function metricsOfFile(file: string, context: ReadingContext, position: FilePosition = {}): Promise<Metrics | undefined> {
  const what = "the metrics file";
  const hint = "Write name=number, or the path of a JSON file relative to the workspace.";
  const text = await readText({ file, maxBytes: MAX_METRICS_BYTES, what, hint, position }, context);
  if (text === undefined) return undefined;
  return context.problems.attempt(() => parseMetrics(text, file, skippedFrom(file, context)), position);
}

/** Warns about metrics that are skipped. */
export const skippedFrom =
  (source: string, { warn }: Pick<ReadingContext, "warn">) =>
  (skipped: SkippedMetrics): void => {
    for (const words of Object.values(skippedWords(skipped))) warn(`${source}: ${words}`);
  };

export interface TextFileRequest {
  readonly file: string;
  readonly maxBytes: number;
  /** A name for the file, and a hint for a file that cannot be read. */
  readonly what: string;
  readonly hint: string;
  readonly position?: FilePosition;
}

/** The text of a file, or undefined after noting why it cannot be read. */
export async function readText(
  { file, maxBytes, what, hint, position }: TextFileRequest,
  { files, problems }: Omit<ReadingContext, "warn">,
): Promise<string | undefined> {
  try {
    return await files.read(file, maxBytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.add("LOB1004", `cannot read ${what}, ${quote(file)}: ${reason}`, hint, position);
    return undefined;
  }
}

/** The lines of a list, trimmed, without empty lines and comments. */
export function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** A given text, shortened and on one line, for a message. */
export const quote = (text: string): string => JSON.stringify(text.length > 100 ? `${text.slice(0, 99)}…` : text);

/** How a message names an input. */
export const inputName = (name: string): string => `the input "${name}"`;
