import type * as pulumi from "@pulumi/pulumi";
import type { StorageArgs } from "./storage";

/** Arguments of a `SharedRegistry`. All have defaults. */
export interface SharedRegistryArgs extends StorageArgs {
  /**
   * LOBs into which the Python library `versioned` still publishes, each with the principals that do so. The library writes version objects
   * without a condition, which the bucket's policy refuses to everyone else. Default: none.
   */
  pythonWriters?: pulumi.Input<PythonWriter>[] | undefined;
}

/** A LOB of a shared registry into which the Python library `versioned` still publishes. */
export interface PythonWriter {
  /** Name of the LOB. */
  lob: string;
  /**
   * ARNs of IAM roles or users (`*` and `?` allowed in their names) that may write version objects of this LOB without a condition, and so
   * replace published versions. The bucket's policy lets them write to this LOB only.
   */
  principals: pulumi.Input<pulumi.Input<string>[]>;
}

/** Names and location of a shared registry, for the `LineOfBusiness`es in it. */
export interface SharedRegistryReference {
  /** Name of the bucket. */
  bucketName: pulumi.Input<string>;
  /** Name of the catalog table. */
  catalogTableName: pulumi.Input<string>;
  /** Name of the registry table. */
  registryTableName: pulumi.Input<string>;
  /** AWS account that holds the bucket and the tables, 12 digits. Default: that of the LOB's AWS provider. */
  accountId?: pulumi.Input<string> | undefined;
  /** AWS region that holds the bucket and the tables. Default: that of the LOB's AWS provider. */
  region?: pulumi.Input<string> | undefined;
  /** Folder of all models in the bucket. Default: `ml-models`. */
  prefix?: pulumi.Input<string> | undefined;
  /** File extension of the artifacts. Default: `.tar.gz`. */
  suffix?: pulumi.Input<string> | undefined;
  /** ARN of the KMS key that encrypts the bucket. Default: none (SSE-S3). */
  kmsKeyArn?: pulumi.Input<string> | undefined;
  /** ARN of the KMS key that encrypts the tables. Default: none (a key that AWS owns). */
  tableKmsKeyArn?: pulumi.Input<string> | undefined;
  /** Names of the LOBs with Python writers, which can replace published versions. Default: none. */
  pythonLobs?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}
