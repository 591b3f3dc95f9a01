import * as pulumi from "@pulumi/pulumi";
import type { Account } from "./account";
import type { ArgumentProblem } from "./checks/problem";
import { wrongArguments } from "./checks/wrong-arguments";
import type { Gate } from "./gate";
import { DEFAULT_PREFIX, DEFAULT_SUFFIX, ownNames } from "./generated/layout";
import { knownValueOf } from "./outputs";
import { bucketArn } from "./policies/target";
import type { LineOfBusinessSettings } from "./settings/line-of-business";
import { resourcesIn } from "./resources";
import { declareStorage, type Storage, type StorageResources } from "./storage";
import type { LineOfBusinessTransforms } from "./transforms";

/** Bucket and tables of a LOB: its own or those of a shared registry. */
export interface Home extends Omit<Storage, "resources"> {
  resources: Partial<StorageResources>;
  accountId: pulumi.Output<string>;
  region: pulumi.Output<string>;
  partition: pulumi.Output<string>;
  prefix: pulumi.Output<string>;
  suffix: pulumi.Output<string>;
  kmsKeyArn: pulumi.Output<string | undefined>;
  tableKmsKeyArn: pulumi.Output<string | undefined>;
  /** Whether the bucket was created for this LOB alone. */
  ownBucket: boolean;
  /** Region of the tables if it can differ from that of the provider. */
  tableRegion?: pulumi.Output<string>;
  /** Whether the bucket's policy refuses to replace a version of this LOB. */
  writeOnce: pulumi.Output<boolean>;
  /** Everything that holds or guards the LOB's data. */
  guards: pulumi.Input<pulumi.Input<pulumi.Resource>[]>;
}

export function homeOf(
  component: pulumi.ComponentResource,
  gate: Gate,
  name: string,
  account: Account,
  settings: LineOfBusinessSettings,
  transform: LineOfBusinessTransforms,
): Home {
  return settings.sharedRegistry
    ? sharedHome(gate, name, account, settings.lob, settings.sharedRegistry)
    : ownHome(component, gate, name, account, settings, transform);
}

function ownHome(
  component: pulumi.ComponentResource,
  gate: Gate,
  name: string,
  account: Account,
  { lob, pythonWriters, storage: settings }: LineOfBusinessSettings,
  transform: LineOfBusinessTransforms,
): Home {
  const { accountId, region, partition } = account;
  const defaultNames = pulumi.all([accountId, region]).apply(([where, place]) => ownNames(where, place, lob));
  const storage = declareStorage(
    { component, gate, kind: "LineOfBusiness", name, account, lob, defaultNames, pythonWriters },
    settings,
    transform,
  );
  return {
    ...storage,
    guards: resourcesIn(storage.resources),
    accountId,
    region,
    partition,
    prefix: settings.prefix,
    suffix: settings.suffix,
    kmsKeyArn: settings.kmsKeyArn ?? pulumi.output(undefined),
    tableKmsKeyArn: settings.tableKmsKeyArn ?? pulumi.output(undefined),
    ownBucket: !settings.switches.existingBucket,
    writeOnce: pulumi.output(!pythonWriters),
  };
}

function sharedHome(
  gate: Gate,
  name: string,
  account: Account,
  lob: string,
  reference: NonNullable<LineOfBusinessSettings["sharedRegistry"]>,
): Home {
  const accountId = pulumi.all([reference, account.accountId]).apply(([known, own]) => {
    const problem = otherAccountProblem(known.accountId, own);
    if (problem) throw wrongArguments("LineOfBusiness", name, [problem]);
    return own;
  });
  gate.require(knownValueOf(accountId));
  const region = pulumi.all([reference, account.region]).apply(([known, own]) => known.region ?? own);
  const { partition } = account;
  const tableArn = (table: pulumi.Output<string>): pulumi.Output<string> =>
    pulumi.interpolate`arn:${partition}:dynamodb:${region}:${accountId}:table/${table}`;
  const bucketName = reference.apply((known) => known.bucketName);
  const catalogTableName = reference.apply((known) => known.catalogTableName);
  const registryTableName = reference.apply((known) => known.registryTableName);
  return {
    resources: {},
    // An empty list that depends on the resources of the registry, which belong to another component.
    guards: reference.apply(() => []),
    accountId,
    region,
    partition,
    bucketName,
    bucketArn: pulumi.all([partition, bucketName]).apply(([where, bucket]) => bucketArn(where, bucket)),
    catalogTableName,
    catalogTableArn: tableArn(catalogTableName),
    registryTableName,
    registryTableArn: tableArn(registryTableName),
    prefix: reference.apply((known) => known.prefix ?? DEFAULT_PREFIX),
    suffix: reference.apply((known) => known.suffix ?? DEFAULT_SUFFIX),
    kmsKeyArn: reference.apply((known) => known.kmsKeyArn ?? undefined),
    tableKmsKeyArn: reference.apply((known) => known.tableKmsKeyArn ?? undefined),
    ownBucket: false,
    tableRegion: region,
    writeOnce: reference.apply((known) => !(known.pythonLobs ?? []).includes(lob)),
  };
}

/**
 * Returns the problem of a shared registry in another account. The LOB's row and roles are created in the account of its provider, and the
 * bucket's policy grants nothing to other accounts.
 */
export function otherAccountProblem(ofRegistry: string | null | undefined, ofProvider: string): ArgumentProblem | undefined {
  if (!ofRegistry || ofRegistry === ofProvider) return undefined;
  const reason = `the registry is in account ${ofRegistry}, but this LOB's AWS provider is in ${ofProvider}; use a provider of the registry's account`;
  return { propertyPath: "sharedRegistry.accountId", reason };
}
