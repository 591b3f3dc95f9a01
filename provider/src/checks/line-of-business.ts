import type { LineOfBusinessArgs } from "../args/line-of-business";
import type { StorageArgs } from "../args/storage";
import { aliasProblem, lobProblem } from "../generated/layout";
import { isGiven, list, one, propertyProblems, type Problem, type Rule } from "./problem";
import {
  boundaryProblem,
  oidcProviderProblem,
  promoterProblems,
  publisherProblems,
  readerProblems,
  rolePathProblem,
  sameRoleProblems,
} from "./roles";
import { referenceProblems } from "./shared-registry";
import { STORAGE_RULES, storageProblems } from "./storage";
import * as values from "./values";

/** One rule for each argument; the type sees to it that none is forgotten. */
const RULES: Record<keyof LineOfBusinessArgs, Rule> = {
  lob: one(lobProblem),
  description: one(values.textProblem(1000)),
  owner: one(values.textProblem(256)),
  ...STORAGE_RULES,
  sharedRegistry: referenceProblems,
  publishers: publisherProblems,
  promoters: promoterProblems,
  readers: readerProblems,
  protectedAliases: list(aliasProblem),
  githubOidcProviderArn: one(oidcProviderProblem),
  createGithubOidcProvider: one(values.switchProblem),
  permissionsBoundary: one(boundaryProblem),
  rolePath: one(rolePathProblem),
  maxSessionDuration: one(values.wholeNumberProblem("a whole number of seconds", 3600, 43_200)),
  pythonWriters: one(values.switchProblem),
};

/** What a LOB in a shared registry can still be told of the arguments about bucket and tables. */
const NOT_SHARED: readonly (keyof StorageArgs)[] = (Object.keys(STORAGE_RULES) as (keyof StorageArgs)[]).filter(
  (name) => name !== "tags" && name !== "protect",
);

/** The problems of one argument. Missing (undefined or null) is fine: everything has a default. */
export function problemsOf(argument: keyof LineOfBusinessArgs, value: unknown): Problem[] {
  return propertyProblems(RULES, argument, value);
}

/** All that is wrong with the arguments, as far as they are known now. */
export function allProblems(resourceName: string, args: Readonly<Record<string, unknown>>): Problem[] {
  const problems = Object.keys(args).flatMap((name) => propertyProblems(RULES, name, args[name]));
  if (!isGiven(args["lob"])) {
    const problem = lobProblem(resourceName);
    if (problem)
      problems.push({ propertyPath: "lob", reason: `the resource's name is the LOB's name when lob is left out, and ${problem}; set lob` });
  }
  problems.push(...storageProblems(args), ...sameRoleProblems(args, isGiven(args["lob"]) ? args["lob"] : resourceName));
  if (isGiven(args["sharedRegistry"])) {
    const reason = "the shared registry decides this for all its LOBs; give it there, or leave sharedRegistry out";
    for (const name of [...NOT_SHARED, "pythonWriters"]) if (isGiven(args[name])) problems.push({ propertyPath: name, reason });
  }
  if (args["createGithubOidcProvider"] === true && isGiven(args["githubOidcProviderArn"])) {
    problems.push({ propertyPath: "githubOidcProviderArn", reason: "createGithubOidcProvider makes one; give one of the two" });
  }
  return problems;
}
