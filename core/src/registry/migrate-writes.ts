/** The transactions of a migration as plain values. Like those of a publish, each is conditional on what was read. */
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { catalogKey, setModel, putModel, putIfAbsent } from "./writes.js";
import { versionRowItem } from "./rows.js";
import type { Lob, ModelSummary, Version } from "../types.js";

/** Version rows per transaction, besides the model's row; DynamoDB allows 100 items. */
export const BATCH = 25;

/**
 * Reserves every number of the source for the migration before the first is written, so that other publishers get higher ones.
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

/** Position of the model's row in a transaction made by {@link indexVersions}; the versions' rows follow in their order. */
export const MODEL_ROW = 0;

/**
 * Creates the missing rows of versions, and raises `latest` to the highest of them.
 *
 * A number with the bytes of another becomes `latest` only if `latest` is 0: then no publisher has moved LATEST yet, so no publisher can
 * hold an ETag that these bytes bring back (docs/publish-protocol.md, step 5).
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

/** Checks that the model's row exists and that `next` is above the indexed numbers. */
function aboveEvery(lob: Lob, name: string, rows: readonly { readonly version: Version }[]): TransactWriteItem {
  return {
    ConditionCheck: {
      TableName: lob.catalogTable,
      Key: catalogKey(lob, name),
      ConditionExpression: "#next > :highest",
      ExpressionAttributeNames: { "#next": "next" },
      ExpressionAttributeValues: marshall({ ":highest": Math.max(...rows.map(({ version }) => version.version)) }),
    },
  };
}
