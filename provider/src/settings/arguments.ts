import * as pulumi from "@pulumi/pulumi";
import { LATER, type ArgumentProblem } from "../checks/problem";
import { wrongArguments } from "../checks/wrong-arguments";

/** Checks of one component's arguments. */
export interface ArgumentChecks {
  /** Name of the component, for messages. */
  component: string;
  /** Names of the arguments whose value must be known while the program runs. */
  plain: readonly string[];
  problemsOf(argument: string, value: unknown): ArgumentProblem[];
  allProblems(resourceName: string, args: Readonly<Record<string, unknown>>): ArgumentProblem[];
}

/** Value of an argument once it is known. */
export type ArgumentValue<Args, Name extends keyof Args> = pulumi.Unwrap<NonNullable<Args[Name]>>;

/** Returns an argument, checked again once it is known, or undefined if it is missing. */
export type GivenArguments<Args> = <Name extends keyof Args & string>(name: Name) => pulumi.Output<ArgumentValue<Args, Name>> | undefined;

/**
 * Checks the arguments. A value that is known only later is checked then, before any resource that uses it is created; a value that a preview
 * does not know stays unknown.
 *
 * @throws InputPropertiesError listing everything wrong with the values that are known now
 */
export function checkedArguments<Args extends object>(checks: ArgumentChecks, resourceName: string, args: Args): GivenArguments<Args> {
  const problems = checks.allProblems(resourceName, knownParts(checks.plain, args));
  if (problems.length > 0) throw wrongArguments(checks.component, resourceName, problems);

  return <Name extends keyof Args & string>(name: Name) => {
    const value = args[name] ?? undefined;
    if (value === undefined) return undefined;
    return pulumi.output(value as unknown as pulumi.Input<ArgumentValue<Args, Name>>).apply((known) => {
      const late = checks.problemsOf(name, known);
      if (late.length > 0) throw wrongArguments(checks.component, resourceName, late);
      return known;
    }) as pulumi.Output<ArgumentValue<Args, Name>>;
  };
}

export const or = <T>(value: pulumi.Output<T> | undefined, otherwise: T): pulumi.Output<T> =>
  value ?? (pulumi.output(otherwise) as pulumi.Output<T>);

/** Returns a copy in which {@link LATER} stands for each value that is known only later. */
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
