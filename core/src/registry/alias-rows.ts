/** Rows of aliases and of their moves, to and from the values of types.ts. rows.ts has those of models and versions. */
import { marshall } from "@aws-sdk/util-dynamodb";
import { z } from "zod";
import { LobError } from "../errors.js";
import * as layout from "../layout.js";
import type { Alias, AliasMove, AliasTarget, Lob } from "../types.js";
import { checked, MARSHALL, nameOfRow, parsed, PROVENANCE_LIMITS, text, time, unmarshalled, type Item } from "./rows.js";

const version = z.int().min(1).max(layout.MAX_VERSION);
/** Percent of the secondary version; `versioned` allows the same range. */
const weight = z.int().min(0).max(99);
const revision = z.int().min(1).max(layout.MAX_VERSION);

const move = {
  lob: checked(layout.lobProblem),
  model: checked(layout.modelProblem),
  alias: checked(layout.aliasProblem),
  revision,
  secondaryVersion: version.exactOptional(),
  secondaryWeight: weight.exactOptional(),
  actor: text(PROVENANCE_LIMITS.actor).exactOptional(),
  runUrl: text(PROVENANCE_LIMITS.runUrl).exactOptional(),
  reason: text(10_000).exactOptional(),
};
const aliasRow = z.object({ ...move, version, createdAt: time, updatedAt: time });
const moveRow = z.object({ ...move, fromVersion: version.exactOptional(), toVersion: version, at: time });

/** Parses an alias's row. @throws LobError LOB4004 */
export function parseAliasRow(item: Item): Alias {
  const row = parsed(aliasRow, unmarshalled(item), `the catalog row ${nameOfRow(item)}`);
  const key = layout.aliasNamespace(row.lob, row.model, row.alias);
  if (nameOfRow(item) !== key) throw isAnother(`the catalog row ${nameOfRow(item)}`, key);
  return row;
}

/** Parses the row of one move of an alias. @throws LobError LOB4004 */
export function parseMoveRow(item: Item): AliasMove {
  const row = parsed(moveRow, unmarshalled(item), `the registry row ${nameOfRow(item)}`);
  const key = layout.moveUrl(row.lob, row.model, row.alias, row.revision);
  if (nameOfRow(item) !== key) throw isAnother(`the registry row ${nameOfRow(item)}`, key);
  return row;
}

const isAnother = (what: string, key: string): LobError =>
  new LobError("LOB4004", `${what} names ${key} instead`, { hint: "Somebody edited it by hand. The objects in S3 are not affected." });

/** Returns the row of an alias. */
export function aliasRowItem(alias: Alias): Item {
  return marshall(
    { [layout.CATALOG_HASH_KEY]: layout.aliasNamespace(alias.lob, alias.model, alias.alias), kind: layout.KINDS.alias, ...alias },
    MARSHALL,
  );
}

/** Returns the row of a move, which the index `history` contains. */
export function moveRowItem(event: AliasMove): Item {
  const { lob, model, alias } = event;
  return marshall(
    {
      [layout.REGISTRY_HASH_KEY]: layout.moveUrl(lob, model, alias, event.revision),
      [layout.REGISTRY_INDEXES.history.hashKey]: layout.historyOf(lob, model),
      ...event,
    },
    MARSHALL,
  );
}

/** Returns the text of a move's object under `history/`: the row as JSON, with a fixed order of keys. */
export function moveText(event: AliasMove): string {
  const { lob, model, alias, revision: n, fromVersion, toVersion, secondaryVersion, secondaryWeight, at, actor, runUrl, reason } = event;
  const inOrder = { lob, model, alias, revision: n, fromVersion, toVersion, secondaryVersion, secondaryWeight, at, actor, runUrl, reason };
  return `${JSON.stringify(inOrder)}\n`;
}

/** Whether two aliases point to the same versions. */
export const sameTarget = (a: AliasTarget, b: AliasTarget): boolean => sameFollowed(a, b);

/** A target in words, for example `version 7, 20 % to version 8`. */
export function targetWords(target: { version: number | string; secondaryVersion?: number | string; secondaryWeight?: number }): string {
  const named = (one: number | string): string => (typeof one === "number" ? `version ${one}` : one);
  if (target.secondaryVersion === undefined) return named(target.version);
  return `${named(target.version)}, ${target.secondaryWeight ?? 0} % to ${named(target.secondaryVersion)}`;
}

/** Whether two alias files have the same content. */
export function sameFollowed(a: Omit<AliasFile, "alias">, b: Omit<AliasFile, "alias">): boolean {
  return a.version === b.version && a.secondaryVersion === b.secondaryVersion && a.secondaryWeight === b.secondaryWeight;
}

type Followed = number | typeof layout.LATEST;

/** Content of an alias file. In `versioned` an alias may follow LATEST; a row never does. */
export interface AliasFile {
  readonly alias: string;
  readonly version: Followed;
  readonly secondaryVersion?: Followed;
  readonly secondaryWeight?: number;
}

/**
 * Returns the text of an alias file, with exactly the keys that `versioned` writes: it parses them by `cls(**json)`, so one more would
 * break it. `update_at` contains time and revision, so that no two revisions have the same ETag; `versioned` replaces it by the object's
 * time when it reads.
 */
export function aliasFileText(lob: Lob, model: string, file: AliasFile, move: { readonly at: string; readonly revision: number }): string {
  const { alias, version: primary, secondaryVersion: secondary } = file;
  const uri = (one: Followed): string => layout.s3Uri(lob.bucket, layout.versionKey(lob, model, one));
  return JSON.stringify({
    name: model,
    alias,
    update_at: `${move.at} revision ${move.revision}`,
    version: String(primary),
    secondary_version: secondary === undefined ? null : String(secondary),
    secondary_version_weight: secondary === undefined ? null : (file.secondaryWeight ?? 0),
    version_s3uri: uri(primary),
    secondary_version_s3uri: secondary === undefined ? null : uri(secondary),
  });
}

/** A version as `versioned` writes it: `7` in a file, `000007` in its table. */
export const pythonVersion = z
  .string()
  .regex(/^(LATEST|0*[1-9]\d{0,5})$/, "is neither a version number nor LATEST")
  .transform((one): Followed => (one === layout.LATEST ? layout.LATEST : Number(one)));

const file = z
  .strictObject({
    name: z.string(),
    alias: z.string(),
    update_at: z.string(),
    version: pythonVersion,
    secondary_version: pythonVersion.nullable(),
    secondary_version_weight: weight.nullable(),
    version_s3uri: z.string(),
    secondary_version_s3uri: z.string().nullable(),
  })
  .refine((one) => one.secondary_version === null || one.secondary_version_weight !== null, "a secondary version has no weight")
  .refine((one) => one.secondary_version !== one.version, "both versions are the same");

/**
 * Parses an alias file; returns a text if something is wrong with it.
 * @param model the model that the alias must belong to
 */
export function parseAliasFile(content: string, model: string): AliasFile | string {
  let raw: unknown;
  try {
    raw = JSON.parse(content);
  } catch {
    return "it is not JSON";
  }
  const result = file.safeParse(raw);
  if (!result.success) {
    return result.error.issues
      .slice(0, 3)
      .map((issue) => [issue.path.join("."), issue.message].filter(Boolean).join(": "))
      .join("; ");
  }
  const { name, alias, version: primary, secondary_version: secondary, secondary_version_weight: share } = result.data;
  if (name !== model) return `it belongs to the model ${JSON.stringify(name)}`;
  return {
    alias,
    version: primary,
    ...(secondary !== null && { secondaryVersion: secondary, secondaryWeight: share! }),
  };
}
