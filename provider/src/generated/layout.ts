// Generated from core/src/layout.ts by `npm run generate`. Do not edit.
/**
 * Every key, table, attribute and index name of the registry, and their parsers.
 *
 * No other file spells them. It imports nothing, so that the Pulumi component can ship a copy, and what is declared cannot drift from what
 * is used. The S3 part is the layout of the S3-only back end of the Python library `versioned` 1.0.1, which can read everything published
 * here.
 */

/** Thrown by the `assert…` functions. The message describes a wrong name or number to the person who typed it. */
export class LayoutError extends Error {
  override readonly name = "LayoutError";
}

/** Version of the whole layout (S3 keys and table rows). A client must not write to a LOB whose row has a higher one. */
export const LAYOUT_VERSION = 1;

// ---- names -----------------------------------------------------------------------------------------------------------

/** Highest version number that the six digits of a file name can order. */
export const MAX_VERSION = 999_999;
/** Name of the newest version, in keys and on the command line. */
export const LATEST = "LATEST";

export const DEFAULT_PREFIX = "ml-models";
export const DEFAULT_SUFFIX = ".tar.gz";
/** Prefix of uploads in progress. It is outside the LOB's prefix, because `versioned` lists every folder below that as a model. */
export const STAGING_PREFIX = "ml-staging";

const LOB_PATTERN = /^[a-z][a-z0-9_-]{0,39}$/;
/** LOB names that fit into the default name of a bucket, in the region with the longest name. S3 allows no "_" there. */
const BUCKET_LOB_PATTERN = /^[a-z0-9-]{1,22}$/;
const MODEL_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const ALIAS_PATTERN = /^[A-Za-z][A-Za-z0-9_.]{0,63}$/;
const PREFIX_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;
const SUFFIX_PATTERN = /^(\.[A-Za-z0-9]+){1,3}$/;
const SHA256_PATTERN = /^[0-9a-f]{64}$/;
const TOKEN_PATTERN = /^[A-Za-z0-9_-]{16,64}$/;

/** Each `…Problem` function returns what is wrong with a value, or undefined if it is valid. */
export function lobProblem(lob: unknown): string | undefined {
  return matches(lob, LOB_PATTERN)
    ? undefined
    : `a LOB name is 1 to 40 characters: a lower-case letter, then lower-case letters, digits, "-" and "_"; got ${quote(lob)}`;
}

/** The problem of a valid LOB name as part of its bucket's default name. */
export function bucketLobProblem(lob: string): string | undefined {
  return matches(lob, BUCKET_LOB_PATTERN)
    ? undefined
    : `the default name of the bucket allows LOB names of at most 22 characters without "_"; got ${quote(lob)}`;
}

export function modelProblem(model: unknown): string | undefined {
  return matches(model, MODEL_PATTERN)
    ? undefined
    : `a model name is 1 to 100 characters: a letter or digit, then letters, digits, ".", "_" and "-" (no "/" and no "@"); got ${quote(model)}`;
}

export function aliasProblem(alias: unknown): string | undefined {
  if (typeof alias === "string" && alias.toUpperCase() === LATEST) {
    return `an alias cannot be called ${LATEST}: that is the pointer to the newest version`;
  }
  return matches(alias, ALIAS_PATTERN)
    ? undefined
    : `an alias is 1 to 64 characters: a letter, then letters, digits, "_" and "." (no "-": the Python library refuses it); got ${quote(alias)}`;
}

export function versionProblem(version: unknown): string | undefined {
  return typeof version === "number" && Number.isInteger(version) && version >= 1 && version <= MAX_VERSION
    ? undefined
    : `a version is an integer from 1 to 999,999; got ${quote(version)}`;
}

export function prefixProblem(prefix: unknown): string | undefined {
  return matches(prefix, PREFIX_PATTERN) && prefix.length <= 200 && prefix !== STAGING_PREFIX && !prefix.startsWith(`${STAGING_PREFIX}/`)
    ? undefined
    : `a prefix is folder names of letters, digits, ".", "_" and "-" joined by "/", at most 200 characters, not under ${STAGING_PREFIX}; got ${quote(prefix)}`;
}

export function suffixProblem(suffix: unknown): string | undefined {
  return matches(suffix, SUFFIX_PATTERN) && suffix.length <= 20
    ? undefined
    : `a suffix is a file extension like ".tar.gz", at most 20 characters; got ${quote(suffix)}`;
}

type Assertion = (value: unknown) => asserts value is string;
export const assertLob: Assertion = asserting(lobProblem);
export const assertModel: Assertion = asserting(modelProblem);
export const assertAlias: Assertion = asserting(aliasProblem);

