/**
 * What each resource of the component is in AWS requests. Pure: inputs in, requests out.
 *
 * Strict on purpose: a resource type or a property that is not listed here is refused by name. A deployment that passed over
 * one in silence would show something else than what the component declares.
 */
import type { CreateTableCommandInput, PutItemCommandInput, UpdateContinuousBackupsCommandInput } from "@aws-sdk/client-dynamodb";
import type * as S3 from "@aws-sdk/client-s3";
import { z } from "zod";

/** Where the deployment goes. */
export interface Where {
  readonly accountId: string;
  readonly region: string;
}

/** One AWS request, as plain data. */
export type AwsRequest =
  | { readonly operation: "CreateBucket"; readonly input: S3.CreateBucketCommandInput }
  | { readonly operation: "PutBucketTagging"; readonly input: S3.PutBucketTaggingCommandInput }
  | { readonly operation: "PutBucketOwnershipControls"; readonly input: S3.PutBucketOwnershipControlsCommandInput }
  | { readonly operation: "PutPublicAccessBlock"; readonly input: S3.PutPublicAccessBlockCommandInput }
  | { readonly operation: "PutBucketPolicy"; readonly input: S3.PutBucketPolicyCommandInput }
  | { readonly operation: "PutBucketVersioning"; readonly input: S3.PutBucketVersioningCommandInput }
  | { readonly operation: "PutBucketEncryption"; readonly input: S3.PutBucketEncryptionCommandInput }
  | { readonly operation: "PutBucketLifecycleConfiguration"; readonly input: S3.PutBucketLifecycleConfigurationCommandInput }
  | { readonly operation: "CreateTable"; readonly input: CreateTableCommandInput }
  | { readonly operation: "UpdateContinuousBackups"; readonly input: UpdateContinuousBackupsCommandInput }
  | { readonly operation: "PutItem"; readonly input: PutItemCommandInput };

