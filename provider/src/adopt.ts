import * as pulumi from "@pulumi/pulumi";
import { knownValueOf } from "./outputs";

/**
 * Imports a child from AWS instead of creating it, then changes whatever differs from the program. The bucket and its settings are found by
 * the bucket's name, a table by its own name. This is a transform because the option `import` takes no output, and the names need the account
 * and the region. A preview shows a child as created if its name is not known yet.
 */
export const adopting: pulumi.ResourceTransform = async ({ props, opts }) => {
  const { name, bucket } = props as { name?: pulumi.Input<string>; bucket?: pulumi.Input<string> };
  const id = await knownValueOf(pulumi.output(name ?? bucket));
  return { props, opts: id === undefined ? opts : { ...opts, import: id } };
};
