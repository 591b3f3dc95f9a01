import * as pulumi from "@pulumi/pulumi";
import type { Account } from "./account";
import { changeWarnings, releaseOf } from "./changes";
import { deploymentOf } from "./deployment";
import { DEFAULT_PREFIX, DEFAULT_SUFFIX, ownNames, sharedNames } from "./generated/layout";
import { knownValueOf } from "./outputs";

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
interface Settled {
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
  const change =
    move === undefined ? releaseOf(before.args, args) : `would change ${move}, and what is published there would no longer be found`;
  if (change === undefined) return undefined;
  const consequence = protect
    ? "restore the argument, or declare another one beside this one (protect: false would allow the change)"
    : "protect is off, so this is not refused";
  return `${kind} ${JSON.stringify(name)} ${change}; ${consequence}`;
}

// Names of hooks are unique in a deployment.
const HOOKS = new WeakMap<object, Set<string>>();

/**
 * Returns options with a hook that refuses a change of the place before any resource of the component is changed, also in a preview. With
 * `protect` off it warns.
 *
 * @param account returns the account of the component; called once the component exists
 */
export function settled<Options extends pulumi.ComponentResourceOptions>(
  component: Settled,
  options: Options,
  account: () => Account,
): Options {
  const monitor = pulumi.runtime.getMonitor() as { registerResourceHook?: unknown } | undefined;
  // Pulumi's mocks have no hooks, and no earlier state to compare with.
  if (typeof monitor?.registerResourceHook !== "function") return options;
  const hook = new pulumi.ResourceHook(
    hookName(`lob-registry ${component.kind} ${component.name}`),
    async ({ oldInputs = {}, oldOutputs = {}, newInputs = {} }) => {
      const { accountId, region } = account();
      const known = await knownValueOf(pulumi.output({ accountId, region }));
      if (known === undefined) return;
      for (const warning of changeWarnings(oldInputs, newInputs)) await pulumi.log.warn(warning);
      const problem = moveProblem(component, { args: oldInputs, lob: oldOutputs["lob"] }, newInputs, known);
      if (problem === undefined) return;
      if (component.protect) throw new Error(problem);
      await pulumi.log.warn(problem);
    },
    { onDryRun: true },
  );
  return { ...options, hooks: { ...options.hooks, beforeUpdate: [hook, ...(options.hooks?.beforeUpdate ?? [])] } };
}

function hookName(wanted: string): string {
  const deployment = deploymentOf();
  const taken = HOOKS.get(deployment) ?? new Set<string>();
  HOOKS.set(deployment, taken);
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted} ${String(count)}`;
  taken.add(name);
  return name;
}
