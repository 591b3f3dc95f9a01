/** The values that the rooms of core hand to one another, and to the Action and the command line. */
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Findings, Summary } from "./findings/findings.js";
import type { LobRow, Place } from "./layout.js";

/** The two clients, handed in everywhere, so that a test can make any request fail. */
export interface Aws {
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  readonly region: string;
}

/** A LOB as its catalog row describes it, with the table in which the row was found. */
export interface Lob extends LobRow, Place {
  readonly catalogTable: string;
}

export type VersionStatus = "RESERVED" | "READY" | "YANKED" | "PURGING" | "PURGED" | "ABANDONED" | "MISSING";

export type Metrics = Readonly<Record<string, number>>;
export type Tags = Readonly<Record<string, string>>;

/** Where a version came from. All optional: a person at a terminal has few of them. */
export interface Provenance {
  readonly gitCommit?: string;
  readonly gitRef?: string;
  readonly releaseTag?: string;
  /** Address of the workflow run. */
  readonly runUrl?: string;
  readonly repository?: string;
  /** Who: a GitHub login, or the operating system's user. */
  readonly actor?: string;
  /** Name of the event that started the workflow, such as `release`. */
  readonly event?: string;
}

/** A version's registry row. Times are ISO 8601 in UTC. */
export interface Version {
  readonly url: string;
  readonly lob: string;
  readonly model: string;
  readonly version: number;
  readonly status: VersionStatus;
  /** The upload that the object must carry; empty for an object that the Python library put. */
  readonly token: string;
  /** Absent for an artifact that the Python library put: its content is not known. */
  readonly treeDigest?: string;
  /** SHA-256 of the artifact's bytes. */
  readonly sha256: string;
  /** Bytes of the artifact. */
  readonly size: number;
  /** Files in it. */
  readonly files: number;
  /** Bytes of the files together, before compression. */
  readonly contentBytes: number;
  /** CRC64NVME of the artifact as S3 reports it, base64; absent where S3 gives none for the whole object. */
  readonly crc64nvme?: string;
  readonly stagingKey?: string;
  readonly stagingETag?: string;
  readonly manifestSha256?: string;
  readonly metrics: Metrics;
  readonly tags: Tags;
  readonly description?: string;
  readonly provenance: Provenance;
  /** The idempotency keys that named this version before it was READY. */
  readonly keys: readonly string[];
  /** Who wrote the object: this program, or the Python library. */
  readonly origin: "lob-registry" | "versioned";
  readonly reservedAt: string;
  readonly readyAt?: string;
  readonly holders: readonly string[];
}

/** A model's catalog row. */
export interface ModelSummary {
  readonly lob: string;
  readonly model: string;
  /** The number that the next new version gets. */
  readonly next: number;
  /** The newest READY version; 0 while there is none. */
  readonly latest: number;
  readonly latestTreeDigest?: string;
  readonly latestSha256?: string;
  readonly owner?: string;
  readonly description?: string;
  readonly tags: Tags;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Where an alias points: at one version, or at two of which the second gets a share. */
export interface AliasTarget {
  readonly version: number;
  readonly secondaryVersion?: number;
  /** Percent, 0 to 99, of the requests that go to the secondary version; only beside one. */
  readonly secondaryWeight?: number;
}

/** Who moved an alias, and why. */
interface MoveDetails {
  readonly lob: string;
  readonly model: string;
  readonly alias: string;
  /** 1 for the alias's first move; no two moves of it have the same. */
  readonly revision: number;
  readonly actor?: string;
  /** Address of the workflow run. */
  readonly runUrl?: string;
  readonly reason?: string;
}

/** An alias's catalog row: where it points now. Times are ISO 8601 in UTC. */
export interface Alias extends MoveDetails, AliasTarget {
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** One move of an alias, as its registry row and its object under `history/` tell it. */
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
  /** Where the file's bytes begin in the uncompressed tar. */
  readonly offset: number;
  /** What is in it; absent where no reader knows the file. */
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
  /** What is in the model; absent where its files were not inspected. */
  readonly summary?: Summary;
}
