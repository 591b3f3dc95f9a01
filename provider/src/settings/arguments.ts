import * as pulumi from "@pulumi/pulumi";
import { LATER, type ArgumentProblem } from "../checks/problem";
import { wrongArguments } from "../checks/wrong-arguments";
import { knownValueOf } from "../outputs";

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

/** Arguments without a problem so far. */
export interface CheckedArguments<Args> {
  given: GivenArguments<Args>;
  /** Rejects if an argument turns out to be wrong when it is known. */
  checked: Promise<unknown>;
}

/**
 * Checks the arguments. A value that is known only later is checked then, before any resource that uses it is created; a value that a preview
 * does not know stays unknown.
 *
 * @throws InputPropertiesError listing everything wrong with the values that are known now
 */
export function checkedArguments<Args extends object>(checks: ArgumentChecks, resourceName: string, args: Args): CheckedArguments<Args> {
  const { known, problems } = knownParts(checks.plain, args);
  problems.push(...checks.allProblems(resourceName, known));
  if (problems.length > 0) throw wrongArguments(checks.component, resourceName, problems);

  const outputs = new Map<string, pulumi.Output<unknown>>();
  for (const [name, value] of Object.entries(args) as [string, unknown][]) {
    if (value === undefined || value === null) continue;
    const checked = pulumi.output(value).apply((found) => {
      const late = checks.problemsOf(name, found);
      if (late.length > 0) throw wrongArguments(checks.component, resourceName, late);
      return found;
    });
    outputs.set(name, checked);
  }
  return {
    given: (name) => outputs.get(name) as pulumi.Output<ArgumentValue<Args, typeof name>> | undefined,
    checked: Promise.all([...outputs.values()].map(knownValueOf)),
  };
}

export const or = <T>(value: pulumi.Output<T> | undefined, otherwise: T): pulumi.Output<T> =>
  value ?? (pulumi.output(otherwise) as pulumi.Output<T>);

/**
 * Returns a copy in which {@link LATER} stands for each value that is known only later, and a problem for each such value that must be known
 * now.
 */
function knownParts(plain: readonly string[], args: object): { known: Record<string, unknown>; problems: ArgumentProblem[] } {
  const known: Record<string, unknown> = {};
  const problems: ArgumentProblem[] = [];
  for (const [name, value] of Object.entries(args) as [string, unknown][]) {
    if (!plain.includes(name)) known[name] = knownPart(value);
    else if (knownPart(value) === LATER)
      problems.push({ propertyPath: name, reason: "must be known when the program runs; got an output" });
    else known[name] = value;
  }
  return { known, problems };
}

function knownPart(value: unknown): unknown {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return LATER;
  if (Array.isArray(value)) return value.map(knownPart);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, knownPart(part)]));
}
