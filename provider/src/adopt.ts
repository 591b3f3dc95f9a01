import * as pulumi from "@pulumi/pulumi";

/**
 * Imports a child from AWS instead of creating it, then changes whatever differs from the program. The bucket and its settings are found by
 * the bucket's name, a table by its own name. This is a transform because the option `import` takes no output, and the names need the account
 * and the region. A preview shows a child as created if its name is not known yet.
 */
export const adopting: pulumi.ResourceTransform = async ({ props, opts }) => {
  const { name, bucket } = props as { name?: pulumi.Input<string>; bucket?: pulumi.Input<string> };
  const id = await valueOf(pulumi.output(name ?? bucket));
  return { props, opts: id === undefined ? opts : { ...opts, import: id } };
};

/** Returns the value of an output, or undefined if it is not known: `apply` would never be called. */
async function valueOf(output: pulumi.Output<string | undefined>): Promise<string | undefined> {
  const { isKnown } = output as unknown as { isKnown: Promise<boolean> };
  if (!(await isKnown)) return undefined;
  return new Promise((resolve) => output.apply(resolve));
}
