import type * as pulumi from "@pulumi/pulumi";
import type { ArgumentProblem } from "./checks/problem";
import { wrongArguments } from "./checks/wrong-arguments";
import { deploymentOf } from "./deployment";

// On AWS some things can have only one owner, e.g. a bucket has one policy. A second component of a program that declares such a thing is
// refused in the preview: AWS would refuse it in the middle of a deployment, or let it overwrite what the first one declared.

/** Component that claims things. */
export interface Claimant {
  /** Name of the class. */
  kind: "LineOfBusiness" | "SharedRegistry";
  name: string;
}

/** Things that only one component may own, reported together. */
export interface Claim {
  /** Keys of the things, unique among all things of a deployment. */
  things: string[];
  /** Returns the problem with things that `owner` has claimed before. */
  problem: (taken: string[], owner: string) => ArgumentProblem;
}

interface Deployment {
  owners: Map<string, Claimant>;
  /** Names of components by their parent. */
  declared: WeakMap<object, Set<string>>;
}
const DEPLOYMENTS = new WeakMap<object, Deployment>();

const labelOf = ({ kind, name }: Claimant): string => `${kind} ${JSON.stringify(name)}`;

/**
 * Refuses a second component with the name of another one. The engine would refuse it as well, but then its children would stay pending.
 *
 * @throws InputPropertiesError before anything is registered
 */
export function claimName(claimant: Claimant, { parent }: pulumi.ComponentResourceOptions): void {
  const deployment = deploymentOf();
  const siblings = stateOf(deployment).declared;
  const names = siblings.get(parent ?? deployment) ?? new Set();
  siblings.set(parent ?? deployment, names);
  const label = labelOf(claimant);
  if (names.has(label)) {
    const reason = `this program declares ${label} twice; give one of them another name, or remove it`;
    throw wrongArguments(claimant.kind, claimant.name, [{ propertyPath: "name", reason }]);
  }
  names.add(label);
}

/**
 * Claims things for a component.
 *
 * @param claims most important one first: only the first problem is reported, because others follow from the same mistake
 * @throws InputPropertiesError if another component of the deployment has claimed one
 */
export async function claim(claimant: Claimant, claims: Promise<Claim[]>): Promise<void> {
  // Before the first wait, because the engine's connection may differ afterwards.
  const { owners } = stateOf(deploymentOf());
  const wanted = await claims;
  for (const { things, problem } of wanted) {
    const taken = things.filter((thing) => owners.has(thing));
    if (taken.length > 0) throw wrongArguments(claimant.kind, claimant.name, [problem(taken, labelOf(owners.get(taken[0]!)!))]);
  }
  for (const thing of wanted.flatMap(({ things }) => things)) owners.set(thing, claimant);
}

function stateOf(deployment: object): Deployment {
  const state = DEPLOYMENTS.get(deployment) ?? { owners: new Map(), declared: new WeakMap() };
  DEPLOYMENTS.set(deployment, state);
  return state;
}
