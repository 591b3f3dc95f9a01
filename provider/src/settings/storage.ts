import * as pulumi from "@pulumi/pulumi";
import type { StorageArgs } from "../args/storage";
import { DEFAULT_PREFIX, DEFAULT_SUFFIX } from "../generated/layout";
import { or, type GivenArguments } from "./arguments";
import { besideSettings, transitionSettings, type BesideSettings, type TransitionSettings } from "./beside";

/** Checked arguments about bucket and tables, with defaults filled in. */
export interface StorageSettings {
  /** Undefined: the default name, which contains account and region. */
  bucketName: pulumi.Output<string> | undefined;
  catalogTableName: pulumi.Output<string> | undefined;
  registryTableName: pulumi.Output<string> | undefined;
  prefix: pulumi.Output<string>;
  suffix: pulumi.Output<string>;
  tags: pulumi.Output<Record<string, string>>;
  kmsKeyArn: pulumi.Output<string> | undefined;
  retentionPrincipals: pulumi.Output<string[]>;
  administrators: pulumi.Output<string[]>;
  bucketPolicyStatements: pulumi.Output<string[]>;
  /** Undefined: a key that AWS owns. */
  tableKmsKeyArn: pulumi.Output<string> | undefined;
  days: pulumi.Output<LifecycleDays>;
  oldVersions: pulumi.Output<TransitionSettings | undefined>;
  beside: BesideSettings;
  switches: StorageSwitches;
}

/** How long the bucket keeps leftovers, in days. */
export interface LifecycleDays {
  staging: number;
  incompleteUpload: number;
  noncurrentLatest: number;
  /** 0: indefinitely. */
  noncurrent: number;
}

/** Arguments that are on or off. */
export interface StorageSwitches {
  existingBucket: boolean;
  existingTables: boolean;
  pointInTimeRecovery: boolean;
  deletionProtection: boolean;
  protect: boolean;
  retainOnDelete: boolean;
  adopt: boolean;
  forceDestroy: boolean;
}

/** Arguments that must be known while the program runs. The type makes the compiler complain about a missing switch. */
const PLAIN: Record<keyof StorageSwitches, true> = {
  existingBucket: true,
  existingTables: true,
  pointInTimeRecovery: true,
  deletionProtection: true,
  protect: true,
  retainOnDelete: true,
  adopt: true,
  forceDestroy: true,
};
export const PLAIN_STORAGE_ARGUMENTS: readonly string[] = [...Object.keys(PLAIN), "events"];

/**
 * Fills in the defaults of the arguments about bucket and tables.
 *
 * @param numbersCanBeReplaced whether Python writers may replace published versions, so that replaced versions are kept indefinitely
 */
export function storageSettings(
  args: StorageArgs,
  given: GivenArguments<StorageArgs>,
  numbersCanBeReplaced: pulumi.Input<boolean>,
): StorageSettings {
  return {
    bucketName: given("bucketName"),
    catalogTableName: given("catalogTableName"),
    registryTableName: given("registryTableName"),
    prefix: or(given("prefix"), DEFAULT_PREFIX),
    suffix: or(given("suffix"), DEFAULT_SUFFIX),
    tags: or(given("tags"), {}),
    kmsKeyArn: given("kmsKeyArn"),
    retentionPrincipals: or(given("retentionPrincipals"), []),
    administrators: or(given("administrators"), []),
    bucketPolicyStatements: or(given("bucketPolicyStatements"), []),
    days: pulumi.output({
      staging: or(given("stagingDays"), 7),
      incompleteUpload: or(given("incompleteUploadDays"), 7),
      noncurrentLatest: or(given("noncurrentLatestDays"), 1),
      noncurrent: given("noncurrentDays") ?? pulumi.output(numbersCanBeReplaced).apply((replaceable) => (replaceable ? 0 : 90)),
    }),
    tableKmsKeyArn: given("tableKmsKeyArn"),
    oldVersions: transitionSettings(given),
    beside: besideSettings(args, given),
    switches: {
      existingBucket: args.existingBucket ?? false,
      existingTables: args.existingTables ?? false,
      pointInTimeRecovery: args.pointInTimeRecovery ?? true,
      deletionProtection: args.deletionProtection ?? true,
      protect: args.protect ?? true,
      retainOnDelete: args.retainOnDelete ?? true,
      adopt: args.adopt ?? false,
      forceDestroy: args.forceDestroy ?? false,
    },
  };
}
