/**
 * S3 and DynamoDB in memory, as strict as the real services in what this project relies on: conditions on completion, pinned copies and
 * reads, sizes and order of parts, the bucket's owner, conditional transactions, strong reads. Each request is one atomic step at the
 * moment when `deliver` lets it through, so that a test can order the requests of many publishers, lose answers, and stop a publisher for
 * good. Unknown requests throw.
 */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { DynamoDBClient, TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Aws } from "../types.js";
import type { ExpressionItem } from "./expressions.js";
import { awsError } from "./fake-error.js";
import { FakeDynamoDB, hashOf } from "./fake-dynamodb.js";

export { awsError, lostAnswer } from "./fake-error.js";

export interface FakeObject {
  body: Buffer;
  etag: string;
  metadata: Record<string, string>;
  lastModified?: Date;
  tagging?: string;
}

interface FakeUpload {
  readonly key: string;
  readonly metadata: Record<string, string>;
  readonly tagging?: string;
  readonly startedAt: Date;
  readonly parts: Map<number, Buffer>;
}

interface Command {
  readonly constructor: { readonly name: string };
  // Inputs of many commands, read by the command's name.
  readonly input: Record<string, any>;
}

export interface FakeRequest {
  /** For example `HeadObject`. */
  readonly name: string;
  /** The key, prefix or hash keys that it concerns. */
  readonly key: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Lets one request through: calls `execute` when its time has come, or never, and returns or throws in its place. */
export type Deliver = (request: FakeRequest, execute: () => unknown) => Promise<unknown>;

/** S3 accepts smaller parts only at the end of an upload, and copies ranges only of larger objects. */
const MINIMUM_PART = 5 * 1024 * 1024;

export class FakeAws {
  readonly bucket: string;
  readonly owner: string;
  readonly objects = new Map<string, FakeObject>();
  /** Creates the body of a GET, so that a test can break it. */
  stream: (bytes: Buffer, request: string) => Readable = (bytes) => Readable.from([bytes]);
  /** Items that a Query reads per page. */
  pageSize = 100;
  readonly #dynamodb: FakeDynamoDB;
  readonly #uploads = new Map<string, FakeUpload>();
  #serial = 0;
  /** The time; advances one second per call. */
  tick: () => Date = () => new Date(++this.#serial * 1000);

  constructor(bucket: string, tables: readonly string[], owner = "123456789012") {
    this.bucket = bucket;
    this.owner = owner;
    this.#dynamodb = new FakeDynamoDB(tables);
  }

  /** The clients of one process. */
  clients(deliver: Deliver = async (_, execute) => Promise.resolve(execute())): Aws {
    const send = async (command: Command, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown> => {
      if (options?.abortSignal?.aborted) throw Object.assign(new Error("Request aborted"), { name: "AbortError" });
      const { input } = command;
      const request = { name: command.constructor.name.replace(/Command$/, ""), key: describe(input), input };
      return deliver(request, () => this.#execute(request));
    };
    const client = { send, destroy: () => undefined, middlewareStack: { add: () => undefined } };
    return { region: "us-east-1", s3: client as unknown as S3Client, dynamodb: client as unknown as DynamoDBClient };
  }

  putObject(key: string, body: Buffer, metadata: Record<string, string>, etag = `"${md5(body)}"`): void {
    this.objects.set(key, { body, etag, metadata, lastModified: this.tick() });
  }

  /** Keys of the multipart uploads that are neither completed nor aborted. */
  get openUploads(): string[] {
    return [...this.#uploads.values()].map(({ key }) => key);
  }

  /** Rows by their hash key, by the name of their table. */
  get tables(): Map<string, Map<string, ExpressionItem>> {
    return this.#dynamodb.tables;
  }

  items(table: string): ExpressionItem[] {
    return [...this.#dynamodb.table(table).values()];
  }

  putItem(table: string, item: ExpressionItem): void {
    this.#dynamodb.table(table).set(hashOf(item), item);
  }

  #execute(request: FakeRequest): unknown {
    const { name } = request;
    const input: Record<string, any> = request.input;
    if ("Bucket" in input) this.#checkBucket(input);
    switch (name) {
      case "PutObject": {
        if (input["IfNoneMatch"] === "*" && this.objects.has(input["Key"])) throw awsError("PreconditionFailed", 412);
        this.putObject(input["Key"], Buffer.from(input["Body"]), input["Metadata"] ?? {});
        return {};
      }
      case "HeadObject": {
        const object = this.objects.get(input["Key"]);
        if (!object) throw awsError("NotFound", 404);
        return { ETag: object.etag, ContentLength: object.body.length, Metadata: object.metadata, LastModified: object.lastModified };
      }
      case "GetObject":
        return this.#get(request, input);
      case "ListObjectsV2":
        return this.#list(input);
      case "ListMultipartUploads": {
        const open = [...this.#uploads].filter(([, { key }]) => key.startsWith(input["Prefix"] ?? ""));
        return { Uploads: open.map(([UploadId, { key, startedAt }]) => ({ Key: key, UploadId, Initiated: startedAt })) };
      }
      case "DeleteObject":
        this.objects.delete(input["Key"]);
        return {};
      case "CreateMultipartUpload": {
        const UploadId = `upload-${++this.#serial}`;
        this.#uploads.set(UploadId, {
          key: input["Key"],
          metadata: input["Metadata"] ?? {},
          tagging: input["Tagging"],
          startedAt: this.tick(),
          parts: new Map(),
        });
        return { UploadId };
      }
      case "UploadPart": {
        const body = Buffer.from(input["Body"]);
        this.#upload(input).parts.set(input["PartNumber"], body);
        return { ETag: `"${md5(body)}"` };
      }
      case "UploadPartCopy":
        return this.#copyPart(input);
      case "CompleteMultipartUpload":
        return this.#complete(input);
      case "AbortMultipartUpload":
        this.#uploads.delete(input["UploadId"]);
        return {};
      default:
        return this.#dynamodb.execute(name, input, this.pageSize);
    }
  }

  #list(input: Record<string, any>): unknown {
    const prefix: string = input["Prefix"] ?? "";
    const after: string = input["ContinuationToken"] ?? "";
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    if (input["Delimiter"] !== undefined) {
      const folders = keys.map((key) => key.slice(prefix.length).split("/")).filter((parts) => parts.length > 1);
      return { CommonPrefixes: [...new Set(folders.map(([name]) => `${prefix}${name}/`))].map((Prefix) => ({ Prefix })) };
    }
    const page = keys.slice(0, Math.min(input["MaxKeys"] ?? 1000, this.pageSize * 10));
    const contents = page.map((Key) => {
      const { etag, body, lastModified } = this.objects.get(Key)!;
      return { Key, ETag: etag, Size: body.length, LastModified: lastModified };
    });
    return { Contents: contents, ...(page.length < keys.length && { NextContinuationToken: page.at(-1) }) };
  }

  #checkBucket(input: Record<string, any>): void {
    if (input["Bucket"] !== this.bucket) throw awsError("NoSuchBucket", 404);
    const owners = [input["ExpectedBucketOwner"], ...("CopySource" in input ? [input["ExpectedSourceBucketOwner"]] : [])];
    // Somebody else may register the name of a deleted bucket: a request that would not notice is a mistake.
    if (owners.some((owner) => owner !== this.owner))
      throw awsError("AccessDenied", 403, `the bucket's owner is ${this.owner}, the request expects ${owners.join(", ")}`);
  }

  /** GET of an object, pinned to what the reader knows; from a byte on if it resumes. */
  #get(request: FakeRequest, input: Record<string, any>): unknown {
    const object = this.objects.get(input["Key"]);
    if (!object) throw awsError("NoSuchKey", 404);
    const { body, etag } = object;
    // A manifest is named by its hash: a read in one piece needs no pin.
    const named = String(input["Key"]).includes("/manifests/") && input["Range"] === undefined && input["IfMatch"] === undefined;
    if (!named && input["IfMatch"] !== etag) throw awsError("PreconditionFailed", 412);
    const from = Number(/^bytes=(\d+)-$/.exec(input["Range"] ?? "bytes=0-")![1]);
    if (from > 0 && from >= body.length) throw awsError("InvalidRange", 416);
    const range = from > 0 ? { ContentRange: `bytes ${from}-${body.length - 1}/${body.length}` } : {};
    return { Body: this.stream(body.subarray(from), labelOf(request)), ContentLength: body.length - from, ETag: etag, ...range };
  }

