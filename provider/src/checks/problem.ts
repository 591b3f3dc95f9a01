// How arguments are checked: over plain values, of whatever type they are, because not every program is type-checked.

/** One wrong argument: where it is, what is wrong with it, and the mend. */
export interface Problem {
  propertyPath: string;
  reason: string;
}

/** What is wrong with one value, or undefined when it is fine. */
export type Check = (value: unknown) => string | undefined;
/** The problems of one argument, below `path`. */
export type Rule = (value: unknown, path: string) => Problem[];

/** Stands for a value that is not known yet; checks pass it over. They run again when it is known. */
export const LATER = Symbol("later");

/** A value of its own. */
export function one(check: Check): Rule {
  return (value, path) => {
    const problem = value === LATER ? undefined : check(value);
    return problem === undefined ? [] : [{ propertyPath: path, reason: problem }];
  };
}

/** A list of values, none of them twice. */
export function list(check: Check): Rule {
  return listOf((value, path, all, index) => {
    const twice = value !== LATER && all.indexOf(value) < index ? `${show(value)} is in the list twice; leave one out` : undefined;
    return one((known) => check(known) ?? twice)(value, path);
  });
}

/** A list in which each item is checked beside the others. */
export function listOf(rule: (item: unknown, path: string, all: readonly unknown[], index: number) => Problem[]): Rule {
  return (value, path) => {
    if (value === LATER) return [];
    if (!Array.isArray(value)) return [{ propertyPath: path, reason: `this is a list; got ${show(value)}` }];
    return value.flatMap((item: unknown, index) => rule(item, `${path}[${String(index)}]`, value, index));
  };
}

/** An object with these properties and no others. Missing (undefined or null) is fine but for those that are required. */
export function object(rules: Readonly<Record<string, Rule>>, required: readonly string[]): Rule {
  return (value, path) => {
    if (value === LATER) return [];
    if (!isObject(value)) return [{ propertyPath: path, reason: `this has the properties ${namesOf(rules)}; got ${show(value)}` }];
    const missing = required.filter((name) => (value[name] ?? undefined) === undefined);
    return [
      ...missing.map((name) => ({ propertyPath: `${path}.${name}`, reason: "this must be given" })),
      ...Object.keys(value).flatMap((name) => propertyProblems(rules, name, value[name], `${path}.${name}`)),
    ];
  };
}

/** The problems of one property of an object. */
export function propertyProblems(rules: Readonly<Record<string, Rule>>, name: string, value: unknown, path = name): Problem[] {
  if (!Object.prototype.hasOwnProperty.call(rules, name)) {
    return [{ propertyPath: path, reason: `there is no such argument; there are: ${namesOf(rules)}` }];
  }
  return value === undefined || value === null ? [] : rules[name]!(value, path);
}

const namesOf = (rules: Readonly<Record<string, Rule>>): string => Object.keys(rules).join(", ");

/** Whether an argument was given: other languages give null for what was left out. */
export const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A copy without what was left out: other languages give null for it, at any depth. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const given = Object.entries(value).filter(([, part]) => part !== undefined && part !== null);
  return Object.fromEntries(given.map(([name, part]) => [name, withoutNulls(part)]));
}

/** A value as it was given, short and on one line; no more than its kind where it is not a plain one. */
export function show(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value.length > 100 ? `${JSON.stringify(value.slice(0, 100))}…` : JSON.stringify(value);
    case "number":
    case "boolean":
      return String(value);
    default:
      return Array.isArray(value) ? "a list" : value === null ? "null" : `a value of type ${typeof value}`;
  }
}
