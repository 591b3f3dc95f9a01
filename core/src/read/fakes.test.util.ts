/** The two AWS clients in memory, as far as reading uses them, so that a test can make any request fail. Shared by tests. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { marshall } from "@aws-sdk/util-dynamodb";
import * as layout from "../layout.js";
import { modelRowItem, versionRowItem, type Item } from "../registry/rows.js";
import type { Aws, Lob, ModelSummary, Version } from "../types.js";

export const LOB: Lob = {
  lob: "fraud",
  layoutVersion: 1,
  bucket: "111122223333-us-east-1-fraud-artifacts",
  bucketOwner: "111122223333",
  bucketRegion: "us-east-1",
  prefix: "ml-models",
  suffix: ".tar.gz",
  registryTable: "fraud-model-registry",
  writeOnce: true,
  protectedAliases: [],
  catalogTable: "fraud-model-catalog",
};

export const sha256Of = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
export const hex = (digit: string): string => digit.repeat(64);

export interface StoredObject {
  body: Buffer;
  metadata: Record<string, string>;
  etag: string;
}

/** An error as the SDK throws it. */
export function awsError(name: string, status: number): Error {
  return Object.assign(new Error(name), { name, $fault: "client", $metadata: { httpStatusCode: status, requestId: "REQ1" } });
}

type Input = Record<string, unknown>;

export class FakeAws {
  readonly tables = new Map<string, Map<string, Item>>([
    [LOB.catalogTable, new Map()],
    [LOB.registryTable, new Map()],
  ]);
  readonly objects = new Map<string, StoredObject>();
  /** Every request, in order, as `GetItem fraud/churn` or `GetObject KEY bytes=5-`. */
  readonly requests: string[] = [];
  /** Called before each request: throw to make it fail. */
  before: (request: string, input: Input) => void = () => undefined;
  /** Makes the body of a GET, so that a test can break it. */
  stream: (bytes: Buffer, request: string) => Readable = (bytes) => Readable.from(chunksOf(bytes, 1000));
  pageSize = 100;

  readonly aws: Aws = { region: LOB.bucketRegion, s3: this.#client(), dynamodb: this.#client() };

  #client(): Aws["s3"] & Aws["dynamodb"] {
    const send = (command: unknown, options?: unknown): Promise<unknown> => this.#send(command, options);
    return { send, destroy: () => undefined, middlewareStack: { add: () => undefined } } as never;
  }

  model(model: Partial<ModelSummary> = {}): ModelSummary {
    const row: ModelSummary = { lob: LOB.lob, model: "churn", next: 2, latest: 1, tags: {}, createdAt: TIME, updatedAt: TIME, ...model };
    this.put(LOB.catalogTable, layout.modelNamespace(LOB.lob, row.model), modelRowItem(row));
    return row;
  }

  version(version: Partial<Version> = {}): Version {
    const row = versionOf(version);
    this.put(LOB.registryTable, row.url, versionRowItem(row));
    return row;
  }

  pointer(treeDigest: string, version: number): void {
    const url = layout.digestUrl(LOB.lob, "churn", treeDigest);
    this.put(LOB.registryTable, url, marshall({ url, version, treeDigest }));
  }

  /** The object of a version, with the metadata that its row wants. */
  object(version: Version, body: Buffer): StoredObject {
    const stored: StoredObject = { body, etag: `"${sha256Of(body).slice(0, 32)}-1"`, metadata: metadataOf(version) };
    this.objects.set(layout.versionKey(LOB, version.model, version.version), stored);
    return stored;
  }

  put(table: string, key: string, item: Item): void {
    this.tables.get(table)!.set(key, item);
  }

