// Generated from core/src/layout.ts by `npm run generate`. Do not edit.
/**
 * Every key, table, attribute and index name of the registry, and how each is parsed.
 *
 * This is the only file that spells them. It imports nothing, so that the Pulumi component can carry it along and what is
 * declared cannot drift from what is used. The S3 part is the layout of the Python library `versioned` 1.0.1 (its S3-only
 * back end), which goes on reading what is published here.
 */

/** What is wrong with a name or number, in words for the person who typed it. Thrown by the `assert…` functions. */
export class LayoutError extends Error {
  override readonly name = "LayoutError";
}

/** Version of the whole layout (S3 keys and table rows). A client that meets a newer one in the LOB's row must not write. */
export const LAYOUT_VERSION = 1;

// ---- names -----------------------------------------------------------------------------------------------------------

/** The highest version number that the file name encoding can order: six digits. */
export const MAX_VERSION = 999_999;
/** How the newest version is called, in keys and on the command line. */
export const LATEST = "LATEST";

export const DEFAULT_PREFIX = "ml-models";
export const DEFAULT_SUFFIX = ".tar.gz";
/** Uploads on their way live outside the prefix: `versioned` lists each folder under the prefix as a model. */
export const STAGING_PREFIX = "ml-staging";

const LOB_PATTERN = /^[a-z][a-z0-9-]{0,21}$/;
const MODEL_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const ALIAS_PATTERN = /^[A-Za-z][A-Za-z0-9_.]{0,63}$/;
const PREFIX_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;
const SUFFIX_PATTERN = /^(\.[A-Za-z0-9]+){1,3}$/;
const SHA256_PATTERN = /^[0-9a-f]{64}$/;
const TOKEN_PATTERN = /^[A-Za-z0-9_-]{16,64}$/;

/** Each `…Problem` function answers what is wrong with a value, or undefined when it is fine. */
export function lobProblem(lob: unknown): string | undefined {
  return matches(lob, LOB_PATTERN)
    ? undefined
    : `a LOB name is 1 to 22 characters: a lower-case letter, then lower-case letters, digits and "-"; got ${quote(lob)}`;
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
    : `a suffix is a file extension such as ".tar.gz", at most 20 characters; got ${quote(suffix)}`;
}

type Assertion = (value: unknown) => asserts value is string;
export const assertLob: Assertion = asserting(lobProblem);
export const assertModel: Assertion = asserting(modelProblem);
export const assertAlias: Assertion = asserting(aliasProblem);

/** Whether `value` is a lower-case hexadecimal SHA-256, as tree digests and checksums are written everywhere here. */
export function isSha256(value: unknown): value is string {
  return matches(value, SHA256_PATTERN);
}

/** Whether `value` can be a write token: the random name of one upload. */
export function isToken(value: unknown): value is string {
  return matches(value, TOKEN_PATTERN);
}

/** The default names of a LOB's own bucket and tables. */
export function ownNames(accountId: string, region: string, lob: string): { bucket: string; catalogTable: string; registryTable: string } {
  return {
    bucket: `${accountId}-${region}-${lob}-artifacts`,
    catalogTable: `${lob}-${SHARED_CATALOG_TABLE}`,
    registryTable: `${lob}-${SHARED_REGISTRY_TABLE}`,
  };
}

/** The default names of a bucket and tables that several LOBs share. */
export function sharedNames(accountId: string, region: string): { bucket: string; catalogTable: string; registryTable: string } {
  return { bucket: `${accountId}-${region}-artifacts`, catalogTable: SHARED_CATALOG_TABLE, registryTable: SHARED_REGISTRY_TABLE };
}

export const SHARED_CATALOG_TABLE = "model-catalog";
export const SHARED_REGISTRY_TABLE = "model-registry";

/** Where a LOB's row may be when only its name is known, in the order in which the tables are asked. */
export function catalogTableCandidates(lob: string): string[] {
  return [`${lob}-${SHARED_CATALOG_TABLE}`, SHARED_CATALOG_TABLE];
}

