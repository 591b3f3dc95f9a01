/** Migrates the aliases of one model. Each gets the row, history and file of a first move. */
import { readAliasFile, saysSame } from "../aliases/file.js";
import { FIRST_REVISION, firstMove, putAliasFile, putMove, type NewAlias } from "../aliases/point.js";
import { defined } from "../defined.js";
import { timestamp } from "../environment.js";
import { LobError } from "../errors.js";
import { aliasKey, s3Uri } from "../layout.js";
import { sameTarget, targetWords, type AliasFile } from "../registry/alias-rows.js";
import { log } from "../registry/context.js";
import { readMove } from "../registry/store.js";
import { headObject } from "../transfer/object.js";
import { otherFileHint, pointsToNumbers, type AliasStep } from "./plan-aliases.js";
import type { ModelPlan } from "./plan.js";
import { reportIssues, type OnIssue, type MigrationRun } from "./run.js";

/** Reason of a migrated alias's first move. */
const REASON = "migrated from the Python library";

/** @returns the aliases that were migrated */
export async function migrateAliases(run: MigrationRun, { model, aliases }: ModelPlan, onIssue: OnIssue): Promise<string[]> {
  const migrated: string[] = [];
  for (const step of aliases) {
    run.signal?.throwIfAborted();
    const done = await reportIssues(onIssue, { model, alias: step.alias }, () => migrateAlias(run, model, step));
    if (done === true) migrated.push(step.alias);
  }
  return migrated;
}

async function migrateAlias(run: MigrationRun, model: string, step: AliasStep): Promise<boolean> {
  const { file, alias } = step;
  if (file === undefined || (step.do !== "point" && step.do !== "file")) return false;
  const context = { ...run, model };
  const put = async (move: { at: string; revision: number }): Promise<void> => {
    if (!(await putAliasFile(context, file, move))) await checkFile(run, model, file);
  };
  // Checked before the row is written, which must not contradict an existing file.
  await checkFile(run, model, file);
  if (!pointsToNumbers(file)) {
    await put({ at: timestamp(run.environment), revision: FIRST_REVISION });
    return true;
  }
  const { row, moved } = await firstMove(context, newAlias(run, alias, file));
  if (!sameTarget(row, file)) throw pointsElsewhere(model, alias, targetWords(row));
  const move = moved ?? (await readMove(run.aws, run.lob, model, alias, FIRST_REVISION));
  if (move !== undefined) await putMove(context, move);
  await put({ at: row.createdAt, revision: FIRST_REVISION });
  log(run, "migrate", `${model}@${alias} points to ${targetWords(row)}`);
  return true;
}

const newAlias = ({ options: { actor } }: MigrationRun, alias: string, target: NewAlias["target"]): NewAlias =>
  defined({ alias, target, reason: REASON, actor });

const pointsElsewhere = (model: string, alias: string, words: string): LobError =>
  new LobError("LOB3020", `${model}@${alias} was just pointed to ${words} in the LOB, and stays`, {
    hint: "The alias in the LOB takes precedence.",
  });

/** @throws LobError LOB3020 if the file exists with other content */
async function checkFile({ lob, aws, context, signal }: MigrationRun, model: string, file: AliasFile): Promise<void> {
  const key = aliasKey(lob, model, file.alias);
  const head = await headObject(aws, lob, key);
  if (head === undefined) return;
  const there = await readAliasFile(aws, lob, head, model, signal);
  if (saysSame(there, file)) return;
  const words = typeof there === "string" ? `cannot be parsed (${there})` : `points to ${targetWords(there)}`;
  throw new LobError("LOB3020", `the file ${s3Uri(lob.bucket, key)} ${words} instead of ${targetWords(file)}; it stays`, {
    hint: otherFileHint(context.inPlace),
  });
}
