/** What the steps of one migration share. */
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
  /** Bytes verified so far, and in all. */
  readonly verified: { done: number; total: number };
}

/** SHA-256 of an object's bytes, streamed; pinned to the ETag that was looked at. */
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
    hint: "Restore it (`aws s3api restore-object`), and migrate again.",
    cause,
    details: { uri },
  });

/** Access to one object is refused: its policy or its KMS key may differ from those of the others. */
const deniedOne = (uri: string, cause: LobError): LobError =>
  new LobError("LOB2003", cause.message, {
    ...(cause.hint !== undefined && { hint: cause.hint }),
    cause,
    details: { ...cause.details, [ONE_OBJECT]: uri },
  });

/** Detail of an error that concerns this object alone. */
const ONE_OBJECT = "object";

/** What is wrong with one version, alias or model is told, and the rest goes on; what is wrong with AWS or the whole ends it. */
export function isOfOneThing(error: unknown): error is LobError {
  if (!(error instanceof LobError)) return false;
  const { code, details } = error;
  return code.startsWith("LOB4") || code === "LOB3020" || code === "LOB3007" || (code === "LOB2003" && details[ONE_OBJECT] !== undefined);
}

export type OnIssue = (issue: MigrationIssue) => void;

/** Work on one thing: what is wrong with it is found, and gives nothing. */
export async function asOneThing<T>(
  found: OnIssue,
  about: Pick<MigrationIssue, "model" | "version" | "alias">,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isOfOneThing(error)) throw error;
    found(issueOf(error, about));
    return undefined;
  }
}