// ---- S3 --------------------------------------------------------------------------------------------------------------

/** Where one LOB's objects are. */
export interface Place {
  /** Bucket name. */
  readonly bucket: string;
  /** Key prefix with no slash at either end, such as `ml-models`. */
  readonly prefix: string;
  /** File extension of every artifact, such as `.tar.gz`. */
  readonly suffix: string;
  readonly lob: string;
}

/** File name of a version without its suffix: reversed number first, so that a listing begins with LATEST, then the newest. */
export function encodeVersion(version: number | typeof LATEST): string {
  if (version === LATEST) return `000000_${LATEST}`;
  const problem = versionProblem(version);
  if (problem) throw new LayoutError(problem);
  return `${pad(MAX_VERSION + 1 - version)}_${pad(version)}`;
}

/** The inverse of {@link encodeVersion}; undefined for anything that it does not write. */
export function decodeVersion(name: string): number | typeof LATEST | undefined {
  if (name === `000000_${LATEST}`) return LATEST;
  const match = /^(\d{6})_(\d{6})$/.exec(name);
  if (!match) return undefined;
  const version = Number(match[2]);
  return versionProblem(version) === undefined && Number(match[1]) === MAX_VERSION + 1 - version ? version : undefined;
}

/** Folder of all models of a LOB, with its slash at the end. */
export const lobPrefix = (place: Omit<Place, "bucket">): string => `${place.prefix}/${place.lob}/`;
const modelPrefix = (place: Place, model: string): string => `${lobPrefix(place)}${model}/`;
/** Folder of all versions of a model, with its slash at the end. */
export const versionsPrefix = (place: Place, model: string): string => `${modelPrefix(place, model)}versions/`;
export const versionKey = (place: Place, model: string, version: number | typeof LATEST): string =>
  `${versionsPrefix(place, model)}${encodeVersion(version)}${place.suffix}`;
export const manifestKey = (place: Place, model: string, manifestSha256: string): string =>
  `${modelPrefix(place, model)}manifests/${manifestSha256}.json.gz`;
export const aliasKey = (place: Place, model: string, alias: string): string => `${modelPrefix(place, model)}aliases/${alias}.json`;
export const historyKey = (place: Place, model: string, alias: string, revision: number): string =>
  `${modelPrefix(place, model)}history/${alias}/${pad(revision)}.json`;
/** Folder of all uploads of a LOB that are on their way, with its slash at the end. */
export const stagingPrefix = (lob: string): string => `${STAGING_PREFIX}/${lob}/`;
/** One upload on its way: one writer, named by the token that was made for this upload alone. */
export const stagingKey = (place: Place, model: string, treeDigest: string, token: string): string =>
  `${stagingPrefix(place.lob)}${model}/${treeDigest}/${token}${place.suffix}`;

/** What a key under the versions folder of a model names; undefined when it is not one of ours. */
export function parseVersionKey(place: Place, key: string): { model: string; version: number | typeof LATEST } | undefined {
  const start = lobPrefix(place);
  if (!key.startsWith(start) || !key.endsWith(place.suffix)) return undefined;
  const parts = key.slice(start.length, key.length - place.suffix.length).split("/");
  const [model, folder, name] = parts;
  if (parts.length !== 3 || folder !== "versions" || modelProblem(model) !== undefined) return undefined;
  const version = decodeVersion(name!);
  return version === undefined ? undefined : { model: model!, version };
}

/** `s3://bucket/key`. */
export const s3Uri = (bucket: string, key: string): string => `s3://${bucket}/${key}`;

/** Bucket and key of an `s3://` address; undefined when it is none. */
export function parseS3Uri(uri: string): { bucket: string; key: string } | undefined {
  const match = /^s3:\/\/([^/]+)\/(.+)$/s.exec(uri);
  return match ? { bucket: match[1]!, key: match[2]! } : undefined;
}

