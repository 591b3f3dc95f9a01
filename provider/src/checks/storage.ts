import type { StorageArgs } from "../args/storage";
import { prefixProblem, suffixProblem } from "../generated/layout";
import { list, one, type Problem, type Rule } from "./problem";
import * as values from "./values";

/** One rule for each argument about bucket and tables; the type sees to it that none is forgotten. */
export const STORAGE_RULES: Record<keyof StorageArgs, Rule> = {
  bucketName: one(values.bucketNameProblem),
  catalogTableName: one(values.tableNameProblem),
  registryTableName: one(values.tableNameProblem),
  prefix: one(prefixProblem),
  suffix: one(suffixProblem),
  existingBucket: one(values.switchProblem),
  existingTables: one(values.switchProblem),
  tags: values.tagProblems,
  kmsKeyArn: one(values.kmsKeyProblem),
  retentionPrincipals: list(values.principalProblem),
  administrators: list(values.principalProblem),
  bucketPolicyStatements: list(values.statementProblem),
  stagingDays: one(values.daysProblem(1)),
  incompleteUploadDays: one(values.daysProblem(1)),
  noncurrentLatestDays: one(values.daysProblem(1)),
  noncurrentDays: one(values.daysProblem(0)),
  pointInTimeRecovery: one(values.switchProblem),
  deletionProtection: one(values.switchProblem),
  protect: one(values.switchProblem),
  retainOnDelete: one(values.switchProblem),
  adopt: one(values.switchProblem),
  forceDestroy: one(values.switchProblem),
};

/** What is wrong between the arguments about bucket and tables. */
export function storageProblems(args: Readonly<Record<string, unknown>>): Problem[] {
  const problems: Problem[] = [];
  const { catalogTableName, registryTableName } = args;
  if (typeof catalogTableName === "string" && catalogTableName === registryTableName) {
    problems.push({ propertyPath: "registryTableName", reason: "catalog and registry are two tables; give this one another name" });
  }
  if (args["existingBucket"] === true && args["forceDestroy"] === true) {
    problems.push({ propertyPath: "forceDestroy", reason: "a bucket that exists already is never deleted from here; leave this out" });
  }
  return problems;
}
