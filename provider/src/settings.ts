import * as pulumi from "@pulumi/pulumi";
import type { LineOfBusinessArgs } from "./args";
import { allProblems, LATER, problemsOf } from "./checks";
import { DEFAULT_PREFIX, DEFAULT_SUFFIX } from "./generated/layout";
import { wrongArguments } from "./wrong-arguments";

/** The arguments, checked, with their defaults. */
export interface Settings {
  lob: string;
  description: pulumi.Output<string | undefined>;
  owner: pulumi.Output<string | undefined>;
  /** Absent: the default, for which account and region are needed. */
  bucketName: pulumi.Output<string> | undefined;
  catalogTableName: pulumi.Output<string> | undefined;
  registryTableName: pulumi.Output<string> | undefined;
  prefix: pulumi.Output<string>;
  suffix: pulumi.Output<string>;
  tags: pulumi.Output<Record<string, string>>;
  protectedAliases: pulumi.Output<string[]>;
  kmsKeyArn: pulumi.Output<string> | undefined;
  retentionPrincipals: pulumi.Output<string[]>;
  administrators: pulumi.Output<string[]>;
  days: pulumi.Output<LifecycleDays>;
  switches: Switches;
}

/** How long the bucket keeps what nobody needs any more, in days. */
export interface LifecycleDays {
  staging: number;
  incompleteUpload: number;
  noncurrentLatest: number;
  /** 0: for ever. */
  noncurrent: number;
}

/** What is on or off. */
export interface Switches {
  pythonWriters: boolean;
  pointInTimeRecovery: boolean;
  deletionProtection: boolean;
  protect: boolean;
  retainOnDelete: boolean;
  forceDestroy: boolean;
}

/** Arguments that must be known while the program runs; what is not one of the two kinds does not compile here. */
type PlainArgument = "lob" | keyof Switches;
type InputArgument = Exclude<keyof LineOfBusinessArgs, PlainArgument>;

/**
 * Checks the arguments and fills in the defaults. Throws one error with everything that is wrong with what is known now. A value that
 * is known only later is checked then, before anything that uses it is made; one that a preview does not know stays unknown.
 */
export function settle(resourceName: string, args: LineOfBusinessArgs): Settings {
  const problems = allProblems(resourceName, knownParts(args));
  if (problems.length > 0) throw wrongArguments(resourceName, problems);

  const given = <Name extends InputArgument>(name: Name): pulumi.Output<Value<Name>> | undefined => {
    const value = args[name] ?? undefined;
    if (value === undefined) return undefined;
    return pulumi.output(value as pulumi.Input<Value<Name>>).apply((known) => {
      const late = problemsOf(name, known);
      if (late.length > 0) throw wrongArguments(resourceName, late);
      return known;
    }) as pulumi.Output<Value<Name>>;
  };
  const or = <T>(value: pulumi.Output<T> | undefined, otherwise: T): pulumi.Output<T> =>
    value ?? (pulumi.output(otherwise) as pulumi.Output<T>);

  const pythonWriters = args.pythonWriters ?? false;
  return {
    lob: args.lob ?? resourceName,
    description: or<string | undefined>(given("description"), undefined),
    owner: or<string | undefined>(given("owner"), undefined),
    bucketName: given("bucketName"),
    catalogTableName: given("catalogTableName"),
    registryTableName: given("registryTableName"),
    prefix: or(given("prefix"), DEFAULT_PREFIX),
    suffix: or(given("suffix"), DEFAULT_SUFFIX),
    tags: or(given("tags"), {}),
    protectedAliases: or(given("protectedAliases"), []),
    kmsKeyArn: given("kmsKeyArn"),
    retentionPrincipals: or(given("retentionPrincipals"), []),
    administrators: or(given("administrators"), []),
    days: pulumi.output({
      staging: or(given("stagingDays"), 7),
      incompleteUpload: or(given("incompleteUploadDays"), 7),
      noncurrentLatest: or(given("noncurrentLatestDays"), 1),
      noncurrent: or(given("noncurrentDays"), pythonWriters ? 0 : 90),
    }),
    switches: {
      pythonWriters,
      pointInTimeRecovery: args.pointInTimeRecovery ?? true,
      deletionProtection: args.deletionProtection ?? true,
      protect: args.protect ?? true,
      retainOnDelete: args.retainOnDelete ?? true,
      forceDestroy: args.forceDestroy ?? false,
    },
  };
}

/** The value of an argument when it is known. */
type Value<Name extends InputArgument> = pulumi.Unwrap<NonNullable<LineOfBusinessArgs[Name]>>;

/** A copy in which everything that is known only later stands as {@link LATER}. */
function knownParts(args: LineOfBusinessArgs): Record<string, unknown> {
  const known: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(args)) known[name] = MUST_BE_PLAIN.has(name) ? value : knownPart(value);
  return known;
}

const PLAIN: Record<PlainArgument, true> = {
  lob: true,
  pythonWriters: true,
  pointInTimeRecovery: true,
  deletionProtection: true,
  protect: true,
  retainOnDelete: true,
  forceDestroy: true,
};
const MUST_BE_PLAIN = new Set(Object.keys(PLAIN));

function knownPart(value: unknown): unknown {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return LATER;
  if (Array.isArray(value)) return value.map(knownPart);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, knownPart(part)]));
}
