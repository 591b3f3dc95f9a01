import type * as pulumi from "@pulumi/pulumi";

// What Pulumi infers the schema from: named interfaces of plain types and Inputs, each property with its text. `| undefined` is for
// programs with exactOptionalPropertyTypes. The switches are plain: they decide about resource options and about which resources there are.

/** What a bucket with its tables can be told, whether one LOB has them or many share them. */
export interface StorageArgs {
  /**
   * Name of the bucket. Another name later would mean another bucket, which `protect` refuses. Default: `{account}-{region}-{lob}-artifacts`,
   * of a shared registry `{account}-{region}-artifacts`.
   */
  bucketName?: pulumi.Input<string> | undefined;

  /**
   * Name of the catalog table. Default: `{lob}-model-catalog`, of a shared registry `model-catalog`, where the Action and the command line
   * look by themselves; with another name they must be told (`catalog-table`).
   */
  catalogTableName?: pulumi.Input<string> | undefined;

  /** Name of the registry table. Default: `{lob}-model-registry`, of a shared registry `model-registry`. */
  registryTableName?: pulumi.Input<string> | undefined;

  /**
   * Folder of all models in the bucket, with no slash at either end. Fixed once a model has been published. Default: `ml-models`.
   */
  prefix?: pulumi.Input<string> | undefined;

  /** File extension of the artifacts. Fixed once a model has been published. Default: `.tar.gz`. */
  suffix?: pulumi.Input<string> | undefined;

  /**
   * Whether the bucket exists already. It is then looked up by its name, and neither made, tagged nor deleted; its versioning, encryption,
   * ownership, public access block, lifecycle and policy are set as those of a new one, whatever they were. Default: false.
   */
  existingBucket?: boolean | undefined;

  /**
   * Whether both tables exist already. They are then looked up by their names, and neither made, changed nor deleted. A key that is wrong or
   * an index that is missing is refused, with the command that adds it. Default: false.
   */
  existingTables?: boolean | undefined;

  /** Tags of everything that can have tags: bucket, tables, roles, OIDC provider. At most 50. Default: none but those of the AWS provider. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;

  /**
   * ARN of a KMS key (not of a KMS alias) with which the bucket encrypts. Readers and publishers then need rights on that key too. It has a
   * price: objects under a KMS key have no comparable ETags, and the Python library `versioned` tells by ETags whether it has anything to
   * publish, so it tries to publish the newest version once more. Default: SSE-S3, the bucket's own keys.
   */
  kmsKeyArn?: pulumi.Input<string> | undefined;

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

  /**
   * Further statements of the bucket's policy, each the text of a JSON object. A bucket has one policy: what else must be in it goes here.
   * Default: none.
   */
  bucketPolicyStatements?: pulumi.Input<pulumi.Input<string>[]> | undefined;

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
   * them this concerns only what a retention principal has deleted. Default: 90, and 0 where Python writers are allowed (`pythonWriters`),
   * because there a number can be replaced. Where they were allowed, set 0 when you switch them off: otherwise what they replaced more than 90
   * days before is deleted.
   */
  noncurrentDays?: pulumi.Input<number> | undefined;

  /** Whether both tables can be restored to any second of the last 35 days. Default: true. */
  pointInTimeRecovery?: boolean | undefined;

  /** Whether AWS refuses to delete the tables, whoever asks. Default: true. */
  deletionProtection?: boolean | undefined;

  /** Whether Pulumi refuses to delete or replace what holds data and what guards it. Roles are not protected. Default: true. */
  protect?: boolean | undefined;

  /**
   * Whether the bucket and the tables stay on AWS as they are, with the bucket's policy and settings, when they are removed from the program
   * or the stack is destroyed. Only the LOB's row and the roles go, so that it is not announced any more. Default: true.
   */
  retainOnDelete?: boolean | undefined;

  /**
   * Whether bucket and tables are on AWS already because an earlier deployment left them there (`retainOnDelete`), and are taken up again:
   * imported under their names, then changed where the arguments differ. Can be left in once that is done. Default: false.
   */
  adopt?: boolean | undefined;

  /** Whether deleting the bucket deletes all that is in it. For LOBs that are thrown away, such as in tests. Default: false. */
  forceDestroy?: boolean | undefined;
}