  async #send(command: unknown, options: unknown): Promise<unknown> {
    await Promise.resolve();
    const { input } = command as { input: Input };
    const name = (command as object).constructor.name.replace(/Command$/, "");
    const range = input.Range as string | undefined;
    const request = `${name} ${describe(input)}${range === undefined ? "" : ` ${range}`}`;
    this.requests.push(request);
    (options as { abortSignal?: AbortSignal } | undefined)?.abortSignal?.throwIfAborted();
    this.before(request, input);
    switch (name) {
      case "GetItem":
        return this.#getItem(input);
      case "Query":
        return this.#query(input);
      case "HeadObject":
      case "GetObject":
        return this.#object(name, request, input);
      case "ListObjectsV2":
        return { Contents: [...this.objects.keys()].filter((key) => key.startsWith(input.Prefix as string)).map((Key) => ({ Key })) };
      default:
        throw new Error(`the fake knows no ${name}`);
    }
  }

  #table(input: Input): Map<string, Item> {
    const table = this.tables.get(input.TableName as string);
    if (!table) throw awsError("ResourceNotFoundException", 400);
    return table;
  }

  #getItem(input: Input): unknown {
    if (input.ConsistentRead !== true) throw new Error("what decides must be read strongly");
    const [key] = Object.values(input.Key as Record<string, { S: string }>);
    const Item = this.#table(input).get(key!.S);
    return Item ? { Item } : {};
  }

  /** Only the forms of expression that this room writes: `#a = :b`, `begins_with(#a, :b)`, joined by AND. */
  #query(input: Input): unknown {
    const names = input.ExpressionAttributeNames as Record<string, string>;
    const values = input.ExpressionAttributeValues as Record<string, { S: string }>;
    const holds = (expression: unknown) => (item: Item) =>
      (expression as string).split(" AND ").every((term) => {
        const [, equalName, equalValue, startName, startValue] = /^(#\w+) = (:\w+)$|^begins_with\((#\w+), (:\w+)\)$/.exec(term)!;
        const text = (item[names[(equalName ?? startName)!]!] as { S?: string } | undefined)?.S;
        const wanted = values[(equalValue ?? startValue)!]!.S;
        return equalName === undefined ? (text?.startsWith(wanted) ?? false) : text === wanted;
      });
    const index = [...Object.values(layout.REGISTRY_INDEXES), ...Object.values(layout.CATALOG_INDEXES)].find(
      ({ name }) => name === input.IndexName,
    )!;
    const sortKey = (item: Item): string => item[index.rangeKey]?.S ?? (item[index.rangeKey]?.N ?? "").padStart(20, "0");
    const all = [...this.#table(input).values()]
      .filter(holds(input.KeyConditionExpression))
      .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
    if (input.ScanIndexForward === false) all.reverse();
    const start = Number((input.ExclusiveStartKey as { at?: { N: string } } | undefined)?.at?.N ?? 0);
    const end = start + Math.min(this.pageSize, (input.Limit as number | undefined) ?? Infinity);
    const projected = new Set([...index.projected, index.hashKey, index.rangeKey, layout.REGISTRY_HASH_KEY, layout.CATALOG_HASH_KEY]);
    const filter = input.FilterExpression === undefined ? () => true : holds(input.FilterExpression);
    return {
      Items: all
        .slice(start, end)
        .filter(filter)
        .map((item) => Object.fromEntries(Object.entries(item).filter(([name]) => projected.has(name)))),
      ...(end < all.length && { LastEvaluatedKey: { at: { N: String(end) } } }),
    };
  }

  #object(name: string, request: string, input: Input): unknown {
    if (input.ExpectedBucketOwner !== LOB.bucketOwner || input.Bucket !== LOB.bucket) throw awsError("AccessDenied", 403);
    const stored = this.objects.get(input.Key as string);
    if (!stored) throw awsError(name === "HeadObject" ? "NotFound" : "NoSuchKey", 404);
    const { body, metadata, etag } = stored;
    if (name === "HeadObject") return { ETag: etag, ContentLength: body.length, Metadata: metadata, LastModified: new Date(TIME) };
    if (input.IfMatch !== etag) throw awsError("PreconditionFailed", 412);
    const from = Number(/^bytes=(\d+)-$/.exec((input.Range as string | undefined) ?? "bytes=0-")![1]);
    return {
      Body: this.stream(body.subarray(from), request),
      ...(from > 0 && { ContentRange: `bytes ${from}-${body.length - 1}/${body.length}` }),
    };
  }
}

export const TIME = "2026-11-23T14:00:00.000Z";

export function versionOf(version: Partial<Version> = {}): Version {
  const model = version.model ?? "churn";
  const number = version.version ?? 1;
  return {
    url: layout.versionUrl(LOB, model, number),
    lob: LOB.lob,
    model,
    version: number,
    status: "READY",
    token: "0123456789abcdef0123456789abcdef",
    treeDigest: hex("d"),
    sha256: hex("a"),
    size: 10,
    files: 1,
    contentBytes: 5,
    manifestSha256: hex("b"),
    metrics: { "val.auc": 0.93 },
    tags: { team: "risk" },
    provenance: { gitCommit: "c0ffee", actor: "ada" },
    keys: [],
    origin: "lob-registry",
    reservedAt: TIME,
    readyAt: TIME,
    holders: [],
    ...version,
  };
}

export function metadataOf(version: Version): Record<string, string> {
  return {
    [layout.METADATA.artifactName]: version.model,
    [layout.METADATA.artifactSha256]: version.sha256,
    ...(version.origin === "lob-registry" && {
      [layout.METADATA.artifactVersion]: String(version.version),
      [layout.METADATA.treeDigest]: version.treeDigest!,
      [layout.METADATA.writeToken]: version.token,
      [layout.METADATA.manifestSha256]: version.manifestSha256!,
    }),
  };
}

export function* chunksOf(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function describe(input: Input): string {
  const key = input.Key;
  if (typeof key === "string") return key;
  if (key !== undefined) return Object.values(key as Record<string, { S: string }>)[0]!.S;
  return (input.IndexName ?? input.Prefix) as string;
}
