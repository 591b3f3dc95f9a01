import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { lookup, type Lookups } from "../lookup";
import { child, type BucketTransforms } from "../transforms";
import type { StorageSettings } from "../settings/storage";

/** A bucket and its settings. The AWS provider has a separate resource for each setting. */
export interface BucketResources {
  /** Undefined if the bucket existed before (`existingBucket`). */
  bucket?: aws.s3.Bucket | undefined;
  ownership: aws.s3.BucketOwnershipControls;
  publicAccess: aws.s3.BucketPublicAccessBlock;
  versioning: aws.s3.BucketVersioning;
  encryption: aws.s3.BucketServerSideEncryptionConfiguration;
  lifecycle: aws.s3.BucketLifecycleConfiguration;
  policy: aws.s3.BucketPolicy;
}

/** Content of a bucket's settings. */
export interface BucketContent extends Lookups {
  /** Returns the text of the policy for a bucket of this name. */
  policyOf(bucket: pulumi.Output<string>): pulumi.Output<string>;
  lifecycleRules: pulumi.Output<aws.types.input.s3.BucketLifecycleConfigurationRule[]>;
  /**
   * Declares further resources of the bucket, and returns them. The policy waits for them, because it is protected: the engine never deletes what
   * a protected resource depends on.
   */
  furtherResources?(bucket: { name: pulumi.Output<string>; arn: pulumi.Output<string>; versioning: pulumi.Resource }): pulumi.Resource[];
}

/**
 * Declares a bucket with its settings, or only the settings if the bucket exists already.
 *
 * @param name name of the component; the names of the resources begin with it
 * @param bucketName name of the bucket on AWS
 * @param options options of each resource
 */
export function declareBucket(
  name: string,
  bucketName: pulumi.Output<string>,
  content: BucketContent,
  { tags, kmsKeyArn, switches }: Pick<StorageSettings, "tags" | "kmsKeyArn" | "switches">,
  transform: BucketTransforms,
  options: pulumi.CustomResourceOptions,
): { resources: BucketResources; name: pulumi.Output<string>; arn: pulumi.Output<string> } {
  const made = switches.existingBucket
    ? undefined
    : child(aws.s3.Bucket, transform.bucket, name, { bucket: bucketName, forceDestroy: switches.forceDestroy, tags }, options);
  const found = made ?? existing(bucketName, content, options);
  const { bucket, arn } = found;

  // S3 refuses concurrent changes of some settings of one bucket, so these depend on each other.
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
  const versioning = child(
    aws.s3.BucketVersioning,
    transform.versioning,
    `${name}-versioning`,
    { bucket, versioningConfiguration: { status: "Enabled" } },
    options,
  );
  const further = content.furtherResources?.({ name: bucket, arn, versioning }) ?? [];
  const policy = child(
    aws.s3.BucketPolicy,
    transform.policy,
    `${name}-policy`,
    { bucket, policy: content.policyOf(bucket) },
    { ...options, dependsOn: [publicAccess, ...further] },
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
    resources: { bucket: made, ownership, publicAccess, versioning, encryption, lifecycle, policy },
    name: bucket,
    arn,
  };
}

function existing(
  bucket: pulumi.Output<string>,
  lookups: Lookups,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<aws.s3.GetBucketResult> {
  const looked = aws.s3.getBucketOutput({ bucket }, { parent: options.parent! });
  return lookup(looked, bucket, lookups, { argument: "bucketName", what: "bucket", otherwise: "existingBucket" });
}

function encryptionRule(kmsKeyArn: pulumi.Output<string> | undefined): aws.types.input.s3.BucketServerSideEncryptionConfigurationRule {
  // With SSE-C the key comes with the request, so nobody else could read such an object.
  const blockedEncryptionTypes = ["SSE-C"];
  if (!kmsKeyArn) return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, blockedEncryptionTypes };
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
    // One KMS request per bucket from time to time, instead of one per object.
    bucketKeyEnabled: true,
    blockedEncryptionTypes,
  };
}
