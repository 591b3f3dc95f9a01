/**
 * Limits on how much of a file the readers examine and how many findings are kept. They bound work, never time, so that the findings
 * are the same on a slow machine.
 */
export const INSPECT_LIMITS = {
  /** Bytes of the largest text file (JSON, YAML, Markdown) that is read. */
  text: 4 << 20,
  /** Bytes of the largest header that is read: enough for 150,000 tensors. */
  header: 32 << 20,
  /** Characters of a name or a short text that is kept. */
  name: 512,
  /** Tensors of a file that are listed. All of them are counted. */
  tensors: 20_000,
  /** Tensors of a file that are counted; a file that claims more is damaged. */
  countedTensors: 2_000_000,
  /** Dimensions of a tensor. */
  dimensions: 64,
  /** Imports of a file that are listed. */
  imports: 1_000,
  /** Instructions of a file's pickles that are followed. */
  instructions: 4_000_000,
  /** Files in a zip. */
  entries: 100_000,
  /** Items of any other list in a file: metrics, columns, requirements. */
  items: 1_000,
  /** Warnings of a file. */
  warnings: 20,
  /** Characters of a model card that are kept. */
  card: 65_536,
  /** Bytes of one file's findings as JSON. A line of the manifest has room for twice as much. */
  findings: 2 << 20,
  /** Bytes of a file's findings as JSON that always fit. */
  smallFindings: 320,
  /** Bytes of all findings of a model as JSON, not counting `smallFindings` of each file. */
  model: 64 << 20,
  /** Warnings of all files together, and unknown imports of one kind, in the manifest's first line. */
  summaryItems: 100,
  /** Bytes of the summary as JSON. */
  summary: 3 << 20,
} as const;
