import * as pulumi from "@pulumi/pulumi";
import type { Logs } from "../args/beside";
import type { StorageArgs } from "../args/storage";
import { withoutNulls } from "../checks/problem";
import type { GivenArguments } from "./arguments";

/** Checked arguments about what stands beside a bucket, with defaults filled in. */
export interface BesideSettings {
  events: boolean;
  /** Undefined: no logs. */
  logs: LogSettings | undefined;
  /** Undefined: no Object Lock. */
  objectLock: pulumi.Output<LockSettings> | undefined;
}

export interface LogSettings {
  access: boolean;
  dataEvents: "none" | "writes" | "all";
  /** Undefined: a bucket is created. */
  bucketName: pulumi.Output<string> | undefined;
  days: pulumi.Output<number>;
}

export interface LockSettings {
  days: number;
  mode: string;
}

/** When objects move to a cheaper storage class. */
export interface TransitionSettings {
  days: number;
  storageClass: string;
}

export function besideSettings(args: StorageArgs, given: GivenArguments<StorageArgs>): BesideSettings {
  const lock = given("objectLock");
  return {
    events: args.events ?? false,
    logs: logSettings(args, given),
    objectLock: lock?.apply(({ days, mode }) => ({ days, mode: mode ?? "GOVERNANCE" })),
  };
}

function logSettings(args: StorageArgs, given: GivenArguments<StorageArgs>): LogSettings | undefined {
  if ((args.logs ?? undefined) === undefined) return undefined;
  // The type allows an output here, as for publishers. The checks have refused one.
  const logs = withoutNulls(args.logs) as Logs;
  const later = given("logs")!;
  return {
    access: logs.access ?? true,
    dataEvents: (logs.dataEvents ?? "none") as LogSettings["dataEvents"],
    bucketName: logs.bucketName === undefined ? undefined : later.apply(({ bucketName }) => bucketName!),
    days: later.apply(({ days }) => days ?? 365),
  };
}

export function transitionSettings(given: GivenArguments<StorageArgs>): pulumi.Output<TransitionSettings | undefined> {
  const old = given("oldVersions");
  return (
    old?.apply(({ days, storageClass }): TransitionSettings | undefined => ({ days: days ?? 90, storageClass })) ?? pulumi.output(undefined)
  );
}
