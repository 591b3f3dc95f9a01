/**
 * Rows of the two tables, to and from the values of types.ts. Anybody with access to a table may have written a row, so a row counts only
 * after it was parsed here.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { z } from "zod";
import { LobError } from "../errors.js";
import * as layout from "../layout.js";
import type { Lob, ModelSummary, Provenance, Version } from "../types.js";
import { STATUS_NAMES, STATUSES } from "./status.js";

export type Item = Record<string, AttributeValue>;

export const checked = (problemOf: (value: unknown) => string | undefined) =>
  z.string().superRefine((value, context) => {
    const problem = problemOf(value);
    if (problem) context.addIssue({ code: "custom", message: problem });
  });
const sha256 = z.string().refine(layout.isSha256, "is not a SHA-256 in hexadecimal");
const count = z.int().nonnegative();
export const time = z.string().max(40);
export const text = (max: number) => z.string().max(max);
const metrics = z.record(z.string(), z.number());
const tags = z.record(z.string(), z.string());

const lobRow = z.object({
  lob: checked(layout.lobProblem),
  layoutVersion: z.int().positive(),
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "is not a bucket name"),
  bucketOwner: z.string().regex(/^\d{12}$/, "is not an AWS account id"),
  bucketRegion: text(40),
  prefix: checked(layout.prefixProblem),
  suffix: checked(layout.suffixProblem),
  registryTable: z.string().regex(/^[A-Za-z0-9_.-]{3,255}$/, "is not a table name"),
  kmsKeyArn: text(2048).exactOptional(),
  writeOnce: z.boolean(),
  protectedAliases: z.array(checked(layout.aliasProblem)).max(100),
  description: text(10_000).exactOptional(),
  owner: text(1000).exactOptional(),
});

const modelRow = z.object({
  lob: checked(layout.lobProblem),
  model: checked(layout.modelProblem),
  next: z
    .int()
    .min(1)
    .max(layout.MAX_VERSION + 1),
  latest: z.int().min(0).max(layout.MAX_VERSION),
  latestTreeDigest: sha256.exactOptional(),
  latestSha256: sha256.exactOptional(),
  owner: text(1000).exactOptional(),
  description: text(10_000).exactOptional(),
  tags: tags.default({}),
  createdAt: time,
  updatedAt: time,
});

const versionRow = z
  .object({
    url: text(2048),
    lob: checked(layout.lobProblem),
    model: checked(layout.modelProblem),
    version: z.int().min(1).max(layout.MAX_VERSION),
    status: z.enum(STATUS_NAMES),
    token: z.string().refine((token) => token === "" || layout.isToken(token), "is not a write token"),
    treeDigest: sha256.exactOptional(),
    sha256,
    size: count,
    files: count,
    contentBytes: count,
    crc64nvme: text(40).exactOptional(),
    stagingKey: text(1024).exactOptional(),
    stagingETag: text(200).exactOptional(),
    manifestSha256: sha256.exactOptional(),
    metrics: metrics.default({}),
    tags: tags.default({}),
    description: text(10_000).exactOptional(),
    keys: z.array(text(1000)).default([]),
    origin: z.enum(["lob-registry", "versioned"]),
    reservedAt: time,
    readyAt: time.exactOptional(),
    holders: z.array(z.string()).default([]),
  })
  // This key is copied from and deleted, so it must name the model's own upload, whatever the row says.
  .refine(({ lob, model, stagingKey }) => stagingKey === undefined || stagingKey.startsWith(`${layout.stagingPrefix(lob)}${model}/`), {
    path: ["stagingKey"],
    message: "is not in the model's staging folder",
  })
  .refine(({ origin, treeDigest }) => origin === "versioned" || treeDigest !== undefined, {
    path: ["treeDigest"],
    message: "is missing, although only versions from the Python library lack it",
  });

/** Maximum characters of each provenance field. */
export const PROVENANCE_LIMITS = {
  gitCommit: 200,
  gitStatus: 20,
  gitRef: 1000,
  releaseTag: 1000,
  runUrl: 2048,
  repository: 300,
  actor: 300,
  event: 100,
} as const satisfies Record<keyof Provenance, number>;

const origin = (name: keyof Provenance) => text(PROVENANCE_LIMITS[name]).exactOptional();

