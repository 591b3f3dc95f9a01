import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Account } from "../account";
import { declareBucket, type BucketResources } from "../bucket/bucket";
import { render } from "../policies/document";
import type { Lookups } from "../lookup";
import type { LogSettings } from "../settings/beside";
import type { StorageSettings } from "../settings/storage";
import { child, type StorageTransforms } from "../transforms";
import { ACCESS_FOLDER, logBucketPolicy, TRAIL_FOLDER } from "./log-bucket-policy";

/** Resources beside a bucket. Each is undefined without its argument. */
export interface BesideResources {
  notification?: aws.s3.BucketNotification;
  objectLock?: aws.s3.BucketObjectLockConfiguration;
  logging?: aws.s3.BucketLogging;
  trail?: aws.cloudtrail.Trail;
  /** The bucket that was created for the logs. */
  logs?: BucketResources;
}

/** The component that the bucket belongs to. */
export interface BesideOwner extends Lookups {
  name: string;
  account: Account;
  /** The only LOB in the bucket; undefined if many share it. */
  lob?: string | undefined;
}

/** A bucket, as far as the resources beside it need it. */
export interface BesideBucket {
  name: pulumi.Output<string>;
  arn: pulumi.Output<string>;
  versioning: pulumi.Resource;
}

/** Options by what a resource does. */
export interface BesideOptions {
  /** Only watches: its argument can be removed in one deployment. */
  watching: pulumi.CustomResourceOptions;
  /** Holds logs: stays on AWS when its argument is removed. */
  logs: pulumi.CustomResourceOptions;
  /** Guards models. */
  guarding: pulumi.CustomResourceOptions;
}

/** Declares what the arguments want beside a bucket. */
export function declareBeside(
  owner: BesideOwner,
  bucket: BesideBucket,
  settings: StorageSettings,
  transform: StorageTransforms,
  options: BesideOptions,
): BesideResources {
  const { name } = owner;
  const { events, logs, objectLock } = settings.beside;
  return {
    ...(events && {
      notification: child(
        aws.s3.BucketNotification,
        transform.notification,
        `${name}-notification`,
        { bucket: bucket.name, eventbridge: true },
        options.watching,
      ),
    }),
    ...(objectLock && {
      // Not an argument of the bucket, which would replace a bucket that exists.
      objectLock: child(
        aws.s3.BucketObjectLockConfiguration,
        transform.objectLock,
        `${name}-object-lock`,
        { bucket: bucket.name, rule: { defaultRetention: objectLock } },
        { ...options.guarding, dependsOn: [bucket.versioning] },
      ),
    }),
    ...(logs && declareLogs(owner, bucket, logs, settings, transform, options)),
  };
}

function declareLogs(
  { name, account, lob, gate, refuse }: BesideOwner,
  bucket: BesideBucket,
  logs: LogSettings,
  settings: StorageSettings,
  transform: StorageTransforms,
  options: BesideOptions,
): BesideResources {
  const { accountId, region, partition } = account;
  const withLob = lob === undefined ? "" : `${lob}-`;
  const trailName = `${withLob}model-data-events`;
  const wanted = logs.dataEvents !== "none";
  const made =
    logs.bucketName === undefined
      ? declareBucket(
          `${name}-logs`,
          pulumi.interpolate`${accountId}-${region}-${withLob}logs`,
          {
            policyOf: (logBucket) =>
              pulumi
                .output({
                  partition,
                  accountId,
                  logBucket,
                  source: bucket.arn,
                  trail: wanted ? pulumi.interpolate`arn:${partition}:cloudtrail:${region}:${accountId}:trail/${trailName}` : undefined,
                })
                .apply((sources) => render(logBucketPolicy(sources))),
            lifecycleRules: logs.days.apply((days) => [
              { id: "logs", status: "Enabled", filter: {}, expiration: { days }, noncurrentVersionExpiration: { noncurrentDays: 1 } },
              { id: "incomplete-uploads", status: "Enabled", filter: {}, abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } },
            ]),
            gate,
            refuse,
          },
          // S3 delivers access logs only to buckets without a customer key.
          { tags: settings.tags, kmsKeyArn: undefined, switches: { ...settings.switches, existingBucket: false } },
          transform.logs ?? {},
          options.logs,
        )
      : undefined;
  const target = made?.name ?? logs.bucketName!;
  const after = { ...options.watching, ...(made && { dependsOn: [made.resources.policy] }) };
  return {
    ...(made && { logs: made.resources }),
    ...(logs.access && {
      logging: child(
        aws.s3.BucketLogging,
        transform.logging,
        `${name}-logging`,
        {
          bucket: bucket.name,
          targetBucket: target,
          targetPrefix: pulumi.interpolate`${ACCESS_FOLDER}/`,
          // By account, region, bucket and day, so that Athena reads only the days that a question names.
          targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: "EventTime" } },
        },
        after,
      ),
    }),
    ...(wanted && {
      trail: child(
        aws.cloudtrail.Trail,
        transform.trail,
        `${name}-trail`,
        {
          name: trailName,
          s3BucketName: target,
          s3KeyPrefix: TRAIL_FOLDER,
          enableLogFileValidation: true,
          includeGlobalServiceEvents: false,
          advancedEventSelectors: [{ name: `Objects of ${lob ?? "all LOBs"}`, fieldSelectors: selectors(bucket.arn, logs.dataEvents) }],
          tags: settings.tags,
        },
        after,
      ),
    }),
  };
}

function selectors(
  bucketArn: pulumi.Output<string>,
  which: LogSettings["dataEvents"],
): aws.types.input.cloudtrail.TrailAdvancedEventSelectorFieldSelector[] {
  return [
    { field: "eventCategory", equals: ["Data"] },
    { field: "resources.type", equals: ["AWS::S3::Object"] },
    { field: "resources.ARN", startsWiths: [pulumi.interpolate`${bucketArn}/`] },
    ...(which === "writes" ? [{ field: "readOnly", equals: ["false"] }] : []),
  ];
}
