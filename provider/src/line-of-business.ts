import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LineOfBusinessArgs } from "./args";
import { lobBucket, type BucketResources } from "./bucket";
import {
  CATALOG_HASH_KEY,
  CATALOG_INDEXES,
  LAYOUT_VERSION,
  lobPrefix,
  lobRowItem,
  ownNames,
  REGISTRY_HASH_KEY,
  REGISTRY_INDEXES,
  s3Uri,
} from "./generated/layout";
import { mayBeAmong } from "./principals";
import { settle } from "./settings";
import { tableKeys } from "./tables";
import { lockOutWarning, warningsOf } from "./warnings";

/** What a `LineOfBusiness` is made of, for programs that add to it. */
export interface LineOfBusinessResources extends BucketResources {
  catalog: aws.dynamodb.Table;
  registry: aws.dynamodb.Table;
  /** The LOB's own row in the catalog. */
  row: aws.dynamodb.TableItem;
}

// Not a field: each field of the class becomes an output of the component, and an output that is a resource binds the schema to one
// release of the AWS provider.
const RESOURCES = new WeakMap<LineOfBusiness, LineOfBusinessResources>();

/**
 * The model registry of one line of business: a bucket for the models, the catalog and registry tables, and the row from which the Action
 * and the command line `lobreg` find everything. Published versions are write-once; data is protected and stays when the LOB is removed.
 */
export class LineOfBusiness extends pulumi.ComponentResource {
  /** Name of the LOB: what the Action and the command line are given. */
  public readonly lob: pulumi.Output<string>;
  /** AWS account that holds the LOB. */
  public readonly accountId: pulumi.Output<string>;
  /** AWS region that holds the LOB. */
  public readonly region: pulumi.Output<string>;
  /** Name of the bucket. */
  public readonly bucketName: pulumi.Output<string>;
  /** ARN of the bucket. */
  public readonly bucketArn: pulumi.Output<string>;
  /** Name of the catalog table: a row per LOB, model and alias. */
  public readonly catalogTableName: pulumi.Output<string>;
  /** ARN of the catalog table. */
  public readonly catalogTableArn: pulumi.Output<string>;
  /** Name of the registry table: a row per published version. */
  public readonly registryTableName: pulumi.Output<string>;
  /** ARN of the registry table. */
  public readonly registryTableArn: pulumi.Output<string>;
  /** Folder of all models in the bucket, with no slash at either end. */
  public readonly prefix: pulumi.Output<string>;
  /** File extension of the artifacts. */
  public readonly suffix: pulumi.Output<string>;
  /** Address of the LOB's models in S3, with its slash at the end. */
  public readonly s3Uri: pulumi.Output<string>;

