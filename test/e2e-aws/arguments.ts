/** Arguments of `npm run e2e:aws`. Pure. */
import { parseArgs } from "node:util";

export const SUITES = ["probes", "races", "kills", "interop"] as const;
export type Suite = (typeof SUITES)[number];

export interface Arguments {
  /** Account that the credentials must be of. */
  readonly account: string;
  readonly region: string;
  /** Whether to skip the confirmation. */
  readonly yes: boolean;
  readonly suites: readonly Suite[];
  /** Publishers at once, in races. */
  readonly processes: number;
  /** How many of the requests of a publish are each its last one; all by default. */
  readonly kills: number;
  /** Name of a LOB that an earlier run left behind: it is removed, and nothing else is done. */
  readonly remove: string | undefined;
}

/** Wrong use; the message says what is. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const USAGE = `npm run e2e:aws -- --account ID [options]

Tries on an AWS account of yours what lob-registry promises: makes two throw-away LOBs, probes S3 and DynamoDB, lets publishers race
and be killed, and the Python library take part; says what held, and removes everything. It says first what it costs.

  --account ID       the account to use, 12 digits; credentials of another one are refused
  --region REGION    by default AWS_REGION, AWS_DEFAULT_REGION
  --yes              do not ask
  --only SUITES      some of ${SUITES.join(", ")}; all by default
  --processes N      publishers at once in races: a multiple of 4 from 8 to 64; 16 by default
  --kills N          how many requests of a publish are each its last one; all by default
  --remove NAME      only remove what an earlier run left behind, such as e2e-1a2b3c4d
`;

/** Names of the LOBs that are made here; nothing else is ever removed. */
export const isThrowAway = (name: string): boolean => /^e2e-[0-9a-f]{8}$/.test(name);

/** @throws UsageError */
export function parseArguments(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Arguments {
  const values = parse(args);
  const { account, only } = values;
  if (account === undefined || !/^\d{12}$/.test(account)) {
    throw new UsageError(`--account takes the 12 digits of the account to use, and got ${JSON.stringify(account ?? "nothing")}`);
  }
  const region = values.region ?? env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"] ?? "";
  if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region)) throw new UsageError(`give --region, such as us-east-1; got ${JSON.stringify(region)}`);
  // The policies that are rendered here name the partition `aws`.
  if (/^(cn|us-gov|us-iso)/.test(region)) throw new UsageError(`${region} is of another partition than this can deploy to`);
  const suites = only === undefined ? SUITES : only.split(",").map(asSuite);
  const processes = numberOf("--processes", values.processes, 16, 8, 64);
  if (processes % 4 !== 0) throw new UsageError(`--processes takes a multiple of 4, and got ${processes}`);
  if (values.remove !== undefined && !isThrowAway(values.remove)) {
    throw new UsageError(`--remove takes the name of a LOB that was made here, such as e2e-1a2b3c4d; got ${JSON.stringify(values.remove)}`);
  }
  return {
    account,
    region,
    yes: values.yes ?? false,
    suites,
    processes,
    kills: numberOf("--kills", values.kills, Infinity, 1, 1000),
    remove: values.remove,
  };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    const options = {
      account: text,
      region: text,
      only: text,
      processes: text,
      kills: text,
      remove: text,
      yes: { type: "boolean" },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function asSuite(name: string): Suite {
  const suite = SUITES.find((known) => known === name.trim());
  if (suite === undefined) throw new UsageError(`--only takes ${SUITES.join(", ")}, and got ${JSON.stringify(name)}`);
  return suite;
}

function numberOf(option: string, text: string | undefined, byDefault: number, least: number, most: number): number {
  if (text === undefined) return byDefault;
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new UsageError(`${option} takes a number from ${least} to ${most}, and got ${JSON.stringify(text)}`);
}
