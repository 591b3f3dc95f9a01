/** The values that the rooms of core exchange with each other, the Action and the command line. */
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Findings, Summary } from "./findings/findings.js";
import type { LobRow, Place } from "./layout.js";

/** The two clients. Every function takes them as an argument, so that a test can make any request fail. */
export interface Aws {
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  readonly region: string;
}

/** A LOB as its catalog row describes it, with the table that holds the row. */
export interface Lob extends LobRow, Place {
  readonly catalogTable: string;
}

export type VersionStatus = "RESERVED" | "READY" | "YANKED" | "PURGING" | "PURGED" | "ABANDONED" | "MISSING";

export type Metrics = Readonly<Record<string, number>>;
export type Tags = Readonly<Record<string, string>>;

/** Origin of a version. All fields are optional, because a person at a terminal has few of them. */
export interface Provenance {
  readonly gitCommit?: string;
  /** `modified` if tracked files of the checkout differed from the commit, `clean` if not; absent if that is not known. */
  readonly gitStatus?: string;
  readonly gitRef?: string;
  readonly releaseTag?: string;
  /** URL of the workflow run. */
  readonly runUrl?: string;
  readonly repository?: string;
  /** A GitHub login, or the operating system's user. */
  readonly actor?: string;
  /** Name of the event that started the workflow, for example `release`. */
  readonly event?: string;
}

/** A version's registry row. Times are ISO 8601 in UTC. */
export interface Version {
  readonly url: string;
  readonly lob: string;
  readonly model: string;
  readonly version: number;
  readonly status: VersionStatus;
  /** Token of the upload that the object must carry; empty for an object that the Python library put. */
  readonly token: string;
  /** Absent for an artifact that the Python library put, because its content is not known. */
  readonly treeDigest?: string;
  /** SHA-256 of the artifact's bytes. */
  readonly sha256: string;
  /** Bytes of the artifact. */
  readonly size: number;
  /** Number of files in the artifact. */
  readonly files: number;
  /** Total bytes of the files before compression. */
  readonly contentBytes: number;
  /** CRC64NVME of the artifact as S3 reports it, base64; absent if S3 reports none for the whole object. */
  readonly crc64nvme?: string;
  readonly stagingKey?: string;
  readonly stagingETag?: string;
  readonly manifestSha256?: string;
  readonly metrics: Metrics;
  readonly tags: Tags;
  readonly description?: string;
  readonly provenance: Provenance;
  /** Idempotency keys that pointed to this version before it was READY. */
  readonly keys: readonly string[];
  /** The writer of the object: this program or the Python library. */
  readonly origin: "lob-registry" | "versioned";
  readonly reservedAt: string;
  readonly readyAt?: string;
  readonly holders: readonly string[];
}

/** A model's catalog row. */
export interface ModelSummary {
  readonly lob: string;
  readonly model: string;
  /** The number of the next new version. */
  readonly next: number;
  /** The newest READY version; 0 if there is no READY version. */
  readonly latest: number;
  readonly latestTreeDigest?: string;
  readonly latestSha256?: string;
  readonly owner?: string;
  readonly description?: string;
  readonly tags: Tags;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Target of an alias: one version, or two with a share for the second. */
export interface AliasTarget {
  readonly version: number;
  readonly secondaryVersion?: number;
  /** Percent of requests that go to the secondary version, 0 to 99; only with a secondary version. */
  readonly secondaryWeight?: number;
}

/** Details of a move: the alias, its revision, and who moved it why. */
interface MoveDetails {
  readonly lob: string;
  readonly model: string;
  readonly alias: string;
  /** 1 for the alias's first move, unique among its moves. */
  readonly revision: number;
  readonly actor?: string;
  /** URL of the workflow run. */
  readonly runUrl?: string;
  readonly reason?: string;
}

/** An alias's catalog row: its current target. Times are ISO 8601 in UTC. */
export interface Alias extends MoveDetails, AliasTarget {
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** One move of an alias, as stored in its registry row and its object under `history/`. */
export interface AliasMove extends MoveDetails {
  /** Absent for the first move. */
  readonly fromVersion?: number;
  readonly toVersion: number;
  readonly secondaryVersion?: number;
  readonly secondaryWeight?: number;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** One file of a model, as the manifest lists it. */
export interface ManifestFile {
  /** Relative, with `/`, Unicode as on disk, sorted bytewise (UTF-8). */
  readonly path: string;
  /** 0o644 or 0o755. */
  readonly mode: number;
  readonly size: number;
  readonly sha256: string;
  /** Offset of the file's bytes in the uncompressed tar. */
  readonly offset: number;
  /** Absent if no reader knows the file. */
  readonly findings?: Findings;
}

/** First line of a manifest. */
export interface ManifestHeader {
  readonly schema: 1;
  readonly lob: string;
  readonly model: string;
  readonly treeDigest: string;
  readonly files: number;
  readonly contentBytes: number;
  readonly metrics: Metrics;
  /** Name and release of the program that wrote it. */
  readonly createdBy: string;
  /** Absent if the files were not inspected. */
  readonly summary?: Summary;
}
