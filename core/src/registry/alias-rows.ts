/** Rows of aliases and of their moves, to and from the values of types.ts; see rows.ts for those of models and versions. */
import { marshall } from "@aws-sdk/util-dynamodb";
import { z } from "zod";
import { LobError } from "../errors.js";
import * as layout from "../layout.js";
import type { Alias, AliasMove, AliasTarget, Lob } from "../types.js";
import { checked, MARSHALL, nameOfRow, parsed, PROVENANCE_LIMITS, text, time, unmarshalled, type Item } from "./rows.js";

const version = z.int().min(1).max(layout.MAX_VERSION);
/** Percent that a secondary version can have; `versioned` allows the same. */
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

/** An alias's row. @throws LobError LOB4004 */
export function parseAliasRow(item: Item): Alias {
  const row = parsed(aliasRow, unmarshalled(item), `the catalog row ${nameOfRow(item)}`);
  const key = layout.aliasNamespace(row.lob, row.model, row.alias);
  if (nameOfRow(item) !== key) throw isAnother(`the catalog row ${nameOfRow(item)}`, key);
  return row;
}

/** The row of one move of an alias. @throws LobError LOB4004 */
export function parseMoveRow(item: Item): AliasMove {
  const row = parsed(moveRow, unmarshalled(item), `the registry row ${nameOfRow(item)}`);
  const key = layout.moveUrl(row.lob, row.model, row.alias, row.revision);
  if (nameOfRow(item) !== key) throw isAnother(`the registry row ${nameOfRow(item)}`, key);
  return row;
}

const isAnother = (what: string, key: string): LobError =>
  new LobError("LOB4004", `${what} says that it is ${key}`, { hint: "Somebody changed it by hand. What S3 holds is not touched by this." });

/** An alias as its row. */
export function aliasRowItem(alias: Alias): Item {
  return marshall(
    { [layout.CATALOG_HASH_KEY]: layout.aliasNamespace(alias.lob, alias.model, alias.alias), kind: layout.KINDS.alias, ...alias },
    MARSHALL,
  );
}

/** A move of an alias as its row: in the index `history`. */
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

/** A move of an alias as its object under `history/`: the row's content as JSON, always in the same order. */
export function moveText(event: AliasMove): string {
  const { lob, model, alias, revision: n, fromVersion, toVersion, secondaryVersion, secondaryWeight, at, actor, runUrl, reason } = event;
  const inOrder = { lob, model, alias, revision: n, fromVersion, toVersion, secondaryVersion, secondaryWeight, at, actor, runUrl, reason };
  return `${JSON.stringify(inOrder)}\n`;
}

/** Whether two aliases point to the same. */
export const sameTarget = (a: AliasTarget, b: AliasTarget): boolean => sameFollowed(a, b);

/** A target in words, such as `version 7, 20 % to version 8`. */
export function targetWords(target: { version: number | string; secondaryVersion?: number | string; secondaryWeight?: number }): string {
  const named = (one: number | string): string => (typeof one === "number" ? `version ${one}` : one);
  if (target.secondaryVersion === undefined) return named(target.version);
  return `${named(target.version)}, ${target.secondaryWeight ?? 0} % to ${named(target.secondaryVersion)}`;
}

/** Whether two files of an alias say the same. */
export function sameFollowed(a: Omit<AliasFile, "alias">, b: Omit<AliasFile, "alias">): boolean {
  return a.version === b.version && a.secondaryVersion === b.secondaryVersion && a.secondaryWeight === b.secondaryWeight;
}

type Followed = number | typeof layout.LATEST;

/** What the file of an alias says. `versioned` lets one follow LATEST, which a row does not. */
export interface AliasFile {
  readonly alias: string;
  readonly version: Followed;
  readonly secondaryVersion?: Followed;
  readonly secondaryWeight?: number;
}

/**
 * The file of an alias, with exactly the keys that `versioned` writes: it parses them by `cls(**json)`, so one more would break it. It has
 * time and revision in `update_at` (which it replaces by the object's own time when it reads), so that no two revisions have one ETag.
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

/** A version as `versioned` writes it, in a file (`7`) or in its table (`000007`). */
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
 * Reads the file of an alias; a text is what is wrong with it.
 * @param model the model whose alias it must be
 */
export function parseAliasFile(content: string, model: string): AliasFile | string {
  let raw: unknown;
  try {
    raw = JSON.parse(content);
  } catch {
    return "it is no JSON";
  }
  const result = file.safeParse(raw);
  if (!result.success) {
    return result.error.issues
      .slice(0, 3)
      .map((issue) => [issue.path.join("."), issue.message].filter(Boolean).join(": "))
      .join("; ");
  }
  const { name, alias, version: primary, secondary_version: secondary, secondary_version_weight: share } = result.data;
  if (name !== model) return `it says that it is of the model ${JSON.stringify(name)}`;
  return {
    alias,
    version: primary,
    ...(secondary !== null && { secondaryVersion: secondary, secondaryWeight: share! }),
  };
}
