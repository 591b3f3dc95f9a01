import type * as pulumi from "@pulumi/pulumi";
import type { StorageArgs } from "./storage";

/** What a `SharedRegistry` can be told. Everything has a default. */
export interface SharedRegistryArgs extends StorageArgs {
  /**
   * The LOBs into which the Python library `versioned` still publishes, and who does it there. It copies to a number without a condition,
   * which the bucket's policy refuses to all others. Default: none.
   */
  pythonWriters?: pulumi.Input<PythonWriter>[] | undefined;
}

/** A LOB of a shared registry into which the Python library `versioned` still publishes. */
export interface PythonWriter {
  /** Name of the LOB. */
  lob: string;
  /**
   * ARNs of the IAM roles or users (`*` and `?` allowed in their names) that may write numbers of this LOB without a condition, and so replace
   * published versions. The bucket's policy lets them write to this LOB only.
   */
  principals: pulumi.Input<pulumi.Input<string>[]>;
}

/** Where a shared registry is: what a `LineOfBusiness` in it must know. */
export interface SharedRegistryReference {
  /** Name of the bucket. */
  bucketName: pulumi.Input<string>;
  /** Name of the catalog table. */
  catalogTableName: pulumi.Input<string>;
  /** Name of the registry table. */
  registryTableName: pulumi.Input<string>;
  /** AWS account that holds them, 12 digits. Default: that of the LOB's AWS provider. */
  accountId?: pulumi.Input<string> | undefined;
  /** AWS region that holds them. Default: that of the LOB's AWS provider. */
  region?: pulumi.Input<string> | undefined;
  /** Folder of all models in the bucket. Default: `ml-models`. */
  prefix?: pulumi.Input<string> | undefined;
  /** File extension of the artifacts. Default: `.tar.gz`. */
  suffix?: pulumi.Input<string> | undefined;
  /** ARN of the KMS key with which the bucket encrypts. Default: none, SSE-S3. */
  kmsKeyArn?: pulumi.Input<string> | undefined;
  /** Names of the LOBs whose published versions can be replaced, because Python writers may. Default: none. */
  pythonLobs?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}