/** What makes a resource, and what it is then. */
export interface Plan {
  /** In the order in which they are to be sent. */
  readonly requests: readonly AwsRequest[];
  /** The id that the real provider gives the resource. */
  readonly id: string;
  /** Outputs beside the inputs, as far as programs use them. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A resource type or property that the sandbox does not cover. */
export class NotCovered extends Error {
  override readonly name = "NotCovered";
}

const tags = z.record(z.string(), z.string()).optional();
const keyed = (pairs: Record<string, string> | undefined): { Key: string; Value: string }[] =>
  Object.entries(pairs ?? {}).map(([Key, Value]) => ({ Key, Value }));

/** A resource type: what its inputs may be, and what they make. */
function resource<Schema extends z.ZodType>(schema: Schema, plan: (inputs: z.infer<Schema>, where: Where) => Plan) {
  return (type: string, name: string, inputs: unknown, where: Where): Plan => {
    const parsed = schema.safeParse(inputs);
    if (!parsed.success)
      throw new NotCovered(`The sandbox does not cover this use of ${type} ("${name}"):\n${z.prettifyError(parsed.error)}`);
    return plan(parsed.data, where);
  };
}

/** A setting of a bucket: its id is the bucket's name. */
const bucketSetting = (bucket: string, request: AwsRequest): Plan => ({ requests: [request], id: bucket, outputs: {} });

const RESOURCES: Readonly<Record<string, ReturnType<typeof resource>>> = {
  "aws:s3/bucket:Bucket": resource(
    z.strictObject({ bucket: z.string(), forceDestroy: z.boolean().optional(), tags }),
    ({ bucket, tags }, { region }) => ({
      requests: [
        {
          operation: "CreateBucket",
          // us-east-1 is what S3 means by no constraint at all, and refuses as one.
          input: {
            Bucket: bucket,
            ...(region !== "us-east-1" && { CreateBucketConfiguration: { LocationConstraint: region as S3.BucketLocationConstraint } }),
          },
        },
        ...(keyed(tags).length > 0
          ? [{ operation: "PutBucketTagging" as const, input: { Bucket: bucket, Tagging: { TagSet: keyed(tags) } } }]
          : []),
      ],
      id: bucket,
      outputs: { arn: `arn:aws:s3:::${bucket}`, region },
    }),
  ),

  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": resource(
    z.strictObject({ bucket: z.string(), rule: z.strictObject({ objectOwnership: z.enum(["BucketOwnerEnforced"]) }) }),
    ({ bucket, rule }) =>
      bucketSetting(bucket, {
        operation: "PutBucketOwnershipControls",
        input: { Bucket: bucket, OwnershipControls: { Rules: [{ ObjectOwnership: rule.objectOwnership }] } },
      }),
  ),

  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": resource(
    z.strictObject({
      bucket: z.string(),
      blockPublicAcls: z.boolean(),
      blockPublicPolicy: z.boolean(),
      ignorePublicAcls: z.boolean(),
      restrictPublicBuckets: z.boolean(),
    }),
    ({ bucket, blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets }) =>
      bucketSetting(bucket, {
        operation: "PutPublicAccessBlock",
        input: {
          Bucket: bucket,
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: blockPublicAcls,
            BlockPublicPolicy: blockPublicPolicy,
            IgnorePublicAcls: ignorePublicAcls,
            RestrictPublicBuckets: restrictPublicBuckets,
          },
        },
      }),
  ),

  "aws:s3/bucketPolicy:BucketPolicy": resource(z.strictObject({ bucket: z.string(), policy: z.string() }), ({ bucket, policy }) =>
    bucketSetting(bucket, { operation: "PutBucketPolicy", input: { Bucket: bucket, Policy: policy } }),
  ),

  "aws:s3/bucketVersioning:BucketVersioning": resource(
    z.strictObject({ bucket: z.string(), versioningConfiguration: z.strictObject({ status: z.enum(["Enabled", "Suspended"]) }) }),
    ({ bucket, versioningConfiguration: { status } }) =>
      bucketSetting(bucket, { operation: "PutBucketVersioning", input: { Bucket: bucket, VersioningConfiguration: { Status: status } } }),
  ),

  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": resource(
    z.strictObject({
      bucket: z.string(),
      rules: z.array(
        z.strictObject({
          applyServerSideEncryptionByDefault: z.strictObject({
            sseAlgorithm: z.enum(["AES256", "aws:kms"]),
            kmsMasterKeyId: z.string().optional(),
          }),
          bucketKeyEnabled: z.boolean().optional(),
          blockedEncryptionTypes: z.array(z.enum(["SSE-C", "NONE"])).optional(),
        }),
      ),
    }),
    ({ bucket, rules }) =>
      bucketSetting(bucket, {
        operation: "PutBucketEncryption",
        input: {
          Bucket: bucket,
          ServerSideEncryptionConfiguration: {
            Rules: rules.map(
              ({ applyServerSideEncryptionByDefault: { sseAlgorithm, kmsMasterKeyId }, bucketKeyEnabled, blockedEncryptionTypes }) => ({
                ApplyServerSideEncryptionByDefault: {
                  SSEAlgorithm: sseAlgorithm,
                  ...(kmsMasterKeyId !== undefined && { KMSMasterKeyID: kmsMasterKeyId }),
                },
                ...(bucketKeyEnabled !== undefined && { BucketKeyEnabled: bucketKeyEnabled }),
                ...(blockedEncryptionTypes !== undefined && { BlockedEncryptionTypes: { EncryptionType: blockedEncryptionTypes } }),
              }),
            ),
          },
        },
      }),
  ),

  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": resource(
    z.strictObject({
      bucket: z.string(),
      rules: z.array(
        z.strictObject({
          id: z.string(),
          status: z.enum(["Enabled", "Disabled"]),
          filter: z.strictObject({
            prefix: z.string().optional(),
            and: z.strictObject({ prefix: z.string(), tags: z.record(z.string(), z.string()) }).optional(),
          }),
          expiration: z.strictObject({ days: z.number().optional(), expiredObjectDeleteMarker: z.boolean().optional() }).optional(),
          noncurrentVersionExpiration: z.strictObject({ noncurrentDays: z.number() }).optional(),
          abortIncompleteMultipartUpload: z.strictObject({ daysAfterInitiation: z.number() }).optional(),
        }),
      ),
    }),
    ({ bucket, rules }) =>
      bucketSetting(bucket, {
        operation: "PutBucketLifecycleConfiguration",
        input: { Bucket: bucket, LifecycleConfiguration: { Rules: rules.map(lifecycleRule) } },
      }),
  ),

  "aws:dynamodb/table:Table": resource(
    z.strictObject({
      name: z.string(),
      billingMode: z.enum(["PAY_PER_REQUEST"]),
      hashKey: z.string(),
      attributes: z.array(z.strictObject({ name: z.string(), type: z.enum(["S", "N", "B"]) })),
      globalSecondaryIndexes: z.array(
        z.strictObject({
          name: z.string(),
          keySchemas: z.array(z.strictObject({ attributeName: z.string(), keyType: z.enum(["HASH", "RANGE"]) })),
          projectionType: z.enum(["INCLUDE", "ALL", "KEYS_ONLY"]),
          nonKeyAttributes: z.array(z.string()).optional(),
        }),
      ),
      deletionProtectionEnabled: z.boolean(),
      pointInTimeRecovery: z.strictObject({ enabled: z.boolean() }),
      tags,
    }),
    ({ name, billingMode, hashKey, attributes, globalSecondaryIndexes, deletionProtectionEnabled, pointInTimeRecovery, tags }, where) => ({
      requests: [
        {
          operation: "CreateTable",
          input: {
            TableName: name,
            BillingMode: billingMode,
            KeySchema: [{ AttributeName: hashKey, KeyType: "HASH" }],
            AttributeDefinitions: attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
            GlobalSecondaryIndexes: globalSecondaryIndexes.map(({ name, keySchemas, projectionType, nonKeyAttributes }) => ({
              IndexName: name,
              KeySchema: keySchemas.map(({ attributeName, keyType }) => ({ AttributeName: attributeName, KeyType: keyType })),
              Projection: { ProjectionType: projectionType, ...(nonKeyAttributes !== undefined && { NonKeyAttributes: nonKeyAttributes }) },
            })),
            DeletionProtectionEnabled: deletionProtectionEnabled,
            ...(keyed(tags).length > 0 && { Tags: keyed(tags) }),
          },
        },
        ...(pointInTimeRecovery.enabled
          ? [
              {
                operation: "UpdateContinuousBackups" as const,
                input: { TableName: name, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
              },
            ]
          : []),
      ],
      id: name,
      outputs: { arn: `arn:aws:dynamodb:${where.region}:${where.accountId}:table/${name}`, region: where.region },
    }),
  ),

  "aws:dynamodb/tableItem:TableItem": resource(
    z.strictObject({ tableName: z.string(), hashKey: z.string(), item: z.string() }),
    ({ tableName, hashKey, item }) => {
      const Item = JSON.parse(item) as NonNullable<PutItemCommandInput["Item"]>;
      return {
        requests: [
          {
            operation: "PutItem",
            // As the real provider does: a row that is there already is not taken over.
            input: {
              TableName: tableName,
              Item,
              ConditionExpression: "attribute_not_exists(#hash)",
              ExpressionAttributeNames: { "#hash": hashKey },
            },
          },
        ],
        id: `${tableName}|${hashKey}||${Item[hashKey]?.S ?? ""}`,
        outputs: {},
      };
    },
  ),
};

