import type * as pulumi from "@pulumi/pulumi";
import type { Logs, ObjectLock, OldVersions } from "./beside";

// Pulumi infers the schema from named interfaces of plain types and Inputs, and takes the texts from the comments. `| undefined` is for
// programs with exactOptionalPropertyTypes. Switches are plain because they decide which resources exist and with which options.

/** Arguments about a bucket and its tables, of one LOB or of a shared registry. */
export interface StorageArgs {
  /**
   * Name of the bucket. `protect` refuses a later change. Default: `{account}-{region}-{lob}-artifacts`, in a shared registry
   * `{account}-{region}-artifacts`.
   */
  bucketName?: pulumi.Input<string> | undefined;

  /**
   * Name of the catalog table. The Action and `lobreg` find the default names without a setting; any other name must be passed to them as
   * `catalog-table`. `protect` refuses a later change. Default: `{lob}-model-catalog`, in a shared registry `model-catalog`.
   */
  catalogTableName?: pulumi.Input<string> | undefined;

  /**
   * Name of the registry table. `protect` refuses a later change. Default: `{lob}-model-registry`, in a shared registry `model-registry`.
   */
  registryTableName?: pulumi.Input<string> | undefined;

  /**
   * Folder of all models in the bucket, without slashes at its ends. `protect` refuses a later change. Default: `ml-models`.
   */
  prefix?: pulumi.Input<string> | undefined;

  /** File extension of the artifacts. `protect` refuses a later change. Default: `.tar.gz`. */
  suffix?: pulumi.Input<string> | undefined;

  /**
   * Whether the bucket exists already. It is then looked up by its name, and never created, tagged or deleted. Its versioning, encryption,
   * ownership, public access block, lifecycle and policy are overwritten with those of a new bucket. Default: false.
   */
  existingBucket?: boolean | undefined;

  /**
   * Whether both tables exist already. They are then looked up by their names, and never created, changed or deleted. A wrong key or a missing
   * index is an error, which prints the command that adds the index. Default: false.
   */
  existingTables?: boolean | undefined;

  /** Tags of the bucket, the tables, the roles and the OIDC provider. At most 50. Default: only the default tags of the AWS provider. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;

  /**
   * ARN of a KMS key (not of a KMS alias) that encrypts the bucket. Readers and publishers then also need rights on that key. One drawback:
   * objects under a KMS key have no comparable ETags. The Python library `versioned` compares ETags to see whether it has anything to publish,
   * so it tries to publish the newest version again. Default: SSE-S3, the bucket's own keys.
   */
  kmsKeyArn?: pulumi.Input<string> | undefined;

  /**
   * ARN of a KMS key (not of a KMS alias) that encrypts both tables. Everyone who uses the tables then also needs rights on that key, which the
   * roles get. With `existingTables`, the tables keep their key, and the roles get rights on this one. Default: a key that AWS owns.
   */
  tableKmsKeyArn?: pulumi.Input<string> | undefined;

  /**
   * Whether S3 sends the bucket's events to Amazon EventBridge, in which a rule with the output `publishedPattern` reacts to each new version.
   * The bucket's other notifications are then removed. Security Hub: S3.11. Default: false.
   */
  events?: boolean | undefined;

  /** Logs of the requests to the bucket. `{}` turns on access logs in a new bucket. Default: none. */
  logs?: pulumi.Input<Logs> | undefined;

  /**
   * S3 Object Lock with a default retention. It also keeps each upload and each copy of LATEST, so that a version takes up to three times its
   * size until the retention ends. S3 never turns Object Lock off again. Security Hub: S3.15. Default: none.
   */
  objectLock?: pulumi.Input<ObjectLock> | undefined;

  /** Cheaper storage for versions that were published long ago. Default: they stay in S3 Standard. */
  oldVersions?: pulumi.Input<OldVersions> | undefined;

  /**
   * ARNs of the only IAM roles or users (`*` and `?` allowed in their names) that may delete versions, manifests and history, e.g. for
   * retention or at a person's request. Default: none; nobody may.
   */
  retentionPrincipals?: pulumi.Input<pulumi.Input<string>[]> | undefined;

  /**
   * ARNs of the only IAM roles or users (`*` and `?` allowed in their names) that may change the bucket's policy, versioning, lifecycle,
   * encryption, ownership and public access block, or delete the bucket. Include the role that runs Pulumi: otherwise the next deployment is
   * refused, and only the account's root user can fix the policy. Default: none; anyone with the IAM permission may.
   */
  administrators?: pulumi.Input<pulumi.Input<string>[]> | undefined;

  /**
   * Additional statements of the bucket's policy, each a JSON object as text. A bucket has only one policy, so put your own statements here.
   * Default: none.
   */
  bucketPolicyStatements?: pulumi.Input<pulumi.Input<string>[]> | undefined;

  /** Days after which an unpublished upload is deleted. Default: 7. */
  stagingDays?: pulumi.Input<number> | undefined;

  /** Days after which the parts of an unfinished upload are deleted. Default: 7. */
  incompleteUploadDays?: pulumi.Input<number> | undefined;

  /**
   * Days to keep an old copy of LATEST after a newer version has replaced it. The numbered version stays. Default: 1.
   */
  noncurrentLatestDays?: pulumi.Input<number> | undefined;

  /**
   * Days during which other replaced or deleted objects can be restored; 0 keeps them indefinitely. Published versions are never replaced, so
   * among them this affects only those that a retention principal deleted. If you switch `pythonWriters` off later, set this to 0: otherwise
   * versions that Python writers replaced more than 90 days ago are deleted. Default: 90, or 0 with `pythonWriters`, because Python writers can
   * replace a version.
   */
  noncurrentDays?: pulumi.Input<number> | undefined;

  /** Whether AWS can restore both tables to any second of the last 35 days. Default: true. */
  pointInTimeRecovery?: boolean | undefined;

  /** Whether AWS refuses every request to delete the tables. Default: true. */
  deletionProtection?: boolean | undefined;

  /**
   * Whether Pulumi refuses to delete or replace the bucket, its settings, the tables and the LOB's row, and the component refuses to change
   * where published models are expected: `lob`, `prefix`, `suffix`, `sharedRegistry` and the names of the bucket and the tables. A refused
   * operation changes nothing. Roles are not protected. Default: true.
   */
  protect?: boolean | undefined;

  /**
   * Whether the bucket, its settings and the tables stay on AWS unchanged when they are removed from the program or the stack is destroyed.
   * Only the LOB's row and the roles are deleted, so that clients no longer find the LOB. Default: true.
   */
  retainOnDelete?: boolean | undefined;

  /**
   * Whether to import the bucket and the tables that an earlier deployment left on AWS (`retainOnDelete`). They are found by their names, then
   * updated from the arguments. Safe to leave on after the import. Default: false.
   */
  adopt?: boolean | undefined;

  /** Whether deleting the bucket also deletes its content. For temporary LOBs, e.g. in tests. Default: false. */
  forceDestroy?: boolean | undefined;
}