/** Whether `value` is a lower-case hexadecimal SHA-256, the form of every tree digest and checksum. */
export function isSha256(value: unknown): value is string {
  return matches(value, SHA256_PATTERN);
}

/** Whether `value` has the form of a write token, the random name of one upload. */
export function isToken(value: unknown): value is string {
  return matches(value, TOKEN_PATTERN);
}

/** Default names of a LOB's own bucket and tables. */
export function ownNames(accountId: string, region: string, lob: string): { bucket: string; catalogTable: string; registryTable: string } {
  return {
    bucket: `${accountId}-${region}-${lob}-artifacts`,
    catalogTable: `${lob}-${SHARED_CATALOG_TABLE}`,
    registryTable: `${lob}-${SHARED_REGISTRY_TABLE}`,
  };
}

/** Default names of a bucket and tables that several LOBs share. */
export function sharedNames(accountId: string, region: string): { bucket: string; catalogTable: string; registryTable: string } {
  return { bucket: `${accountId}-${region}-artifacts`, catalogTable: SHARED_CATALOG_TABLE, registryTable: SHARED_REGISTRY_TABLE };
}

export const SHARED_CATALOG_TABLE = "model-catalog";
export const SHARED_REGISTRY_TABLE = "model-registry";

/** Catalog tables that may hold a LOB's row if only its name is known, in the order in which they are read. */
export function catalogTableCandidates(lob: string): string[] {
  return [`${lob}-${SHARED_CATALOG_TABLE}`, SHARED_CATALOG_TABLE];
}

// ---- S3 --------------------------------------------------------------------------------------------------------------

/** Bucket, prefix and suffix of one LOB's objects. */
export interface Place {
  /** Bucket name. */
  readonly bucket: string;
  /** Key prefix without a slash at either end, for example `ml-models`. */
  readonly prefix: string;
  /** File extension of every artifact, for example `.tar.gz`. */
  readonly suffix: string;
  readonly lob: string;
}

/** File name of a version without its suffix. The number is reversed, so that a listing begins with LATEST, then the newest. */
export function encodeVersion(version: number | typeof LATEST): string {
  if (version === LATEST) return `000000_${LATEST}`;
  const problem = versionProblem(version);
  if (problem) throw new LayoutError(problem);
  return `${pad(MAX_VERSION + 1 - version)}_${pad(version)}`;
}

/** The inverse of {@link encodeVersion}; undefined for any other text. */
export function decodeVersion(name: string): number | typeof LATEST | undefined {
  if (name === `000000_${LATEST}`) return LATEST;
  const match = /^(\d{6})_(\d{6})$/.exec(name);
  if (!match) return undefined;
  const version = Number(match[2]);
  return versionProblem(version) === undefined && Number(match[1]) === MAX_VERSION + 1 - version ? version : undefined;
}

/** Folder of all models of a LOB, with a slash at the end. */
export const lobPrefix = (place: Omit<Place, "bucket">): string => `${place.prefix}/${place.lob}/`;
const modelPrefix = (place: Place, model: string): string => `${lobPrefix(place)}${model}/`;
/** Folder of all versions of a model, with a slash at the end. */
export const versionsPrefix = (place: Place, model: string): string => `${modelPrefix(place, model)}versions/`;
export const versionKey = (place: Place, model: string, version: number | typeof LATEST): string =>
  `${versionsPrefix(place, model)}${encodeVersion(version)}${place.suffix}`;
export const manifestKey = (place: Place, model: string, manifestSha256: string): string =>
  `${modelPrefix(place, model)}manifests/${manifestSha256}.json.gz`;
export const aliasKey = (place: Place, model: string, alias: string): string => `${modelPrefix(place, model)}aliases/${alias}.json`;
export const historyKey = (place: Place, model: string, alias: string, revision: number): string =>
  `${modelPrefix(place, model)}history/${alias}/${pad(revision)}.json`;
/** Folder of all uploads in progress of a LOB, with a slash at the end. */
export const stagingPrefix = (lob: string): string => `${STAGING_PREFIX}/${lob}/`;
/** Key of one upload in progress. The token makes it unique to one writer. */
export const stagingKey = (place: Place, model: string, treeDigest: string, token: string): string =>
  `${stagingPrefix(place.lob)}${model}/${treeDigest}/${token}${place.suffix}`;

/** Parses a key in the versions folder of a model; undefined if it is not a version. */
export function parseVersionKey(place: Place, key: string): { model: string; version: number | typeof LATEST } | undefined {
  const start = lobPrefix(place);
  if (!key.startsWith(start) || !key.endsWith(place.suffix)) return undefined;
  const parts = key.slice(start.length, key.length - place.suffix.length).split("/");
  const [model, folder, name] = parts;
  if (parts.length !== 3 || folder !== "versions" || modelProblem(model) !== undefined) return undefined;
  const version = decodeVersion(name!);
  return version === undefined ? undefined : { model: model!, version };
}

