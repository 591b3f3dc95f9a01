import type * as pulumi from "@pulumi/pulumi";
import type { Gate } from "./gate";
import { knownValueOf, orRefuse } from "./outputs";

/** Context for looking up a bucket or a table that exists already. */
export interface Lookups {
  gate: Gate;
  /** Returns the error for an argument. */
  refuse: (propertyPath: string, reason: string) => Error;
}

/** Bucket or table to look up, for messages. */
interface Wanted {
  /** Argument with its name. */
  argument: string;
  what: string;
  /** Argument without which the component creates it. */
  otherwise: string;
}

const MISSING = /couldn't find resource|not ?found|empty result|NoSuchBucket/i;

/** Returns the result of a lookup, which refuses the arguments if there is nothing of this name. */
export function lookup<T>(
  looked: pulumi.Output<T>,
  name: pulumi.Output<string>,
  { gate, refuse }: Lookups,
  wanted: Wanted,
): pulumi.Output<T> {
  const { argument, what, otherwise } = wanted;
  const found = orRefuse(looked, name, async ({ message }) => {
    const text = JSON.stringify(await knownValueOf(name));
    // The provider puts the calls that led to an error before it, each on a line.
    const reason = MISSING.test(message)
      ? `the ${what} ${text} does not exist in this account and region; correct the name, or remove ${otherwise} to create it`
      : `the ${what} ${text} cannot be read: ${message.trim().replace(/^.*\n\s*(\* )?/s, "")}`;
    return refuse(argument, reason);
  });
  gate.require(knownValueOf(found));
  return found;
}
