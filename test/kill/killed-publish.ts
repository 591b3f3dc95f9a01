/**
 * Runs a publish that is killed at one of its AWS requests, then runs it again. The result must be that of an undisturbed publish.
 */
import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
} from "@aws-sdk/client-s3";
import { CATALOG_HASH_KEY, METADATA, REGISTRY_HASH_KEY, STAGING_PREFIX } from "lob-registry-core/layout";
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { Sandbox } from "../sandbox/server.ts";
import { FaultProxy, onRequest } from "../support/fault-proxy.ts";
import { runStep, type ChildHandle, type Run, type StepResult } from "../support/runner.ts";
import { clientsOf, readBytes, readObjects, readRows, type Clients, type Row } from "../support/state.ts";

/** The LOB under test, the only one on its sandbox. */
export interface Lob {
  readonly sandbox: Sandbox;
  readonly lob: string;
  readonly bucket: string;
  readonly catalogTable: string;
  readonly registryTable: string;
}

/** One publish, always with the same command. */
export interface Publish {
  readonly workspace: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly run: Run;
}

/** Runs a publish undisturbed, and returns its AWS requests by name. */
export async function undisturbed({ sandbox }: Lob, publish: Publish): Promise<{ result: StepResult; operations: string[] }> {
  const proxy = await FaultProxy.start(sandbox.endpoint);
  try {
    const result = await runStep({ ...publish, env: { ...sandbox.env, AWS_ENDPOINT_URL: proxy.endpoint } });
    return { result, operations: proxy.requests.map(({ operation }) => operation) };
  } finally {
    await proxy.stop();
  }
}

/**
 * Runs a publish and kills it after the server has executed request number `index`, before the answer; with 0, before its first request
 * reaches the server.
 *
 * @returns the name of the operation at which it was killed; undefined if it ended earlier
 */
export async function killedAt({ sandbox }: Lob, publish: Publish, index: number): Promise<string | undefined> {
  let child: ChildHandle | undefined;
  const kill = (): Promise<void> | undefined => child?.kill();
  const proxy = await FaultProxy.start(
    sandbox.endpoint,
    onRequest(Math.max(index, 1), { kind: index === 0 ? "kill-before" : "kill-after", kill }),
  );
  try {
    const { code } = await runStep({
      ...publish,
      env: { ...sandbox.env, AWS_ENDPOINT_URL: proxy.endpoint },
      onStart: (started) => (child = started),
    });
    return code === undefined ? proxy.requests[Math.max(index, 1) - 1]?.operation : undefined;
  } finally {
    await proxy.stop();
  }
}

/** Returns everything in the LOB, including unfinished uploads. Equal only if nothing was written. */
export async function exactState({ sandbox, bucket, catalogTable, registryTable }: Lob): Promise<object> {
  const clients = clientsOf(sandbox);
  return {
    objects: await readObjects(clients, bucket),
    uploads: (await clients.s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? [],
    catalog: await readRows(clients, catalogTable, CATALOG_HASH_KEY),
    registry: await readRows(clients, registryTable, REGISTRY_HASH_KEY),
  };
}

/**
 * Returns everything in the LOB that readers can see, without values that may differ between two equal runs: times, tokens, and the bytes
 * of the gzip stream (which contains a token if a second upload replaces a first). Omits unfinished uploads, which expire.
 *
 * @throws Error if an object does not match its metadata or its row, which must hold for every history
 */
export async function settledState({ sandbox, bucket, catalogTable, registryTable }: Lob): Promise<object> {
  const clients = clientsOf(sandbox);
  const [objects, catalog, registry] = await Promise.all([
    readObjects(clients, bucket),
    readRows(clients, catalogTable, CATALOG_HASH_KEY),
    readRows(clients, registryTable, REGISTRY_HASH_KEY),
  ]);
  const visible = objects.filter(({ key }) => !key.startsWith(`${STAGING_PREFIX}/`));
  for (const { key, sha256, metadata, size } of visible) {
    const stated = metadata[METADATA.artifactSha256];
    if (stated !== undefined && stated !== sha256) throw new Error(`${key}: its metadata says sha256 ${stated}, its bytes have ${sha256}`);
    const row = registry.find(({ url }) => url === `s3://${bucket}/${key}`);
    if (row !== undefined && (row.sha256 !== sha256 || row.size !== size || row.token !== metadata[METADATA.writeToken])) {
      throw new Error(`${key} does not match its row: ${JSON.stringify({ row, sha256, size, metadata })}`);
    }
  }
  return {
    objects: await Promise.all(
      visible.map(async ({ key, metadata }) => ({
        key,
        metadata: without(metadata, [METADATA.artifactSha256, METADATA.writeToken]),
        content: hashOfContent(key, await readBytes(clients, bucket, key)),
      })),
    ),
    catalog: catalog.map((row) => without(row, ["createdAt", "updatedAt", "latestSha256"])),
    registry: registry.map((row) => without(row, RUN_SPECIFIC)),
  };
}

const RUN_SPECIFIC = [
  "token",
  "stagingKey",
  "stagingETag",
  "sha256",
  "size",
  "crc64nvme",
  "reservedAt",
  "readyAt",
  "createdAt",
  "updatedAt",
];

const without = (row: Row, names: readonly string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));

function hashOfContent(key: string, bytes: Buffer): string {
  return createHash("sha256")
    .update(key.endsWith(".gz") ? gunzipSync(bytes) : bytes)
    .digest("hex");
}

/** Deletes everything in a LOB except its own row. */
export async function empty({ sandbox, lob, bucket, catalogTable, registryTable }: Lob): Promise<void> {
  const clients = clientsOf(sandbox);
  await Promise.all([
    emptyBucket(clients, bucket),
    emptyTable(clients, catalogTable, CATALOG_HASH_KEY, lob),
    emptyTable(clients, registryTable, REGISTRY_HASH_KEY),
  ]);
}

async function emptyBucket({ s3 }: Clients, bucket: string): Promise<void> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  await Promise.all(Uploads.map(({ Key, UploadId }) => s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }))));
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return;
    const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    if (Errors.length > 0) throw new Error(`could not empty ${bucket}: ${JSON.stringify(Errors)}`);
  }
}

async function emptyTable(clients: Clients, table: string, hashKey: string, but?: string): Promise<void> {
  const keys = (await readRows(clients, table, hashKey)).map((row) => String(row[hashKey])).filter((key) => key !== but);
  await Promise.all(keys.map((key) => clients.dynamodb.send(new DeleteItemCommand({ TableName: table, Key: { [hashKey]: { S: key } } }))));
}
