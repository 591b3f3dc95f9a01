import { LobError } from "../errors.js";
import type { OnProgress } from "../progress.js";
import type { LogLine } from "../registry/context.js";
import type { DoctorIssue } from "./issues.js";

/** Seconds for which a RESERVED version counts as being published right now. */
export const DEFAULT_BUSY = 15 * 60;

/** Seconds after which what nobody goes on with is given up: a reserved number without bytes, an upload without a version. */
export const DEFAULT_AGE = 24 * 60 * 60;

export interface DoctorOptions {
  /** Only this model; by default all of the LOB. */
  readonly model?: string;
  /** Only look, and say what would be repaired. Default false. */
  readonly dryRun?: boolean;
  /** Delete old uploads that no version waits for. Default false: they are named. */
  readonly clean?: boolean;
  /** Make rows anew that disagree with their object or cannot be understood. Default false: they are named. */
  readonly rebuild?: boolean;
  /** Seconds for which a version on its way is left to its publisher. Default 900. */
  readonly busySeconds?: number;
  /** Seconds after which what nobody goes on with is given up. Default 86,400. */
  readonly ageSeconds?: number;
  /** Requests under way at once. Default 16. */
  readonly concurrency?: number;
  readonly onProgress?: OnProgress;
  readonly onLog?: (line: LogLine) => void;
  /** Is told of each issue as soon as its outcome is known, also where doctor then stops with an error. */
  readonly onIssue?: (issue: DoctorIssue) => void;
  /** Is told of each model when it has been looked at. */
  readonly onModel?: (model: string, done: number, total: number) => void;
  /** Aborting stops before the next request; what was repaired stays so. */
  readonly signal?: AbortSignal;
}

export interface DoctorReport {
  readonly lob: string;
  readonly dryRun: boolean;
  readonly models: number;
  /** Numbers that were looked at, in all models. */
  readonly versions: number;
  /** By model, in the order in which they were repaired. */
  readonly issues: readonly DoctorIssue[];
  /** Whether something needs a person. */
  readonly needsManualAction: boolean;
}

/** @throws LobError LOB1002 */
export function assertSeconds(what: string, seconds: number | undefined): void {
  if (seconds === undefined || (Number.isFinite(seconds) && seconds >= 0)) return;
  throw new LobError("LOB1002", `${what} is a number of seconds, 0 or more; got ${String(seconds)}`, {
    hint: "Leave it out for the default.",
  });
}

/** @throws LobError LOB1002 */
export function assertConcurrency(concurrency: number | undefined): void {
  if (concurrency === undefined || (Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= 256)) return;
  throw new LobError("LOB1002", `concurrency is a whole number from 1 to 256; got ${String(concurrency)}`, {
    hint: "Leave it out for the default.",
  });
}
