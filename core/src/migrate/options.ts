/** What a migration is told, and what it tells. */
import type { OnProgress } from "../progress.js";
import type { LogLine } from "../registry/context.js";
import type { Finding } from "./findings.js";

/** Where the Python library keeps its artifacts. What is left out is as the LOB has it. */
export interface MigrationSource {
  /** Bucket name; by default the LOB's. */
  readonly bucket?: string;
  /** `s3_prefix` of the library's Repository; by default, of the LOB's own bucket, where the LOB keeps its models. */
  readonly prefix?: string;
  /** `suffix` of the Repository; by default the LOB's. */
  readonly suffix?: string;
  /** Name or ARN of its table: then the source is of the library's S3 and DynamoDB back end. */
  readonly table?: string;
  /** AWS account id that must own the bucket; by default the LOB's. */
  readonly account?: string;
}

export interface MigrateOptions {
  readonly lob: string;
  readonly source?: MigrationSource;
  /** Only these models; all by default. */
  readonly models?: readonly string[];
  /** Who migrates, for the history of the aliases: at most 300 characters. */
  readonly actor?: string;
  /** Catalog table; by default `LOB-model-catalog`, else `model-catalog`. */
  readonly catalogTable?: string;
  /** Called with each step, for logs. */
  readonly onLog?: ((line: LogLine) => void) | undefined;
  /** Phase "verify": bytes read against their checksum. */
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** One model of a {@link MigrationReport}. Sizes are bytes. */
export interface ModelMigration {
  readonly model: string;
  /** `would` be done in a plan, was `done`; nothing is left to do, or it cannot be done. */
  readonly state: "to-do" | "done" | "nothing-to-do" | "failed";
  /** Versions that are copied and indexed, or only indexed; those that are in the LOB already; those that are not migrated. */
  readonly versions: { readonly copied: number; readonly indexed: number; readonly there: number; readonly left: number };
  readonly bytes: number;
  /** The number that the next new version gets at least, once the migration has kept those of the source. */
  readonly next: number;
  /** Names of the aliases that come along; those that are there already; those that do not come along. */
  readonly aliases: { readonly migrated: readonly string[]; readonly there: readonly string[]; readonly left: readonly string[] };
  /** What LATEST of the source is: a copy of the newest version, work that is not published, or not there. */
  readonly latest: "published" | "draft" | "absent";
  /** What is done about LATEST of the LOB: the draft is copied, or it follows the newest version. */
  readonly latestWork: "nothing" | "copy-draft" | "advance";
  readonly findings: readonly Finding[];
}

/** What a migration will do, or did. */
export interface MigrationReport {
  readonly lob: string;
  /** Address of the source, such as `s3://bucket/prefix`. */
  readonly source: string;
  /** Table of the source, for the S3 and DynamoDB back end. */
  readonly sourceTable?: string;
  /** Whether the source is the LOB's own place, so that only rows are written. */
  readonly inPlace: boolean;
  /** False for a plan. */
  readonly applied: boolean;
  readonly models: readonly ModelMigration[];
  /** What concerns no model, such as a table without an index. */
  readonly findings: readonly Finding[];
  /** How many findings need a person. */
  readonly problems: number;
}
