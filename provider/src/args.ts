import type * as pulumi from "@pulumi/pulumi";

// What Pulumi infers the schema from: a named interface of plain types and Inputs, each property with its text. `| undefined` is for
// programs with exactOptionalPropertyTypes. The switches are plain: they decide about resource options and about which resources there are.

/** What a `LineOfBusiness` can be told. Everything has a default. */
export interface LineOfBusinessArgs {
  /**
   * Name of the line of business: 1 to 22 characters, a lower-case letter, then lower-case letters, digits and "-".
   * Two environments of one LOB in one account are two LOBs, such as `fraud-dev` and `fraud`. Default: the name of the resource.
   */
  lob?: string | undefined;

  /** One short text about the LOB, at most 1,000 characters. It is shown by the command line. */
  description?: pulumi.Input<string> | undefined;

  /** Who answers for the LOB: a team, an address, a channel. At most 256 characters. */
  owner?: pulumi.Input<string> | undefined;

  /**
   * Name of the bucket. Another name later would mean another bucket, which `protect` refuses. Default: `{account}-{region}-{lob}-artifacts`.
   */
  bucketName?: pulumi.Input<string> | undefined;

  /**
   * Name of the catalog table. Default: `{lob}-model-catalog`, where the Action and the command line look by themselves; with another name
   * they must be told (`catalog-table`).
   */
  catalogTableName?: pulumi.Input<string> | undefined;

  /** Name of the registry table. Default: `{lob}-model-registry`. */
  registryTableName?: pulumi.Input<string> | undefined;

  /**
   * Folder of all models in the bucket, with no slash at either end. Fixed once a model has been published. Default: `ml-models`.
   */
  prefix?: pulumi.Input<string> | undefined;

  /** File extension of the artifacts. Fixed once a model has been published. Default: `.tar.gz`. */
  suffix?: pulumi.Input<string> | undefined;

  /** Tags of the bucket and of both tables, at most 50. Default: none but those of the AWS provider. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;

  /**
   * Aliases that only promoters may move, such as `prod`. They are written into the LOB's row of the catalog. Default: none.
   */
  protectedAliases?: pulumi.Input<pulumi.Input<string>[]> | undefined;

  /**
   * ARN of a KMS key (not of a KMS alias) with which the bucket encrypts. Readers and publishers then need rights on that key too. It has a
   * price: objects under a KMS key have no comparable ETags, and the Python library `versioned` tells by ETags whether it has anything to
   * publish, so it tries to publish the newest version once more. Default: SSE-S3, the bucket's own keys.
   */
  kmsKeyArn?: pulumi.Input<string> | undefined;

  /**
   * Whether the Python library `versioned` still publishes into this LOB. It copies to a number without a condition, which the bucket's
   * policy refuses; with true the policy lets it, and with it anybody who may write replace a published version. Manifests and the history of
   * aliases stay write-once. Default: false.
   */
  pythonWriters?: boolean | undefined;

  /**
   * ARNs of the IAM roles or users (`*` and `?` allowed in their names) that alone may delete numbered versions, manifests and history: what
   * purges for retention or on a person's request. Default: none, so that nobody may.
   */
  retentionPrincipals?: pulumi.Input<pulumi.Input<string>[]> | undefined;

  /**
   * ARNs of the IAM roles or users (`*` and `?` allowed in their names) that alone may change the bucket's policy, versioning, lifecycle,
   * encryption, ownership and public access block, and delete the bucket. Name the role that runs Pulumi among them: the next deployment is
   * refused otherwise, and only the account's root user can then mend the policy. Default: none named, so that whoever has the IAM
   * permission may.
   */
  administrators?: pulumi.Input<pulumi.Input<string>[]> | undefined;

  /** Days after which an upload that was never published is removed. Default: 7. */
  stagingDays?: pulumi.Input<number> | undefined;

  /** Days after which the parts of an upload that was never finished are removed. Default: 7. */
  incompleteUploadDays?: pulumi.Input<number> | undefined;

  /**
   * Days for which an old copy of LATEST is kept after a newer version has replaced it. The numbered version itself stays. Default: 1.
   */
  noncurrentLatestDays?: pulumi.Input<number> | undefined;

  /**
   * Days for which other replaced or deleted objects can be brought back; 0 keeps them for ever. Published versions are never replaced, so of
   * them this concerns only what a retention principal has deleted. Default: 90, and 0 where `pythonWriters` is true, because there a number
   * can be replaced.
   */
  noncurrentDays?: pulumi.Input<number> | undefined;

  /** Whether both tables can be restored to any second of the last 35 days. Default: true. */
  pointInTimeRecovery?: boolean | undefined;

  /** Whether AWS refuses to delete the tables, whoever asks. Default: true. */
  deletionProtection?: boolean | undefined;

  /** Whether Pulumi refuses to delete or replace anything of the LOB. Default: true. */
  protect?: boolean | undefined;

  /**
   * Whether the bucket and the tables stay on AWS as they are, with the bucket's policy and settings, when the LOB is removed from the program
   * or the stack is destroyed. Only the LOB's row goes, so that it is not announced any more. Default: true.
   */
  retainOnDelete?: boolean | undefined;

  /** Whether deleting the bucket deletes all that is in it. For LOBs that are thrown away, such as in tests. Default: false. */
  forceDestroy?: boolean | undefined;
}
