import { nearest } from "./nearest";

// Checks of arguments. They take plain values of any type, because not every program is type-checked.

/** One wrong argument: its path, what is wrong with it, and how to fix it. */
export interface ArgumentProblem {
  propertyPath: string;
  reason: string;
}

/** Returns what is wrong with one value, or undefined. */
export type ArgumentCheck = (value: unknown) => string | undefined;
/** Returns the problems of one argument, with property paths that begin with `path`. */
export type ArgumentRule = (value: unknown, path: string) => ArgumentProblem[];

/** Stands for a value that is not known yet. Checks skip it, and run again when it is known. */
export const LATER = Symbol("later");

/** Checks a single value. */
export function one(check: ArgumentCheck): ArgumentRule {
  return (value, path) => {
    const problem = value === LATER ? undefined : check(value);
    return problem === undefined ? [] : [{ propertyPath: path, reason: problem }];
  };
}

/** Checks each value of a list, and that no value is in the list twice. */
export function list(check: ArgumentCheck): ArgumentRule {
  return listOf((value, path, all, index) => {
    const twice = value !== LATER && all.indexOf(value) < index ? `${show(value)} is in the list twice; remove one` : undefined;
    return one((known) => check(known) ?? twice)(value, path);
  });
}

/** Checks each item of a list together with the others. */
export function listOf(rule: (item: unknown, path: string, all: readonly unknown[], index: number) => ArgumentProblem[]): ArgumentRule {
  return (value, path) => {
    if (value === LATER) return [];
    if (!Array.isArray(value)) return [{ propertyPath: path, reason: `must be a list; got ${show(value)}` }];
    return value.flatMap((item: unknown, index) => rule(item, `${path}[${String(index)}]`, value, index));
  };
}

/** Checks an object with these properties and no others. All but the required ones may be missing (undefined or null). */
export function object(rules: Readonly<Record<string, ArgumentRule>>, required: readonly string[]): ArgumentRule {
  return (value, path) => {
    if (value === LATER) return [];
    if (!isObject(value))
      return [{ propertyPath: path, reason: `must be an object with the properties ${namesOf(rules)}; got ${show(value)}` }];
    const missing = required.filter((name) => (value[name] ?? undefined) === undefined);
    return [
      ...missing.map((name) => ({ propertyPath: `${path}.${name}`, reason: "is required" })),
      ...Object.keys(value).flatMap((name) => propertyProblems(rules, name, value[name], `${path}.${name}`)),
    ];
  };
}

/** Returns the problems of one property of an object. */
export function propertyProblems(
  rules: Readonly<Record<string, ArgumentRule>>,
  name: string,
  value: unknown,
  path = name,
): ArgumentProblem[] {
  if (!Object.prototype.hasOwnProperty.call(rules, name)) {
    const meant = nearest(name, Object.keys(rules));
    const hint = meant === undefined ? `the arguments are: ${namesOf(rules)}` : `did you mean ${meant}?`;
    return [{ propertyPath: path, reason: `no such argument; ${hint}` }];
  }
  return value === undefined || value === null ? [] : rules[name]!(value, path);
}

const namesOf = (rules: Readonly<Record<string, ArgumentRule>>): string => Object.keys(rules).join(", ");

/** Whether an argument was given. Other languages pass null for a missing one. */
export const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns a copy without missing values: other languages pass null for them, at any depth. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const given = Object.entries(value).filter(([, part]) => part !== undefined && part !== null);
  return Object.fromEntries(given.map(([name, part]) => [name, withoutNulls(part)]));
}

/** Formats a value for a message, short and on one line; only its type if it is not a string, number or boolean. */
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
