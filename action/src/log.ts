/** Writes the log and the annotations of a step for the runner. */
import * as core from "@actions/core";
import { CODES, defined } from "lob-registry-core";
import { logLine, withoutOldCommands } from "./format.js";
import { wordsOf, type ActionProblem } from "./problem.js";

/** Severity of an annotation. The page of the run lists all of them. */
export type AnnotationLevel = "error" | "warning" | "notice";

export interface Annotation {
  readonly level: AnnotationLevel;
  readonly title: string;
  readonly message: string;
  /** Relative to the workspace. */
  readonly file?: string | undefined;
  /** Counted from 1. */
  readonly line?: number | undefined;
}

export interface Log {
  info(line: string): void;
  debug(text: string): void;
  warn(message: string): void;
  annotate(annotation: Annotation): void;
  problem(problem: ActionProblem): void;
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
}

/** @param errorsPage URL of the page that explains errors; undefined if it is not known yet */
export function runnerLog(errorsPage: () => string | undefined): Log {
  const annotate = ({ level, title, message, file, line }: Annotation): void =>
    core[level](logLine(message), defined({ title: logLine(title), file, startLine: line }));
  return {
    info: (line) => core.info(logLine(line)),
    debug: (text) => {
      if (core.isDebug()) core.debug(withoutOldCommands(text)); // the toolkit escapes line feeds
    },
    warn: (message) => core.warning(logLine(message)),
    annotate,
    problem: ({ file, line, ...problem }) =>
      annotate({
        level: "error",
        title: `${problem.code}: ${CODES[problem.code]}`,
        message: wordsOf(problem, errorsPage()),
        file,
        line,
      }),
    group: (title, work) => core.group(logLine(title), work),
  };
}
