import * as pulumi from "@pulumi/pulumi";
import type { Account } from "./account";
import { adopting } from "./adopt";
import { declareBeside, type BesideBucket, type BesideOptions, type BesideResources } from "./beside/beside";
import { declareBucket, type BucketResources } from "./bucket/bucket";
import { lifecycleRules } from "./bucket/lifecycle";
import { bucketPolicy, EVERY_LOB } from "./bucket/policy";
import { wrongArguments } from "./checks/wrong-arguments";
import type { Gate } from "./gate";
import { knownValueOf } from "./outputs";
import { LIMITS, render, sizeProblem } from "./policies/document";
import { mayBeAmong } from "./principals";
import { resourcesIn } from "./resources";
import type { PythonWriterSettings } from "./settings/shared-registry";
import type { StorageSettings } from "./settings/storage";
import { declareTables, type TableResources } from "./tables/tables";
import type { StorageTransforms } from "./transforms";
import { lockOutWarning, storageWarnings } from "./warnings";

/** Resources of a bucket and its tables, for programs that add to them. */
export interface StorageResources extends BucketResources, BesideResources, TableResources {}

/** Names and ARNs of a bucket and its tables. */
export interface Storage {
  resources: StorageResources;
  bucketName: pulumi.Output<string>;
  bucketArn: pulumi.Output<string>;
  catalogTableName: pulumi.Output<string>;
  catalogTableArn: pulumi.Output<string>;
  registryTableName: pulumi.Output<string>;
  registryTableArn: pulumi.Output<string>;
}

/** The component that declares storage, with everything that the resources depend on besides the settings. */
export interface StorageOwner {
  component: pulumi.ComponentResource;
  /** Holds back the children. */
  gate: Gate;
  /** Name of the class, for messages. */
  kind: string;
  name: string;
  account: Account;
  /** The only LOB in the storage; undefined if many share it. */
  lob?: string;
  /** Default names on AWS. */
  defaultNames: pulumi.Output<{ bucket: string; catalogTable: string; registryTable: string }>;
  /** Whether everyone with write access may write version objects without a condition. */
  pythonWriters: boolean;
  pythonWritersOfLobs?: pulumi.Output<PythonWriterSettings[]>;
}

/** Declares a bucket with its settings and the two tables. */
export function declareStorage(owner: StorageOwner, settings: StorageSettings, transform: StorageTransforms): Storage {
  const { component, gate, kind, name, account, lob } = owner;
  const { prefix, suffix, switches, administrators } = settings;
  for (const warning of storageWarnings(settings)) void pulumi.log.warn(warning, component);
  pulumi.all([account.callerArn, administrators]).apply(([arn, named]) => {
    if (named.length > 0 && !mayBeAmong(arn, named)) void pulumi.log.warn(lockOutWarning(arn), component);
  });

  const refuse = (propertyPath: string, reason: string): Error => wrongArguments(kind, name, [{ propertyPath, reason }]);
  const bucketName = settings.bucketName ?? owner.defaultNames.bucket;
  const policyOf = (bucket: pulumi.Output<string>): pulumi.Output<string> =>
    pulumi
      .output({
        place: { bucket, lob: lob ?? EVERY_LOB, prefix, suffix },
        partition: account.partition,
        pythonWritersOfLobs: owner.pythonWritersOfLobs ?? [],
        retentionPrincipals: settings.retentionPrincipals,
        administrators,
        furtherStatements: settings.bucketPolicyStatements,
      })
      .apply(({ place, ...known }) => {
        const text = render(bucketPolicy(place, { ...known, pythonWriters: owner.pythonWriters }));
        const tooLong = sizeProblem(text, LIMITS.bucket);
        if (tooLong === undefined) return text;
        const reason = `the bucket's policy would have ${tooLong}; replace principals with patterns, or shorten the statements`;
        throw refuse("bucketPolicyStatements", reason);
      });
  // The bucket itself waits for the gate, so the size is checked with the name that it will have.
  gate.require(knownValueOf(policyOf(bucketName)));
  const rules = pulumi
    .output({ prefix, suffix, lob, days: settings.days, oldVersions: settings.oldVersions })
    .apply(({ days, oldVersions, ...scope }) => lifecycleRules(scope, days, oldVersions));

  const { kept } = optionsOf(component, switches);
  const options = switches.adopt ? { ...kept, transforms: [adopting] } : kept;
  let beside: BesideResources = {};
  const furtherResources = (made: BesideBucket): pulumi.Resource[] => {
    beside = declareBeside({ ...owner, gate, refuse }, made, settings, transform, besideOptions(component, switches));
    return resourcesIn(beside);
  };
  const content = { policyOf, lifecycleRules: rules, furtherResources, gate, refuse };
  const bucket = declareBucket(name, bucketName, content, settings, transform, options);
  const tables = declareTables(
    name,
    {
      catalogTable: settings.catalogTableName ?? owner.defaultNames.catalogTable,
      registryTable: settings.registryTableName ?? owner.defaultNames.registryTable,
    },
    settings,
    transform,
    options,
    { gate, refuse },
  );
  return {
    resources: { ...bucket.resources, ...beside, ...tables.resources },
    bucketName: bucket.name,
    bucketArn: bucket.arn,
    catalogTableName: tables.catalog.name,
    catalogTableArn: tables.catalog.arn,
    registryTableName: tables.registry.name,
    registryTableArn: tables.registry.arn,
  };
}

/** Returns options of the children beside a bucket. They need no protection: the bucket's policy, which has it, depends on them. */
function besideOptions(parent: pulumi.ComponentResource, switches: StorageSettings["switches"]): BesideOptions {
  const logs: pulumi.CustomResourceOptions = {
    parent,
    ...(switches.retainOnDelete && { retainOnDelete: true }),
    ...(switches.adopt && { transforms: [adopting] }),
  };
  return { watching: { parent }, logs, guarding: optionsOf(parent, switches).kept };
}

/**
 * Returns options of the children that hold or guard data. With a switch off, the children inherit the option from the component. Not only the
 * data is protected: otherwise a refused destroy would already have removed the rest from the state. Everything except the row is retained: a
 * bucket that stays needs its policy and versioning, while the row of a removed LOB must go, so that the LOB can be declared again.
 */
export function optionsOf(
  parent: pulumi.ComponentResource,
  switches: { protect: boolean; retainOnDelete: boolean },
): { announced: pulumi.CustomResourceOptions; kept: pulumi.CustomResourceOptions } {
  const announced: pulumi.CustomResourceOptions = { parent, ...(switches.protect && { protect: true }) };
  return { announced, kept: { ...announced, ...(switches.retainOnDelete && { retainOnDelete: true }) } };
}