/** Parses the key of a number of any LOB, without knowing prefix and suffix; undefined if it is not one. */
export function parseNumberKey(key: string): { lob: string; model: string; version: number } | undefined {
  const [file = "", folder, model, lob, ...prefix] = key.split("/").reverse();
  const match = /^(\d{6}_\d{6})(\..+)$/.exec(file);
  if (!match || folder !== "versions" || suffixProblem(match[2]) !== undefined) return undefined;
  if (lobProblem(lob) !== undefined || modelProblem(model) !== undefined) return undefined;
  if (prefixProblem(prefix.reverse().join("/")) !== undefined) return undefined;
  const version = decodeVersion(match[1]!);
  return typeof version === "number" ? { lob: lob!, model: model!, version } : undefined;
}

/** `s3://bucket/key`. */
export const s3Uri = (bucket: string, key: string): string => `s3://${bucket}/${key}`;

/** Bucket and key of an `s3://` URI; undefined for any other text. */
export function parseS3Uri(uri: string): { bucket: string; key: string } | undefined {
  const match = /^s3:\/\/([^/]+)\/(.+)$/s.exec(uri);
  return match ? { bucket: match[1]!, key: match[2]! } : undefined;
}

/** Metadata names of the objects in a model's versions folder. `versioned` reads the first two. */
export const METADATA = {
  artifactName: "artifact_name",
  artifactSha256: "artifact_sha256",
  artifactVersion: "artifact_version",
  treeDigest: "tree_digest",
  writeToken: "write_token",
  manifestSha256: "manifest_sha256",
} as const;

/** Tag of the LATEST object, so that a lifecycle rule expires only its noncurrent copies. */
export const LATEST_TAG = { key: "lob-registry", value: "latest" } as const;

/** Key patterns of the numbered versions, for policies. One per last digit, because `*` in its place would also match LATEST. */
export function numberKeyPatterns(place: Omit<Place, "bucket">): string[] {
  return Array.from({ length: 10 }, (_, digit) => `${lobPrefix(place)}*/versions/*_?????${digit}${place.suffix}`);
}

/** Key patterns of what only we write, once: manifests and the history of aliases. */
export function recordKeyPatterns(place: Omit<Place, "bucket">): string[] {
  return [`${lobPrefix(place)}*/manifests/*`, `${lobPrefix(place)}*/history/*`];
}

/** Key patterns of all the objects that are written once: numbers, manifests, history. */
export function writeOnceKeyPatterns(place: Omit<Place, "bucket">): string[] {
  return [...numberKeyPatterns(place), ...recordKeyPatterns(place)];
}

// ---- DynamoDB --------------------------------------------------------------------------------------------------------

export const CATALOG_HASH_KEY = "namespace";
export const REGISTRY_HASH_KEY = "url";

/** Catalog hash keys of a LOB, a model and an alias. */
export const lobNamespace = (lob: string): string => lob;
export const modelNamespace = (lob: string, model: string): string => `${lob}/${model}`;
export const aliasNamespace = (lob: string, model: string, alias: string): string => `${lob}/${model}@${alias}`;

/** Parses a catalog hash key; undefined if it is not one of the three kinds. */
export function parseNamespace(namespace: string): { lob: string; model?: string; alias?: string } | undefined {
  const match = /^([^/@]+)(?:\/([^/@]+)(?:@([^/@]+))?)?$/.exec(namespace);
  if (!match) return undefined;
  const [, lob, model, alias] = match;
  if (lobProblem(lob) || (model !== undefined && modelProblem(model)) || (alias !== undefined && aliasProblem(alias))) return undefined;
  return { lob: lob!, ...(model !== undefined && { model }), ...(alias !== undefined && { alias }) };
}

/** Hash key of a version's registry row for its whole life: the URI of its object. */
export const versionUrl = (place: Place, model: string, version: number): string => s3Uri(place.bucket, versionKey(place, model, version));
/** Hash key of the pointer to the newest version with this content. */
export const digestUrl = (lob: string, model: string, treeDigest: string): string => `digest://${lob}/${model}/${treeDigest}`;
/** Hash key of the pointer from an idempotency key to its version. */
export const keyUrl = (lob: string, model: string, key: string): string => `key://${lob}/${model}/${key}`;
/** Hash key of one move of an alias. */
export const moveUrl = (lob: string, model: string, alias: string, revision: number): string =>
  `event://${lob}/${model}@${alias}/${pad(revision)}`;

/** Values of the attribute `kind` of catalog rows. */
export const KINDS = { lob: "LOB", model: "MODEL", alias: "ALIAS" } as const;

