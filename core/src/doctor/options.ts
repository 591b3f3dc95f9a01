import { LobError } from "../errors.js";
import type { OnProgress } from "../progress.js";
import type { LogLine } from "../registry/context.js";
import type { DoctorIssue } from "./issues.js";

/** How long a RESERVED version counts as in progress, in seconds. */
export const DEFAULT_BUSY = 15 * 60;

/** Age at which unfinished work is abandoned, in seconds: a reserved number without bytes, an upload without a version. */
export const DEFAULT_AGE = 24 * 60 * 60;

export interface DoctorOptions {
  /** Only this model. Default: all models of the LOB. */
  readonly model?: string | undefined;
  /** Only report what would be repaired. Default: false. */
  readonly dryRun?: boolean | undefined;
  /** Delete old uploads that no version needs. Default: false, they are only reported. */
  readonly clean?: boolean | undefined;
  /** Rebuild rows that disagree with their object or cannot be parsed. Default: false, they are only reported. */
  readonly rebuild?: boolean | undefined;
  /** How long a RESERVED version counts as in progress, in seconds. Default: 900. */
  readonly busySeconds?: number | undefined;
  /** Age at which unfinished work is abandoned, in seconds. Default: 86,400. */
  readonly ageSeconds?: number | undefined;
  /** Maximum number of parallel requests, 1 to 256. Default: 16. */
  readonly concurrency?: number | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly onLog?: ((line: LogLine) => void) | undefined;
  /** Called with each issue as soon as its outcome is known, even if doctor then stops with an error. */
  readonly onIssue?: ((issue: DoctorIssue) => void) | undefined;
  /** Called after each model. */
  readonly onModel?: ((model: string, done: number, total: number) => void) | undefined;
  /** Aborting stops before the next request; finished repairs stay. */
  readonly signal?: AbortSignal | undefined;
}

export interface DoctorReport {
  readonly lob: string;
  readonly dryRun: boolean;
  readonly models: number;
  /** Version numbers that were checked, in all models. */
  readonly versions: number;
  /** By model, in the order of repair. */
  readonly issues: readonly DoctorIssue[];
  /** Whether an issue has the outcome `manual`. */
  readonly needsManualAction: boolean;
}

/** @throws LobError LOB1002 */
export function assertSeconds(what: string, seconds: number | undefined): void {
  if (seconds === undefined || (Number.isFinite(seconds) && seconds >= 0)) return;
  throw new LobError("LOB1002", `${what} must be a number of seconds, 0 or more, but is ${String(seconds)}`, {
    hint: "Omit it to use the default.",
  });
}

/** @throws LobError LOB1002 */
export function assertConcurrency(concurrency: number | undefined): void {
  if (concurrency === undefined || (Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= 256)) return;
  throw new LobError("LOB1002", `concurrency must be a whole number from 1 to 256, but is ${String(concurrency)}`, {
    hint: "Omit it to use the default.",
  });
}
