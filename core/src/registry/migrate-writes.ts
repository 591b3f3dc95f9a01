/** The transactions of a migration as plain values: pure functions. Like those of a publish, each is conditional on what was read. */
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import * as layout from "../layout.js";
import { setModel, putModel, putIfAbsent } from "./writes.js";
import { versionRowItem } from "./rows.js";
import type { Lob, ModelSummary, Version } from "../types.js";

/** Rows that one transaction takes, beside the model's; DynamoDB takes a hundred in all. */
export const BATCH = 25;

/**
 * Keeps every number of the source for the migration, before the first is written: a publisher that comes meanwhile gets a higher one.
 * @param createdAt when the model's oldest version was published
 */
export function claim(
  lob: Lob,
  name: string,
  model: ModelSummary | undefined,
  next: number,
  createdAt: string,
  now: string,
): TransactWriteItem[] {
  if (model !== undefined) return [setModel(lob, name, model, { next: Math.max(next, model.next) }, now)];
  return [putModel(lob, { lob: lob.lob, model: name, next, latest: 0, tags: {}, createdAt, updatedAt: now }, undefined)];
}

/** Position of the model's row in a transaction made by {@link indexVersions}; the versions' follow in their order. */
export const MODEL_ROW = 0;

/**
 * Gives versions their rows, where they have none. `latest` is raised to the highest of them if it is lower.
 *
 * A number with the bytes of another becomes `latest` only while no version is: then no publisher has moved LATEST yet, so that none can
 * hold an ETag which comes back with those bytes (docs/publish-protocol.md, step 5).
 * @param rows newest first, with whether another number has the same bytes
 */
export function indexVersions(
  lob: Lob,
  model: ModelSummary,
  rows: readonly { readonly version: Version; readonly twin: boolean }[],
  now: string,
): TransactWriteItem[] {
  const newest = rows.find(({ twin }) => !twin || model.latest === 0)?.version;
  const raise = newest !== undefined && newest.version > model.latest;
  return [
    raise
      ? setModel(lob, model.model, model, { next: Math.max(model.next, newest.version + 1), newest }, now)
      : aboveEvery(lob, model.model, rows),
    ...rows.map(({ version }) => putIfAbsent(lob, versionRowItem(version))),
  ];
}

/** The model's row is there, and `next` is above the numbers that get rows. */
function aboveEvery(lob: Lob, name: string, rows: readonly { readonly version: Version }[]): TransactWriteItem {
  return {
    ConditionCheck: {
      TableName: lob.catalogTable,
      Key: { [layout.CATALOG_HASH_KEY]: { S: layout.modelNamespace(lob.lob, name) } },
      ConditionExpression: "#next > :highest",
      ExpressionAttributeNames: { "#next": "next" },
      ExpressionAttributeValues: marshall({ ":highest": Math.max(...rows.map(({ version }) => version.version)) }),
    },
  };
}
