/** Aliases of one model: row and event in one transaction, then the objects that say the same. */
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { explainAwsError, isLostAnswer, nameOf, statusOf } from "../aws/explain.js";
import { LobError } from "../errors.js";
import { aliasKey, historyKey, s3Uri } from "../layout.js";
import { aliasFileText, eventText, sameTarget, targetWords, type AliasFile } from "../registry/alias-rows.js";
import { readAlias, readEvent, readVersion } from "../registry/store.js";
import { headObject } from "../transfer/object.js";
import type { Alias, AliasEvent, AliasTarget, Version } from "../types.js";
import { readAliasFile, saysSame } from "../aliases/file.js";
import { otherFileHint, pointsToNumbers, type AliasStep } from "./plan-aliases.js";
import type { ModelPlan } from "./plan.js";
import { asOneThing, type Found, type MigrationRun } from "./run.js";
import { log } from "../registry/context.js";
import { timestamp } from "../environment.js";
import { pointAlias, ALIAS_EVENT, ALIAS_ROW } from "../registry/alias-writes.js";
import { untilDone } from "../registry/rounds.js";
import { transact } from "../registry/transact.js";

/** Why the first move of a migrated alias was made. */
const REASON = "migrated from the Python library";
const FIRST = 1;

/** @returns the aliases that came along */
export async function migrateAliases(run: MigrationRun, { model, aliases }: ModelPlan, found: Found): Promise<string[]> {
  const migrated: string[] = [];
  for (const step of aliases) {
    run.options.signal?.throwIfAborted();
    const done = await asOneThing(found, { model, alias: step.alias }, () => migrateAlias(run, model, step));
    if (done === true) migrated.push(step.alias);
  }
  return migrated;
}

async function migrateAlias(run: MigrationRun, model: string, step: AliasStep): Promise<boolean> {
  const { file, alias } = step;
  if (file === undefined || (step.do !== "point" && step.do !== "file")) return false;
  // Before the row: one that is there and says something else must not be contradicted by it.
  await checkFile(run, model, file);
  if (!pointsToNumbers(file)) {
    await putFile(run, model, file, { at: timestamp(run.environment), revision: FIRST });
    return true;
  }
  const row = await point(run, model, alias, file);
  const event = await readEvent(run.aws, run.lob, model, alias, FIRST);
  if (event !== undefined) await putHistory(run, event);
  await putFile(run, model, file, { at: row.createdAt, revision: FIRST });
  log(run, "migrate", `${model}@${alias} points to ${targetWords(row)}`);
  return true;
}

/** The alias's row, made where there is none. @throws LobError LOB3020 when it points elsewhere */
async function point(
  run: MigrationRun,
  model: string,
  alias: string,
  { version, secondaryVersion, secondaryWeight }: AliasTarget,
): Promise<Alias> {
  const { aws, lob } = run;
  const secondary = secondaryVersion === undefined ? {} : { secondaryVersion, secondaryWeight: secondaryWeight ?? 0 };
  return untilDone(run, `pointing ${model}@${alias}`, async () => {
    const there = await readAlias(aws, lob, model, alias);
    if (there !== undefined) {
      if (sameTarget(there, { version, ...secondary })) return there;
      throw new LobError("LOB3020", `${model}@${alias} points to ${targetWords(there)} in the LOB since a moment ago, which stays`, {
        hint: "The alias of the LOB counts.",
      });
    }
    const now = timestamp(run.environment);
    const { actor } = run.options;
    const move = { lob: lob.lob, model, alias, revision: FIRST, ...secondary, ...(actor !== undefined && { actor }), reason: REASON };
    const row: Alias = { ...move, version, createdAt: now, updatedAt: now };
    const event: AliasEvent = { ...move, toVersion: version, at: now };
    const held = await Promise.all(
      [version, ...(secondaryVersion === undefined ? [] : [secondaryVersion])].map((n) => versionOf(run, model, alias, n)),
    );
    const result = await transact(run, pointAlias(lob, row, event, held), `pointing ${model}@${alias}`);
    if (result.outcome === "refused" && result.failed[ALIAS_EVENT] && !result.failed[ALIAS_ROW]) throw orphanedEvent(event);
    return result.outcome === "done" ? row : undefined;
  });
}

/** No run makes this come right: the row was deleted, and its history was not. */
const orphanedEvent = ({ model, alias, revision }: AliasEvent): LobError =>
  new LobError("LOB4004", `${model}@${alias} has the row of its move ${revision}, and no row of its own`, {
    hint: `Somebody deleted it past this program. \`lobreg doctor\` tells more.`,
  });

async function versionOf(run: MigrationRun, model: string, alias: string, n: number): Promise<Version> {
  const version = await readVersion(run.aws, run.lob, model, n);
  if (version?.status === "READY" || version?.status === "YANKED") return version;
  throw new LobError("LOB4001", `${model}@${alias} points to version ${n}, which was not migrated`, {
    hint: "See what was found about that version, and migrate again.",
  });
}

/** The event's object: written once, with the content of the event's row. */
async function putHistory(run: MigrationRun, event: AliasEvent): Promise<void> {
  const key = historyKey(run.lob, event.model, event.alias, event.revision);
  await putOnce(run, key, eventText(event));
}

/** The file that the Python library reads. One that is there must point to the same. */
async function putFile(run: MigrationRun, model: string, file: AliasFile, move: { at: string; revision: number }): Promise<void> {
  if (!(await putOnce(run, aliasKey(run.lob, model, file.alias), aliasFileText(run.lob, model, file, move))))
    await checkFile(run, model, file);
}

/** @throws LobError LOB3020 when there is a file, and it says something else */
async function checkFile({ lob, aws, context, options }: MigrationRun, model: string, file: AliasFile): Promise<void> {
  const key = aliasKey(lob, model, file.alias);
  const head = await headObject(aws, lob, key);
  if (head === undefined) return;
  const there = await readAliasFile(aws, lob, head, model, options.signal);
  if (saysSame(there, file)) return;
  const words = typeof there === "string" ? `cannot be understood (${there})` : `points to ${targetWords(there)}`;
  throw new LobError("LOB3020", `the file ${s3Uri(lob.bucket, key)} ${words}, and not to ${targetWords(file)}; it stays`, {
    hint: otherFileHint(context.inPlace),
  });
}

/** Creates a small object. @returns false when there is one already */
async function putOnce(run: MigrationRun, key: string, text: string): Promise<boolean> {
  const { aws, lob } = run;
  return untilDone(run, `writing ${key}`, async () => {
    try {
      await aws.s3.send(
        new PutObjectCommand({
          Bucket: lob.bucket,
          Key: key,
          Body: Buffer.from(text),
          ContentType: "application/json",
          IfNoneMatch: "*",
          ExpectedBucketOwner: lob.bucketOwner,
        }),
      );
      return true;
    } catch (error) {
      if (statusOf(error) === 412 || nameOf(error) === "PreconditionFailed") return false;
      if (statusOf(error) === 409 || isLostAnswer(error)) return undefined;
      throw explainAwsError(error, `writing ${s3Uri(lob.bucket, key)}`);
    }
  });
}
