/** What the steps of one migration share. */
import { createHash } from "node:crypto";
import { LobError } from "../errors.js";
import { s3Uri } from "../layout.js";
import type { Progress } from "../progress.js";
import type { Surroundings } from "../registry/environment.js";
import { transact, type Transacted } from "../registry/transact.js";
import { download } from "../transfer/download.js";
import type { Bucket, ObjectHead } from "../transfer/object.js";
import type { Aws, Lob } from "../types.js";
import { findingOf, type Finding } from "./findings.js";
import type { MigrateOptions } from "./options.js";
import type { PlanContext } from "./plan.js";
import type { Source } from "./source.js";

export interface MigrationRun {
  /** Clients of the LOB's region. */
  readonly aws: Aws;
  readonly lob: Lob;
  readonly source: Source;
  readonly context: PlanContext;
  readonly options: MigrateOptions;
  readonly around: Pick<Surroundings, "sleep" | "random" | "now">;
  /** Bytes verified so far, and in all. */
  readonly verified: { done: number; total: number };
}

export const tell = (run: MigrationRun, message: string): void => run.options.onEvent?.(message);

export async function write(run: MigrationRun, items: Parameters<typeof transact>[1], doing: string): Promise<Transacted> {
  return transact(run.aws, items, doing, run.around, run.options.signal);
}

/** SHA-256 of an object's bytes, streamed; pinned to the ETag that was looked at. */
export async function sha256Of(run: MigrationRun, aws: Aws, bucket: Bucket, object: ObjectHead, item: string): Promise<string> {
  const { signal, onProgress, onEvent } = run.options;
  const hash = createHash("sha256");
  const options = { ...(signal && { signal }), ...(onEvent && { onRetry: onEvent }) };
  try {
    for await (const chunk of download(aws, bucket, object, options)) {
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

const ROUNDS = 50;

/** Goes on until `attempt` gives something; losing this often is no accident. */
export async function untilDone<T>(run: MigrationRun, doing: string, attempt: () => Promise<T | undefined>): Promise<T> {
  for (let round = 1; round <= ROUNDS; round++) {
    run.options.signal?.throwIfAborted();
    const result = await attempt();
    if (result !== undefined) return result;
    tell(run, `${doing}: the rows changed meanwhile; looking again`);
    await run.around.sleep(run.around.random() * Math.min(1000, 20 * round));
  }
  throw new LobError("LOB3007", `${doing} did not succeed in ${ROUNDS} rounds`, {
    hint: "Others publish this model all the time, or a row was changed by hand. Run the same command again: it goes on where it stands.",
  });
}

/** What is wrong with one version, alias or model is told, and the rest goes on; what is wrong with AWS or the whole ends it. */
export function isOfOneThing(error: unknown): error is LobError {
  if (!(error instanceof LobError)) return false;
  const { code, details } = error;
  return code.startsWith("LOB4") || code === "LOB3020" || code === "LOB3007" || (code === "LOB2003" && details[ONE_OBJECT] !== undefined);
}

export type Found = (finding: Finding) => void;

/** Work on one thing: what is wrong with it is found, and gives nothing. */
export async function asOneThing<T>(
  found: Found,
  about: Pick<Finding, "model" | "version" | "alias">,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isOfOneThing(error)) throw error;
    found(findingOf(error, about));
    return undefined;
  }
}
