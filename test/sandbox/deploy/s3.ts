/** The resource types of S3 that the component declares. */
import type * as S3 from "@aws-sdk/client-s3";
import { z } from "zod";
import { keyed, resource, tags, type AwsRequest, type Plan, type Resources } from "./plan.ts";

/** A setting of a bucket: its id is the bucket's name. */
const bucketSetting = (bucket: string, request: AwsRequest): Plan => ({ requests: [request], id: bucket, outputs: {} });

export const S3_RESOURCES: Resources = {
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
};

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