/** The resource types that the sandbox covers. */
export const COVERED_TYPES: readonly string[] = Object.keys(RESOURCES);

/**
 * What makes a resource.
 *
 * @throws NotCovered for any other type than {@link COVERED_TYPES}, and for properties that are not listed above
 */
export function planOf(type: string, name: string, inputs: unknown, where: Where): Plan {
  const covered = RESOURCES[type];
  if (covered === undefined) {
    throw new NotCovered(`The sandbox does not cover the resource type ${type} ("${name}"). It covers:\n  ${COVERED_TYPES.join("\n  ")}`);
  }
  return covered(type, name, inputs, where);
}

/**
 * The answer to a function of the AWS provider.
 *
 * @throws NotCovered for any other function than these two
 */
export function answerOf(token: string, { accountId, region }: Where): Record<string, unknown> {
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { accountId, id: accountId, arn: `arn:aws:iam::${accountId}:root`, userId: accountId };
    case "aws:index/getRegion:getRegion":
      return { region, name: region, id: region, description: region, endpoint: `ec2.${region}.amazonaws.com` };
    default:
      throw new NotCovered(`The sandbox does not cover the function ${token}.`);
  }
}

interface LifecycleRuleInput {
  id: string;
  status: "Enabled" | "Disabled";
  filter: { prefix?: string | undefined; and?: { prefix: string; tags: Record<string, string> } | undefined };
  expiration?: { days?: number | undefined; expiredObjectDeleteMarker?: boolean | undefined } | undefined;
  noncurrentVersionExpiration?: { noncurrentDays: number } | undefined;
  abortIncompleteMultipartUpload?: { daysAfterInitiation: number } | undefined;
}

function lifecycleRule(rule: LifecycleRuleInput): S3.LifecycleRule {
  const { id, status, filter, expiration, noncurrentVersionExpiration: noncurrent, abortIncompleteMultipartUpload: abort } = rule;
  return {
    ID: id,
    Status: status,
    // An empty prefix is every object.
    Filter: filter.and ? { And: { Prefix: filter.and.prefix, Tags: keyed(filter.and.tags) } } : { Prefix: filter.prefix ?? "" },
    ...(expiration && {
      Expiration: {
        ...(expiration.days !== undefined && { Days: expiration.days }),
        ...(expiration.expiredObjectDeleteMarker !== undefined && { ExpiredObjectDeleteMarker: expiration.expiredObjectDeleteMarker }),
      },
    }),
    ...(noncurrent && { NoncurrentVersionExpiration: { NoncurrentDays: noncurrent.noncurrentDays } }),
    ...(abort && { AbortIncompleteMultipartUpload: { DaysAfterInitiation: abort.daysAfterInitiation } }),
  };
}
