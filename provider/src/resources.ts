import * as pulumi from "@pulumi/pulumi";

/** Returns the resources in an object, at any depth. */
export function resourcesIn(group: object): pulumi.Resource[] {
  return Object.values(group).flatMap((part: unknown) => {
    if (pulumi.Resource.isInstance(part)) return [part];
    return typeof part === "object" && part !== null ? resourcesIn(part) : [];
  });
}
