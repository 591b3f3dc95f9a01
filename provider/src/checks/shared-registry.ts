import type { PythonWriter, SharedRegistryArgs, SharedRegistryReference } from "../args/shared-registry";
import { lobProblem, prefixProblem, suffixProblem } from "../generated/layout";
import { isObject, list, listOf, object, one, propertyProblems, type ArgumentProblem, type ArgumentRule } from "./problem";
import { STORAGE_RULES, storageProblems } from "./storage";
import * as values from "./values";

const PYTHON_WRITER: Record<keyof PythonWriter, ArgumentRule> = { lob: one(lobProblem), principals: list(values.principalProblem) };

const RULES: Record<keyof SharedRegistryArgs, ArgumentRule> = {
  ...STORAGE_RULES,
  pythonWriters: listOf((writer, path, all, index) => {
    const problems = object(PYTHON_WRITER, ["lob", "principals"])(writer, path);
    const lobOf = (one: unknown): unknown => (isObject(one) ? one["lob"] : undefined);
    const twice = typeof lobOf(writer) === "string" && all.findIndex((other) => lobOf(other) === lobOf(writer)) < index;
    return twice
      ? [...problems, { propertyPath: `${path}.lob`, reason: "this LOB is in the list already; put all its principals into one entry" }]
      : problems;
  }),
};

const REFERENCE: Record<keyof SharedRegistryReference, ArgumentRule> = {
  bucketName: one(values.bucketNameProblem),
  catalogTableName: one(values.tableNameProblem),
  registryTableName: one(values.tableNameProblem),
  accountId: one(values.accountProblem),
  region: one(values.regionProblem),
  prefix: one(prefixProblem),
  suffix: one(suffixProblem),
  kmsKeyArn: one(values.kmsKeyProblem),
  tableKmsKeyArn: one(values.kmsKeyProblem),
  pythonLobs: list(lobProblem),
};

/** Checks the reference to a shared registry. */
export const referenceProblems: ArgumentRule = object(REFERENCE, ["bucketName", "catalogTableName", "registryTableName"]);

/** Returns the problems of one argument. */
export function problemsOf(argument: string, value: unknown): ArgumentProblem[] {
  return propertyProblems(RULES, argument, value);
}

/** Returns all problems of the arguments, as far as they are known now. */
export function allProblems(_resourceName: string, args: Readonly<Record<string, unknown>>): ArgumentProblem[] {
  return [...Object.keys(args).flatMap((name) => problemsOf(name, args[name])), ...storageProblems(args)];
}
