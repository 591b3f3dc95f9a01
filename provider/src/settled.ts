import * as pulumi from "@pulumi/pulumi";
import { AsyncResource } from "node:async_hooks";
import type { Account } from "./account";
import { changeWarnings } from "./changes";
import { deploymentOf } from "./deployment";
import { isMocked } from "./mocks";
import { knownValueOf } from "./outputs";
import { moveProblem, rowProblem, type Settled } from "./place";

// Names of hooks are unique in a deployment.
const HOOKS = new WeakMap<object, Set<string>>();

/** A component that exists, and its account. */
interface Declared {
  component: pulumi.ComponentResource;
  account: Account;
}

/**
 * Returns options with a hook that refuses a change of the place before any resource of the component is changed, also in a preview. With
 * `protect` off it warns.
 *
 * @param declared returns the component; called once it exists
 */
export function settled(
  fixed: Settled,
  options: pulumi.ComponentResourceOptions,
  declared: () => Declared,
): pulumi.ComponentResourceOptions {
  return hooked(`${fixed.kind} ${fixed.name}`, options, async ({ oldInputs = {}, oldOutputs = {}, newInputs = {} }) => {
    const { component, account } = declared();
    // Not awaited: the message waits for the component, whose update waits for this hook.
    const warn = (message: string): void => void pulumi.log.warn(message, component);
    const known = await knownValueOf(pulumi.output({ accountId: account.accountId, region: account.region }));
    if (known === undefined) return;
    const problem = moveProblem(fixed, { args: oldInputs, lob: oldInputs["lob"] ?? oldOutputs["lob"] }, newInputs, known);
    if (problem !== undefined && fixed.protect) throw new Error(problem);
    for (const warning of [...(problem === undefined ? [] : [problem]), ...changeWarnings(oldInputs, newInputs)]) warn(warning);
  });
}

/** Returns options of a LOB's row with a hook that refuses to send clients elsewhere. */
export function settledRow(fixed: Settled, options: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
  if (!fixed.protect) return options;
  return hooked(`row of ${fixed.name}`, options, ({ oldInputs = {}, newInputs = {} }) => {
    const problem = rowProblem(fixed, oldInputs["item"], newInputs["item"]);
    if (problem !== undefined) throw new Error(problem);
  });
}

function hooked<Options extends pulumi.ResourceOptions>(name: string, options: Options, run: pulumi.ResourceHookFunction): Options {
  // They have no earlier state to compare with.
  if (isMocked()) return options;
  // The engine calls a hook outside of the program. Bound to the program, a message goes to the engine instead of the console.
  const hook = new pulumi.ResourceHook(hookName(`lob-registry ${name}`), AsyncResource.bind(run), { onDryRun: true });
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
