/** The transactions of aliases as plain values. Each is conditional on what was read. */
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import * as layout from "../layout.js";
import type { Alias, AliasMove, Lob, Version } from "../types.js";
import { aliasRowItem, moveRowItem } from "./alias-rows.js";
import { statusCondition, statusesThat } from "./status.js";
import { registryKey, putIfAbsent } from "./writes.js";

/** Position of the alias's row in a transaction made by {@link pointAlias}. */
export const ALIAS_ROW = 0;

/** Position of the row of its first move. */
export const ALIAS_MOVE = 1;

/**
 * Creates the row of an alias and the row of its first move, and adds the alias to the holders of the versions that it points to.
 * @param held rows of these versions as read
 */
export function pointAlias(lob: Lob, alias: Alias, event: AliasMove, held: readonly Version[]): TransactWriteItem[] {
  return [
    {
      Put: {
        TableName: lob.catalogTable,
        Item: aliasRowItem(alias),
        ConditionExpression: "attribute_not_exists(#hash)",
        ExpressionAttributeNames: { "#hash": layout.CATALOG_HASH_KEY },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      },
    },
    putIfAbsent(lob, moveRowItem(event)),
    ...held.map((version) => hold(lob, version, alias.alias)),
  ];
}

/** Condition that a version's status allows an alias to point to it. */
const promotable = statusCondition(statusesThat("promotable"));

function hold(lob: Lob, version: Version, alias: string): TransactWriteItem {
  const key = { TableName: lob.registryTable, Key: registryKey(version.url) };
  const { condition: readable, values } = promotable;
  if (version.holders.includes(alias)) {
    return {
      ConditionCheck: {
        ...key,
        ConditionExpression: readable,
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: marshall(values),
      },
    };
  }
  return {
    Update: {
      ...key,
      UpdateExpression: "SET #holders = :after",
      ConditionExpression: `${readable} AND (attribute_not_exists(#holders) OR #holders = :before)`,
      ExpressionAttributeNames: { "#status": "status", "#holders": "holders" },
      ExpressionAttributeValues: marshall({ ...values, ":before": version.holders, ":after": [...version.holders, alias] }),
    },
  };
}
