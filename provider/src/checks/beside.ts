import type { Logs, ObjectLock, OldVersions } from "../args/beside";
import { isGiven, isObject, LATER, object, one, show, type ArgumentCheck, type ArgumentProblem, type ArgumentRule } from "./problem";
import * as values from "./values";

export const DATA_EVENTS = ["none", "writes", "all"] as const;
const LOCK_MODES = ["GOVERNANCE", "COMPLIANCE"] as const;
/** Storage classes that answer immediately: `lobreg pull` could not wait for a restore from the others. */
const STORAGE_CLASSES = ["INTELLIGENT_TIERING", "STANDARD_IA", "GLACIER_IR"] as const;
/** S3 moves nothing into this class earlier. */
const LEAST_DAYS: Readonly<Record<string, number>> = { STANDARD_IA: 30 };

function oneOf(allowed: readonly string[]): ArgumentCheck {
  return (value) =>
    typeof value === "string" && allowed.includes(value)
      ? undefined
      : `must be one of ${allowed.map((name) => JSON.stringify(name)).join(", ")}; got ${show(value)}`;
}

/** Refuses a value that is known only later, because it decides which resources exist. */
function known(rule: ArgumentRule): ArgumentRule {
  return (value, path) =>
    value === LATER ? [{ propertyPath: path, reason: "must be known when the program runs, not an output" }] : rule(value, path);
}

const LOGS: Record<keyof Logs, ArgumentRule> = {
  bucketName: one(values.bucketNameProblem),
  days: one(values.daysProblem(1)),
  access: known(one(values.switchProblem)),
  dataEvents: known(one(oneOf(DATA_EVENTS))),
};

export const logsProblems: ArgumentRule = known((value, path) => {
  const problems = object(LOGS, [])(value, path);
  if (!isObject(value)) return problems;
  if (value["access"] === false && [undefined, null, "none"].includes(value["dataEvents"] as undefined)) {
    problems.push({
      propertyPath: path,
      reason: "logs nothing, because access is false and dataEvents records no requests; remove logs, or turn one of them on",
    });
  }
  if (isGiven(value["days"]) && isGiven(value["bucketName"])) {
    problems.push({ propertyPath: `${path}.days`, reason: "an existing bucket keeps its own lifecycle; remove this, or bucketName" });
  }
  return problems;
});

const OBJECT_LOCK: Record<keyof ObjectLock, ArgumentRule> = { days: one(values.daysProblem(1)), mode: one(oneOf(LOCK_MODES)) };
export const objectLockProblems: ArgumentRule = object(OBJECT_LOCK, ["days"]);

const OLD_VERSIONS: Record<keyof OldVersions, ArgumentRule> = {
  storageClass: one(oneOf(STORAGE_CLASSES)),
  days: one(values.daysProblem(0)),
};
export const oldVersionsProblems: ArgumentRule = (value, path) => {
  const problems = object(OLD_VERSIONS, ["storageClass"])(value, path);
  if (!isObject(value) || problems.length > 0) return problems;
  const least = LEAST_DAYS[String(value["storageClass"])] ?? 0;
  const { days } = value;
  return typeof days === "number" && days < least
    ? [
        {
          propertyPath: `${path}.days`,
          reason: `S3 moves objects to ${String(value["storageClass"])} after ${String(least)} days or more; got ${String(days)}`,
        },
      ]
    : [];
};

/** Returns the conflicts with other arguments. */
export function conflicts(args: Readonly<Record<string, unknown>>): ArgumentProblem[] {
  const { logs, bucketName } = args;
  return isObject(logs) && typeof logs["bucketName"] === "string" && logs["bucketName"] === bucketName
    ? [{ propertyPath: "logs.bucketName", reason: "is the bucket of the models, whose logs would log themselves; name another bucket" }]
    : [];
}
