import * as pulumi from "@pulumi/pulumi";

/** Members of an output that Pulumi does not declare. All promises of a failed output reject. */
interface OutputPromises<T> {
  promise: () => Promise<T>;
  isKnown: Promise<boolean>;
  isSecret: Promise<boolean>;
  allResources: () => Promise<unknown>;
}

/** Returns the value of an output, or undefined if a preview does not know it: `apply` would never be called. */
export async function knownValueOf<T>(output: pulumi.Output<T>): Promise<T | undefined> {
  const { isKnown, promise } = output as unknown as OutputPromises<T>;
  return (await isKnown) ? promise() : undefined;
}

/**
 * Replaces the error of a failed lookup.
 *
 * @param from argument of the lookup, on whose resources the result depends
 * @param refuse returns the new error
 */
export function orRefuse<T>(
  lookup: pulumi.Output<T>,
  from: pulumi.Output<unknown>,
  refuse: (error: Error) => Promise<Error>,
): pulumi.Output<T> {
  const { isKnown, promise, isSecret, allResources } = lookup as unknown as OutputPromises<T>;
  // Otherwise Node reports the promises that reject with the original error.
  void Promise.allSettled([promise(), isSecret, allResources()]);
  const value = isKnown.then(
    (known) => (known ? promise() : (pulumi.unknown as T)),
    async (error: unknown): Promise<never> => {
      throw await refuse(error as Error);
    },
  );
  return pulumi.all([value, from]).apply(([found]) => found as T);
}