  #upload(input: Record<string, any>): FakeUpload {
    const upload = this.#uploads.get(input["UploadId"]);
    if (upload?.key !== input["Key"]) throw awsError("NoSuchUpload", 404);
    return upload!;
  }

  #copyPart(input: Record<string, any>): unknown {
    const upload = this.#upload(input);
    const source = this.objects.get(decodeURIComponent(String(input["CopySource"]).slice(this.bucket.length + 1)));
    if (!source) throw awsError("NoSuchKey", 404);
    if (source.etag !== input["CopySourceIfMatch"]) throw awsError("PreconditionFailed", 412);
    const part = rangeOf(source.body, input["CopySourceRange"]);
    upload.parts.set(input["PartNumber"], part);
    return { CopyPartResult: { ETag: `"${md5(part)}"` } };
  }

  #complete(input: Record<string, any>): unknown {
    const upload = this.#upload(input);
    const there = this.objects.get(upload.key);
    if (input["IfNoneMatch"] === "*" && there) throw awsError("PreconditionFailed", 412);
    if (input["IfMatch"] !== undefined) {
      if (!there) throw awsError("NoSuchKey", 404);
      if (there.etag !== input["IfMatch"]) throw awsError("PreconditionFailed", 412);
    }
    const listed = input["MultipartUpload"].Parts as { PartNumber: number; ETag: string }[];
    if (listed.length === 0) throw awsError("MalformedXML", 400);
    const parts = listed.map(({ PartNumber, ETag }, index) => {
      const part = upload.parts.get(PartNumber);
      if (!part || `"${md5(part)}"` !== ETag) throw awsError("InvalidPart", 400);
      if (index > 0 && PartNumber <= listed[index - 1]!.PartNumber) throw awsError("InvalidPartOrder", 400);
      if (index < listed.length - 1 && part.length < MINIMUM_PART) throw awsError("EntityTooSmall", 400);
      return part;
    });
    const etag = `"${md5(Buffer.concat(parts.map((part) => createHash("md5").update(part).digest())))}-${parts.length}"`;
    this.objects.set(upload.key, {
      body: Buffer.concat(parts),
      etag,
      metadata: upload.metadata,
      lastModified: this.tick(),
      ...(upload.tagging !== undefined && { tagging: upload.tagging }),
    });
    this.#uploads.delete(input["UploadId"]);
    return { ETag: etag };
  }
}

