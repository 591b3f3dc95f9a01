/** A LOB on a sandbox, created with the SDK: faster than a deployment, for tests of something other than the component. */
import {
  CreateTableCommand,
  PutItemCommand,
  waitUntilTableExists,
  type AttributeDefinition,
  type DynamoDBClient,
  type GlobalSecondaryIndex,
} from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, ListObjectVersionsCommand, PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import * as layout from "lob-registry-core/layout";
import type { Sandbox } from "../sandbox/server.ts";
import { clientsOf, readRow, readRows, type Row } from "./state.ts";
import type { Target } from "./target.ts";

/** A LOB with its own bucket and tables, like the component's as far as publishing sees them. */
export interface DeclaredLob {
  readonly row: layout.LobRow;
  /** All object versions and all rows: equal when nothing was written in between. */
  contents(): Promise<unknown>;
  /** The row of a version. */
  versionRow(model: string, n: number): Promise<Row | undefined>;
}

export async function declareLob(sandbox: Sandbox, lob: string, change: Partial<layout.LobRow> = {}): Promise<DeclaredLob> {
  const clients = clientsOf(sandbox);
  const { s3, dynamodb } = clients;
  const { bucket, catalogTable, registryTable } = layout.ownNames(sandbox.accountId, sandbox.region, lob);
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: "Enabled" } }));
  await makeTable(dynamodb, catalogTable, layout.CATALOG_HASH_KEY, Object.values(layout.CATALOG_INDEXES));
  await makeTable(dynamodb, registryTable, layout.REGISTRY_HASH_KEY, Object.values(layout.REGISTRY_INDEXES));
  const row: layout.LobRow = {
    lob,
    layoutVersion: layout.LAYOUT_VERSION,
    bucket,
    bucketOwner: sandbox.accountId,
    bucketRegion: sandbox.region,
    prefix: layout.DEFAULT_PREFIX,
    suffix: layout.DEFAULT_SUFFIX,
    registryTable,
    writeOnce: false,
    protectedAliases: [],
    ...change,
  };
  await dynamodb.send(new PutItemCommand({ TableName: catalogTable, Item: layout.lobRowItem(row) }));
  return existingLob(sandbox, row);
}

/** A LOB that is there, with bucket and tables of the default names. */
export function existingLob(target: Pick<Target, "accountId" | "env" | "region">, row: layout.LobRow): DeclaredLob {
  const clients = clientsOf(target);
  // The real location, even if the row differs: a test may write a wrong row.
  const { bucket, catalogTable, registryTable } = layout.ownNames(target.accountId, target.region, row.lob);
  return {
    row,
    async contents() {
      const { Versions = [], DeleteMarkers = [] } = await clients.s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
      return {
        objects: [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => [Key, VersionId]),
        catalog: await readRows(clients, catalogTable, layout.CATALOG_HASH_KEY),
        registry: await readRows(clients, registryTable, layout.REGISTRY_HASH_KEY),
      };
    },
    versionRow: (model, n) => readRow(clients, registryTable, { [layout.REGISTRY_HASH_KEY]: layout.versionUrl(row, model, n) }),
  };
}

async function makeTable(dynamodb: DynamoDBClient, name: string, hashKey: string, indexes: readonly layout.IndexSpec[]): Promise<void> {
  const types = new Map<string, "S" | "N">([[hashKey, "S"]]);
  for (const index of indexes) types.set(index.hashKey, "S").set(index.rangeKey, index.rangeType);
  await dynamodb.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [...types].map(([AttributeName, AttributeType]): AttributeDefinition => ({ AttributeName, AttributeType })),
      KeySchema: [{ AttributeName: hashKey, KeyType: "HASH" }],
      GlobalSecondaryIndexes: indexes.map((index): GlobalSecondaryIndex => ({
        IndexName: index.name,
        KeySchema: [
          { AttributeName: index.hashKey, KeyType: "HASH" },
          { AttributeName: index.rangeKey, KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: [...index.projected] },
      })),
    }),
  );
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 20, minDelay: 0.05, maxDelay: 0.2 }, { TableName: name });
}
