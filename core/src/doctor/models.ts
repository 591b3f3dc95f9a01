/** Finds the models of a LOB in S3, in the catalog's index, and among versions in progress. */
import { nameOf } from "../aws/explain.js";
import { LobError } from "../errors.js";
import * as layout from "../layout.js";
import { queryItems } from "../registry/query.js";
import type { Item } from "../registry/rows.js";
import { listFolders } from "../transfer/listing.js";
import type { Aws, Lob } from "../types.js";
import type { DoctorIssue } from "./issues.js";

export interface FoundModels {
  readonly names: readonly string[];
  /** Numbers of a model in an index. They may be higher than its row knows. */
  readonly hints: ReadonlyMap<string, readonly number[]>;
  /** Folder of a model's versions by the rows, if it differs from the one by the LOB's row. */
  readonly elsewhere: ReadonlyMap<string, string>;
  readonly problems: readonly DoctorIssue[];
}

/**
 * Returns the models of a LOB, or the given model. Indexes are only hints: the folder and the model's row complete them.
 * @throws LobError LOB2xxx
 */
export async function findModels(
  aws: Aws,
  lob: Lob,
  options: { readonly model?: string | undefined; readonly signal?: AbortSignal | undefined },
): Promise<FoundModels> {
  const problems: DoctorIssue[] = [];
  const names = new Set<string>();
  const hints = new Map<string, number[]>();
  const elsewhere = new Map<string, string>();
  const hint = (model: string, n: number): void => void hints.set(model, [...(hints.get(model) ?? []), n]);
  const itemsOf = async (table: string, index: layout.IndexSpec, value: string): Promise<Item[]> => {
    const items = await query(aws, table, index, value, options.signal);
    if (items === undefined) problems.push(noIndex(lob, table, index.name));
    return items ?? [];
  };

  for (const name of await listFolders(aws, lob, layout.lobPrefix(lob), options.signal)) names.add(name);
  for (const name of await listFolders(aws, lob, layout.stagingPrefix(lob.lob), options.signal)) names.add(name);
  for (const item of await itemsOf(lob.catalogTable, layout.CATALOG_INDEXES.byLob, lob.lob)) {
    // In shared tables, a row of another LOB may claim to belong to this one.
    const named = layout.parseNamespace(item[layout.CATALOG_HASH_KEY]?.S ?? "");
    if (named?.lob === lob.lob && named.model !== undefined) names.add(named.model);
  }
  for (const item of await itemsOf(lob.registryTable, layout.REGISTRY_INDEXES.pending, layout.pendingOf(lob.lob))) {
    const at = layout.parseS3Uri(item[layout.REGISTRY_HASH_KEY]?.S ?? "");
    const parsed = at?.bucket === lob.bucket ? layout.parseVersionKey(lob, at.key) : undefined;
    if (!parsed || parsed.version === layout.LATEST) continue;
    names.add(parsed.model);
    hint(parsed.model, parsed.version);
  }
  const wanted = [...names].filter((name) => layout.modelProblem(name) === undefined && (options.model ?? name) === name).sort();
  if (options.model !== undefined && wanted.length === 0) wanted.push(options.model);
  for (const model of wanted) {
    const newest = await query(
      aws,
      lob.registryTable,
      layout.REGISTRY_INDEXES.versions,
      layout.versionsOf(lob.lob, model),
      options.signal,
      NEWEST,
    );
    for (const item of newest ?? []) {
      const n = Number(item[layout.REGISTRY_INDEXES.versions.rangeKey]?.N);
      const isOwn = layout.versionProblem(n) === undefined && item[layout.REGISTRY_HASH_KEY]?.S === layout.versionUrl(lob, model, n);
      if (isOwn) hint(model, n);
      else if (!elsewhere.has(model)) {
        const folder = otherFolder(lob, model, item[layout.REGISTRY_HASH_KEY]?.S ?? "");
        if (folder !== undefined) elsewhere.set(model, folder);
      }
    }
    if (newest === undefined && !problems.some(({ message }) => message.includes(`"${layout.REGISTRY_INDEXES.versions.name}"`)))
      problems.push(noIndex(lob, lob.registryTable, layout.REGISTRY_INDEXES.versions.name));
  }
  return { names: wanted, hints, elsewhere, problems };
}

/**
 * Returns the folder and suffix of a version whose row points to another place than the LOB's row, as after a change of the LOB's bucket, prefix
 * or suffix. Undefined for a row that a publisher of another LOB could write: its URL would begin with the folder of that LOB.
 */
function otherFolder(lob: Lob, model: string, url: string): string | undefined {
  const at = layout.parseS3Uri(url);
  const versions = `/${lob.lob}/${model}/versions/`;
  const end = at?.key.indexOf(versions) ?? -1;
  if (!at || end < 0) return undefined;
  const prefix = at.key.slice(0, end);
  const name = at.key.slice(end + versions.length);
  const suffix = name.slice(layout.encodeVersion(1).length);
  const place = { ...lob, bucket: at.bucket, prefix, suffix };
  const valid = layout.prefixProblem(prefix) === undefined && layout.suffixProblem(suffix) === undefined;
  if (!valid || layout.parseVersionKey(place, at.key) === undefined || prefix.startsWith(`${lob.prefix}/`)) return undefined;
  return `${layout.s3Uri(at.bucket, layout.versionsPrefix(place, model))}*${suffix}`;
}

/** Number of index rows to read for the newest version. Some may be rows of other LOBs that claim to belong to this model. */
const NEWEST = 20;

function noIndex(lob: Lob, table: string, index: string): DoctorIssue {
  return { kind: "no-index", outcome: "manual", lob: lob.lob, message: `table ${table} has no index "${index}"` };
}

/** Returns at most `limit` items, newest first; undefined if the table has no such index. */
async function query(
  aws: Aws,
  table: string,
  { name, hashKey }: layout.IndexSpec,
  value: string,
  signal: AbortSignal | undefined,
  limit?: number,
): Promise<Item[] | undefined> {
  const items: Item[] = [];
  const input = {
    TableName: table,
    IndexName: name,
    KeyConditionExpression: "#hash = :value",
    ExpressionAttributeNames: { "#hash": hashKey },
    ExpressionAttributeValues: { ":value": { S: value } },
    ScanIndexForward: false,
    Limit: limit,
  };
  try {
    for await (const item of queryItems(aws, input, `querying the index ${name} of table ${table}`, signal)) {
      items.push(item);
      if (items.length === limit) break;
    }
  } catch (error) {
    const cause = error instanceof LobError ? error.cause : error;
    if (nameOf(cause) === "ValidationException" && /index/i.test((cause as Error).message)) return undefined;
    throw error;
  }
  return items;
}