/** A request on one line, for example `GetObject KEY bytes=5-`. */
export function labelOf({ name, key, input }: FakeRequest): string {
  return `${name} ${key}${input["Range"] === undefined ? "" : ` ${input["Range"] as string}`}`;
}

/** Names the subject of a request, for traces. */
function describe(input: Record<string, any>): string {
  if (input["TransactItems"]) {
    const items = input["TransactItems"] as TransactWriteItem[];
    return items.map(({ Put, Update, ConditionCheck }) => hashOf(Put?.Item ?? (Update ?? ConditionCheck)!.Key!)).join(" + ");
  }
  if (input["RequestItems"]) return Object.keys(input["RequestItems"] as object).join(", ");
  const key: unknown = input["Key"] ?? input["Prefix"] ?? input["IndexName"] ?? input["TableName"];
  return typeof key === "string" ? key : hashOf(key as ExpressionItem);
}

/** Bytes of a copy source's range; all bytes without a range. */
function rangeOf(body: Buffer, range: string | undefined): Buffer {
  if (range === undefined) return body;
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
  if (body.length <= MINIMUM_PART) throw awsError("InvalidRequest", 400, "the copy source is too small for a range");
  if (end === undefined || Number(end) >= body.length || Number(start) > Number(end)) throw awsError("InvalidRange", 416);
  return body.subarray(Number(start), Number(end) + 1);
}

const md5 = (bytes: Buffer): string => createHash("md5").update(bytes).digest("hex");
