/** Options and report of a migration. */
import type { OnProgress } from "../progress.js";
import type { LogLine } from "../registry/context.js";
import type { MigrationIssue } from "./issues.js";

/** Location of the Python library's artifacts. Defaults are those of the LOB. */
export interface MigrationSource {
  /** Bucket name. Default: the LOB's. */
  readonly bucket?: string | undefined;
  /** `s3_prefix` of the library's Repository. Default: the LOB's prefix in the LOB's bucket, the root of any other bucket. */
  readonly prefix?: string | undefined;
  /** `suffix` of the Repository. Default: the LOB's. */
  readonly suffix?: string | undefined;
  /** Name or ARN of the table of the library's S3 and DynamoDB back end. Default: the S3 back end. */
  readonly table?: string | undefined;
  /** AWS account id that must own the bucket. Default: the LOB's. */
  readonly account?: string | undefined;
}

export interface MigrateOptions {
  readonly lob: string;
  readonly source?: MigrationSource | undefined;
  /** Only these models. Default: all. */
  readonly models?: readonly string[] | undefined;
  /** Person or program for the history of the aliases: at most 300 characters. Default: none. */
  readonly actor?: string | undefined;
  /** Catalog table. Default: `LOB-model-catalog`, then `model-catalog`. */
  readonly catalogTable?: string | undefined;
  /** Called with each step, for logs. */
  readonly onLog?: ((line: LogLine) => void) | undefined;
  /** Called in phase "verify" with the number of verified bytes. */
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One model of a {@link MigrationReport}. Sizes are bytes. */
export interface ModelMigration {
  readonly model: string;
  /** State: `to-do` in a plan; after a migration `done` or `failed`; `nothing-to-do` if all is migrated. */
  readonly state: "to-do" | "done" | "nothing-to-do" | "failed";
  /** Number of versions that are copied and indexed, only indexed, already in the LOB (`there`), and not migrated (`left`). */
  readonly versions: { readonly copied: number; readonly indexed: number; readonly there: number; readonly left: number };
  readonly bytes: number;
  /** Lowest number for the next new version after the migration has reserved the source's numbers. */
  readonly next: number;
  /** Names of the aliases that are migrated, already in the LOB (`there`), and not migrated (`left`). */
  readonly aliases: { readonly migrated: readonly string[]; readonly there: readonly string[]; readonly left: readonly string[] };
  /** LATEST of the source: a copy of the newest version, unpublished work, or missing. */
  readonly latest: "published" | "draft" | "absent";
  /** Change of LATEST of the LOB: none, the draft is copied, or LATEST moves to the newest version. */
  readonly latestWork: "nothing" | "copy-draft" | "advance";
  readonly issues: readonly MigrationIssue[];
}

/** Plan or result of a migration. */
export interface MigrationReport {
  readonly lob: string;
  /** Address of the source, e.g. `s3://bucket/prefix`. */
  readonly source: string;
  /** Table of the source. S3 and DynamoDB back end only. */
  readonly sourceTable?: string;
  /** Whether the source is the LOB's own folder, so that only rows are written. */
  readonly inPlace: boolean;
  /** False for a plan. */
  readonly applied: boolean;
  readonly models: readonly ModelMigration[];
  /** Issues that concern no single model, e.g. a table without an index. */
  readonly issues: readonly MigrationIssue[];
  /** Number of issues that need manual action. */
  readonly problems: number;
}
