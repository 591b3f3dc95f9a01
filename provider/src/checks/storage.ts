import type { StorageArgs } from "../args/storage";
import { prefixProblem, suffixProblem } from "../generated/layout";
import { list, one, type ArgumentProblem, type ArgumentRule } from "./problem";
import * as beside from "./beside";
import * as values from "./values";

/** One rule per argument about bucket and tables; the type makes the compiler complain about a missing one. */
export const STORAGE_RULES: Record<keyof StorageArgs, ArgumentRule> = {
  bucketName: one(values.bucketNameProblem),
  catalogTableName: one(values.tableNameProblem),
  registryTableName: one(values.tableNameProblem),
  prefix: one(prefixProblem),
  suffix: one(suffixProblem),
  existingBucket: one(values.switchProblem),
  existingTables: one(values.switchProblem),
  tags: values.tagProblems,
  kmsKeyArn: one(values.kmsKeyProblem),
  tableKmsKeyArn: one(values.kmsKeyProblem),
  events: one(values.switchProblem),
  logs: beside.logsProblems,
  objectLock: beside.objectLockProblems,
  oldVersions: beside.oldVersionsProblems,
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

/** Returns the conflicts between the arguments about bucket and tables. */
export function storageProblems(args: Readonly<Record<string, unknown>>): ArgumentProblem[] {
  const problems: ArgumentProblem[] = [];
  const { catalogTableName, registryTableName } = args;
  if (typeof catalogTableName === "string" && catalogTableName === registryTableName) {
    problems.push({ propertyPath: "registryTableName", reason: "the catalog table has this name already; choose a different name" });
  }
  if (args["existingBucket"] === true && args["forceDestroy"] === true) {
    problems.push({ propertyPath: "forceDestroy", reason: "the component never deletes an existing bucket; remove this" });
  }
  return [...problems, ...beside.conflicts(args)];
}
