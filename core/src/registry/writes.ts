import { marshall } from "@aws-sdk/util-dynamodb";
import * as layout from "../layout.js";
import type { Lob, Version, ModelSummary } from "../types.js";
import { modelRowItem, type Item, versionRowItem } from "./rows.js";
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { canBeLatest } from "./status.js";

export const values = (record: Record<string, unknown>) => marshall(record);
export const ALL_OLD = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" } as const;
export const registryKey = (url: string) => ({ [layout.REGISTRY_HASH_KEY]: { S: url } });
export const catalogKey = (lob: Lob, model: string) => ({ [layout.CATALOG_HASH_KEY]: { S: layout.modelNamespace(lob.lob, model) } });
// ---- items -----------------------------------------------------------------------------------------------------------
export function pointer(url: string, version: number, treeDigest: string): Item {
  return marshall({ [layout.REGISTRY_HASH_KEY]: url, version, treeDigest });
}

/** Creates a row; refused, with the existing row in the answer, if there is one. */
export function putIfAbsent(lob: Lob, Item: Item): TransactWriteItem {
  return {
    Put: {
      TableName: lob.registryTable,
      Item,
      ConditionExpression: "attribute_not_exists(#hash)",
      ExpressionAttributeNames: { "#hash": layout.REGISTRY_HASH_KEY },
      ...ALL_OLD,
    },
  };
}

/** Creates the row of a model. */
export function putModel(lob: Lob, model: ModelSummary, newest: Version | undefined): TransactWriteItem {
  const raised = newest && {
    latest: newest.version,
    latestSha256: newest.sha256,
    ...(newest.treeDigest !== undefined && { latestTreeDigest: newest.treeDigest }),
  };
  return {
    Put: {
      TableName: lob.catalogTable,
      Item: modelRowItem({ ...model, ...raised }),
      ConditionExpression: "attribute_not_exists(#hash)",
      ExpressionAttributeNames: { "#hash": layout.CATALOG_HASH_KEY },
    },
  };
}

export function pointDigest(lob: Lob, version: Version, from: number): TransactWriteItem {
  return {
    Put: {
      TableName: lob.registryTable,
      Item: pointer(layout.digestUrl(lob.lob, version.model, version.treeDigest!), version.version, version.treeDigest!),
      ConditionExpression: "version = :from",
      ExpressionAttributeValues: values({ ":from": from }),
      ...ALL_OLD,
    },
  };
}

/** Replaces a row only if it is exactly the one that was read, including its keys: another publisher may be adding one. */
export function replaceRow(lob: Lob, read: Version, by: Version): TransactWriteItem {
  return {
    Put: {
      TableName: lob.registryTable,
      Item: versionRowItem(by),
      ConditionExpression: `#status = :status AND #token = :token AND ${read.keys.length > 0 ? "#keys = :keys" : "(attribute_not_exists(#keys) OR #keys = :keys)"}`,
      ExpressionAttributeNames: { "#status": "status", "#token": "token", "#keys": "keys" },
      ExpressionAttributeValues: values({ ":status": read.status, ":token": read.token, ":keys": read.keys }),
      ...ALL_OLD,
    },
  };
}

/** Raises `next`, and `latest` to `newest`, if both are still as read. A version that the Python library published has no tree digest. */
export function setModel(
  lob: Lob,
  name: string,
  model: ModelSummary,
  to: { next: number; newest?: Version },
  now: string,
): TransactWriteItem {
  const { newest } = to;
  const digest = newest?.treeDigest === undefined ? " REMOVE latestTreeDigest" : ", latestTreeDigest = :digest";
  return {
    Update: {
      TableName: lob.catalogTable,
      Key: catalogKey(lob, name),
      UpdateExpression: newest
        ? `SET #next = :after, updatedAt = :now, #latest = :newest, latestSha256 = :sha256${digest}`
        : "SET #next = :after, updatedAt = :now",
      ConditionExpression: "#next = :next AND #latest = :latest",
      ExpressionAttributeNames: { "#next": "next", "#latest": "latest" },
      ExpressionAttributeValues: values({
        ":after": to.next,
        ":next": model.next,
        ":latest": model.latest,
        ":now": now,
        ...(newest && { ":newest": newest.version, ":sha256": newest.sha256 }),
        ...(newest?.treeDigest !== undefined && { ":digest": newest.treeDigest }),
      }),
    },
  };
}

/** A number that the model's row does not know. */
export interface Numbered {
  readonly version: Version;
  /** Whether the registry has its row already. */
  readonly hasRow: boolean;
  /** Whether it has the bytes of another number, given the newest one in `model`: then it never becomes `latest`. */
  readonly isCopy: (model: Pick<ModelSummary, "latest" | "latestSha256"> | undefined) => boolean;
}

export const rowsOf = (lob: Lob, found: readonly Numbered[]): TransactWriteItem[] =>
  found.filter(({ hasRow }) => !hasRow).map(({ version }) => putIfAbsent(lob, versionRowItem(version)));

/** Returns the number that `latest` is raised to. Each number is judged as if it had been indexed when it was new. */
export function newestOf(found: readonly Numbered[], model: ModelSummary | undefined): Version | undefined {
  let newest: Version | undefined;
  for (const { version, isCopy } of found) {
    const at = newest ? { latest: newest.version, latestSha256: newest.sha256 } : model;
    if (canBeLatest(version) && version.version > (at?.latest ?? 0) && !isCopy(at)) newest = version;
  }
  return newest;
}

/**
 * Indexes numbers that the model's row does not know: each has a row afterwards, `next` is above them, and `latest` is raised to the newest
 * allowed one.
 * @param found ascending
 */
export function indexNumbers(
  lob: Lob,
  name: string,
  found: readonly Numbered[],
  model: ModelSummary | undefined,
  now: string,
): TransactWriteItem[] {
  const next = Math.max(model?.next ?? 1, ...found.map(({ version }) => version.version + 1));
  const newest = newestOf(found, model);
  return [
    model
      ? setModel(lob, name, model, { next, ...(newest && { newest }) }, now)
      : putModel(lob, { lob: lob.lob, model: name, next, latest: 0, tags: {}, createdAt: now, updatedAt: now }, newest),
    ...rowsOf(lob, found),
  ];
}
