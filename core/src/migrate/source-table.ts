/** Reads the table of the Python library's S3 and DynamoDB back end, which holds versions and aliases of every model. */
import { DescribeTableCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { z } from "zod";
import { explained } from "../aws/explain.js";
import { LobError } from "../errors.js";
import { isSha256, type LATEST } from "../layout.js";
import { pythonVersion } from "../registry/alias-rows.js";
import type { Item } from "../registry/rows.js";
import type { Aws } from "../types.js";
import type { MigrationIssue } from "./issues.js";
import type { SourceAlias, SourceRecord } from "./inventory.js";
import { modelOfAliases, parseSortKey } from "./names.js";

export interface TableModel {
  readonly versions: Map<number | typeof LATEST, SourceRecord>;
  readonly aliases: SourceAlias[];
}

export interface SourceTable {
  readonly models: ReadonlyMap<string, TableModel>;
  /** Issues for items that the library does not write. */
  readonly issues: readonly MigrationIssue[];
}

/**
 * Reads the whole table with consistent reads.
 * @param table name, or ARN if the table belongs to another account
 * @throws LobError LOB2xxx (AWS), LOB4022 if it is not a table of the library
 */
export async function readSourceTable(aws: Aws, table: string, signal?: AbortSignal): Promise<SourceTable> {
  const doing = `reading the table ${table} of the source`;
  const { Table } = await explained(doing, () => aws.dynamodb.send(new DescribeTableCommand({ TableName: table })));
  const keys = (Table?.KeySchema ?? []).map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).join(", ");
  if (keys !== "HASH pk, RANGE sk") {
    throw new LobError("LOB4022", `the table ${table} is not a table of the Python library: its key is ${keys || "unknown"}`, {
      hint: "Name the table that the library's Repository has as `dynamodb_table_name`.",
      details: { table },
    });
  }
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    signal?.throwIfAborted();
    const command = new ScanCommand({ TableName: table, ConsistentRead: true, ExclusiveStartKey: start });
    const page = await explained(doing, () => aws.dynamodb.send(command));
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return parseSourceTable(items);
}

const versionItem = z.object({ sha256: z.string().optional(), is_deleted: z.boolean().optional() });
// The library omits a null value or stores DynamoDB's null.
const absent = z.null().transform(() => undefined);
const aliasItem = z
  .object({
    version: pythonVersion,
    secondary_version: z.union([pythonVersion, absent]).optional(),
    secondary_version_weight: z.union([z.int().min(0).max(99), absent]).optional(),
  })
  .refine((one) => one.secondary_version === undefined || one.secondary_version_weight !== undefined, "a secondary version has no weight")
  .refine((one) => one.secondary_version !== one.version, "both versions are the same");

/** Parses the items of the table. Pure. */
export function parseSourceTable(items: readonly Item[]): SourceTable {
  const models = new Map<string, TableModel>();
  const issues: MigrationIssue[] = [];
  const of = (model: string): TableModel => {
    const found = models.get(model) ?? { versions: new Map(), aliases: [] };
    models.set(model, found);
    return found;
  };
  for (const item of items) {
    const { pk, sk, ...rest } = unmarshall(item, { wrapNumbers: Number }) as Record<string, unknown>;
    if (typeof pk !== "string" || typeof sk !== "string") continue; // cannot happen with this key schema
    const owner = modelOfAliases(pk);
    if (owner !== undefined) {
      of(owner).aliases.push(parseAlias(sk, rest));
      continue;
    }
    const version = parseSortKey(sk);
    const record = versionItem.safeParse(rest);
    if (version === undefined || !record.success) {
      issues.push({
        level: "problem",
        code: "LOB4022",
        message: `the source's table has an item ${JSON.stringify(pk)}, ${JSON.stringify(sk)} that the Python library does not write`,
        hint: "Delete it or leave it; it is not migrated.",
        model: pk,
      });
      continue;
    }
    const { sha256, is_deleted: deleted } = record.data;
    of(pk).versions.set(version, { sha256: isSha256(sha256) ? sha256 : undefined, deleted: deleted === true });
  }
  return { models, issues };
}

function parseAlias(alias: string, raw: Record<string, unknown>): SourceAlias {
  const result = aliasItem.safeParse(raw);
  if (!result.success) {
    const problem = result.error.issues.map((issue) => [issue.path.join("."), issue.message].filter(Boolean).join(": "));
    return { alias, problem: problem.slice(0, 3).join("; ") };
  }
  const { version, secondary_version: secondary, secondary_version_weight: weight } = result.data;
  return {
    alias,
    file: { alias, version, ...(secondary === undefined ? {} : { secondaryVersion: secondary, secondaryWeight: weight! }) },
  };
}
