"use strict";
// Generated from core/src/layout.ts by `npm run generate`. Do not edit.
/**
 * Every key, table, attribute and index name of the registry, and their parsers.
 *
 * No other file spells them. It imports nothing, so that the Pulumi component can ship a copy, and what is declared cannot drift from what
 * is used. The S3 part is the layout of the S3-only back end of the Python library `versioned` 1.0.1, which can read everything published
 * here.
 */
Object.defineProperty(exports, "__esModule", { value: true });
exports.historyOf = exports.pendingOf = exports.versionsOf = exports.CATALOG_INDEXES = exports.REGISTRY_INDEXES = exports.KINDS = exports.moveUrl = exports.keyUrl = exports.digestUrl = exports.versionUrl = exports.aliasNamespace = exports.modelNamespace = exports.lobNamespace = exports.REGISTRY_HASH_KEY = exports.CATALOG_HASH_KEY = exports.LATEST_TAG = exports.METADATA = exports.s3Uri = exports.stagingKey = exports.stagingPrefix = exports.historyKey = exports.aliasKey = exports.manifestKey = exports.versionKey = exports.versionsPrefix = exports.lobPrefix = exports.SHARED_REGISTRY_TABLE = exports.SHARED_CATALOG_TABLE = exports.assertAlias = exports.assertModel = exports.assertLob = exports.STAGING_PREFIX = exports.DEFAULT_SUFFIX = exports.DEFAULT_PREFIX = exports.LATEST = exports.MAX_VERSION = exports.LAYOUT_VERSION = exports.LayoutError = void 0;
exports.lobProblem = lobProblem;
exports.bucketLobProblem = bucketLobProblem;
exports.modelProblem = modelProblem;
exports.aliasProblem = aliasProblem;
exports.versionProblem = versionProblem;
exports.prefixProblem = prefixProblem;
exports.suffixProblem = suffixProblem;
exports.isSha256 = isSha256;
exports.isToken = isToken;
exports.ownNames = ownNames;
exports.sharedNames = sharedNames;
exports.catalogTableCandidates = catalogTableCandidates;
exports.encodeVersion = encodeVersion;
exports.decodeVersion = decodeVersion;
exports.parseVersionKey = parseVersionKey;
exports.parseNumberKey = parseNumberKey;
exports.parseS3Uri = parseS3Uri;
exports.numberKeyPatterns = numberKeyPatterns;
exports.recordKeyPatterns = recordKeyPatterns;
exports.writeOnceKeyPatterns = writeOnceKeyPatterns;
exports.parseNamespace = parseNamespace;
exports.lobRowItem = lobRowItem;
/** Thrown by the `assert…` functions. The message describes a wrong name or number to the person who typed it. */
class LayoutError extends Error {
    name = "LayoutError";
}
exports.LayoutError = LayoutError;
/** Version of the whole layout (S3 keys and table rows). A client must not write to a LOB whose row has a higher one. */
exports.LAYOUT_VERSION = 1;
// ---- names -----------------------------------------------------------------------------------------------------------
/** Highest version number that the six digits of a file name can order. */
exports.MAX_VERSION = 999_999;
/** Name of the newest version, in keys and on the command line. */
exports.LATEST = "LATEST";
exports.DEFAULT_PREFIX = "ml-models";
exports.DEFAULT_SUFFIX = ".tar.gz";
/** Prefix of uploads in progress. It is outside the LOB's prefix, because `versioned` lists every folder below that as a model. */
exports.STAGING_PREFIX = "ml-staging";
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
function lobProblem(lob) {
    return matches(lob, LOB_PATTERN)
        ? undefined
        : `a LOB name is 1 to 40 characters: a lower-case letter, then lower-case letters, digits, "-" and "_"; got ${quote(lob)}`;
}
/** The problem of a valid LOB name as part of its bucket's default name. */
function bucketLobProblem(lob) {
    return matches(lob, BUCKET_LOB_PATTERN)
        ? undefined
        : `the default name of the bucket allows LOB names of at most 22 characters without "_"; got ${quote(lob)}`;
}
function modelProblem(model) {
    return matches(model, MODEL_PATTERN)
        ? undefined
        : `a model name is 1 to 100 characters: a letter or digit, then letters, digits, ".", "_" and "-" (no "/" and no "@"); got ${quote(model)}`;
}
function aliasProblem(alias) {
    if (typeof alias === "string" && alias.toUpperCase() === exports.LATEST) {
        return `an alias cannot be called ${exports.LATEST}: that is the pointer to the newest version`;
    }
    return matches(alias, ALIAS_PATTERN)
        ? undefined
        : `an alias is 1 to 64 characters: a letter, then letters, digits, "_" and "." (no "-": the Python library refuses it); got ${quote(alias)}`;
}
function versionProblem(version) {
    return typeof version === "number" && Number.isInteger(version) && version >= 1 && version <= exports.MAX_VERSION
        ? undefined
        : `a version is an integer from 1 to 999,999; got ${quote(version)}`;
}
function prefixProblem(prefix) {
    return matches(prefix, PREFIX_PATTERN) && prefix.length <= 200 && prefix !== exports.STAGING_PREFIX && !prefix.startsWith(`${exports.STAGING_PREFIX}/`)
        ? undefined
        : `a prefix is folder names of letters, digits, ".", "_" and "-" joined by "/", at most 200 characters, not under ${exports.STAGING_PREFIX}; got ${quote(prefix)}`;
}
function suffixProblem(suffix) {
    return matches(suffix, SUFFIX_PATTERN) && suffix.length <= 20
        ? undefined
        : `a suffix is a file extension like ".tar.gz", at most 20 characters; got ${quote(suffix)}`;
}
exports.assertLob = asserting(lobProblem);
exports.assertModel = asserting(modelProblem);
exports.assertAlias = asserting(aliasProblem);
/** Whether `value` is a lower-case hexadecimal SHA-256, the form of every tree digest and checksum. */
function isSha256(value) {
    return matches(value, SHA256_PATTERN);
}
/** Whether `value` has the form of a write token, the random name of one upload. */
function isToken(value) {
    return matches(value, TOKEN_PATTERN);
}
/** Default names of a LOB's own bucket and tables. */
function ownNames(accountId, region, lob) {
    return {
        bucket: `${accountId}-${region}-${lob}-artifacts`,
        catalogTable: `${lob}-${exports.SHARED_CATALOG_TABLE}`,
        registryTable: `${lob}-${exports.SHARED_REGISTRY_TABLE}`,
    };
}
/** Default names of a bucket and tables that several LOBs share. */
function sharedNames(accountId, region) {
    return { bucket: `${accountId}-${region}-artifacts`, catalogTable: exports.SHARED_CATALOG_TABLE, registryTable: exports.SHARED_REGISTRY_TABLE };
}
exports.SHARED_CATALOG_TABLE = "model-catalog";
exports.SHARED_REGISTRY_TABLE = "model-registry";
/** Catalog tables that may hold a LOB's row if only its name is known, in the order in which they are read. */
function catalogTableCandidates(lob) {
    return [`${lob}-${exports.SHARED_CATALOG_TABLE}`, exports.SHARED_CATALOG_TABLE];
}
/** File name of a version without its suffix. The number is reversed, so that a listing begins with LATEST, then the newest. */
function encodeVersion(version) {
    if (version === exports.LATEST)
        return `000000_${exports.LATEST}`;
    const problem = versionProblem(version);
    if (problem)
        throw new LayoutError(problem);
    return `${pad(exports.MAX_VERSION + 1 - version)}_${pad(version)}`;
}
/** The inverse of {@link encodeVersion}; undefined for any other text. */
function decodeVersion(name) {
    if (name === `000000_${exports.LATEST}`)
        return exports.LATEST;
    const match = /^(\d{6})_(\d{6})$/.exec(name);
    if (!match)
        return undefined;
    const version = Number(match[2]);
    return versionProblem(version) === undefined && Number(match[1]) === exports.MAX_VERSION + 1 - version ? version : undefined;
}
/** Folder of all models of a LOB, with a slash at the end. */
const lobPrefix = (place) => `${place.prefix}/${place.lob}/`;
exports.lobPrefix = lobPrefix;
const modelPrefix = (place, model) => `${(0, exports.lobPrefix)(place)}${model}/`;
/** Folder of all versions of a model, with a slash at the end. */
const versionsPrefix = (place, model) => `${modelPrefix(place, model)}versions/`;
exports.versionsPrefix = versionsPrefix;
const versionKey = (place, model, version) => `${(0, exports.versionsPrefix)(place, model)}${encodeVersion(version)}${place.suffix}`;
exports.versionKey = versionKey;
const manifestKey = (place, model, manifestSha256) => `${modelPrefix(place, model)}manifests/${manifestSha256}.json.gz`;
exports.manifestKey = manifestKey;
const aliasKey = (place, model, alias) => `${modelPrefix(place, model)}aliases/${alias}.json`;
exports.aliasKey = aliasKey;
const historyKey = (place, model, alias, revision) => `${modelPrefix(place, model)}history/${alias}/${pad(revision)}.json`;
exports.historyKey = historyKey;
/** Folder of all uploads in progress of a LOB, with a slash at the end. */
const stagingPrefix = (lob) => `${exports.STAGING_PREFIX}/${lob}/`;
exports.stagingPrefix = stagingPrefix;
/** Key of one upload in progress. The token makes it unique to one writer. */
const stagingKey = (place, model, treeDigest, token) => `${(0, exports.stagingPrefix)(place.lob)}${model}/${treeDigest}/${token}${place.suffix}`;
exports.stagingKey = stagingKey;
/** Parses a key in the versions folder of a model; undefined if it is not a version. */
function parseVersionKey(place, key) {
    const start = (0, exports.lobPrefix)(place);
    if (!key.startsWith(start) || !key.endsWith(place.suffix))
        return undefined;
    const parts = key.slice(start.length, key.length - place.suffix.length).split("/");
    const [model, folder, name] = parts;
    if (parts.length !== 3 || folder !== "versions" || modelProblem(model) !== undefined)
        return undefined;
    const version = decodeVersion(name);
    return version === undefined ? undefined : { model: model, version };
}
/** Parses the key of a number of any LOB, without knowing prefix and suffix; undefined if it is not one. */
function parseNumberKey(key) {
    const [file = "", folder, model, lob, ...prefix] = key.split("/").reverse();
    const match = /^(\d{6}_\d{6})(\..+)$/.exec(file);
    if (!match || folder !== "versions" || suffixProblem(match[2]) !== undefined)
        return undefined;
    if (lobProblem(lob) !== undefined || modelProblem(model) !== undefined)
        return undefined;
    if (prefixProblem(prefix.reverse().join("/")) !== undefined)
        return undefined;
    const version = decodeVersion(match[1]);
    return typeof version === "number" ? { lob: lob, model: model, version } : undefined;
}
/** `s3://bucket/key`. */
const s3Uri = (bucket, key) => `s3://${bucket}/${key}`;
exports.s3Uri = s3Uri;
/** Bucket and key of an `s3://` URI; undefined for any other text. */
function parseS3Uri(uri) {
    const match = /^s3:\/\/([^/]+)\/(.+)$/s.exec(uri);
    return match ? { bucket: match[1], key: match[2] } : undefined;
}
/** Metadata names of the objects in a model's versions folder. `versioned` reads the first two. */
exports.METADATA = {
    artifactName: "artifact_name",
    artifactSha256: "artifact_sha256",
    artifactVersion: "artifact_version",
    treeDigest: "tree_digest",
    writeToken: "write_token",
    manifestSha256: "manifest_sha256",
};
/** Tag of the LATEST object, so that a lifecycle rule expires only its noncurrent copies. */
exports.LATEST_TAG = { key: "lob-registry", value: "latest" };
/** Key patterns of the numbered versions, for policies. One per last digit, because `*` in its place would also match LATEST. */
function numberKeyPatterns(place) {
    return Array.from({ length: 10 }, (_, digit) => `${(0, exports.lobPrefix)(place)}*/versions/*_?????${digit}${place.suffix}`);
}
/** Key patterns of what only we write, once: manifests and the history of aliases. */
function recordKeyPatterns(place) {
    return [`${(0, exports.lobPrefix)(place)}*/manifests/*`, `${(0, exports.lobPrefix)(place)}*/history/*`];
}
/** Key patterns of all the objects that are written once: numbers, manifests, history. */
function writeOnceKeyPatterns(place) {
    return [...numberKeyPatterns(place), ...recordKeyPatterns(place)];
}
// ---- DynamoDB --------------------------------------------------------------------------------------------------------
exports.CATALOG_HASH_KEY = "namespace";
exports.REGISTRY_HASH_KEY = "url";
/** Catalog hash keys of a LOB, a model and an alias. */
const lobNamespace = (lob) => lob;
exports.lobNamespace = lobNamespace;
const modelNamespace = (lob, model) => `${lob}/${model}`;
exports.modelNamespace = modelNamespace;
const aliasNamespace = (lob, model, alias) => `${lob}/${model}@${alias}`;
exports.aliasNamespace = aliasNamespace;
/** Parses a catalog hash key; undefined if it is not one of the three kinds. */
function parseNamespace(namespace) {
    const match = /^([^/@]+)(?:\/([^/@]+)(?:@([^/@]+))?)?$/.exec(namespace);
    if (!match)
        return undefined;
    const [, lob, model, alias] = match;
    if (lobProblem(lob) || (model !== undefined && modelProblem(model)) || (alias !== undefined && aliasProblem(alias)))
        return undefined;
    return { lob: lob, ...(model !== undefined && { model }), ...(alias !== undefined && { alias }) };
}
/** Hash key of a version's registry row for its whole life: the URI of its object. */
const versionUrl = (place, model, version) => (0, exports.s3Uri)(place.bucket, (0, exports.versionKey)(place, model, version));
exports.versionUrl = versionUrl;
/** Hash key of the pointer to the newest version with this content. */
const digestUrl = (lob, model, treeDigest) => `digest://${lob}/${model}/${treeDigest}`;
exports.digestUrl = digestUrl;
/** Hash key of the pointer from an idempotency key to its version. */
const keyUrl = (lob, model, key) => `key://${lob}/${model}/${key}`;
exports.keyUrl = keyUrl;
/** Hash key of one move of an alias. */
const moveUrl = (lob, model, alias, revision) => `event://${lob}/${model}@${alias}/${pad(revision)}`;
exports.moveUrl = moveUrl;
/** Values of the attribute `kind` of catalog rows. */
exports.KINDS = { lob: "LOB", model: "MODEL", alias: "ALIAS" };
/** The LOB's row as DynamoDB stores it. */
function lobRowItem(row) {
    const text = (value) => ({ S: value });
    return {
        [exports.CATALOG_HASH_KEY]: text((0, exports.lobNamespace)(row.lob)),
        kind: text(exports.KINDS.lob),
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
exports.REGISTRY_INDEXES = {
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
};
exports.CATALOG_INDEXES = {
    /** All rows of a LOB: its own, its models and their aliases. */
    byLob: {
        name: "by-lob",
        hashKey: "lob",
        rangeKey: exports.CATALOG_HASH_KEY,
        rangeType: "S",
        projected: ["kind", "model", "alias", "next", "latest", "version", "description", "owner", "tags", "createdAt", "updatedAt"],
    },
};
/** Hash attribute values of the indexes. */
const versionsOf = (lob, model) => `${lob}/${model}`;
exports.versionsOf = versionsOf;
const pendingOf = (lob) => lob;
exports.pendingOf = pendingOf;
const historyOf = (lob, model) => `${lob}/${model}`;
exports.historyOf = historyOf;
// ---- helpers ---------------------------------------------------------------------------------------------------------
function matches(value, pattern) {
    return typeof value === "string" && pattern.test(value);
}
function asserting(problemOf) {
    return (value) => {
        const problem = problemOf(value);
        if (problem)
            throw new LayoutError(problem);
    };
}
const pad = (n) => String(n).padStart(6, "0");
/** Shortens a value to one line for an error message. */
function quote(value) {
    if (typeof value === "object" && value !== null)
        return Array.isArray(value) ? "a list" : "an object";
    const text = typeof value === "string" ? JSON.stringify(value) : String(value);
    return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
