/** What long work tells its caller, who decides whether that becomes a bar, a log line or nothing. */
export interface Progress {
  /** What is going on: "scan" reads and hashes files, "inspect" looks at what is in them, "upload" packs and sends, "download" fetches and verifies. */
  readonly phase: "scan" | "inspect" | "upload" | "copy" | "download";
  /** Bytes done so far in this phase. */
  readonly done: number;
  /** Bytes in all, where that is known. */
  readonly total?: number;
  /** What is being worked on, such as a file's path. */
  readonly item?: string;
}

export type OnProgress = (progress: Progress) => void;
