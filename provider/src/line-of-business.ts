import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "./account";
import type { LineOfBusinessArgs } from "./args/line-of-business";
import { publishedPattern } from "./beside/events";
import { claim, claimName } from "./claims";
import { Gate } from "./gate";
import { lobPrefix, s3Uri } from "./generated/layout";
import { homeOf, type Home } from "./home";
import type { PolicyTarget } from "./policies/target";
import { claimsOfLob } from "./possessions";
import { resourcesIn } from "./resources";
import { declareRoles, policyOf, type RoleResources } from "./roles/roles";
import { lobRow } from "./row";
import { settled, settledRow } from "./settled";
import { lineOfBusinessSettings } from "./settings/line-of-business";
import { optionsOf, type StorageResources } from "./storage";
import type { LineOfBusinessOptions } from "./transforms";
import { PYTHON_WARNING } from "./warnings";

/** Resources of a `LineOfBusiness`, for programs that add to it. In a shared registry it has no bucket and no tables. */
export interface LineOfBusinessResources extends Partial<StorageResources>, RoleResources {
  /** The LOB's own row in the catalog. */
  row: aws.dynamodb.TableItem;
}

// Not a field of the class: every field becomes an output of the component, and an output that is a resource would tie the schema to one
// release of the AWS provider.
const RESOURCES = new WeakMap<LineOfBusiness, LineOfBusinessResources>();

/**
 * The model registry of one line of business: a bucket for the models, the catalog and registry tables, the row from which the Action and
 * `lobreg` find everything else, and the roles of publishers, promoters and readers. Published versions are write-once. Data is protected, and
 * stays when the LOB is removed.
 */
export class LineOfBusiness extends pulumi.ComponentResource {
  /** Name of the LOB, as the Action and `lobreg` expect it. */
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
  /** Folder of all models in the bucket, without slashes at its ends. */
  public readonly prefix: pulumi.Output<string>;
  /** File extension of the artifacts. */
  public readonly suffix: pulumi.Output<string>;
  /** S3 URI of the LOB's models, with a slash at the end. */
  public readonly s3Uri: pulumi.Output<string>;
  /** ARNs of the publishers' roles by publisher name: the `role-to-assume` of a workflow. */
  public readonly publisherRoleArns: pulumi.Output<Record<string, string>>;
  /** ARNs of the promoters' roles by promoter name. */
  public readonly promoterRoleArns: pulumi.Output<Record<string, string>>;
  /** ARNs of the readers' roles by reader name. */
  public readonly readerRoleArns: pulumi.Output<Record<string, string>>;
  /**
   * Event pattern for a rule of Amazon EventBridge, as JSON: each published version of this LOB, once. S3 sends the events if `events` is on, here
   * or in the shared registry.
   */
  public readonly publishedPattern: pulumi.Output<string>;
  /** Policy of a publisher of all models, as JSON, to attach to your own role. */
  public readonly publisherPolicy: pulumi.Output<string>;
  /** Policy of a promoter of all models, as JSON, to attach to your own role. */
  public readonly promoterPolicy: pulumi.Output<string>;
  /** Policy of a reader, as JSON, to attach to your own role. */
  public readonly readerPolicy: pulumi.Output<string>;

