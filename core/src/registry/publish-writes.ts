/**
 * The transactions of the publish protocol as plain values, so that each condition can be read and tested. Each is conditional on what was
 * read, so no lock or lease is needed.
 */
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import * as layout from "../layout.js";
import { versionRowItem } from "./rows.js";
import { statusCondition, statusesThat } from "./status.js";
import type { Lob, ModelSummary, Version, VersionStatus } from "../types.js";
import {
  ALL_OLD,
  catalogKey,
  newestOf,
  type Numbered,
  pointDigest,
  pointer,
  putIfAbsent,
  putModel,
  registryKey,
  replaceRow,
  rowsOf,
  setModel,
  values,
} from "./writes.js";

/** Positions of the model's row and of the version's row in a transaction made by {@link reserve}. */
export const MODEL_ROW = 0;
export const RESERVED_ROW = 1;

/**
 * Step 2: reserves the number if nothing that led to the decision has changed. `next` and `latest` are as read; the number has no row;
 * `digest://` is absent or still names `previous`, whose row has the status that was read, or is missing; the key is unused.
 */
export function reserve(
  lob: Lob,
  version: Version,
  read: { readonly model?: ModelSummary; readonly previous?: { version: number; status: VersionStatus | undefined } },
  now: string,
): TransactWriteItem[] {
  const { model, treeDigest } = version;
  const items: TransactWriteItem[] = [
    read.model
      ? {
          Update: {
            TableName: lob.catalogTable,
            Key: catalogKey(lob, model),
            UpdateExpression: "SET #next = :after, updatedAt = :now",
            ConditionExpression: "#next = :next AND #latest = :latest",
            ExpressionAttributeNames: { "#next": "next", "#latest": "latest" },
            ExpressionAttributeValues: values({
              ":after": version.version + 1,
              ":next": version.version,
              ":latest": read.model.latest,
              ":now": now,
            }),
          },
        }
      : putModel(lob, { lob: lob.lob, model, next: version.version + 1, latest: 0, tags: {}, createdAt: now, updatedAt: now }, undefined),
    putIfAbsent(lob, versionRowItem(version)),
    read.previous
      ? pointDigest(lob, version, read.previous.version)
      : putIfAbsent(lob, pointer(layout.digestUrl(lob.lob, model, treeDigest!), version.version, treeDigest!)),
  ];
  if (read.previous) items.push(checkPrevious(lob, model, read.previous));
  for (const key of version.keys) items.push(putIfAbsent(lob, pointer(layout.keyUrl(lob.lob, model, key), version.version, treeDigest!)));
  return items;
}

/** Checks that the row of the version that `digest://` names has the status that was read, or is still missing. */
function checkPrevious(
  lob: Lob,
  model: string,
  { version, status }: { version: number; status: VersionStatus | undefined },
): TransactWriteItem {
  const there = status !== undefined;
  return {
    ConditionCheck: {
      TableName: lob.registryTable,
      Key: registryKey(layout.versionUrl(lob, model, version)),
      ConditionExpression: there ? "#status = :status" : "attribute_not_exists(#hash)",
      ExpressionAttributeNames: there ? { "#status": "status" } : { "#hash": layout.REGISTRY_HASH_KEY },
      ...(there && { ExpressionAttributeValues: values({ ":status": status }) }),
      ...ALL_OLD,
    },
  };
}

/**
 * Points our key to a version that another publish made or is making. The row of an unfinished version records the key, so that the key
 * moves with the row if it must move to another number.
 */
export function setKey(lob: Lob, model: string, n: number, treeDigest: string, key: string, row: Version | undefined): TransactWriteItem[] {
  const items = [putIfAbsent(lob, pointer(layout.keyUrl(lob.lob, model, key), n, treeDigest))];
  if (row) {
    items.push({
      Update: {
        TableName: lob.registryTable,
        Key: registryKey(row.url),
        UpdateExpression: "SET #keys = list_append(if_not_exists(#keys, :none), :key)",
        ConditionExpression: "#status = :reserved AND treeDigest = :digest",
        ExpressionAttributeNames: { "#keys": "keys", "#status": "status" },
        ExpressionAttributeValues: values({ ":none": [], ":key": [key], ":reserved": "RESERVED", ":digest": treeDigest }),
        ...ALL_OLD,
      },
    });
  }
  return items;
}

