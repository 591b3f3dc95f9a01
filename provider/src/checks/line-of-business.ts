import type { LineOfBusinessArgs } from "../args/line-of-business";
import type { StorageArgs } from "../args/storage";
import { aliasProblem, bucketLobProblem, lobProblem } from "../generated/layout";
import { isGiven, list, one, propertyProblems, type ArgumentProblem, type ArgumentRule } from "./problem";
import {
  boundaryProblem,
  oidcProviderProblem,
  promoterProblems,
  publisherProblems,
  readerProblems,
  rolePathProblem,
  trustSizeProblems,
  roleNameProblems,
} from "./roles";
import { LIMITS } from "../policies/document";
import { referenceProblems } from "./shared-registry";
import { STORAGE_RULES, storageProblems } from "./storage";
import * as values from "./values";

/** One rule per argument; the type makes the compiler complain about a missing one. */
const RULES: Record<keyof LineOfBusinessArgs, ArgumentRule> = {
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
  trustPolicyLimit: one(values.wholeNumberProblem("a whole number of characters", LIMITS.trust, LIMITS.trustAtMost)),
  pythonWriters: one(values.switchProblem),
};

/** Arguments about bucket and tables that a LOB in a shared registry does not take. */
const NOT_SHARED: readonly (keyof StorageArgs)[] = (Object.keys(STORAGE_RULES) as (keyof StorageArgs)[]).filter(
  (name) => name !== "tags" && name !== "protect",
);

/** Returns the problems of one argument. A missing value (undefined or null) is fine, because every argument has a default. */
export function problemsOf(argument: keyof LineOfBusinessArgs, value: unknown): ArgumentProblem[] {
  return propertyProblems(RULES, argument, value);
}

/** Returns all problems of the arguments, as far as they are known now. */
export function allProblems(resourceName: string, args: Readonly<Record<string, unknown>>): ArgumentProblem[] {
  const problems = Object.keys(args).flatMap((name) => propertyProblems(RULES, name, args[name]));
  if (!isGiven(args["lob"])) {
    const problem = lobProblem(resourceName);
    if (problem)
      problems.push({ propertyPath: "lob", reason: `lob is not set, so the resource's name is the LOB's name, but ${problem}; set lob` });
  }
  const lob = isGiven(args["lob"]) ? args["lob"] : resourceName;
  if (typeof lob === "string" && !lobProblem(lob) && !isGiven(args["bucketName"]) && !isGiven(args["sharedRegistry"])) {
    const problem = bucketLobProblem(lob);
    if (problem) problems.push({ propertyPath: "lob", reason: `${problem}; set bucketName or sharedRegistry, or choose a shorter name` });
  }
  problems.push(...storageProblems(args), ...roleNameProblems(args, lob));
  if (isGiven(args["sharedRegistry"])) {
    const reason = "the shared registry decides this for all its LOBs; set it there, or remove sharedRegistry";
    for (const name of [...NOT_SHARED, "pythonWriters"]) if (isGiven(args[name])) problems.push({ propertyPath: name, reason });
  }
  if (args["createGithubOidcProvider"] === true && isGiven(args["githubOidcProviderArn"])) {
    problems.push({
      propertyPath: "githubOidcProviderArn",
      reason: "createGithubOidcProvider creates a provider; set only one of the two",
    });
  }
  problems.push(...trustSizeProblems(args, problems));
  return problems;
}
