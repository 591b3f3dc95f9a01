/** What is in a repository of the Python library and in the LOB, as far as a migration looks at it. Values only. */
import type { AliasFile } from "../registry/alias-rows.js";
import type { ObjectHead } from "../transfer/object.js";
import type { Alias, ModelSummary, Version } from "../types.js";

/** One version of a model in the source. */
export interface SourceVersion {
  readonly version: number;
  /** Absent where the table has a record and the bucket no object. */
  readonly object?: ObjectHead;
  /** Of the S3 and DynamoDB back end: absent where the bucket has an object and the table no record. */
  readonly record?: SourceRecord;
}

/** What the table of the S3 and DynamoDB back end says of a version. */
export interface SourceRecord {
  /** Absent in a record that only says that the version is deleted. */
  readonly sha256?: string;
  readonly deleted: boolean;
}

/** An alias, or what is wrong with it. */
export type SourceAlias = { readonly alias: string; readonly file: AliasFile } | { readonly alias: string; readonly problem: string };

/** What the LOB has at a number of the source. */
export interface TargetVersion {
  readonly object?: ObjectHead;
  readonly row?: Version;
  /** What is wrong with a row that cannot be understood. */
  readonly problem?: string;
}

/** What the LOB has of an alias of the source: its row, and the two objects that belong to it. */
export interface TargetAlias {
  readonly row?: Alias;
  readonly history: boolean;
  /** What its file says; a text is what is wrong with it. Absent where there is none. */
  readonly file?: AliasFile | string;
}

export interface TargetModel {
  readonly row?: ModelSummary;
  /** The lowest number below the source's newest that was published in the LOB itself, and that the source lacks. Never in place. */
  readonly ownGap?: number;
  readonly versions: ReadonlyMap<number, TargetVersion>;
  readonly latest?: ObjectHead;
  readonly aliases: ReadonlyMap<string, TargetAlias>;
}

/** Everything of one model. */
export interface ModelInventory {
  readonly model: string;
  /** In any order. */
  readonly versions: readonly SourceVersion[];
  readonly latest?: ObjectHead;
  /** Of the S3 and DynamoDB back end. */
  readonly latestRecord?: SourceRecord;
  readonly aliases: readonly SourceAlias[];
  /** Names among the versions that the library does not write. */
  readonly strangers: readonly string[];
  readonly target: TargetModel;
}