  /**
   * @param name name of the resource, and of the LOB if `args.lob` is not set
   * @param args settings that differ from the defaults
   * @param opts options of the component; its children use an explicit AWS provider
   * @throws InputPropertiesError listing everything wrong with the arguments, before any resource is created
   */
  constructor(name: string, args: LineOfBusinessArgs = {}, opts: LineOfBusinessOptions = {}) {
    const settings = lineOfBusinessSettings(name, args);
    const { transform = {}, ...options } = opts;
    const { lob, pythonWriters, protectedAliases, storage } = settings;
    const fixed = { kind: "LineOfBusiness", name, lob, protect: storage.switches.protect } as const;
    claimName(fixed, options);
    const own = settled(fixed, options, () => declared);
    // The name of the LOB is always among the inputs: the engine sees a change of it also when it is the name of the resource.
    super("lob-registry:index:LineOfBusiness", name, { ...args, lob }, own);
    if (pythonWriters) void pulumi.log.warn(PYTHON_WARNING, this);

    const account = accountOf(this);
    const declared = { component: this, account };
    const gate = new Gate(this);
    gate.require(settings.checked);
    gate.require(claim(fixed, claimsOfLob(settings, account)));
    const home = homeOf(this, gate, name, account, settings, transform);
    const { announced, kept } = optionsOf(this, storage.switches);
    const place = pulumi.output({ bucket: home.bucketName, lob, prefix: home.prefix, suffix: home.suffix });
    const target = targetOf(home, place, protectedAliases);
    const { guards } = home;
    const roles = declareRoles(
      { component: this, gate, name, lob, account, target, tags: storage.tags, kept, guards },
      settings.roles,
      transform,
    );
    const last = {
      ...announced,
      // Depends on every other resource. It is written last: clients use the LOB as soon as they find this row, so everything that it promises
      // must hold by then. And it goes first: the engine never deletes what a resource needs whose deletion it refused.
      dependsOn: resourcesIn({ ...home.resources, ...roles.resources }),
    };
    const row = lobRow(name, home, settings, transform, settledRow(fixed, last));

    RESOURCES.set(this, { ...home.resources, ...roles.resources, row });
    const outputs = gate.behind({
      lob: pulumi.output(lob),
      accountId: home.accountId,
      region: home.region,
      bucketName: home.bucketName,
      bucketArn: home.bucketArn,
      catalogTableName: home.catalogTableName,
      catalogTableArn: home.catalogTableArn,
      registryTableName: home.registryTableName,
      registryTableArn: home.registryTableArn,
      prefix: home.prefix,
      suffix: home.suffix,
      s3Uri: place.apply((known) => s3Uri(known.bucket, lobPrefix(known))),
      publisherRoleArns: roles.arns.publisher,
      promoterRoleArns: roles.arns.promoter,
      readerRoleArns: roles.arns.reader,
      publishedPattern: place.apply((known) => JSON.stringify(publishedPattern(known))),
      publisherPolicy: policyOf("publisher", target),
      promoterPolicy: policyOf("promoter", target),
      readerPolicy: policyOf("reader", target),
    });
    this.lob = outputs.lob;
    this.accountId = outputs.accountId;
    this.region = outputs.region;
    this.bucketName = outputs.bucketName;
    this.bucketArn = outputs.bucketArn;
    this.catalogTableName = outputs.catalogTableName;
    this.catalogTableArn = outputs.catalogTableArn;
    this.registryTableName = outputs.registryTableName;
    this.registryTableArn = outputs.registryTableArn;
    this.prefix = outputs.prefix;
    this.suffix = outputs.suffix;
    this.s3Uri = outputs.s3Uri;
    this.publisherRoleArns = outputs.publisherRoleArns;
    this.promoterRoleArns = outputs.promoterRoleArns;
    this.readerRoleArns = outputs.readerRoleArns;
    this.publishedPattern = outputs.publishedPattern;
    this.publisherPolicy = outputs.publisherPolicy;
    this.promoterPolicy = outputs.promoterPolicy;
    this.readerPolicy = outputs.readerPolicy;
    this.registerOutputs(outputs);
  }

  /** Resources of this LOB. Only in TypeScript and JavaScript programs. */
  public get resources(): LineOfBusinessResources {
    return RESOURCES.get(this)!;
  }
}

function targetOf(
  home: Home,
  place: pulumi.Output<PolicyTarget["place"]>,
  protectedAliases: pulumi.Output<string[]>,
): pulumi.Output<PolicyTarget> {
  return pulumi.output({
    partition: home.partition,
    region: home.region,
    place,
    catalogArn: home.catalogTableArn,
    registryArn: home.registryTableArn,
    protectedAliases,
    kmsKeyArn: home.kmsKeyArn,
    tableKmsKeyArn: home.tableKmsKeyArn,
    ownBucket: home.ownBucket,
  });
}
