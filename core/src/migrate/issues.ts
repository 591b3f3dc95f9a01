/** What a migration finds and tells. Pure. */
import type { ErrorCode, LobError } from "../errors.js";

export interface MigrationIssue {
  /** `problem` needs a person, and makes the command end with 1; `note` is only told. */
  readonly level: "note" | "problem";
  readonly code: ErrorCode;
  readonly message: string;
  /** What to do, where there is something to do. */
  readonly hint?: string;
  /** The model concerned; absent for what concerns all. */
  readonly model?: string;
  readonly version?: number;
  readonly alias?: string;
}

/** An error of a single version or alias: it is told, and the rest goes on. */
export function issueOf(error: LobError, about: Pick<MigrationIssue, "model" | "version" | "alias">): MigrationIssue {
  return {
    level: "problem",
    code: error.code,
    message: error.message,
    ...(error.hint !== undefined && { hint: error.hint }),
    ...about,
  };
}

/** Numbers in words, runs of them drawn together: `1–3, 7`. At most so many runs. */
export function numberRuns(numbers: readonly number[], most = 10): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const runs: { from: number; to: number }[] = [];
  for (const n of sorted) {
    const last = runs.at(-1);
    if (last !== undefined && n === last.to + 1) last.to = n;
    else runs.push({ from: n, to: n });
  }
  const words = runs.slice(0, most).map(({ from, to }) => (from === to ? String(from) : `${from}–${to}`));
  return runs.length > most ? `${words.join(", ")} and ${runs.length - most} more` : words.join(", ");
}
