/** The resource types of DynamoDB that the component declares. */
import type { PutItemCommandInput } from "@aws-sdk/client-dynamodb";
import { z } from "zod";
import { keyed, resource, tags, type Resources } from "./plan.ts";

export const DYNAMODB_RESOURCES: Resources = {
  "aws:dynamodb/table:Table": resource(
    z.strictObject({
      name: z.string(),
      billingMode: z.enum(["PAY_PER_REQUEST"]),
      hashKey: z.string(),
      attributes: z.array(z.strictObject({ name: z.string(), type: z.enum(["S", "N", "B"]) })),
      globalSecondaryIndexes: z.array(
        z.strictObject({
          name: z.string(),
          keySchemas: z.array(z.strictObject({ attributeName: z.string(), keyType: z.enum(["HASH", "RANGE"]) })),
          projectionType: z.enum(["INCLUDE", "ALL", "KEYS_ONLY"]),
          nonKeyAttributes: z.array(z.string()).optional(),
        }),
      ),
      deletionProtectionEnabled: z.boolean(),
      pointInTimeRecovery: z.strictObject({ enabled: z.boolean() }),
      tags,
    }),
    ({ name, billingMode, hashKey, attributes, globalSecondaryIndexes, deletionProtectionEnabled, pointInTimeRecovery, tags }, where) => ({
      requests: [
        {
          operation: "CreateTable",
          input: {
            TableName: name,
            BillingMode: billingMode,
            KeySchema: [{ AttributeName: hashKey, KeyType: "HASH" }],
            AttributeDefinitions: attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
            GlobalSecondaryIndexes: globalSecondaryIndexes.map(({ name, keySchemas, projectionType, nonKeyAttributes }) => ({
              IndexName: name,
              KeySchema: keySchemas.map(({ attributeName, keyType }) => ({ AttributeName: attributeName, KeyType: keyType })),
              Projection: { ProjectionType: projectionType, ...(nonKeyAttributes !== undefined && { NonKeyAttributes: nonKeyAttributes }) },
            })),
            DeletionProtectionEnabled: deletionProtectionEnabled,
            ...(keyed(tags).length > 0 && { Tags: keyed(tags) }),
          },
        },
        ...(pointInTimeRecovery.enabled
          ? [
              {
                operation: "UpdateContinuousBackups" as const,
                input: { TableName: name, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
              },
            ]
          : []),
      ],
      id: name,
      outputs: { arn: `arn:aws:dynamodb:${where.region}:${where.accountId}:table/${name}`, region: where.region },
    }),
  ),

  "aws:dynamodb/tableItem:TableItem": resource(
    z.strictObject({ tableName: z.string(), hashKey: z.string(), item: z.string(), region: z.string().optional() }),
    ({ tableName, hashKey, item }) => {
      const Item = JSON.parse(item) as NonNullable<PutItemCommandInput["Item"]>;
      return {
        requests: [
          {
            operation: "PutItem",
            // As the real provider does: a row that is there already is not taken over.
            input: {
              TableName: tableName,
              Item,
              ConditionExpression: "attribute_not_exists(#hash)",
              ExpressionAttributeNames: { "#hash": hashKey },
            },
          },
        ],
        id: `${tableName}|${hashKey}||${Item[hashKey]?.S ?? ""}`,
        outputs: {},
      };
    },
  ),
};
