import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bucketPolicy } from "./bucket-policy";
import { lifecycleRules } from "./lifecycle";
import type { Settings } from "./settings";

/** A LOB's own bucket with its settings, each a resource of its own, as the AWS provider wants it. */
export interface BucketResources {
  bucket: aws.s3.Bucket;
  ownership: aws.s3.BucketOwnershipControls;
  publicAccess: aws.s3.BucketPublicAccessBlock;
  versioning: aws.s3.BucketVersioning;
  encryption: aws.s3.BucketServerSideEncryptionConfiguration;
  lifecycle: aws.s3.BucketLifecycleConfiguration;
  policy: aws.s3.BucketPolicy;
}

/**
 * Declares the bucket of a LOB.
 *
 * @param name Name of the component, from which the resources' names are made.
 * @param bucketName Name of the bucket on AWS.
 * @param partition Partition of the account, such as `aws`.
 * @param options Options of each of the resources.
 */
export function lobBucket(
  name: string,
  bucketName: pulumi.Output<string>,
  partition: pulumi.Output<string>,
  settings: Settings,
  options: pulumi.CustomResourceOptions,
): BucketResources {
  const { lob, prefix, suffix, kmsKeyArn, switches } = settings;
  const resource = new aws.s3.Bucket(name, { bucket: bucketName, forceDestroy: switches.forceDestroy, tags: settings.tags }, options);
  const { bucket } = resource;

  // S3 refuses settings of one bucket that are changed at the same moment, so those that it confuses come one after the other.
  const ownership = new aws.s3.BucketOwnershipControls(
    `${name}-ownership`,
    { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
    options,
  );
  const publicAccess = new aws.s3.BucketPublicAccessBlock(
    `${name}-public-access`,
    { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    { ...options, dependsOn: [ownership] },
  );
  const document = pulumi
    .output({
      place: { bucket, lob, prefix, suffix },
      partition,
      retentionPrincipals: settings.retentionPrincipals,
      administrators: settings.administrators,
    })
    .apply(({ place, ...known }) => JSON.stringify(bucketPolicy(place, { ...known, pythonWriters: switches.pythonWriters })));
  const policy = new aws.s3.BucketPolicy(`${name}-policy`, { bucket, policy: document }, { ...options, dependsOn: [publicAccess] });

  const versioning = new aws.s3.BucketVersioning(`${name}-versioning`, { bucket, versioningConfiguration: { status: "Enabled" } }, options);
  const rules = pulumi
    .output({ prefix, suffix, days: settings.days })
    .apply(({ days, ...place }) => lifecycleRules({ lob, ...place }, days));
  const lifecycle = new aws.s3.BucketLifecycleConfiguration(
    `${name}-lifecycle`,
    { bucket, rules },
    { ...options, dependsOn: [versioning] },
  );
  const encryption = new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    { bucket, rules: [encryptionRule(kmsKeyArn)] },
    options,
  );
  return { bucket: resource, ownership, publicAccess, versioning, encryption, lifecycle, policy };
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
