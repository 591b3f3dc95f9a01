/** What is wrong, in the shape that annotations, the job summary and the output `json` show. */
import { defined, LobError, requestIdWords, type Code } from "lob-registry-core";

export interface ActionProblem {
  readonly code: Code;
  /** What happened, with the name of the affected thing. */
  readonly message: string;
  /** What to do next. */
  readonly hint?: string | undefined;
  /** The ids of the failed AWS request, which AWS support asks for. */
  readonly requestId?: string | undefined;
  readonly extendedRequestId?: string | undefined;
  /** The file that it concerns, relative to the workspace. GitHub shows the annotation there. */
  readonly file?: string | undefined;
  /** Counted from 1. */
  readonly line?: number | undefined;
}

/** The position of a value in a file. */
export type FilePosition = Pick<ActionProblem, "file" | "line">;

/** Any error as a problem. An error that core does not know is an internal one. */
export function problemOf(error: unknown, position: FilePosition = {}): ActionProblem {
  if (error instanceof LobError) {
    const { code, message, hint, details } = error;
    return { code, message, ...defined({ hint }), ...requestIdsOf(details), ...position };
  }
  return {
    code: "LOB9001",
    message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    hint: "This is a bug in the Action. Run the job again with debug logging, and report it with the log.",
    ...position,
  };
}

function requestIdsOf({ requestId, extendedRequestId }: LobError["details"]): Pick<ActionProblem, "requestId" | "extendedRequestId"> {
  const text = (id: unknown): string | undefined => (typeof id === "string" ? id : undefined);
  return defined({ requestId: text(requestId), extendedRequestId: text(extendedRequestId) });
}

/** The URL that explains a problem. @param page URL of the page of errors, if known */
export function explanationOf({ code }: ActionProblem, page: string | undefined): string | undefined {
  return page && `${page}#${code.toLowerCase()}`;
}

/** Message, hint, request ids and the URL that explains the problem, as one text. @param page URL of the page of errors, if known */
export function wordsOf(problem: ActionProblem, page?: string): string {
  const { message, hint } = problem;
  const ids = requestIdWords(problem);
  const more = explanationOf(problem, page);
  return [
    hint === undefined ? message : `${message.replace(/[.!]$/, "")}. ${hint}`,
    ...(ids === undefined ? [] : [`(${ids})`]),
    ...(more === undefined ? [] : [`More: ${more}`]),
  ].join(" ");
}

/** Stack traces of an error and its causes, for the debug log. */
export function tracesOf(error: unknown): string {
  const traces: string[] = [];
  for (let cause = error; cause instanceof Error && traces.length < 5; cause = cause.cause) traces.push(cause.stack ?? cause.message);
  return traces.join("\ncaused by ");
}

/** Collects everything that is wrong, so that it is reported at once. */
export class ProblemList {
  readonly all: ActionProblem[] = [];

  add(code: Code, message: string, hint?: string, position: FilePosition = {}): void {
    this.all.push({ code, message, ...defined({ hint }), ...position });
  }

  /** The result of `read`, or undefined after noting why it failed. */
  attempt<T>(read: () => T, position: FilePosition = {}): T | undefined {
    try {
      return read();
    } catch (error) {
      this.all.push(problemOf(error, position));
      return undefined;
    }
  }
}
