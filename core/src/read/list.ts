/**
 * Lists models, versions and aliases from the tables' indexes. The indexes are eventually consistent: a new version may be missing for a
 * second. No decision depends on a list; `show` and `pull` read the rows themselves.
 */
import type { QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { defined } from "../defined.js";
import { LobError } from "../errors.js";
import * as layout from "../layout.js";
import { queryItems } from "../registry/query.js";
import { parseModelRow, parseVersionRow, type Item } from "../registry/rows.js";
import type { Aws, Lob, ModelSummary, Version } from "../types.js";

/** Version in a list: its row without the fields that only publishing and pulling need. */
export type VersionSummary = Omit<Version, "token" | "keys" | "stagingKey" | "stagingETag" | "crc64nvme" | "manifestSha256">;

export interface ListOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Called with the error of each row that is skipped because it cannot be parsed. Without it, such a row throws. Rows of another LOB or
   * model in the index are always skipped.
   */
  readonly onProblem?: ((error: LobError) => void) | undefined;
}

export interface ListVersionsOptions extends ListOptions {
  /** Maximum number of versions. Default: all. */
  readonly limit?: number | undefined;
}

/**
 * Lists the models of a LOB, by name. Eventually consistent.
 *
 * @throws LobError LOB2xxx (AWS), LOB4004 (a row cannot be parsed, and `onProblem` is not set)
 */
export async function listModels(aws: Aws, lob: Lob, options: ListOptions = {}): Promise<ModelSummary[]> {
  const { name, hashKey, rangeKey } = layout.CATALOG_INDEXES.byLob;
  const models: ModelSummary[] = [];
  const query: QueryCommandInput = {
    TableName: lob.catalogTable,
    IndexName: name,
    // The range excludes the LOB's own row, which has no slash. The filter excludes aliases.
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
    const model = parsed(() => parseModelRow(item), options);
    if (model === undefined) continue;
    if (item[layout.CATALOG_HASH_KEY]?.S === layout.modelNamespace(lob.lob, model.model)) models.push(model);
    else foreign(item, layout.CATALOG_HASH_KEY, lob.lob, options);
  }
  return models;
}

/** Lists the names of a model's aliases, sorted. Eventually consistent. @throws LobError LOB2xxx (AWS) */
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
 * Yields the READY and YANKED versions of a model, newest first, and fetches pages while the caller reads. Yields nothing for a model that
 * does not exist. Eventually consistent.
 *
 * @throws LobError LOB2xxx (AWS), LOB4004 (a row cannot be parsed, and `onProblem` is not set)
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
    const version = parsed(() => parseVersionSummary(item, lob.lob, model), options);
    if (version === undefined) continue;
    if (version.url !== layout.versionUrl(lob, model, version.version)) {
      foreign(item, layout.REGISTRY_HASH_KEY, `${lob.lob}/${model}`, options);
      continue;
    }
    yield version;
    left -= 1;
    if (left <= 0) return; // before the next page is requested
  }
}

/**
 * Yields the numbers of versions with this digest, newest first, from the index. These are hints: the caller must check the row itself.
 * @throws LobError LOB2xxx (AWS)
 */
export async function* numbersByDigest(
  aws: Aws,
  lob: Lob,
  model: string,
  attribute: "treeDigest" | "sha256",
  digest: string,
  signal?: AbortSignal,
): AsyncGenerator<number, void, undefined> {
  const filter = { attribute, value: digest };
  for await (const item of versionItems(aws, lob, model, { filter, signal })) {
    const number = Number(item[layout.REGISTRY_INDEXES.versions.rangeKey]?.N);
    if (layout.versionProblem(number) === undefined) yield number;
  }
}

function versionItems(
  aws: Aws,
  lob: Lob,
  model: string,
  options: Omit<ListVersionsOptions, "onProblem"> & { readonly filter?: { attribute: string; value: string } },
): AsyncGenerator<Item, void, undefined> {
  const { name, hashKey } = layout.REGISTRY_INDEXES.versions;
  const { limit, filter, signal } = options;
  const query: QueryCommandInput = {
    TableName: lob.registryTable,
    IndexName: name,
    KeyConditionExpression: "#hash = :model",
    FilterExpression: filter ? "#filter = :filter" : undefined,
    ExpressionAttributeNames: defined({ "#hash": hashKey, "#filter": filter?.attribute }),
    ExpressionAttributeValues: defined({ ":model": { S: layout.versionsOf(lob.lob, model) }, ":filter": filter && { S: filter.value } }),
    ScanIndexForward: false,
    Limit: limit !== undefined && limit < 1000 ? Math.max(1, limit) : undefined,
  };
  return queryItems(aws, query, `listing the versions of ${lob.lob}/${model}`, signal);
}

/** Parses a row of the index `versions`. Fills in fields for the parser that the index does not project and the summary omits. */
function parseVersionSummary(item: Item, lob: string, model: string): VersionSummary {
  const { token: _token, keys: _keys, ...summary } = parseVersionRow({ ...item, lob: { S: lob }, model: { S: model }, token: { S: "" } });
  return summary;
}

function parsed<T>(parse: () => T, { onProblem }: ListOptions): T | undefined {
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
    new LobError("LOB4004", `the row ${key} claims to belong to ${of} but does not; it is skipped`, {
      hint: "Someone with access to the table changed the row by hand. Objects in S3 are not affected.",
      details: { key },
    }),
  );
}
