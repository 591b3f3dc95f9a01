/** What is wrong, in the one shape that annotations, the job summary and the output `json` show. */
import { LobError, requestIdWords, type Code } from "lob-registry-core";

export interface ActionProblem {
  readonly code: Code;
  /** What happened, with the name of the thing concerned. */
  readonly message: string;
  /** What to do next. */
  readonly hint?: string;
  /** The ids of the AWS request behind it, which AWS support asks for. */
  readonly requestId?: string;
  readonly extendedRequestId?: string;
  /** Where it stands, relative to the workspace: GitHub shows the annotation there. */
  readonly file?: string;
  /** Counted from 1. */
  readonly line?: number;
}

/** Where a value stands in a file. */
export type FilePosition = Pick<ActionProblem, "file" | "line">;

/** What an error of core, or any other, says; an error that nobody foresaw is an internal one. */
export function problemOf(error: unknown, place: FilePosition = {}): ActionProblem {
  if (error instanceof LobError) {
    const { code, message, hint, details } = error;
    return { code, message, ...(hint !== undefined && { hint }), ...requestIdsOf(details), ...place };
  }
  return {
    code: "LOB9001",
    message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    hint: "This is a mistake in the Action. Run the job again with debug logging on, and report what the log says.",
    ...place,
  };
}

function requestIdsOf({ requestId, extendedRequestId }: LobError["details"]): Pick<ActionProblem, "requestId" | "extendedRequestId"> {
  return {
    ...(typeof requestId === "string" && { requestId }),
    ...(typeof extendedRequestId === "string" && { extendedRequestId }),
  };
}

/** Where the page of the errors explains a problem. @param page address of the page, where it is known */
export function explanationOf({ code }: ActionProblem, page: string | undefined): string | undefined {
  return page && `${page}#${code.toLowerCase()}`;
}

/** Message, hint, request ids and the place to read on, as one text. @param page address of the page of the errors, where it is known */
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

/** Stack traces of an error and of what caused it, for the debug log. */
export function tracesOf(error: unknown): string {
  const traces: string[] = [];
  for (let cause = error; cause instanceof Error && traces.length < 5; cause = cause.cause) traces.push(cause.stack ?? cause.message);
  return traces.join("\ncaused by ");
}

/** Gathers everything that is wrong, so that it can be told at once. */
export class ProblemList {
  readonly all: ActionProblem[] = [];

  add(code: Code, message: string, hint?: string, place: FilePosition = {}): void {
    this.all.push({ code, message, ...(hint !== undefined && { hint }), ...place });
  }

  /** What `read` gives, or undefined after noting why it failed. */
  attempt<T>(read: () => T, place: FilePosition = {}): T | undefined {
    try {
      return read();
    } catch (error) {
      this.all.push(problemOf(error, place));
      return undefined;
    }
  }
}
