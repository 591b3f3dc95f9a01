import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { child, type StorageTransforms } from "../transforms";
import type { StorageSettings } from "../settings/storage";

/** A bucket with its settings, each a resource of its own, as the AWS provider wants it. */
export interface BucketResources {
  /** Absent where the bucket existed before. */
  bucket?: aws.s3.Bucket;
  ownership: aws.s3.BucketOwnershipControls;
  publicAccess: aws.s3.BucketPublicAccessBlock;
  versioning: aws.s3.BucketVersioning;
  encryption: aws.s3.BucketServerSideEncryptionConfiguration;
  lifecycle: aws.s3.BucketLifecycleConfiguration;
  policy: aws.s3.BucketPolicy;
}

/** What is put into a bucket's settings. */
export interface BucketContent {
  /** Text of its policy, for a bucket of this name. */
  policyOf(bucket: pulumi.Output<string>): pulumi.Output<string>;
  lifecycleRules: pulumi.Output<aws.types.input.s3.BucketLifecycleConfigurationRule[]>;
}

/**
 * Declares a bucket, or the settings of one that exists already.
 *
 * @param name Name of the component, from which the resources' names are made.
 * @param bucketName Name of the bucket on AWS.
 * @param options Options of each of the resources.
 */
export function declareBucket(
  name: string,
  bucketName: pulumi.Output<string>,
  content: BucketContent,
  { tags, kmsKeyArn, switches }: StorageSettings,
  transform: StorageTransforms,
  options: pulumi.CustomResourceOptions,
): { resources: BucketResources; name: pulumi.Output<string>; arn: pulumi.Output<string> } {
  const made = switches.existingBucket
    ? undefined
    : child(aws.s3.Bucket, transform.bucket, name, { bucket: bucketName, forceDestroy: switches.forceDestroy, tags }, options);
  const found = made ?? aws.s3.getBucketOutput({ bucket: bucketName }, { parent: options.parent! });
  const { bucket, arn } = found;

  // S3 refuses settings of one bucket that are changed at the same moment, so those that it confuses come one after the other.
  const ownership = child(
    aws.s3.BucketOwnershipControls,
    transform.ownership,
    `${name}-ownership`,
    { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
    options,
  );
  const publicAccess = child(
    aws.s3.BucketPublicAccessBlock,
    transform.publicAccess,
    `${name}-public-access`,
    { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    { ...options, dependsOn: [ownership] },
  );
  const policy = child(
    aws.s3.BucketPolicy,
    transform.policy,
    `${name}-policy`,
    { bucket, policy: content.policyOf(bucket) },
    { ...options, dependsOn: [publicAccess] },
  );
  const versioning = child(
    aws.s3.BucketVersioning,
    transform.versioning,
    `${name}-versioning`,
    { bucket, versioningConfiguration: { status: "Enabled" } },
    options,
  );
  const lifecycle = child(
    aws.s3.BucketLifecycleConfiguration,
    transform.lifecycle,
    `${name}-lifecycle`,
    { bucket, rules: content.lifecycleRules },
    { ...options, dependsOn: [versioning] },
  );
  const encryption = child(
    aws.s3.BucketServerSideEncryptionConfiguration,
    transform.encryption,
    `${name}-encryption`,
    { bucket, rules: [encryptionRule(kmsKeyArn)] },
    options,
  );
  return {
    resources: { ...(made && { bucket: made }), ownership, publicAccess, versioning, encryption, lifecycle, policy },
    name: bucket,
    arn,
  };
}

function encryptionRule(kmsKeyArn: pulumi.Output<string> | undefined): aws.types.input.s3.BucketServerSideEncryptionConfigurationRule {
  // SSE-C is a key sent along with a request: nobody else could read such an object.
  const blockedEncryptionTypes = ["SSE-C"];
  if (!kmsKeyArn) return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, blockedEncryptionTypes };
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
    // S3 asks for a key per bucket now and then, instead of one per object.
    bucketKeyEnabled: true,
    blockedEncryptionTypes,
  };
}
