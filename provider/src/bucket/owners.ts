import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../checks/problem";

// A bucket has one policy. Of two components that give it one, the last would undo the write-once of the other. By the engine that answers, so
// that nothing outlives its deployment.
const OWNERS = new WeakMap<object, Map<string, pulumi.ComponentResource>>();

/** Makes a component the owner of a bucket; answers what is wrong when another one of this deployment is already. */
export function claimsOf(component: pulumi.ComponentResource): (bucket: string) => Problem | undefined {
  const deployment: object = pulumi.runtime.getMonitor() ?? component;
  const owners = OWNERS.get(deployment) ?? new Map<string, pulumi.ComponentResource>();
  OWNERS.set(deployment, owners);
  return (bucket) => {
    const owner = owners.get(bucket) ?? component;
    owners.set(bucket, owner);
    if (owner === component) return undefined;
    const reason = `another LineOfBusiness or SharedRegistry of this program owns the bucket ${bucket}, and a bucket has one policy: make one SharedRegistry of it, and give its LOBs the reference`;
    return { propertyPath: "bucketName", reason };
  };
}
