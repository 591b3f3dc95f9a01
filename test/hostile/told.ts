/** What the process with the hostile models tells of each. */
import type { Diff } from "lob-registry-core";

export interface Told {
  readonly folder: string;
  /** Peak of the process' memory up to then. */
  readonly peakKiB: number;
  /** Code of the error with which it was refused. */
  readonly refused?: string;
  readonly contentBytes?: number;
  /** Bytes of the model's files that publishing read: to hash them, to look into them, to pack them. */
  readonly bytesRead?: number;
  readonly diff?: Diff;
  /** Whether the manifest says the same as the folder, where that was looked at. */
  readonly same?: boolean;
  /** The difference, and the report of it when it was written and read back. */
  readonly markdown?: readonly string[];
  /** The report as a page. */
  readonly page?: string;
}
