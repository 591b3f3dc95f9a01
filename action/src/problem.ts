/** What is wrong, in the one shape that annotations, the job summary and the output `json` show. */
import { LobError, type Code } from "lob-registry-core";

export interface Problem {
  readonly code: Code;
  /** What happened, with the name of the thing concerned. */
  readonly message: string;
  /** What to do next. */
  readonly hint?: string;
  /** Where it stands, relative to the workspace: GitHub shows the annotation there. */
  readonly file?: string;
  /** Counted from 1. */
  readonly line?: number;
}

/** Where a value stands in a file. */
export type Place = Pick<Problem, "file" | "line">;

/** What an error of core, or any other, says; an error that nobody foresaw is an internal one. */
export function problemOf(error: unknown, place: Place = {}): Problem {
  if (error instanceof LobError) {
    return { code: error.code, message: error.message, ...(error.hint !== undefined && { hint: error.hint }), ...place };
  }
  return {
    code: "LOB9001",
    message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    hint: "This is a mistake in the Action. Run the job again with debug logging on, and report what the log says.",
    ...place,
  };
}

/** Message and hint as one text. */
export function wordsOf({ message, hint }: Problem): string {
  return hint === undefined ? message : `${message.replace(/[.!]$/, "")}. ${hint}`;
}

/** Gathers everything that is wrong, so that it can be told at once. */
export class Problems {
  readonly all: Problem[] = [];

  add(code: Code, message: string, hint?: string, place: Place = {}): void {
    this.all.push({ code, message, ...(hint !== undefined && { hint }), ...place });
  }

  /** What `read` gives, or undefined after noting why it failed. */
  attempt<T>(read: () => T, place: Place = {}): T | undefined {
    try {
      return read();
    } catch (error) {
      this.all.push(problemOf(error, place));
      return undefined;
    }
  }
}
