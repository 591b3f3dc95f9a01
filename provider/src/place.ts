import * as pulumi from "@pulumi/pulumi";
import { releaseOf } from "./changes";
import { DEFAULT_PREFIX, DEFAULT_SUFFIX, ownNames, sharedNames } from "./generated/layout";

// A change of the arguments that decide where data lies would leave the published models behind: nobody finds them, and the next publish
// begins a second history.

/** Location of a component's data. A part is undefined if it is not known. */
export interface Place {
  lob?: string | undefined;
  bucketName?: string | undefined;
  catalogTableName?: string | undefined;
  registryTableName?: string | undefined;
  prefix?: string | undefined;
  suffix?: string | undefined;
  region?: string | undefined;
}

type Values = Readonly<Record<string, unknown>>;

/**
 * Returns where data lies with these arguments, defaults filled in.
 *
 * @param lob name of the LOB; undefined for a shared registry
 */
export function placeOf(args: Values, lob: string | undefined, accountId: string, region: string): Place {
  const reference = args["sharedRegistry"] ?? undefined;
  // A secret or something that a preview does not know yet cannot be compared.
  if (reference !== undefined && !isPlainObject(reference)) return {};
  const names = lob === undefined ? sharedNames(accountId, region) : ownNames(accountId, region, lob);
  const given = reference ?? args;
  const text = (name: string, otherwise: string): string | undefined => {
    const value = given[name] ?? otherwise;
    return typeof value === "string" ? value : undefined;
  };
  return {
    bucketName: text("bucketName", names.bucket),
    catalogTableName: text("catalogTableName", names.catalogTable),
    registryTableName: text("registryTableName", names.registryTable),
    prefix: text("prefix", DEFAULT_PREFIX),
    suffix: text("suffix", DEFAULT_SUFFIX),
    region: text("region", region),
  };
}

const isPlainObject = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !pulumi.Output.isInstance(value) && !pulumi.containsUnknowns(value);

/** Returns what would change, in words, or undefined if nothing would. */
export function moveOf(before: Place, after: Place): string | undefined {
  const changes = (Object.keys(before) as (keyof Place)[]).flatMap((part) => {
    const [from, to] = [before[part], after[part]];
    return from === undefined || to === undefined || from === to ? [] : [`${part} from ${JSON.stringify(from)} to ${JSON.stringify(to)}`];
  });
  return changes.length === 0 ? undefined : changes.join(", ");
}

/** A component that must not move. */
export interface Settled {
  kind: "LineOfBusiness" | "SharedRegistry";
  name: string;
  /** Name of the LOB; undefined for a shared registry. */
  lob?: string;
  protect: boolean;
}

/** Returns the error or the warning for arguments that would move a component's data, or undefined. */
export function moveProblem(
  { kind, name, lob, protect }: Settled,
  before: { args: Values; lob: unknown },
  args: Values,
  account: { accountId: string; region: string },
): string | undefined {
  const { accountId, region } = account;
  const oldLob = typeof before.lob === "string" ? before.lob : lob;
  // Both with the old name, whose change also changes default names: only the name is reported then.
  const [old, changed] = [before.args, args].map((of) => placeOf(of, oldLob, accountId, region)) as [Place, Place];
  const move = moveOf({ lob: oldLob, ...old }, { lob, ...changed });
  return refusalOf({ kind, name, protect }, move === undefined ? releaseOf(before.args, args) : lossOf(move));
}

/** Returns the problem of a row that would send clients elsewhere: `--target` can update the row without its component. */
export function rowProblem(component: Settled, before: unknown, item: unknown): string | undefined {
  const [old, changed] = [placeInRow(before), placeInRow(item)];
  const move = old && changed && moveOf(old, changed);
  return refusalOf(component, move === undefined ? undefined : lossOf(move));
}

/** Returns the location that a LOB's row gives to clients, or undefined if it is not known. */
function placeInRow(item: unknown): Place | undefined {
  if (typeof item !== "string") return undefined;
  const row = JSON.parse(item) as Record<string, { S?: string } | undefined>;
  return {
    bucketName: row["bucket"]?.S,
    registryTableName: row["registryTable"]?.S,
    prefix: row["prefix"]?.S,
    suffix: row["suffix"]?.S,
    region: row["bucketRegion"]?.S,
  };
}

const lossOf = (move: string): string => `would change ${move}, and what is published there would no longer be found`;

function refusalOf({ kind, name, protect }: Pick<Settled, "kind" | "name" | "protect">, change: string | undefined): string | undefined {
  if (change === undefined) return undefined;
  const consequence = protect
    ? "restore the argument, or declare another one beside this one (protect: false would allow the change)"
    : "protect is off, so this is not refused";
  return `${kind} ${JSON.stringify(name)} ${change}; ${consequence}`;
}
