/**
 * The transactions of doctor besides those of the protocol. Each is conditional on what was read, so two doctors cannot undo each other's
 * work.
 */
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import * as layout from "../layout.js";
import { registryKey, catalogKey, pointer, setModel, replaceRow, putModel } from "./writes.js";
import { versionRowItem, type Pointer, isUnreadable, type Unreadable } from "./rows.js";
import type { Lob, ModelSummary, Version } from "../types.js";

/** Abandons a RESERVED version. Its pointers stay: its key resumes it, and its content counts as published before. */
export const abandon = (lob: Lob, row: Version): TransactWriteItem[] => [replaceRow(lob, row, { ...row, status: "ABANDONED" })];

/** Makes a MISSING version READY, because its object exists again. */
export const revive = (lob: Lob, row: Version): TransactWriteItem[] => [replaceRow(lob, row, { ...row, status: "READY" })];

/**
 * Marks a version as MISSING. If it was the newest, `newest` replaces it in the catalog; without `newest`, no version does.
 * @param model its row as read
 */
export function lose(lob: Lob, row: Version, model: ModelSummary, newest: Version | undefined, now: string): TransactWriteItem[] {
  const missing = replaceRow(lob, row, { ...row, status: "MISSING" });
  if (model.latest !== row.version) return [missing];
  if (!newest) return [missing, withoutLatest(lob, row.model, model, model.next, now)];
  return [missing, setModel(lob, row.model, model, { next: model.next, newest }, now), isReady(lob, newest)];
}

/** Checks that the new `latest` is still as read. */
function isReady(lob: Lob, { url, token }: Version): TransactWriteItem {
  return {
    ConditionCheck: {
      TableName: lob.registryTable,
      Key: registryKey(url),
      ConditionExpression: "#token = :token AND #status = :ready",
      ExpressionAttributeNames: { "#status": "status", "#token": "token" },
      ExpressionAttributeValues: marshall({ ":token": token, ":ready": "READY" }),
    },
  };
}

/** Sets `latest` to 0: no version is READY. */
function withoutLatest(lob: Lob, name: string, model: ModelSummary, next: number, now: string): TransactWriteItem {
  return {
    Update: {
      TableName: lob.catalogTable,
      Key: catalogKey(lob, name),
      UpdateExpression: "SET #latest = :none, #next = :after, updatedAt = :now REMOVE latestSha256, latestTreeDigest",
      ConditionExpression: "#next = :next AND #latest = :latest",
      ExpressionAttributeNames: { "#latest": "latest", "#next": "next" },
      ExpressionAttributeValues: marshall({ ":none": 0, ":after": next, ":next": model.next, ":latest": model.latest, ":now": now }),
    },
  };
}

/** Replaces the row of a version by one rebuilt from its object. */
export function rebuild(lob: Lob, read: Version | Unreadable, made: Version): TransactWriteItem[] {
  if (!isUnreadable(read)) return [replaceRow(lob, read, made)];
  return [{ Put: { TableName: lob.registryTable, Item: versionRowItem(made), ...exists(layout.REGISTRY_HASH_KEY) } }];
}

/** Creates the model's row (`read` absent), corrects it, or replaces one that cannot be parsed. */
export function setModelRow(
  lob: Lob,
  name: string,
  read: ModelSummary | undefined,
  to: { readonly next: number; readonly newest?: Version | "none"; readonly replace: boolean },
  now: string,
): TransactWriteItem[] {
  const newest = to.newest === "none" ? undefined : to.newest;
  const checks = newest ? [isReady(lob, newest)] : [];
  if (read && to.newest === "none") return [withoutLatest(lob, name, read, to.next, now)];
  if (read) return [setModel(lob, name, read, { next: to.next, ...(newest && { newest }) }, now), ...checks];
  const { Put } = putModel(lob, { lob: lob.lob, model: name, next: to.next, latest: 0, tags: {}, createdAt: now, updatedAt: now }, newest);
  return [{ Put: { ...Put!, ...(to.replace && exists(layout.CATALOG_HASH_KEY)) } }, ...checks];
}

/** Points a pointer to this version if it still says what was read. */
export function point(lob: Lob, url: string, row: Version, read: Pointer | Unreadable | undefined): TransactWriteItem[] {
  const Item = pointer(url, row.version, row.treeDigest!);
  if (read === undefined) {
    const names = { "#hash": layout.REGISTRY_HASH_KEY };
    return [
      { Put: { TableName: lob.registryTable, Item, ConditionExpression: "attribute_not_exists(#hash)", ExpressionAttributeNames: names } },
    ];
  }
  if (isUnreadable(read)) return [{ Put: { TableName: lob.registryTable, Item, ...exists(layout.REGISTRY_HASH_KEY) } }];
  const values = marshall({ ":from": read.version });
  return [{ Put: { TableName: lob.registryTable, Item, ConditionExpression: "version = :from", ExpressionAttributeValues: values } }];
}

const exists = (hashKey: string) => ({ ConditionExpression: "attribute_exists(#hash)", ExpressionAttributeNames: { "#hash": hashKey } });