/** Metadata of each object under a model's versions folder. The first two are read by `versioned`. */
export const METADATA = {
  artifactName: "artifact_name",
  artifactSha256: "artifact_sha256",
  artifactVersion: "artifact_version",
  treeDigest: "tree_digest",
  writeToken: "write_token",
  manifestSha256: "manifest_sha256",
} as const;

/** Tag of the LATEST object, so that a lifecycle rule can expire its noncurrent copies and no other object's. */
export const LATEST_TAG = { key: "lob-registry", value: "latest" } as const;

/**
 * Key patterns of the numbered versions, for policies: ten, for the last digit, because a `*` in its place would cover
 * LATEST too.
 */
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

/** Catalog row of a LOB, of a model, of an alias. */
export const lobNamespace = (lob: string): string => lob;
export const modelNamespace = (lob: string, model: string): string => `${lob}/${model}`;
export const aliasNamespace = (lob: string, model: string, alias: string): string => `${lob}/${model}@${alias}`;

/** What a catalog hash key names; undefined when it is none of the three. */
export function parseNamespace(namespace: string): { lob: string; model?: string; alias?: string } | undefined {
  const match = /^([^/@]+)(?:\/([^/@]+)(?:@([^/@]+))?)?$/.exec(namespace);
  if (!match) return undefined;
  const [, lob, model, alias] = match;
  if (lobProblem(lob) || (model !== undefined && modelProblem(model)) || (alias !== undefined && aliasProblem(alias))) return undefined;
  return { lob: lob!, ...(model !== undefined && { model }), ...(alias !== undefined && { alias }) };
}

/** Registry row of one version, for its whole life: the address of its object. */
export const versionUrl = (place: Place, model: string, version: number): string => s3Uri(place.bucket, versionKey(place, model, version));
/** Pointer to the newest version with this content. */
export const digestUrl = (lob: string, model: string, treeDigest: string): string => `digest://${lob}/${model}/${treeDigest}`;
/** Pointer: this idempotency key gave that version. */
export const keyUrl = (lob: string, model: string, key: string): string => `key://${lob}/${model}/${key}`;
/** One move of an alias. */
export const moveUrl = (lob: string, model: string, alias: string, revision: number): string =>
  `event://${lob}/${model}@${alias}/${pad(revision)}`;

/** What the catalog's rows are, in their attribute `kind`. */
export const KINDS = { lob: "LOB", model: "MODEL", alias: "ALIAS" } as const;

/** The LOB's own row. The component writes it, everything else only reads it: it tells where all the rest is. */
export interface LobRow {
  readonly lob: string;
  readonly layoutVersion: number;
  readonly bucket: string;
  /** AWS account id that owns the bucket: sent with every request, because bucket names can be claimed by strangers. */
  readonly bucketOwner: string;
  readonly bucketRegion: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly registryTable: string;
  /** ARN of the customer's KMS key; absent for SSE-S3, the default. */
  readonly kmsKeyArn?: string;
  /** Whether the bucket's policy refuses to replace a version. */
  readonly writeOnce: boolean;
  readonly protectedAliases: readonly string[];
  readonly description?: string;
  readonly owner?: string;
}

/** DynamoDB's own JSON for the few types that the LOB row uses. */
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

/** One secondary index: a row is in it only while it has the hash attribute. */
export interface IndexSpec {
  readonly name: string;
  readonly hashKey: string;
  readonly rangeKey: string;
  readonly rangeType: "S" | "N";
  /** Attributes projected beside the keys: what lists show. */
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
  /** Every row of a LOB: itself, its models, their aliases. */
  byLob: {
    name: "by-lob",
    hashKey: "lob",
    rangeKey: CATALOG_HASH_KEY,
    rangeType: "S",
    projected: ["kind", "model", "alias", "next", "latest", "version", "description", "owner", "tags", "createdAt", "updatedAt"],
  },
} as const satisfies Record<string, IndexSpec>;

/** Hash attributes of the indexes, for a row that shall be in one. */
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

/** A value as it was given, short and on one line, for an error message. */
function quote(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
