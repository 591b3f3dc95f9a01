/** Contents of a repository of the Python library and of the LOB, as far as a migration needs them. Plain values. */
import type { AliasFile } from "../registry/alias-rows.js";
import type { ObjectHead } from "../transfer/object.js";
import type { Alias, ModelSummary, Version } from "../types.js";

/** One version of a model in the source. */
export interface SourceVersion {
  readonly version: number;
  /** Absent if the table has a record but the bucket has no object. */
  readonly object?: ObjectHead | undefined;
  /** S3 and DynamoDB back end only. Absent if the bucket has an object but the table has no record. */
  readonly record?: SourceRecord | undefined;
}

/** Record of a version in the table of the S3 and DynamoDB back end. */
export interface SourceRecord {
  /** Absent in a record that only marks the version as deleted. */
  readonly sha256?: string | undefined;
  readonly deleted: boolean;
}

/** An alias, or the problem with it. */
export type SourceAlias = { readonly alias: string; readonly file: AliasFile } | { readonly alias: string; readonly problem: string };

/** State of the LOB at a number of the source. */
export interface TargetVersion {
  readonly object?: ObjectHead | undefined;
  readonly row?: Version | undefined;
  /** Why the row cannot be parsed. */
  readonly problem?: string | undefined;
}

/** State of the LOB for an alias of the source: its row and its two objects. */
export interface TargetAlias {
  readonly row?: Alias | undefined;
  readonly history: boolean;
  /** The alias file, or a string with the problem if it cannot be parsed. Absent if there is no file. */
  readonly file?: AliasFile | string | undefined;
}

export interface TargetModel {
  readonly row?: ModelSummary | undefined;
  /** Lowest number below the source's newest that was published in the LOB and that the source lacks. Never set in place. */
  readonly ownGap?: number | undefined;
  readonly versions: ReadonlyMap<number, TargetVersion>;
  readonly latest?: ObjectHead | undefined;
  readonly aliases: ReadonlyMap<string, TargetAlias>;
}

/** Everything about one model. */
export interface ModelInventory {
  readonly model: string;
  /** In any order. */
  readonly versions: readonly SourceVersion[];
  readonly latest?: ObjectHead | undefined;
  /** S3 and DynamoDB back end only. */
  readonly latestRecord?: SourceRecord | undefined;
  readonly aliases: readonly SourceAlias[];
  /** Names in the versions folder that the library does not write. */
  readonly strangers: readonly string[];
  readonly target: TargetModel;
}
