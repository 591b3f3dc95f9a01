/**
 * A publish that is killed at one of its AWS requests, then run again: what it leaves must be what an undisturbed one leaves.
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

/** The LOB under test, alone on its sandbox. */
export interface Lob {
  readonly sandbox: Sandbox;
  readonly lob: string;
  readonly bucket: string;
  readonly catalogTable: string;
  readonly registryTable: string;
}

/** One publish: always the same command. */
export interface Publish {
  readonly workspace: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly run: Run;
}

/** Runs a publish with nothing in its way, and answers how many AWS requests it made, by name. */
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
 * Runs a publish and kills it when the server has done its request number `index` but has not answered, or with 0 before its
 * first request reaches the server.
 *
 * @returns the name of the operation at which it was killed; undefined when it ended before that
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

/** Everything in the LOB as it is, uploads on their way and half-done ones included: equal only when nothing was written. */
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
 * Everything in the LOB that readers can see, without what may differ between two runs that did the same: times, tokens, and
 * the bytes of the gzip stream (which carries a token when a second upload takes the place of a first). Leaves out uploads on
 * their way, which expire.
 *
 * @throws Error when an object is not what its metadata or its row says: whatever the history, that must hold
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
      throw new Error(`${key} is not what its row says: ${JSON.stringify({ row, sha256, size, metadata })}`);
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

/** Empties a LOB: everything but its own row. */
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
