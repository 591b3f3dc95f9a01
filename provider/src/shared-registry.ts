import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "./account";
import type { SharedRegistryArgs, SharedRegistryReference } from "./args/shared-registry";
import { claim, claimName } from "./claims";
import { Gate } from "./gate";
import { sharedNames } from "./generated/layout";
import { claimsOfRegistry } from "./possessions";
import { settled } from "./settled";
import { sharedRegistrySettings } from "./settings/shared-registry";
import { declareStorage, type StorageResources } from "./storage";
import type { SharedRegistryOptions } from "./transforms";
import { pythonLobsWarning } from "./warnings";

// Not a field of the class: every field becomes an output of the component, and an output that is a resource would tie the schema to one
// release of the AWS provider.
const RESOURCES = new WeakMap<SharedRegistry, StorageResources>();

/**
 * One bucket and one pair of tables for many lines of business. A `LineOfBusiness` that gets the output `reference` lives in them, with access
 * only to its own folder of the bucket and its own rows. The bucket's policy belongs to the registry, and does not grow with the number of LOBs.
 */
export class SharedRegistry extends pulumi.ComponentResource {
  /** Value for the argument `sharedRegistry` of a `LineOfBusiness`, in this stack or, if exported, in another. */
  public readonly reference: pulumi.Output<SharedRegistryReference>;
  /** AWS account that holds the registry. */
  public readonly accountId: pulumi.Output<string>;
  /** AWS region that holds the registry. */
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

  /**
   * @param name name of the resource
   * @param args settings that differ from the defaults
   * @param opts options of the component; its children use an explicit AWS provider
   * @throws InputPropertiesError listing everything wrong with the arguments, before any resource is created
   */
  constructor(name: string, args: SharedRegistryArgs = {}, opts: SharedRegistryOptions = {}) {
    const settings = sharedRegistrySettings(name, args);
    const { transform = {}, ...options } = opts;
    const { prefix, suffix, kmsKeyArn, tableKmsKeyArn, switches } = settings.storage;
    const fixed = { kind: "SharedRegistry", name, protect: switches.protect } as const;
    claimName(fixed, options);
    const own = settled(fixed, options, () => declared);
    super("lob-registry:index:SharedRegistry", name, args, own);

    const account = accountOf(this);
    const declared = { component: this, account };
    const gate = new Gate(this);
    gate.require(settings.checked);
    gate.require(claim(fixed, claimsOfRegistry(settings.storage, account)));
    const { accountId, region } = account;
    const defaultNames = pulumi.all([accountId, region]).apply(([where, place]) => sharedNames(where, place));
    const { pythonWriters } = settings;
    const pythonLobs = pythonWriters.apply((writers) => writers.map(({ lob }) => lob));
    pythonLobs.apply((lobs) => (lobs.length > 0 ? void pulumi.log.warn(pythonLobsWarning(lobs), this) : undefined));

    const storage = declareStorage(
      {
        component: this,
        gate,
        kind: "SharedRegistry",
        name,
        account,
        defaultNames,
        pythonWriters: false,
        pythonWritersOfLobs: pythonWriters,
      },
      settings.storage,
      transform,
    );
    const { policy, versioning, lifecycle, encryption } = storage.resources;
    RESOURCES.set(this, storage.resources);
    const reference = pulumi
      .output({
        reference: {
          bucketName: storage.bucketName,
          catalogTableName: storage.catalogTableName,
          registryTableName: storage.registryTableName,
          accountId,
          region,
          prefix,
          suffix,
          kmsKeyArn,
          tableKmsKeyArn,
          pythonLobs,
        },
        // Makes a LOB with this reference wait for the resources that guard the bucket. Refers to their names because a preview knows those.
        guards: [policy.bucket, versioning.bucket, lifecycle.bucket, encryption.bucket],
      })
      .apply((known) => known.reference);
    const outputs = gate.behind({
      reference,
      accountId,
      region,
      bucketName: storage.bucketName,
      bucketArn: storage.bucketArn,
      catalogTableName: storage.catalogTableName,
      catalogTableArn: storage.catalogTableArn,
      registryTableName: storage.registryTableName,
      registryTableArn: storage.registryTableArn,
      prefix,
      suffix,
    });
    this.reference = outputs.reference;
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
    this.registerOutputs(outputs);
  }

  /** Resources of this registry. Only in TypeScript and JavaScript programs. */
  public get resources(): StorageResources {
    return RESOURCES.get(this)!;
  }
}
