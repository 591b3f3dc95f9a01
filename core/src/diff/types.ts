/** What differs between two models. All of it is plain values, so that it is its own JSON. */
import type { Column, Tensor } from "../inspect/findings.js";
import type { ManifestFile, Metrics } from "../types.js";
import type { Code } from "../inspect/findings.js";

/** One of the two models that are compared. */
export interface Side {
  /** What a person calls it: `fraud/churn@7`, or a folder. */
  readonly name: string;
  readonly treeDigest: string;
  readonly files: number;
  readonly contentBytes: number;
  /** Undefined where they are not known, as of a folder without a metrics file: then there is nothing to compare. */
  readonly metrics: Metrics | undefined;
  /** Sorted by path, as a manifest has them. Read once. */
  readonly entries: AsyncIterable<ManifestFile>;
}

/** Things of one kind that changed: all are counted, and as many listed as have room. */
export interface Listed<T> {
  readonly count: number;
  readonly items: readonly T[];
}

/** A fact before and after. */
export interface Change<T> {
  readonly before: T;
  readonly after: T;
}

export type FileFacts = Pick<ManifestFile, "path" | "mode" | "size" | "sha256">;

export interface FilesDiff {
  readonly added: Listed<FileFacts>;
  readonly removed: Listed<FileFacts>;
  /** Other content, or another mode, under the same path. */
  readonly changed: Listed<Change<FileFacts>>;
  /** The same content under another path. */
  readonly renamed: Listed<Change<FileFacts>>;
}

/** A tensor, with the file that holds it. */
export interface PlacedTensor extends Tensor {
  readonly path: string;
}

export interface TensorChange extends Change<PlacedTensor> {
  readonly shape: boolean;
  readonly dtype: boolean;
  /** Whether the content differs; absent where one of the two has no hash. */
  readonly content?: boolean;
}

export interface TensorsDiff {
  readonly added: Listed<PlacedTensor>;
  readonly removed: Listed<PlacedTensor>;
  readonly changed: Listed<TensorChange>;
  /** The same content under another name. */
  readonly renamed: Listed<Change<PlacedTensor>>;
  readonly tensorCount: Change<number>;
  readonly parameters: Change<number>;
}

export type Direction = "higher" | "lower";

export interface MetricChange {
  readonly name: string;
  readonly before?: number;
  readonly after?: number;
  /** Which way is better; absent where it is neither declared nor known. */
  readonly better?: Direction;
  /** `same` when the difference is within the tolerance; `changed` when it is not known which way is better. */
  readonly verdict: "better" | "worse" | "same" | "changed" | "added" | "removed";
}

export interface ColumnChange {
  readonly part: "inputs" | "outputs" | "params";
  /** The column's name, or its place where it has none. */
  readonly column: string;
  readonly before?: Column;
  readonly after?: Column;
  /** Whether who calls the model has to change. */
  readonly breaking: boolean;
  /** In words, such as `type double → string`. */
  readonly what: string;
}

export interface SignatureDiff {
  readonly breaking: boolean;
  readonly columns: readonly ColumnChange[];
}

export interface RequirementChange {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

export interface CodeChange {
  readonly path: string;
  readonly before?: Code;
  readonly after?: Code;
  /** What loading imports now and did not import before. */
  readonly newImports: readonly string[];
}

/** Lines of a text that only one of the two has. */
export interface TextChange {
  readonly path: string;
  readonly added: Listed<string>;
  readonly removed: Listed<string>;
}

export interface PropertyChange {
  readonly path: string;
  readonly property: string;
  readonly before?: string;
  readonly after?: string;
}

export interface Diff {
  /** Whether the files are the same, and the metrics too. */
  readonly different: boolean;
  readonly before: Omit<Side, "entries" | "metrics">;
  readonly after: Omit<Side, "entries" | "metrics">;
  readonly files: FilesDiff;
  readonly tensors: TensorsDiff;
  readonly metrics: readonly MetricChange[];
  readonly signature?: SignatureDiff;
  readonly requirements: readonly RequirementChange[];
  readonly code: readonly CodeChange[];
  readonly cards: readonly TextChange[];
  readonly properties: Listed<PropertyChange>;
}