/** Provenance is flat in a row, so that an index can project it. */
const provenanceRow = z.object({
  gitCommit: origin("gitCommit"),
  gitStatus: origin("gitStatus"),
  gitRef: origin("gitRef"),
  releaseTag: origin("releaseTag"),
  runUrl: origin("runUrl"),
  repository: origin("repository"),
  actor: origin("actor"),
  event: origin("event"),
});

const pointerRow = z.object({ version: z.int().min(1).max(layout.MAX_VERSION), treeDigest: sha256 });

/** Content of a `digest://` or `key://` row. */
/** A row that cannot be parsed, and why. */
export interface Unreadable {
  readonly unreadable: string;
}

export const isUnreadable = (value: object | undefined): value is Unreadable => value !== undefined && "unreadable" in value;

export type Pointer = z.infer<typeof pointerRow>;

/** Parses the LOB's row. @throws LobError LOB4004 if it cannot be parsed, LOB3004 if its layout is newer than this release */
export function parseLobRow(item: Item, catalogTable: string): Lob {
  const raw = unmarshalled(item);
  const layoutVersion = raw["layoutVersion"];
  // Checked before the rest, because a newer layout may have other attributes.
  if (typeof layoutVersion === "number" && layoutVersion > layout.LAYOUT_VERSION) {
    throw new LobError("LOB3004", `the LOB's row has layout version ${layoutVersion}; this release knows ${layout.LAYOUT_VERSION}`, {
      hint: "Use a newer release of the Action or of lobreg: the LOB was upgraded by its Pulumi stack.",
      details: { catalogTable, layoutVersion },
    });
  }
  return { ...parsed(lobRow, raw, `the LOB's row in table ${catalogTable}`), catalogTable };
}

/** Parses a model's row. @throws LobError LOB4004 */
export function parseModelRow(item: Item): ModelSummary {
  return parsed(modelRow, unmarshalled(item), `the catalog row ${nameOfRow(item)}`);
}

/** Parses a version's row. @throws LobError LOB4004 */
export function parseVersionRow(item: Item): Version {
  const raw = unmarshalled(item);
  const what = `the registry row ${nameOfRow(item)}`;
  return { ...parsed(versionRow, raw, what), provenance: parsed(provenanceRow, raw, what) };
}

/** Parses a pointer row. @throws LobError LOB4004 */
export function parsePointer(item: Item): Pointer {
  return parsed(pointerRow, unmarshalled(item), `the registry row ${nameOfRow(item)}`);
}

/** Returns the row of a version, with the attribute that puts it into the index of its status, if it has one. */
export function versionRowItem(version: Version): Item {
  const { provenance, ...rest } = version;
  const { index } = STATUSES[version.status];
  return marshall(
    {
      ...rest,
      ...provenance,
      ...(index === "versions" && { [layout.REGISTRY_INDEXES.versions.hashKey]: layout.versionsOf(version.lob, version.model) }),
      ...(index === "pending" && { [layout.REGISTRY_INDEXES.pending.hashKey]: layout.pendingOf(version.lob) }),
    },
    MARSHALL,
  );
}

/** Returns the row of a model. */
export function modelRowItem(model: ModelSummary): Item {
  return marshall(
    { [layout.CATALOG_HASH_KEY]: layout.modelNamespace(model.lob, model.model), kind: layout.KINDS.model, ...model },
    MARSHALL,
  );
}

// Numbers above 2^53 are legitimate metrics: they lose digits here as they did in the program that computed them, and must not throw.
export const MARSHALL = { removeUndefinedValues: true, allowImpreciseNumbers: true } as const;

export function unmarshalled(item: Item): Record<string, unknown> {
  try {
    return unmarshall(item, { wrapNumbers: Number });
  } catch (cause) {
    // An attribute type that the SDK does not know.
    throw notUnderstood(`the row ${nameOfRow(item)}`, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

export function nameOfRow(item: Item): string {
  return item[layout.REGISTRY_HASH_KEY]?.S ?? item[layout.CATALOG_HASH_KEY]?.S ?? "(without a key)";
}

export function parsed<T>(schema: z.ZodType<T>, raw: unknown, what: string): T {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join(".") || "row"}: ${issue.message}`);
  throw notUnderstood(what, problems.slice(0, 5).join("; "));
}

function notUnderstood(what: string, because: string, cause?: unknown): LobError {
  return new LobError("LOB4004", `${what} cannot be parsed: ${because}`, {
    hint: "Somebody edited it by hand, or it is not a row of this registry. The objects in S3 are not affected.",
    ...(cause !== undefined && { cause }),
  });
}
