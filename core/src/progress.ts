/** What long work tells its caller, who decides whether that becomes a bar, a log line or nothing. */
export interface Progress {
  /** What is going on: "scan" reads and hashes files, "inspect" looks at what is in them, "upload" packs and sends, "download" fetches and verifies, "check" compares, "verify"
   * reads what is in S3 against its checksum. */
  readonly phase: "scan" | "inspect" | "upload" | "copy" | "download" | "check" | "verify";
  /** How much is done so far in this phase, in `unit`. */
  readonly done: number;
  /** How much there is in all, where that is known. */
  readonly total?: number;
  /** Default: bytes. */
  readonly unit?: "bytes" | "versions";
  /** What is being worked on, such as a file's path. */
  readonly item?: string;
}

export type OnProgress = (progress: Progress) => void;
