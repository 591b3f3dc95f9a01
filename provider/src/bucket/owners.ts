import * as pulumi from "@pulumi/pulumi";
import type { ArgumentProblem } from "../checks/problem";

// A bucket has only one policy, so a second component with the same bucket would undo the write-once rules of the first. Keyed by the engine
// that answers, so that no entry outlives its deployment.
const OWNERS = new WeakMap<object, Map<string, pulumi.ComponentResource>>();

/** Returns a function that makes the component the owner of a bucket, and returns a problem if another component of this deployment owns it. */
export function claimsOf(component: pulumi.ComponentResource): (bucket: string) => ArgumentProblem | undefined {
  const deployment: object = pulumi.runtime.getMonitor() ?? component;
  const owners = OWNERS.get(deployment) ?? new Map<string, pulumi.ComponentResource>();
  OWNERS.set(deployment, owners);
  return (bucket) => {
    const owner = owners.get(bucket) ?? component;
    owners.set(bucket, owner);
    if (owner === component) return undefined;
    const reason = `another LineOfBusiness or SharedRegistry of this program owns the bucket ${bucket}, and a bucket has only one policy; declare one SharedRegistry with this bucket and pass its reference to the LOBs`;
    return { propertyPath: "bucketName", reason };
  };
}
