/** Which permissions of IAM a request needs: what AWS's service authorization reference says about the requests that are made here. */
import type { Aws } from "lob-registry-core";
import { CATALOG_HASH_KEY, REGISTRY_HASH_KEY } from "lob-registry-core/layout";
import type { Request } from "../../provider/dist/testing/iam.js";
import type { ProxiedRequest } from "../support/fault-proxy.ts";

/** Location of the LOB's tables, for ARNs. */
export interface Where {
  readonly region: string;
  readonly accountId: string;
}

type Values = Readonly<Record<string, { S?: string }>>;
interface Input {
  Bucket?: string;
  Key?: string;
  Prefix?: string;
  CopySource?: string;
  IfNoneMatch?: string;
  IfMatch?: string;
  Tagging?: string;
  TableName?: string;
  IndexName?: string;
  Item?: Values;
  ExpressionAttributeValues?: Values;
  KeyConditionExpression?: string;
  TransactItems?: Record<string, Input>[];
}

/** Listens to all requests of these clients. */
export function record({ s3, dynamodb }: Aws, where: Where): Request[] {
  const seen: Request[] = [];
  const nameOf = (context: { commandName?: string }): string => context.commandName!.replace(/Command$/, "");
  s3.middlewareStack.add(
    (next, context) => (args) => {
      seen.push(...objectRequests(nameOf(context), args.input as Input));
      return next(args);
    },
    { step: "initialize", name: "record" },
  );
  dynamodb.middlewareStack.add(
    (next, context) => (args) => {
      seen.push(...rowRequests(nameOf(context), args.input as Input, where));
      return next(args);
    },
    { step: "initialize", name: "record" },
  );
  return seen;
}

/** A request of a program that is not ours, as it came over the network. */
export function proxiedRequests({ operation, url, headers }: ProxiedRequest): Request[] {
  const { pathname, searchParams } = new URL(url, "http://host");
  const [, Bucket = "", Key = ""] = /^\/([^/]+)\/?(.*)$/.exec(decodeURIComponent(pathname)) ?? [];
  const copySource = headers["x-amz-copy-source"];
  return objectRequests(operation, {
    Bucket,
    Key,
    ...(searchParams.has("prefix") && { Prefix: searchParams.get("prefix")! }),
    ...(typeof copySource === "string" && { CopySource: decodeURIComponent(copySource) }),
    ...(headers["if-none-match"] !== undefined && { IfNoneMatch: String(headers["if-none-match"]) }),
  });
}

function objectRequests(operation: string, input: Input): Request[] {
  const bucket = `arn:aws:s3:::${input.Bucket!}`;
  const object = (action: string, context: Record<string, string> = {}): Request => ({
    action: `s3:${action}`,
    resource: `${bucket}/${input.Key!}`,
    context,
  });
  const conditions = {
    ...(input.IfNoneMatch !== undefined && { "s3:if-none-match": input.IfNoneMatch }),
    ...(input.IfMatch !== undefined && { "s3:if-match": input.IfMatch }),
  };
  const write = (creates: boolean): Request => object("PutObject", { "s3:ObjectCreationOperation": String(creates), ...conditions });
  const tag = input.Tagging === undefined ? [] : [object("PutObjectTagging")];
  const source = (): Request => ({ action: "s3:GetObject", resource: `arn:aws:s3:::${decodeURIComponent(input.CopySource!)}` });
  switch (operation) {
    case "GetObject":
    case "HeadObject":
      return [object("GetObject")];
    case "PutObject":
    case "CompleteMultipartUpload":
      return [write(true), ...tag];
    case "CreateMultipartUpload":
      return [write(false), ...tag];
    case "UploadPart":
      return [write(false)];
    case "UploadPartCopy":
      return [source(), write(false)];
    case "CopyObject":
      return [source(), write(true)];
    case "AbortMultipartUpload":
    case "DeleteObject":
      return [object(operation)];
    case "ListObjectsV2":
      return [{ action: "s3:ListBucket", resource: bucket, ...(input.Prefix !== undefined && { context: { "s3:prefix": input.Prefix } }) }];
    default:
      throw new Error(`which permission ${operation} needs is not known here`);
  }
}

function rowRequests(operation: string, input: Input, where: Where): Request[] {
  if (operation === "TransactWriteItems") {
    return input.TransactItems!.flatMap((item) =>
      Object.entries(item).flatMap(([kind, part]) =>
        rowRequests(kind === "ConditionCheck" ? "ConditionCheckItem" : `${kind}Item`, part, where),
      ),
    );
  }
  const table = `arn:aws:dynamodb:${where.region}:${where.accountId}:table/${input.TableName!}`;
  const key = (input as { Key?: unknown }).Key as Values | undefined;
  const values = key ?? input.Item;
  const leading =
    operation === "Query"
      ? input.ExpressionAttributeValues![/^#hash = (:\w+)/.exec(input.KeyConditionExpression!)![1]!]?.S
      : (values?.[CATALOG_HASH_KEY] ?? values?.[REGISTRY_HASH_KEY])?.S;
  if (leading === undefined) throw new Error(`${operation} on ${input.TableName!} names no key: ${JSON.stringify(input)}`);
  return [
    {
      action: `dynamodb:${operation}`,
      resource: input.IndexName === undefined ? table : `${table}/index/${input.IndexName}`,
      context: { "dynamodb:LeadingKeys": [leading] },
    },
  ];
}