  /**
   * @param name Name of the resource, and of the LOB where `args.lob` is left out.
   * @param args What to change of the defaults.
   * @param opts Options of the component; an explicit AWS provider is used for everything in it.
   * @throws InputPropertiesError with everything that is wrong with the arguments, before anything is made.
   */
  constructor(name: string, args: LineOfBusinessArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const settings = settle(name, args);
    super("lob-registry:index:LineOfBusiness", name, args, opts);
    const { lob, prefix, suffix, tags, switches } = settings;
    for (const warning of warningsOf(switches, settings.kmsKeyArn !== undefined)) void pulumi.log.warn(warning, this);

    const caller = aws.getCallerIdentityOutput({}, { parent: this });
    const region = aws.getRegionOutput({}, { parent: this }).region;
    const names = pulumi.all([caller.accountId, region]).apply(([account, where]) => ownNames(account, where, lob));

    pulumi.all([caller.arn, settings.administrators]).apply(([arn, administrators]) => {
      if (administrators.length > 0 && !mayBeAmong(arn, administrators)) void pulumi.log.warn(lockOutWarning(arn), this);
    });

    // A switch that is off leaves the option to what the component inherits. All is protected and not the data alone: otherwise a destroy
    // that is refused would already have taken the rest out of the state. All but the row is kept: a bucket that stays must keep its policy
    // and its versioning, while a LOB that was removed is not announced any more, and can be declared again.
    const announced: pulumi.CustomResourceOptions = { parent: this, ...(switches.protect && { protect: true }) };
    const kept: pulumi.CustomResourceOptions = { ...announced, ...(switches.retainOnDelete && { retainOnDelete: true }) };

    const bucketName = settings.bucketName ?? names.bucket;
    const bucketResources = lobBucket(name, bucketName, caller.arn.apply(partitionOf), settings, kept);
    const { bucket, policy, versioning, encryption, lifecycle } = bucketResources;
    const place = { bucket: bucket.bucket, lob, prefix, suffix };

    const tableArgs = {
      billingMode: "PAY_PER_REQUEST",
      deletionProtectionEnabled: switches.deletionProtection,
      pointInTimeRecovery: { enabled: switches.pointInTimeRecovery },
      tags,
    };
    const catalog = new aws.dynamodb.Table(
      `${name}-catalog`,
      { name: settings.catalogTableName ?? names.catalogTable, ...tableKeys(CATALOG_HASH_KEY, CATALOG_INDEXES), ...tableArgs },
      kept,
    );
    const registry = new aws.dynamodb.Table(
      `${name}-registry`,
      { name: settings.registryTableName ?? names.registryTable, ...tableKeys(REGISTRY_HASH_KEY, REGISTRY_INDEXES), ...tableArgs },
      kept,
    );
    const row = new aws.dynamodb.TableItem(
      `${name}-row`,
      {
        tableName: catalog.name,
        hashKey: CATALOG_HASH_KEY,
        item: pulumi
          .output({
            place,
            bucketOwner: caller.accountId,
            bucketRegion: region,
            registryTable: registry.name,
            protectedAliases: settings.protectedAliases,
            kmsKeyArn: settings.kmsKeyArn,
            description: settings.description,
            owner: settings.owner,
          })
          .apply(({ place: where, kmsKeyArn, description, owner, ...known }) =>
            JSON.stringify(
              lobRowItem({
                ...where,
                ...known,
                layoutVersion: LAYOUT_VERSION,
                writeOnce: !switches.pythonWriters,
                ...(kmsKeyArn !== undefined && { kmsKeyArn }),
                ...(description !== undefined && { description }),
                ...(owner !== undefined && { owner }),
              }),
            ),
          ),
      },
      // Written last: from this row on the LOB is in use, and what the row promises holds.
      { ...announced, dependsOn: [policy, versioning, encryption, lifecycle] },
    );

    RESOURCES.set(this, { ...bucketResources, catalog, registry, row });
    this.lob = pulumi.output(lob);
    this.accountId = caller.accountId;
    this.region = region;
    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.catalogTableName = catalog.name;
    this.catalogTableArn = catalog.arn;
    this.registryTableName = registry.name;
    this.registryTableArn = registry.arn;
    this.prefix = prefix;
    this.suffix = suffix;
    this.s3Uri = pulumi.output(place).apply((known) => s3Uri(known.bucket, lobPrefix(known)));
    this.registerOutputs({
      lob: this.lob,
      accountId: this.accountId,
      region: this.region,
      bucketName: this.bucketName,
      bucketArn: this.bucketArn,
      catalogTableName: this.catalogTableName,
      catalogTableArn: this.catalogTableArn,
      registryTableName: this.registryTableName,
      registryTableArn: this.registryTableArn,
      prefix: this.prefix,
      suffix: this.suffix,
      s3Uri: this.s3Uri,
    });
  }

  /** The resources of this LOB. Only in programs of TypeScript and JavaScript. */
  public get resources(): LineOfBusinessResources {
    return RESOURCES.get(this)!;
  }
}

/** The partition of an ARN, such as `aws` or `aws-cn`. */
function partitionOf(arn: string): string {
  return arn.split(":")[1] ?? "aws";
}