/** Another upload of the same content takes over a row whose bytes are gone: the row gets its token and staging key. */
export function takeOver(lob: Lob, read: Version, ours: Version): TransactWriteItem[] {
  return [replaceRow(lob, read, { ...ours, keys: read.keys, reservedAt: read.reservedAt })];
}

const open = statusCondition(statusesThat("open"));

/** Step 4: the version becomes READY, and `latest` if it is the highest. `model` must have been read just before. */
export function commit(lob: Lob, version: Version, model: ModelSummary, now: string): TransactWriteItem[] {
  return [
    {
      Update: {
        TableName: lob.registryTable,
        Key: registryKey(version.url),
        UpdateExpression: `SET #status = :ready, readyAt = :now, ${layout.REGISTRY_INDEXES.versions.hashKey} = :versionsOf REMOVE ${layout.REGISTRY_INDEXES.pending.hashKey}`,
        ConditionExpression: `#token = :token AND ${open.condition}`,
        ExpressionAttributeNames: { "#status": "status", "#token": "token" },
        ExpressionAttributeValues: values({
          ":ready": "READY",
          ":now": now,
          ":versionsOf": layout.versionsOf(lob.lob, version.model),
          ":token": version.token,
          ...open.values,
        }),
        ...ALL_OLD,
      },
    },
    raiseLatest(lob, version, model, now),
  ];
}

/**
 * The number's object has our content but another upload's token: the row takes over that upload's details and becomes READY.
 * @param adopted the row with the object's token, size and checksums
 */
export function adopt(lob: Lob, read: Version, adopted: Version, model: ModelSummary, now: string): TransactWriteItem[] {
  return [replaceRow(lob, read, adopted), raiseLatest(lob, adopted, model, now)];
}

/**
 * Another writer's object has our number. It is indexed there, together with the numbers above it that have no row, and our row, its digest
 * and its keys move to `moved.version`, which is above every known number.
 * @param foreign what has our number
 * @param others numbers between it and `moved.version`, ascending
 * @param digestIsOurs whether `digest://` still names the old number
 */
export function move(
  lob: Lob,
  read: Version,
  foreign: Numbered,
  others: readonly Numbered[],
  moved: Version,
  model: ModelSummary,
  digestIsOurs: boolean,
  now: string,
): TransactWriteItem[] {
  const newest = newestOf([foreign, ...others], model);
  const items: TransactWriteItem[] = [
    setModel(lob, read.model, model, { next: moved.version + 1, ...(newest && { newest }) }, now),
    replaceRow(lob, read, foreign.version),
    ...rowsOf(lob, others),
    putIfAbsent(lob, versionRowItem(moved)),
  ];
  if (digestIsOurs) items.push(pointDigest(lob, moved, read.version));
  for (const key of new Set(read.keys)) {
    items.push({
      Put: {
        TableName: lob.registryTable,
        Item: pointer(layout.keyUrl(lob.lob, read.model, key), moved.version, read.treeDigest!),
        ConditionExpression: "version = :old",
        ExpressionAttributeValues: values({ ":old": read.version }),
        ...ALL_OLD,
      },
    });
  }
  return items;
}

/** Raises `latest` to this version if it is higher; otherwise only checks that it is not, because a transaction cannot branch. */
function raiseLatest(lob: Lob, version: Version, model: ModelSummary, now: string): TransactWriteItem {
  if (model.latest >= version.version) {
    return {
      ConditionCheck: {
        TableName: lob.catalogTable,
        Key: catalogKey(lob, version.model),
        ConditionExpression: "#latest >= :n",
        ExpressionAttributeNames: { "#latest": "latest" },
        ExpressionAttributeValues: values({ ":n": version.version }),
      },
    };
  }
  return {
    Update: {
      TableName: lob.catalogTable,
      Key: catalogKey(lob, version.model),
      UpdateExpression: "SET #latest = :n, latestTreeDigest = :digest, latestSha256 = :sha256, updatedAt = :now",
      ConditionExpression: "#latest < :n",
      ExpressionAttributeNames: { "#latest": "latest" },
      ExpressionAttributeValues: values({ ":n": version.version, ":digest": version.treeDigest, ":sha256": version.sha256, ":now": now }),
    },
  };
}
