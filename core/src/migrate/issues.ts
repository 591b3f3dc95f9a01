/** Issues that a migration reports. Pure. */
import { defined } from "../defined.js";
import type { ErrorCode, LobError } from "../errors.js";

export interface MigrationIssue {
  /** `problem` needs manual action and makes the command exit 1; `note` is only reported. */
  readonly level: "note" | "problem";
  readonly code: ErrorCode;
  readonly message: string;
  /** Next step, if any. */
  readonly hint?: string;
  /** Absent if the issue concerns all models. */
  readonly model?: string;
  readonly version?: number;
  readonly alias?: string;
}

/** Converts an error of a single version or alias to an issue, so that the migration continues. */
export function issueOf(error: LobError, about: Pick<MigrationIssue, "model" | "version" | "alias">): MigrationIssue {
  return { level: "problem", ...defined({ code: error.code, message: error.message, hint: error.hint }), ...about };
}

/** Formats numbers as ranges, e.g. `1–3, 7`. @param most maximum number of ranges */
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
