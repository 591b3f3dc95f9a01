/** Context and helpers for the steps of one migration. */
import { createHash } from "node:crypto";
import { LobError } from "../errors.js";
import { s3Uri } from "../layout.js";
import type { Progress } from "../progress.js";
import { download } from "../transfer/download.js";
import type { Bucket, ObjectHead } from "../transfer/object.js";
import type { Aws } from "../types.js";
import { issueOf, type MigrationIssue } from "./issues.js";
import type { MigrateOptions } from "./options.js";
import type { PlanContext } from "./plan.js";
import type { MigrationOrigin } from "./source.js";
import { log } from "../registry/context.js";
import type { RegistryContext } from "../registry/context.js";

export interface MigrationRun extends RegistryContext {
  readonly source: MigrationOrigin;
  readonly context: PlanContext;
  readonly options: MigrateOptions;
  /** Bytes verified so far, and total bytes to verify. */
  readonly verified: { done: number; total: number };
}

/** Streams an object, pinned to its ETag, and returns its SHA-256. @throws LobError LOB4024 (archived), LOB4001 (changed), LOB2xxx (AWS) */
export async function sha256Of(run: MigrationRun, aws: Aws, bucket: Bucket, object: ObjectHead, item: string): Promise<string> {
  const { signal, onProgress } = run.options;
  const hash = createHash("sha256");
  const onRetry = (message: string): void => log(run, "migrate", message);
  try {
    for await (const chunk of download(aws, bucket, object, { signal, onRetry, environment: run.environment })) {
      hash.update(chunk);
      run.verified.done += chunk.length;
      const { done, total } = run.verified;
      const progress: Progress = { phase: "verify", done, total: Math.max(done, total), item };
      onProgress?.(progress);
    }
  } catch (error) {
    const uri = s3Uri(bucket.bucket, object.key);
    if (error instanceof LobError && error.code === "LOB2003") throw deniedOne(uri, error);
    throw isArchived(error) ? archived(uri, error) : error;
  }
  return hash.digest("hex");
}

const isArchived = (error: unknown): boolean => error instanceof LobError && error.details["awsError"] === "InvalidObjectState";

const archived = (uri: string, cause: unknown): LobError =>
  new LobError("LOB4024", `${uri} is archived in Glacier and cannot be read`, {
    hint: "Restore the object (`aws s3api restore-object`), and migrate again.",
    cause,
    details: { uri },
  });

/** Marks a denied access to one object. Its permissions or its KMS key may differ from those of other objects. */
const deniedOne = (uri: string, cause: LobError): LobError =>
  new LobError("LOB2003", cause.message, {
    hint: cause.hint,
    cause,
    details: { ...cause.details, [ONE_OBJECT]: uri },
  });

/** Name of the detail that marks an error as concerning only one object. */
const ONE_OBJECT = "object";

/** Whether an error concerns one version, alias or model, so that it is reported as an issue. Other errors stop the migration. */
export function isReportable(error: unknown): error is LobError {
  if (!(error instanceof LobError)) return false;
  const { code, details } = error;
  return code.startsWith("LOB4") || code === "LOB3020" || code === "LOB3007" || (code === "LOB2003" && details[ONE_OBJECT] !== undefined);
}

export type OnIssue = (issue: MigrationIssue) => void;

/** Works on one version, alias or model, and reports its errors as issues. @returns undefined after an issue */
export async function reportIssues<T>(
  onIssue: OnIssue,
  about: Pick<MigrationIssue, "model" | "version" | "alias">,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isReportable(error)) throw error;
    onIssue(issueOf(error, about));
    return undefined;
  }
}
