/** What a report may be. Nothing beyond is written, and nothing beyond is read. */
export const REPORT_LIMITS = {
  /** Bytes of its text. */
  bytes: 16 << 20,
  /** Values in it, whatever they are: memory for one is some dozen bytes even where its text is one. */
  values: 1 << 20,
  /** Objects and lists inside one another. */
  depth: 24,
} as const;

export type ReportLimits = Readonly<Record<keyof typeof REPORT_LIMITS, number>>;
