/** Progress of long work. The caller decides whether it becomes a bar, a log line or nothing. */
export interface Progress {
  /**
   * "scan" reads and hashes files, "inspect" parses them, "upload" packs and sends, "copy" copies inside S3, "download" fetches and
   * verifies, "check" compares, "verify" checks objects in S3 against their checksums.
   */
  readonly phase: "scan" | "inspect" | "upload" | "copy" | "download" | "check" | "verify";
  /** How much of this phase is done, in `unit`. */
  readonly done: number;
  /** How much there is to do in this phase, if known. */
  readonly total?: number | undefined;
  /** Default: bytes. */
  readonly unit?: "bytes" | "versions" | undefined;
  /** The current item, e.g. the path of a file. */
  readonly item?: string | undefined;
}

export type OnProgress = (progress: Progress) => void;