/** The LOB's own row. The component writes it; everything else finds the LOB's data through it. */
export interface LobRow {
  readonly lob: string;
  readonly layoutVersion: number;
  readonly bucket: string;
  /** AWS account id of the bucket's owner, sent with every request: somebody else may register the name of a deleted bucket. */
  readonly bucketOwner: string;
  readonly bucketRegion: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly registryTable: string;
  /** ARN of the customer managed KMS key; absent for SSE-S3, the default. */
  readonly kmsKeyArn?: string;
  /** Whether the bucket policy refuses to replace a version. */
  readonly writeOnce: boolean;
  readonly protectedAliases: readonly string[];
  readonly description?: string;
  readonly owner?: string;
}

/** DynamoDB's JSON for the few types that the LOB row uses. */
export type Attribute = { S: string } | { N: string } | { BOOL: boolean } | { L: Attribute[] };

/** The LOB's row as DynamoDB stores it. */
export function lobRowItem(row: LobRow): Record<string, Attribute> {
  const text = (value: string): Attribute => ({ S: value });
  return {
    [CATALOG_HASH_KEY]: text(lobNamespace(row.lob)),
    kind: text(KINDS.lob),
    lob: text(row.lob),
    layoutVersion: { N: String(row.layoutVersion) },
    bucket: text(row.bucket),
    bucketOwner: text(row.bucketOwner),
    bucketRegion: text(row.bucketRegion),
    prefix: text(row.prefix),
    suffix: text(row.suffix),
    registryTable: text(row.registryTable),
    writeOnce: { BOOL: row.writeOnce },
    protectedAliases: { L: row.protectedAliases.map(text) },
    ...(row.kmsKeyArn !== undefined && { kmsKeyArn: text(row.kmsKeyArn) }),
    ...(row.description !== undefined && { description: text(row.description) }),
    ...(row.owner !== undefined && { owner: text(row.owner) }),
  };
}

/** A secondary index. It contains only rows that have its hash attribute. */
export interface IndexSpec {
  readonly name: string;
  readonly hashKey: string;
  readonly rangeKey: string;
  readonly rangeType: "S" | "N";
  /** Attributes projected in addition to the keys: the columns of lists. */
  readonly projected: readonly string[];
}

export const REGISTRY_INDEXES = {
  /** READY and YANKED versions of a model, by number. */
  versions: {
    name: "versions",
    hashKey: "versionsOf",
    rangeKey: "version",
    rangeType: "N",
    projected: [
      "status",
      "reservedAt",
      "readyAt",
      "sha256",
      "treeDigest",
      "size",
      "files",
      "contentBytes",
      "metrics",
      "description",
      "tags",
      "actor",
      "gitCommit",
      "gitRef",
      "releaseTag",
      "runUrl",
      "holders",
      "origin",
    ],
  },
  /** RESERVED versions of a LOB, by time. */
  pending: {
    name: "pending",
    hashKey: "pendingOf",
    rangeKey: "reservedAt",
    rangeType: "S",
    projected: ["status", "model", "version", "token", "treeDigest", "stagingKey"],
  },
  /** Moves of the aliases of a model, by time. */
  history: {
    name: "history",
    hashKey: "historyOf",
    rangeKey: "at",
    rangeType: "S",
    projected: ["alias", "revision", "fromVersion", "toVersion", "secondaryVersion", "secondaryWeight", "actor", "runUrl", "reason"],
  },
} as const satisfies Record<string, IndexSpec>;

export const CATALOG_INDEXES = {
  /** All rows of a LOB: its own, its models and their aliases. */
  byLob: {
    name: "by-lob",
    hashKey: "lob",
    rangeKey: CATALOG_HASH_KEY,
    rangeType: "S",
    projected: ["kind", "model", "alias", "next", "latest", "version", "description", "owner", "tags", "createdAt", "updatedAt"],
  },
} as const satisfies Record<string, IndexSpec>;

/** Hash attribute values of the indexes. */
export const versionsOf = (lob: string, model: string): string => `${lob}/${model}`;
export const pendingOf = (lob: string): string => lob;
export const historyOf = (lob: string, model: string): string => `${lob}/${model}`;

// ---- helpers ---------------------------------------------------------------------------------------------------------

function matches(value: unknown, pattern: RegExp): value is string {
  return typeof value === "string" && pattern.test(value);
}

function asserting(problemOf: (value: unknown) => string | undefined): Assertion {
  return (value) => {
    const problem = problemOf(value);
    if (problem) throw new LayoutError(problem);
  };
}

const pad = (n: number): string => String(n).padStart(6, "0");

/** Shortens a value to one line for an error message. */
function quote(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
