/**
 * Lists, from the tables' indexes. These are eventually consistent: what was published a moment ago may be missing for a
 * second. Nothing is decided by a list; `show` and `pull` read the rows themselves.
 */
import type { QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { LobError } from "../errors.js";
import * as layout from "../layout.js";
import { queryItems } from "../registry/query.js";
import { parseModelRow, parseVersionRow, type Item } from "../registry/rows.js";
import type { Aws, Lob, ModelSummary, Version } from "../types.js";

/** A version as lists show it: its row without what only publishing and pulling need. */
export type VersionSummary = Omit<Version, "token" | "keys" | "stagingKey" | "stagingETag" | "crc64nvme" | "manifestSha256">;

export interface ListOptions {
  readonly signal?: AbortSignal;
  /**
   * Is told of a row that was passed over because it cannot be understood. Without it such a row is thrown. A row of
   * somebody else's that was put into the index is always passed over.
   */
  readonly onProblem?: (error: LobError) => void;
}

export interface ListVersionsOptions extends ListOptions {
  /** At most so many versions; all by default. */
  readonly limit?: number;
}

/**
 * The models of a LOB, by name. Eventually consistent.
 *
 * @throws LobError LOB2xxx (AWS), LOB4004 (a row cannot be understood, and there is no `onProblem`)
 */
export async function listModels(aws: Aws, lob: Lob, options: ListOptions = {}): Promise<ModelSummary[]> {
  const { name, hashKey, rangeKey } = layout.CATALOG_INDEXES.byLob;
  const models: ModelSummary[] = [];
  const query: QueryCommandInput = {
    TableName: lob.catalogTable,
    IndexName: name,
    // The LOB's own row has no slash, so that the range leaves it out. Aliases are left out by their kind.
    KeyConditionExpression: "#hash = :lob AND begins_with(#range, :models)",
    FilterExpression: "#kind = :model",
    ExpressionAttributeNames: { "#hash": hashKey, "#range": rangeKey, "#kind": "kind" },
    ExpressionAttributeValues: {
      ":lob": { S: lob.lob },
      ":models": { S: layout.modelNamespace(lob.lob, "") },
      ":model": { S: layout.KINDS.model },
    },
  };
  for await (const item of queryItems(aws, query, `listing the models of ${lob.lob}`, options.signal)) {
    const model = understood(() => parseModelRow(item), options);
    if (model === undefined) continue;
    if (item[layout.CATALOG_HASH_KEY]?.S === layout.modelNamespace(lob.lob, model.model)) models.push(model);
    else foreign(item, layout.CATALOG_HASH_KEY, lob.lob, options);
  }
  return models;
}

/** The names of a model's aliases, sorted. Eventually consistent. @throws LobError LOB2xxx (AWS) */
export async function aliasNames(aws: Aws, lob: Lob, model: string, signal?: AbortSignal): Promise<string[]> {
  const { name, hashKey, rangeKey } = layout.CATALOG_INDEXES.byLob;
  const query: QueryCommandInput = {
    TableName: lob.catalogTable,
    IndexName: name,
    KeyConditionExpression: "#hash = :lob AND begins_with(#range, :aliases)",
    ExpressionAttributeNames: { "#hash": hashKey, "#range": rangeKey },
    ExpressionAttributeValues: { ":lob": { S: lob.lob }, ":aliases": { S: layout.aliasNamespace(lob.lob, model, "") } },
  };
  const names: string[] = [];
  for await (const item of queryItems(aws, query, `listing the aliases of ${lob.lob}/${model}`, signal)) {
    const alias = layout.parseNamespace(item[layout.CATALOG_HASH_KEY]?.S ?? "")?.alias;
    if (alias !== undefined) names.push(alias);
  }
  return names;
}

/**
 * The READY and YANKED versions of a model, newest first, as they come: pages are fetched while the caller reads on.
 * Eventually consistent. A model that does not exist has none.
 *
 * @throws LobError LOB2xxx (AWS), LOB4004 (a row cannot be understood, and there is no `onProblem`)
 */
export async function* listVersions(
  aws: Aws,
  lob: Lob,
  model: string,
  options: ListVersionsOptions = {},
): AsyncGenerator<VersionSummary, void, undefined> {
  let left = options.limit ?? Infinity;
  if (left <= 0) return;
  for await (const item of versionItems(aws, lob, model, options)) {
    const version = understood(() => parseVersionSummary(item, lob.lob, model), options);
    if (version === undefined) continue;
    if (version.url !== layout.versionUrl(lob, model, version.version)) {
      foreign(item, layout.REGISTRY_HASH_KEY, `${lob.lob}/${model}`, options);
      continue;
    }
    yield version;
    left -= 1;
    if (left <= 0) return; // before the next page is asked for
  }
}

/** Numbers of the versions whose row has this digest, newest first: a walk over the index. Hints only: read the row itself. */
export async function* numbersByDigest(
  aws: Aws,
  lob: Lob,
  model: string,
  attribute: "treeDigest" | "sha256",
  digest: string,
  signal?: AbortSignal,
): AsyncGenerator<number, void, undefined> {
  const filter = { attribute, value: digest };
  for await (const item of versionItems(aws, lob, model, { filter, ...(signal && { signal }) })) {
    const number = Number(item[layout.REGISTRY_INDEXES.versions.rangeKey]?.N);
    if (layout.versionProblem(number) === undefined) yield number;
  }
}

function versionItems(
  aws: Aws,
  lob: Lob,
  model: string,
  options: { limit?: number; signal?: AbortSignal; filter?: { attribute: string; value: string } },
): AsyncGenerator<Item, void, undefined> {
  const { name, hashKey } = layout.REGISTRY_INDEXES.versions;
  const { limit, filter, signal } = options;
  const query: QueryCommandInput = {
    TableName: lob.registryTable,
    IndexName: name,
    KeyConditionExpression: "#hash = :model",
    ...(filter && { FilterExpression: "#filter = :filter" }),
    ExpressionAttributeNames: { "#hash": hashKey, ...(filter && { "#filter": filter.attribute }) },
    ExpressionAttributeValues: { ":model": { S: layout.versionsOf(lob.lob, model) }, ...(filter && { ":filter": { S: filter.value } }) },
    ScanIndexForward: false,
    ...(limit !== undefined && limit < 1000 && { Limit: Math.max(1, limit) }),
  };
  return queryItems(aws, query, `listing the versions of ${lob.lob}/${model}`, signal);
}

/** A row of the index `versions`. What the index does not project and a summary leaves out is filled in for the parser. */
function parseVersionSummary(item: Item, lob: string, model: string): VersionSummary {
  const { token: _token, keys: _keys, ...summary } = parseVersionRow({ ...item, lob: { S: lob }, model: { S: model }, token: { S: "" } });
  return summary;
}

function understood<T>(parse: () => T, { onProblem }: ListOptions): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (onProblem === undefined || !(error instanceof LobError)) throw error;
    onProblem(error);
    return undefined;
  }
}

function foreign(item: Item, hashKey: string, of: string, { onProblem }: ListOptions): void {
  const key = item[hashKey]?.S ?? "";
  onProblem?.(
    new LobError("LOB4004", `the row ${key} claims to be of ${of} and is not; it is passed over`, {
      hint: "Somebody with access to the table changed it by hand. What S3 holds is not touched by this.",
      details: { key },
    }),
  );
}
