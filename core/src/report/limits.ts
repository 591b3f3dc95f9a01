/** Limits of a report, for writing and for reading. */
export const REPORT_LIMITS = {
  /** Bytes of the text. */
  bytes: 16 << 20,
  /** JSON values. A value of one byte of text takes dozens of bytes of memory. */
  values: 1 << 20,
  /** Nested objects and lists. */
  depth: 24,
} as const;

export type ReportLimits = Readonly<Record<keyof typeof REPORT_LIMITS, number>>;
