/** The log and the annotations of a step, as the runner reads them. */
import * as core from "@actions/core";
import { CODES } from "lob-registry-core";
import { logLine, withoutOldCommands } from "./format.js";
import { wordsOf, type ActionProblem } from "./problem.js";

/** How loudly a line stands beside the code: all of them are listed on the page of the run. */
export type AnnotationLevel = "error" | "warning" | "notice";

export interface Annotation {
  readonly level: AnnotationLevel;
  readonly title: string;
  readonly message: string;
  /** Relative to the workspace. */
  readonly file?: string;
  /** Counted from 1. */
  readonly line?: number;
}

export interface Log {
  info(line: string): void;
  debug(text: string): void;
  warn(message: string): void;
  annotate(annotation: Annotation): void;
  problem(problem: ActionProblem): void;
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
}

/** @param errorsPage address of the page that explains the errors; undefined where it is not known (yet) */
export function runnerLog(errorsPage: () => string | undefined): Log {
  const annotate = ({ level, title, message, file, line }: Annotation): void =>
    core[level](logLine(message), {
      title: logLine(title),
      ...(file !== undefined && { file }),
      ...(line !== undefined && { startLine: line }),
    });
  return {
    info: (line) => core.info(logLine(line)),
    debug: (text) => {
      if (core.isDebug()) core.debug(withoutOldCommands(text)); // its line feeds are escaped on the way to the runner
    },
    warn: (message) => core.warning(logLine(message)),
    annotate,
    problem: ({ file, line, ...problem }) =>
      annotate({
        level: "error",
        title: `${problem.code}: ${CODES[problem.code]}`,
        message: wordsOf(problem, errorsPage()),
        ...(file !== undefined && { file }),
        ...(line !== undefined && { line }),
      }),
    group: (title, work) => core.group(logLine(title), work),
  };
}
