/**
 * How an action declares its inputs: each once, with its default and with how its text becomes a value. The names and types of the values
 * follow from the declaration, and a test checks action.yml against it.
 */
import { getInput } from "@actions/core";
import type { ProblemList } from "./problem.js";
import { inputName, linesOf, quote } from "./reading.js";

export interface InputSpec<Value> {
  /** As in action.yml; undefined without a default. */
  readonly default?: string;
  readonly required?: true;
  /** The value of the trimmed text, which is empty if the workflow does not set the input. Adds what is wrong to the problems. */
  parse(text: string, name: string, problems: ProblemList): Value;
}

type InputSpecs = Readonly<Record<string, InputSpec<unknown>>>;

/** `dry-run` as `dryRun`. */
type CamelCase<Name> = Name extends `${infer First}-${infer Rest}` ? `${First}${Capitalize<CamelCase<Rest>>}` : Name;

/** The texts of the inputs by their names. */
export type RawInputs<Specs extends InputSpecs> = Readonly<Record<keyof Specs & string, string>>;

/** The values of the inputs by their names in camel case. */
export type InputValues<Specs extends InputSpecs> = {
  readonly [Name in keyof Specs as CamelCase<Name>]: Specs[Name] extends InputSpec<infer Value> ? Value : never;
};

/** Reads the texts from the runner. */
export function rawInputs<Specs extends InputSpecs>(specs: Specs): RawInputs<Specs> {
  return Object.fromEntries(Object.keys(specs).map((name) => [name, getInput(name)])) as RawInputs<Specs>;
}

export function parseInputs<Specs extends InputSpecs>(specs: Specs, raw: RawInputs<Specs>, problems: ProblemList): InputValues<Specs> {
  const texts: Readonly<Record<string, string>> = raw;
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [camelCase(name), spec.parse(texts[name] ?? "", name, problems)]),
  ) as InputValues<Specs>;
}

const camelCase = (name: string): string => name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The text, or an empty one. */
export const text = (): InputSpec<string> => ({ parse: (given) => given });

/** The text, or undefined if it is empty. */
export const optionalText = (): InputSpec<string | undefined> => ({ parse: (given) => given || undefined });

/** Text that must pass a check; undefined if it is empty. @param hint what to write instead */
export const checked = (isValid: (text: string) => boolean, hint: string): InputSpec<string | undefined> => ({
  parse(given, name, problems) {
    if (given === "") return undefined;
    if (!isValid(given)) problems.add("LOB1002", `${inputName(name)} is ${quote(given)}`, hint);
    return given;
  },
});

export const matching = (pattern: RegExp, hint: string): InputSpec<string | undefined> => checked((given) => pattern.test(given), hint);

/** A whole number above 0. */
export const wholeNumber = (hint: string): InputSpec<number | undefined> => ({
  parse(given, name, problems) {
    const digits = matching(/^[1-9]\d{0,9}$/, hint).parse(given, name, problems);
    return digits === undefined ? undefined : Number(digits);
  },
});

/** Required text. @param hint where to get it */
export const requiredText = (hint: string): InputSpec<string> => ({
  required: true,
  parse(given, name, problems) {
    if (given === "") problems.add("LOB1002", `${inputName(name)} is missing`, hint);
    return given;
  },
});

export const flag = (byDefault = false): InputSpec<boolean> => ({
  default: String(byDefault),
  parse(given, name, problems) {
    const value = given.toLowerCase();
    if (!["", "true", "false"].includes(value)) problems.add("LOB1002", `${inputName(name)} is ${quote(given)}`, "Write true or false.");
    return value === "" ? byDefault : value === "true";
  },
});

/** One of several words; the first is the default. */
export const choice = <const Words extends readonly [string, ...string[]]>(...words: Words): InputSpec<Words[number]> => ({
  default: words[0],
  parse(given, name, problems) {
    const word = words.find((each) => each === (given || words[0]));
    if (word === undefined) problems.add("LOB1002", `${inputName(name)} is ${quote(given)}`, `Write ${words.join(" or ")}.`);
    return word ?? words[0];
  },
});

/** A list with one entry per line, without empty lines and comments. */
export const lines = (): InputSpec<readonly string[]> => ({ parse: (given) => linesOf(given) });

/** Text that a function parses; undefined if it is empty or wrong. @param read throws a LobError, which becomes a problem */
export const parsed = <Value>(read: (text: string, name: string) => Value): InputSpec<Value | undefined> => ({
  parse: (given, name, problems) => (given === "" ? undefined : problems.attempt(() => read(given, inputName(name)))),
});

/** A list that a function parses; undefined if it has no entries or is wrong. */
export const parsedLines = <Value>(read: (lines: readonly string[], name: string) => Value): InputSpec<Value | undefined> => ({
  parse(given, name, problems) {
    const list = linesOf(given);
    return list.length === 0 ? undefined : problems.attempt(() => read(list, inputName(name)));
  },
});

/** A token for GitHub's API: the job's own unless the workflow sets another one. */
export const token = (): InputSpec<string> => ({ ...text(), default: "${{ github.token }}" });

/** A token without which the action cannot run. */
export const requiredToken = (): InputSpec<string> => ({
  ...token(),
  parse(given, name, problems) {
    if (given === "")
      problems.add("LOB1002", `${inputName(name)} is empty`, "Remove it: the default is the job's own token, ${{ github.token }}.");
    return given;
  },
});
