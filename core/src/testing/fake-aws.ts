/**
 * S3 and DynamoDB in memory, as strict as the real ones in what the protocol relies on: conditions on completion, pinned copies,
 * sizes and order of parts, the bucket's owner, conditional transactions. Each request is one atomic step at the moment when `deliver` lets it through, so a test can order
 * the requests of many publishers, lose answers, and stop a publisher for good. Requests that it does not know throw.
 */
import { createHash } from "node:crypto";
import { TransactionCanceledException, type DynamoDBClient, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import { CATALOG_HASH_KEY, REGISTRY_HASH_KEY } from "../layout.js";
import type { Aws } from "../types.js";
import { holds, updated, type Item } from "./expressions.js";

export interface FakeObject {
  readonly body: Buffer;
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly lastModified: Date;
  readonly tagging?: string;
}

interface FakeUpload {
  readonly key: string;
  readonly metadata: Record<string, string>;
  readonly tagging?: string;
  readonly parts: Map<number, Buffer>;
}

interface Command {
  readonly constructor: { readonly name: string };
  // The inputs of many commands, looked at by the command's name.
  readonly input: Record<string, any>;
}

export interface FakeRequest {
  /** Such as `HeadObject`. */
  readonly name: string;
  /** What it is about: a key, a prefix, or hash keys. */
  readonly key: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Lets one request through: calls `execute` when its time has come, or never, and answers or throws in its stead. */
export type Deliver = (request: FakeRequest, execute: () => unknown) => Promise<unknown>;

/** An error as the AWS SDK throws it. */
export function awsError(name: string, status: number, message = name): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

/** A request whose answer never came. */
export const lostAnswer = (): Error => Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });

/** S3 takes smaller parts than this only at the end of an upload, and copies ranges of larger objects only. */
const MINIMUM_PART = 5 * 1024 * 1024;

export class FakeAws {
  readonly bucket: string;
  readonly owner: string;
  readonly objects = new Map<string, FakeObject>();
  readonly tables = new Map<string, Map<string, Item>>();
  readonly #uploads = new Map<string, FakeUpload>();
  #serial = 0;

  constructor(bucket: string, tables: readonly string[], owner = "123456789012") {
    this.bucket = bucket;
    this.owner = owner;
    for (const table of tables) this.tables.set(table, new Map());
  }

