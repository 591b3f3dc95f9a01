import type * as pulumi from "@pulumi/pulumi";

// Arguments about what stands beside a bucket. Their presence and their switches decide which resources exist, and so must be known while the program runs.

/** Logs of the requests to a bucket. */
export interface Logs {
  /**
   * Name of an existing bucket for the logs, in the same region and account. Its policy must let S3 and CloudTrail write. Default: a bucket is
   * created, `{account}-{region}-{lob}-logs`, in a shared registry `{account}-{region}-logs`.
   */
  bucketName?: pulumi.Input<string> | undefined;
  /** Days after which the created bucket deletes a log. Default: 365. */
  days?: pulumi.Input<number> | undefined;
  /** Whether S3 writes server access logs, under `access/`. Security Hub: S3.9. Default: true. */
  access?: boolean | undefined;
  /**
   * Which requests for objects a CloudTrail trail records, under `trail/`: `none`, `writes`, or `all`. CloudTrail charges for each. Security
   * Hub's S3.22 and S3.23 require a trail of all buckets of the account instead. Default: `none`.
   */
  dataEvents?: string | undefined;
}

/** Default retention of S3 Object Lock: no object version in the bucket can be deleted before its end. */
export interface ObjectLock {
  /** Days from the creation of each object version, from 1 to 36,500. */
  days: pulumi.Input<number>;
  /**
   * Rights to delete earlier. `GOVERNANCE`: principals with `s3:BypassGovernanceRetention` may. `COMPLIANCE`: nobody may, not even the root user.
   * Default: `GOVERNANCE`.
   */
  mode?: pulumi.Input<string> | undefined;
}

/** Storage class of objects that have not changed for some time. */
export interface OldVersions {
  /** One of `INTELLIGENT_TIERING`, `STANDARD_IA` and `GLACIER_IR`. All of them answer immediately, so that old versions stay readable. */
  storageClass: pulumi.Input<string>;
  /** Days after the publish, at least 30 for `STANDARD_IA`. Default: 90. */
  days?: pulumi.Input<number> | undefined;
}
