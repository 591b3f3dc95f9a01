/** Transactions and indexes of DynamoDB: what numbers, keys and READY rest on. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  waitUntilTableExists,
  type AttributeValue,
  type TransactWriteItem,
} from "@aws-sdk/client-dynamodb";
import * as layout from "lob-registry-core/layout";
import type { Check } from "../check.ts";
import { fresh } from "../requests.ts";
import type { Place } from "./place.ts";

const RIVALS = 8;
/** Milliseconds within which a row is in an index, far beyond what is usual. */
const INDEXED = 30_000;

/** Name of the table that the probe of deletion protection makes; removed with the rest. */
export const protectedTable = (lob: string): string => `${lob}-probe`;

/** @param published publishes a small model by the product and answers with its name; version 1 */
export function dynamodbChecks(place: Place, published: () => Promise<string>): Check[] {
  const { dynamodb, row, catalogTable } = place;
  const table = row.registryTable;
  const id = (): string => `probe://${fresh()}`;
  const keyOf = (url: string) => ({ [layout.REGISTRY_HASH_KEY]: { S: url } });
  const put = (url: string, n: number) =>
    dynamodb.send(new PutItemCommand({ TableName: table, Item: { ...keyOf(url), n: { N: String(n) } } }));
  const read = async (url: string): Promise<string | undefined> =>
    (await dynamodb.send(new GetItemCommand({ TableName: table, Key: keyOf(url), ConsistentRead: true }))).Item?.["n"]?.N;
  const transact = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
    dynamodb.send(new TransactWriteItemsCommand({ TransactItems, ...(ClientRequestToken !== undefined && { ClientRequestToken }) }));
  const condition = (url: string, n: number): TransactWriteItem => ({
    ConditionCheck: {
      TableName: table,
      Key: keyOf(url),
      ConditionExpression: "n = :n",
      ExpressionAttributeValues: { ":n": { N: String(n) } },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  });
  const add = (url: string, more: object = {}): TransactWriteItem => ({
    Update: {
      TableName: table,
      Key: keyOf(url),
      UpdateExpression: "ADD n :one",
      ExpressionAttributeValues: { ":one": { N: "1" } },
      ...more,
    },
  });

  return [
    {
      promise: "A number is given once, with its row, its content and its key, or not at all",
      restsOn: "DynamoDB: a transaction happens as a whole, and says which row it met (ALL_OLD)",
      by: "AWS",
      async run() {
        const [a, b] = [id(), id()];
        await put(a, 1);
        const refusal: unknown = await transact([add(b), condition(a, 2)]).catch((error: unknown) => error);
        assert(refusal instanceof TransactionCanceledException, "a transaction whose condition does not hold was not cancelled");
        const reason = refusal.CancellationReasons?.[1];
        assert.equal(reason?.Code, "ConditionalCheckFailed");
        assert.equal(reason.Item?.["n"]?.N, "1", "the row that was met is not in the answer");
        assert.equal(await read(b), undefined, "a transaction that was cancelled wrote");
        await transact([add(b), condition(a, 1)]);
        assert.equal(await read(b), "1");
      },
    },
    {
      promise: "Two publishes never get one number",
      restsOn: `DynamoDB: of ${RIVALS} transactions on one condition at one moment, one happens`,
      by: "AWS",
      async run() {
        const url = id();
        await put(url, 0);
        const take = add(url, {
          ConditionExpression: "n = :zero",
          ExpressionAttributeValues: { ":one": { N: "1" }, ":zero": { N: "0" } },
        });
        const results = await Promise.allSettled(Array.from({ length: RIVALS }, () => transact([take, add(id())])));
        assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
        const names = results.flatMap((result) => (result.status === "rejected" ? [(result.reason as Error).name] : []));
        assert(
          names.every((name) => name === "TransactionCanceledException"),
          `the losers saw ${[...new Set(names)].join(", ")}`,
        );
        assert.equal(await read(url), "1");
      },
    },
    {
      promise: "A lost answer does not make a second version",
      restsOn: "DynamoDB: a ClientRequestToken makes the second try of a transaction harmless, and refuses another one under it",
      by: "AWS",
      async run() {
        const [url, token] = [id(), randomUUID()];
        await transact([add(url)], token);
        await transact([add(url)], token);
        assert.equal(await read(url), "1", "the second try happened too");
        const other: unknown = await transact([add(id())], token).catch((error: unknown) => error);
        assert.equal((other as Error).name, "IdempotentParameterMismatchException");
      },
    },
    {
      promise: "Decisions rest on current values",
      restsOn: "DynamoDB: a consistent read sees each write before it",
      by: "AWS",
      async run() {
        const url = id();
        for (let n = 0; n < 10; n++) {
          await put(url, n);
          assert.equal(await read(url), String(n));
        }
      },
    },
    {
      promise: "Lists show READY versions, with what lists show",
      restsOn: "DynamoDB: indexes have the rows with their attribute alone, and project what the layout says",
      by: "AWS",
      async run() {
        const model = await published();
        const { versions, pending } = layout.REGISTRY_INDEXES;
        const [listed] = await untilIndexed(() => query(versions, layout.versionsOf(row.lob, model)));
        const may = new Set([layout.REGISTRY_HASH_KEY, versions.hashKey, versions.rangeKey, ...versions.projected]);
        assert.deepEqual(
          Object.keys(listed!).filter((name) => !may.has(name)),
          [],
          "the index has more than it projects",
        );
        for (const name of ["status", "sha256", "size", "treeDigest"]) assert(name in listed!, `the index lacks ${name}`);
        const gone = async (): Promise<Item[]> => ((await query(pending, layout.pendingOf(row.lob))).some(isOf(model)) ? [] : [{}]);
        await untilIndexed(gone);
      },
    },
    {
      promise: "The tables can be restored, and are not deleted by mistake",
      restsOn: "DynamoDB: point-in-time recovery is on; a table with deletion protection is not deleted",
      by: "AWS",
      async run() {
        for (const TableName of [catalogTable, table]) {
          const { ContinuousBackupsDescription: backups } = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }));
          assert.equal(backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus, "ENABLED");
          const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
          assert.equal(Table?.DeletionProtectionEnabled, true);
        }
        // On a separate table, because the deletion may succeed.
        const TableName = protectedTable(row.lob);
        await dynamodb.send(
          new CreateTableCommand({
            TableName,
            BillingMode: "PAY_PER_REQUEST",
            AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
            KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
            DeletionProtectionEnabled: true,
          }),
        );
        await waitUntilTableExists({ client: dynamodb, maxWaitTime: 120, minDelay: 0.2, maxDelay: 2 }, { TableName });
        const refusal: unknown = await dynamodb.send(new DeleteTableCommand({ TableName })).catch((error: unknown) => error);
        assert(refusal instanceof Error, "a table with deletion protection was deleted");
      },
    },
  ];

  type Item = Record<string, AttributeValue>;

  async function query(index: layout.IndexSpec, hash: string): Promise<Item[]> {
    const { Items = [] } = await dynamodb.send(
      new QueryCommand({
        TableName: table,
        IndexName: index.name,
        KeyConditionExpression: "#hash = :hash",
        ExpressionAttributeNames: { "#hash": index.hashKey },
        ExpressionAttributeValues: { ":hash": { S: hash } },
      }),
    );
    return Items;
  }

  async function untilIndexed(look: () => Promise<Item[]>): Promise<Item[]> {
    const deadline = Date.now() + INDEXED;
    for (;;) {
      const items = await look();
      if (items.length > 0) return items;
      assert(Date.now() < deadline, `the index does not have it after ${INDEXED / 1000} s`);
      await sleep(250);
    }
  }
}

const isOf =
  (model: string) =>
  (item: Record<string, AttributeValue>): boolean =>
    item["model"]?.S === model;
