import * as pulumi from "@pulumi/pulumi";

/**
 * Takes a child up from AWS instead of making it: the engine imports what has its name there, and changes it where the program says so. Bucket
 * and settings go by the bucket's name, a table by its own. As a transform, because the option `import` takes no output, and the names need the
 * account and the region. A name that a preview does not know is shown as one that is made.
 */
export const adopting: pulumi.ResourceTransform = async ({ props, opts }) => {
  const { name, bucket } = props as { name?: pulumi.Input<string>; bucket?: pulumi.Input<string> };
  const id = await valueOf(pulumi.output(name ?? bucket));
  return { props, opts: id === undefined ? opts : { ...opts, import: id } };
};

/** The value of an output; undefined when it is not known, for which `apply` waits for ever. */
async function valueOf(output: pulumi.Output<string | undefined>): Promise<string | undefined> {
  const { isKnown } = output as unknown as { isKnown: Promise<boolean> };
  if (!(await isKnown)) return undefined;
  return new Promise((resolve) => output.apply(resolve));
}
