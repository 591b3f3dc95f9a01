/**
 * Checks, before anything rests on it, that a server honours the conditions of S3 and DynamoDB that the publish protocol
 * needs. A server that ignores one would let every test of a race pass that should fail.
 */
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { SandboxError } from "./python.ts";

/** Address of a server. */
export interface Server {
  readonly endpoint: string;
  readonly region: string;
}

const NAME = "condition-check";
const credentials = { accessKeyId: "test", secretAccessKey: "test" };

/**
 * Tries each condition, met and not met.
 *
 * @throws SandboxError naming each condition that is not honoured
 */
export async function checkConditions({ endpoint, region }: Server): Promise<void> {
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const dynamodb = new DynamoDBClient({ endpoint, region, credentials });
  try {
    const [inS3, inDynamoDB] = await Promise.all([checkS3(s3), checkDynamoDB(dynamodb)]);
    const ignored = [...inS3, ...inDynamoDB];
    if (ignored.length > 0) {
      throw new SandboxError(
        `The server at ${endpoint} cannot be used: it does not honour\n${ignored.map((name) => `  - ${name}`).join("\n")}\n` +
          "Publishing rests on these. Use the pinned server (delete .sandbox/ and run again).",
      );
    }
  } finally {
    s3.destroy();
    dynamodb.destroy();
  }
}

async function checkS3(s3: S3Client): Promise<string[]> {
  const Bucket = NAME;
  await s3.send(new CreateBucketCommand({ Bucket }));
  const put = (Key: string, conditions: { IfNoneMatch?: string } = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body: Key, ...conditions }));
  const { ETag: sourceETag } = await put("source");
  /** Copies the source by the steps that the protocol uses. */
  const copy = async (Key: string, conditions: { IfNoneMatch?: string; IfMatch?: string }, source = sourceETag): Promise<string> => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const part = await s3.send(
      new UploadPartCopyCommand({ Bucket, Key, UploadId, PartNumber: 1, CopySource: `${Bucket}/source`, CopySourceIfMatch: source }),
    );
    const Parts = [{ PartNumber: 1, ETag: part.CopyPartResult!.ETag }];
    await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...conditions }));
    return (await s3.send(new HeadObjectCommand({ Bucket, Key }))).ETag!;
  };

  const ignored: string[] = [];
  const expect = async (name: string, met: () => Promise<unknown>, unmet: () => Promise<unknown>): Promise<void> => {
    const [first, second] = [await statusOf(met), await statusOf(unmet)];
    if (first !== 200 || second !== 412) ignored.push(`${name} (met: ${first}, not met: ${second} instead of 412)`);
  };
  let etag = "";
  await expect(
    "CompleteMultipartUpload with If-None-Match: *",
    async () => void (etag = await copy("number", { IfNoneMatch: "*" })),
    () => copy("number", { IfNoneMatch: "*" }),
  );
  await expect(
    "CompleteMultipartUpload with If-Match",
    () => copy("number", { IfMatch: etag }),
    () => copy("number", { IfMatch: '"00000000000000000000000000000000-1"' }),
  );
  await expect(
    "UploadPartCopy with x-amz-copy-source-if-match",
    () => copy("pinned", {}),
    () => copy("pinned", {}, '"00000000000000000000000000000000"'),
  );
  await expect(
    "PutObject with If-None-Match: *",
    () => put("once", { IfNoneMatch: "*" }),
    () => put("once", { IfNoneMatch: "*" }),
  );

  await Promise.all(["source", "number", "pinned", "once"].map((Key) => s3.send(new DeleteObjectCommand({ Bucket, Key }))));
  await s3.send(new DeleteBucketCommand({ Bucket }));
  return ignored;
}

async function checkDynamoDB(dynamodb: DynamoDBClient): Promise<string[]> {
  const TableName = NAME;
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  );
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 20, minDelay: 0.05, maxDelay: 0.2 }, { TableName });
  await dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: "a" }, n: { N: "1" } } }));
  /** Writes b if a is as the caller thinks. */
  const transact = (n: string) =>
    dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName, Item: { id: { S: "b" }, n: { N: n } } } },
          {
            ConditionCheck: {
              TableName,
              Key: { id: { S: "a" } },
              ConditionExpression: "n = :n",
              ExpressionAttributeValues: { ":n": { N: n } },
              ReturnValuesOnConditionCheckFailure: "ALL_OLD",
            },
          },
        ],
      }),
    );
  const readB = async () =>
    (await dynamodb.send(new GetItemCommand({ TableName, Key: { id: { S: "b" } }, ConsistentRead: true }))).Item?.n?.N;

  const ignored: string[] = [];
  const refusal: unknown = await transact("2").then(
    () => undefined,
    (error: unknown) => error,
  );
  const reasons =
    refusal instanceof Error && "CancellationReasons" in refusal
      ? (refusal.CancellationReasons as { Code?: string; Item?: unknown }[])
      : [];
  if (reasons[1]?.Code !== "ConditionalCheckFailed") ignored.push("a transaction's condition check (it was not refused as one)");
  else if (reasons[1].Item === undefined) ignored.push("ReturnValuesOnConditionCheckFailure: ALL_OLD in a transaction");
  if ((await readB()) !== undefined) ignored.push("all or nothing in a transaction (a refused one wrote)");
  await transact("1");
  if ((await readB()) !== "1") ignored.push("a transaction whose conditions hold (it did not write)");

  await dynamodb.send(new DeleteTableCommand({ TableName }));
  return ignored;
}

async function statusOf(request: () => Promise<unknown>): Promise<number> {
  try {
    await request();
    return 200;
  } catch (error) {
    const metadata = error instanceof Error && "$metadata" in error ? (error.$metadata as { httpStatusCode?: number }) : {};
    if (metadata.httpStatusCode === undefined) throw error;
    return metadata.httpStatusCode;
  }
}