  /** The clients of one process. */
  clients(deliver: Deliver = async (_, execute) => Promise.resolve(execute())): Aws {
    const send = async (command: Command, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown> => {
      if (options?.abortSignal?.aborted) throw Object.assign(new Error("Request aborted"), { name: "AbortError" });
      const { input } = command;
      return deliver({ name: command.constructor.name.replace(/Command$/, ""), key: describe(input), input }, () => this.#execute(command));
    };
    return { region: "us-east-1", s3: { send } as unknown as S3Client, dynamodb: { send } as unknown as DynamoDBClient };
  }

  putObject(key: string, body: Buffer, metadata: Record<string, string>, etag = `"${md5(body)}"`): void {
    this.objects.set(key, { body, etag, metadata, lastModified: new Date(++this.#serial * 1000) });
  }

  /** Keys of the multipart uploads that are neither completed nor aborted. */
  get openUploads(): string[] {
    return [...this.#uploads.values()].map(({ key }) => key);
  }

  items(table: string): Item[] {
    return [...this.#table(table).values()];
  }

  putItem(table: string, item: Item): void {
    this.#table(table).set(hashOf(item), item);
  }

  #table(name: string): Map<string, Item> {
    const table = this.tables.get(name);
    if (!table) throw awsError("ResourceNotFoundException", 400);
    return table;
  }

  #execute({ constructor: { name }, input }: Command): unknown {
    if ("Bucket" in input) this.#checkBucket(input);
    switch (name) {
      case "PutObjectCommand": {
        if (input["IfNoneMatch"] === "*" && this.objects.has(input["Key"])) throw awsError("PreconditionFailed", 412);
        this.putObject(input["Key"], Buffer.from(input["Body"]), input["Metadata"] ?? {});
        return {};
      }
      case "HeadObjectCommand": {
        const object = this.objects.get(input["Key"]);
        if (!object) throw awsError("NotFound", 404);
        return { ETag: object.etag, ContentLength: object.body.length, Metadata: object.metadata, LastModified: object.lastModified };
      }
      case "ListObjectsV2Command": {
        const keys = [...this.objects.keys()].filter((key) => key.startsWith(input["Prefix"] ?? "")).sort();
        return {
          Contents: keys
            .slice(0, input["MaxKeys"] ?? 1000)
            .map((Key) => ({ Key, ETag: this.objects.get(Key)!.etag, Size: this.objects.get(Key)!.body.length })),
        };
      }
      case "DeleteObjectCommand":
        this.objects.delete(input["Key"]);
        return {};
      case "CreateMultipartUploadCommand": {
        const UploadId = `upload-${++this.#serial}`;
        this.#uploads.set(UploadId, { key: input["Key"], metadata: input["Metadata"] ?? {}, tagging: input["Tagging"], parts: new Map() });
        return { UploadId };
      }
      case "UploadPartCommand": {
        const body = Buffer.from(input["Body"]);
        this.#upload(input).parts.set(input["PartNumber"], body);
        return { ETag: `"${md5(body)}"` };
      }
      case "UploadPartCopyCommand":
        return this.#copyPart(input);
      case "CompleteMultipartUploadCommand":
        return this.#complete(input);
      case "AbortMultipartUploadCommand":
        this.#uploads.delete(input["UploadId"]);
        return {};
      case "GetItemCommand": {
        const Item = this.#table(input["TableName"]).get(hashOf(input["Key"]));
        return Item ? { Item: structuredClone(Item) } : {};
      }
      case "UpdateItemCommand":
        this.#transact([{ Update: input as NonNullable<TransactWriteItem["Update"]> }], (reason) => {
          throw awsError("ConditionalCheckFailedException", 400, reason);
        });
        return {};
      case "TransactWriteItemsCommand":
        this.#transact(input["TransactItems"], (message, CancellationReasons) => {
          throw new TransactionCanceledException({ message, CancellationReasons, $metadata: { httpStatusCode: 400 } });
        });
        return {};
      default:
        throw new Error(`the fake does not know ${name}`);
    }
  }

  #checkBucket(input: Record<string, any>): void {
    if (input["Bucket"] !== this.bucket) throw awsError("NoSuchBucket", 404);
    const owners = [input["ExpectedBucketOwner"], ...("CopySource" in input ? [input["ExpectedSourceBucketOwner"]] : [])];
    // Names of buckets can be claimed by strangers: a request that would not notice is a mistake.
    if (owners.some((owner) => owner !== this.owner))
      throw awsError("AccessDenied", 403, `the bucket's owner is ${this.owner}, the request expects ${owners.join(", ")}`);
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
      lastModified: new Date(++this.#serial * 1000),
      ...(upload.tagging !== undefined && { tagging: upload.tagging }),
    });
    this.#uploads.delete(input["UploadId"]);
    return { ETag: etag };
  }

  #transact(items: TransactWriteItem[], refuse: (message: string, reasons: { Code: string; Item?: Item }[]) => never): void {
    const touched = new Set<string>();
    const steps = items.map(({ Put, Update, ConditionCheck, Delete }) => {
      const write = Put ?? Update ?? ConditionCheck;
      if (!write || Delete) throw new Error("the fake does not know this kind of transaction item");
      const hash = hashOf(Put ? Put.Item! : (Update ?? ConditionCheck)!.Key!);
      const address = `${write.TableName} ${hash}`;
      if (touched.has(address)) throw awsError("ValidationException", 400, "one item twice in a transaction");
      touched.add(address);
      const table = this.#table(write.TableName!);
      const old = table.get(hash);
      const context = { names: write.ExpressionAttributeNames ?? {}, values: write.ExpressionAttributeValues ?? {} };
      const used: readonly string[] = [write.ConditionExpression, Update?.UpdateExpression].join(" ").match(/[#:]\w+/g) ?? [];
      const unused = Object.keys({ ...context.names, ...context.values }).filter((name) => !used.includes(name));
      if (unused.length > 0) throw awsError("ValidationException", 400, `unused in expressions: ${unused.join(", ")}`);
      const ok = write.ConditionExpression === undefined || holds(write.ConditionExpression, context, old);
      const apply = () => {
        if (Put) table.set(hash, structuredClone(Put.Item!));
        else if (Update) table.set(hash, updated(Update.UpdateExpression!, context, old ?? structuredClone(Update.Key!)));
      };
      return { ok, apply, old };
    });
    if (steps.some((step) => !step.ok)) {
      refuse(
        "a condition does not hold",
        steps.map(({ ok, old }) =>
          ok ? { Code: "None" } : { Code: "ConditionalCheckFailed", ...(old && { Item: structuredClone(old) }) },
        ),
      );
    }
    for (const step of steps) step.apply();
  }
}

/** What a request is about, for traces. */
function describe(input: Record<string, any>): string {
  if (input["TransactItems"]) {
    const items = input["TransactItems"] as TransactWriteItem[];
    return items.map(({ Put, Update, ConditionCheck }) => hashOf(Put?.Item ?? (Update ?? ConditionCheck)!.Key!)).join(" + ");
  }
  const key: unknown = input["Key"] ?? input["Prefix"];
  return typeof key === "string" ? key : hashOf(key as Item);
}

function hashOf(item: Item): string {
  const hash = (item[CATALOG_HASH_KEY] ?? item[REGISTRY_HASH_KEY])?.S;
  if (hash === undefined) throw awsError("ValidationException", 400, "no hash key");
  return hash;
}

/** Bytes of a copy source's range, all without one. */
function rangeOf(body: Buffer, range: string | undefined): Buffer {
  if (range === undefined) return body;
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
  if (body.length <= MINIMUM_PART) throw awsError("InvalidRequest", 400, "the copy source is too small for a range");
  if (end === undefined || Number(end) >= body.length || Number(start) > Number(end)) throw awsError("InvalidRange", 416);
  return body.subarray(Number(start), Number(end) + 1);
}

const md5 = (bytes: Buffer): string => createHash("md5").update(bytes).digest("hex");
