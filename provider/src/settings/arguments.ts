import * as pulumi from "@pulumi/pulumi";
import { LATER, type Problem } from "../checks/problem";
import { wrongArguments } from "../checks/wrong-arguments";

/** How the arguments of one component are checked. */
export interface Checks {
  /** Name of the component, for messages. */
  component: string;
  /** Names of the arguments whose value must be known while the program runs. */
  plain: readonly string[];
  problemsOf(argument: string, value: unknown): Problem[];
  allProblems(resourceName: string, args: Readonly<Record<string, unknown>>): Problem[];
}

/** The value of an argument when it is known. */
export type Value<Args, Name extends keyof Args> = pulumi.Unwrap<NonNullable<Args[Name]>>;

/** Gives an argument, checked again once it is known; undefined when it was left out. */
export type Given<Args> = <Name extends keyof Args & string>(name: Name) => pulumi.Output<Value<Args, Name>> | undefined;

/**
 * Checks the arguments. Throws one error with everything that is wrong with what is known now. A value that is known only later is checked
 * then, before anything that uses it is made; one that a preview does not know stays unknown.
 */
export function checkedArguments<Args extends object>(checks: Checks, resourceName: string, args: Args): Given<Args> {
  const problems = checks.allProblems(resourceName, knownParts(checks.plain, args));
  if (problems.length > 0) throw wrongArguments(checks.component, resourceName, problems);

  return <Name extends keyof Args & string>(name: Name) => {
    const value = args[name] ?? undefined;
    if (value === undefined) return undefined;
    return pulumi.output(value as unknown as pulumi.Input<Value<Args, Name>>).apply((known) => {
      const late = checks.problemsOf(name, known);
      if (late.length > 0) throw wrongArguments(checks.component, resourceName, late);
      return known;
    }) as pulumi.Output<Value<Args, Name>>;
  };
}

export const or = <T>(value: pulumi.Output<T> | undefined, otherwise: T): pulumi.Output<T> =>
  value ?? (pulumi.output(otherwise) as pulumi.Output<T>);

/** A copy in which everything that is known only later stands as {@link LATER}. */
function knownParts(plain: readonly string[], args: object): Record<string, unknown> {
  const known: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(args)) known[name] = plain.includes(name) ? value : knownPart(value);
  return known;
}

function knownPart(value: unknown): unknown {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return LATER;
  if (Array.isArray(value)) return value.map(knownPart);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, knownPart(part)]));
}
