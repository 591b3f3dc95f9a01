/** Strong reads by key. Decisions rest on these reads and never on an index. */
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { explained } from "../aws/explain.js";
import { LobError } from "../errors.js";
import * as layout from "../layout.js";
import type { Alias, AliasMove, Aws, Lob, ModelSummary, Version } from "../types.js";
import { parseAliasRow, parseMoveRow } from "./alias-rows.js";
import { parseModelRow, parsePointer, parseVersionRow, type Item, type Pointer } from "./rows.js";

/** Reads the model's row; undefined if nothing was ever published. */
export async function readModel(aws: Aws, lob: Lob, model: string): Promise<ModelSummary | undefined> {
  const item = await read(aws, lob.catalogTable, layout.CATALOG_HASH_KEY, layout.modelNamespace(lob.lob, model));
  return item && parseModelRow(item);
}

/** Reads the model's row, which must exist once a number was reserved. @throws LobError LOB4004 */
export async function requireModel({
  aws,
  lob,
  model,
}: {
  readonly aws: Aws;
  readonly lob: Lob;
  readonly model: string;
}): Promise<ModelSummary> {
  const row = await readModel(aws, lob, model);
  if (row) return row;
  throw new LobError("LOB4004", `the catalog row of model ${lob.lob}/${model} has disappeared`, {
    hint: "Somebody deleted it during this publish. Run the command again.",
  });
}

/** Reads the row of version `n`, whatever its status; undefined if the row does not exist. */
export async function readVersion(aws: Aws, lob: Lob, model: string, n: number): Promise<Version | undefined> {
  const item = await read(aws, lob.registryTable, layout.REGISTRY_HASH_KEY, layout.versionUrl(lob, model, n));
  return item && versionIn(item, lob, model, n);
}

/** Parses the row of version `n`. @throws LobError LOB4004 if it cannot be parsed, or names another version */
export function versionIn(item: Item, lob: Lob, model: string, n: number): Version {
  const version = parseVersionRow(item);
  if (version.lob !== lob.lob || version.model !== model || version.version !== n) {
    throw new LobError("LOB4004", `the registry row ${version.url} names ${version.lob}/${version.model}@${version.version} instead`, {
      hint: "Somebody edited it by hand. The object is not affected.",
    });
  }
  return version;
}

/** Reads the newest version with this content; undefined if the content was never published. */
export async function readDigestPointer(aws: Aws, lob: Lob, model: string, treeDigest: string): Promise<number | undefined> {
  const item = await read(aws, lob.registryTable, layout.REGISTRY_HASH_KEY, layout.digestUrl(lob.lob, model, treeDigest));
  return item && parsePointer(item).version;
}

/** Reads the version of an idempotency key; undefined if the key was never used. */
export async function readKeyPointer(aws: Aws, lob: Lob, model: string, key: string): Promise<Pointer | undefined> {
  const item = await read(aws, lob.registryTable, layout.REGISTRY_HASH_KEY, layout.keyUrl(lob.lob, model, key));
  return item && parsePointer(item);
}

/** Reads an alias; undefined if there is no such alias. */
export async function readAlias(aws: Aws, lob: Lob, model: string, alias: string): Promise<Alias | undefined> {
  const item = await read(aws, lob.catalogTable, layout.CATALOG_HASH_KEY, layout.aliasNamespace(lob.lob, model, alias));
  return item && parseAliasRow(item);
}

/** Reads one move of an alias; undefined if there is no move with this revision. */
export async function readMove(aws: Aws, lob: Lob, model: string, alias: string, revision: number): Promise<AliasMove | undefined> {
  const item = await read(aws, lob.registryTable, layout.REGISTRY_HASH_KEY, layout.moveUrl(lob.lob, model, alias, revision));
  return item && parseMoveRow(item);
}

async function read(aws: Aws, table: string, hashKey: string, value: string): Promise<Item | undefined> {
  return explained(`reading ${value} in table ${table}`, async () => {
    const { Item } = await aws.dynamodb.send(
      new GetItemCommand({ TableName: table, Key: { [hashKey]: { S: value } }, ConsistentRead: true }),
    );
    return Item;
  });
}
