/** Content of a LOB, read directly from S3 and DynamoDB without code of this project. */
import { DynamoDBClient, GetItemCommand, paginateScan } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, HeadObjectCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { createHash } from "node:crypto";
import type { Target } from "./target.ts";

export interface Clients {
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
}

/** Clients for a target: what its variables say, and nothing of this process's own. */
export function clientsOf({ env, region }: Pick<Target, "env" | "region">): Clients {
  const { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "", AWS_SESSION_TOKEN: sessionToken } = env;
  const options = {
    region,
    ...(endpoint !== undefined && { endpoint }),
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(sessionToken !== undefined && { sessionToken }),
    },
  };
  return { s3: new S3Client({ ...options, forcePathStyle: endpoint !== undefined }), dynamodb: new DynamoDBClient(options) };
}

export type Row = Readonly<Record<string, unknown>>;

export interface StoredObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Hash of the current bytes, not the one in the metadata. */
  readonly sha256: string;
}

/** Returns a row of a table by a strong read, or undefined. */
export async function readRow({ dynamodb }: Clients, table: string, key: Readonly<Record<string, string>>): Promise<Row | undefined> {
  const Key = Object.fromEntries(Object.entries(key).map(([name, value]) => [name, { S: value }]));
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  return Item === undefined ? undefined : unmarshall(Item);
}

/** All rows of a table, by their key. */
export async function readRows({ dynamodb }: Clients, table: string, hashKey: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: table, ConsistentRead: true })) {
    rows.push(...Items.map((item) => unmarshall(item) as Row));
  }
  return rows.sort((a, b) => (String(a[hashKey]) < String(b[hashKey]) ? -1 : 1));
}

/** All objects of a bucket under a prefix, by their key, with what is in them. */
export async function readObjects(clients: Clients, bucket: string, prefix = ""): Promise<StoredObject[]> {
  const objects: StoredObject[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: clients.s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key } of Contents) objects.push(await readObject(clients, bucket, Key!));
  }
  return objects;
}

async function readObject({ s3 }: Clients, bucket: string, key: string): Promise<StoredObject> {
  const at = { Bucket: bucket, Key: key };
  const [head, bytes] = await Promise.all([s3.send(new HeadObjectCommand(at)), readBytes({ s3 }, bucket, key)]);
  return {
    key,
    size: bytes.length,
    etag: head.ETag!,
    lastModified: head.LastModified!.toISOString(),
    metadata: head.Metadata ?? {},
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

/** The bytes of an object. */
export async function readBytes({ s3 }: Pick<Clients, "s3">, bucket: string, key: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Buffer.from(await Body!.transformToByteArray());
}
