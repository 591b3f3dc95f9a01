/** Migrates the aliases of one model: each gets the row, history and file that a first move would write. */
import { readAliasFile, saysSame } from "../aliases/file.js";
import { firstMove, putAliasFile, putMove, type NewAlias } from "../aliases/point.js";
import { timestamp } from "../environment.js";
import { LobError } from "../errors.js";
import { aliasKey, s3Uri } from "../layout.js";
import { sameTarget, targetWords, type AliasFile } from "../registry/alias-rows.js";
import { log } from "../registry/context.js";
import { readMove } from "../registry/store.js";
import { headObject } from "../transfer/object.js";
import { otherFileHint, pointsToNumbers, type AliasStep } from "./plan-aliases.js";
import type { ModelPlan } from "./plan.js";
import { asOneThing, type Found, type MigrationRun } from "./run.js";

/** Why the first move of a migrated alias was made. */
const REASON = "migrated from the Python library";
const FIRST = 1;

/** @returns the aliases that were migrated */
export async function migrateAliases(run: MigrationRun, { model, aliases }: ModelPlan, found: Found): Promise<string[]> {
  const migrated: string[] = [];
  for (const step of aliases) {
    run.signal?.throwIfAborted();
    const done = await asOneThing(found, { model, alias: step.alias }, () => migrateAlias(run, model, step));
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
  // Before the row, which must not contradict a file that exists.
  await checkFile(run, model, file);
  if (!pointsToNumbers(file)) {
    await put({ at: timestamp(run.environment), revision: FIRST });
    return true;
  }
  const { row, moved } = await firstMove(context, newAlias(run, alias, file));
  if (!sameTarget(row, file)) throw pointsElsewhere(model, alias, targetWords(row));
  const move = moved ?? (await readMove(run.aws, run.lob, model, alias, FIRST));
  if (move !== undefined) await putMove(context, move);
  await put({ at: row.createdAt, revision: FIRST });
  log(run, "migrate", `${model}@${alias} points to ${targetWords(row)}`);
  return true;
}

const newAlias = ({ options: { actor } }: MigrationRun, alias: string, target: NewAlias["target"]): NewAlias => ({
  alias,
  target,
  reason: REASON,
  ...(actor !== undefined && { actor }),
});

const pointsElsewhere = (model: string, alias: string, words: string): LobError =>
  new LobError("LOB3020", `${model}@${alias} points to ${words} in the LOB since a moment ago, which stays`, {
    hint: "The alias of the LOB counts.",
  });

/** @throws LobError LOB3020 when there is a file, and it says something else */
async function checkFile({ lob, aws, context, signal }: MigrationRun, model: string, file: AliasFile): Promise<void> {
  const key = aliasKey(lob, model, file.alias);
  const head = await headObject(aws, lob, key);
  if (head === undefined) return;
  const there = await readAliasFile(aws, lob, head, model, signal);
  if (saysSame(there, file)) return;
  const words = typeof there === "string" ? `cannot be understood (${there})` : `points to ${targetWords(there)}`;
  throw new LobError("LOB3020", `the file ${s3Uri(lob.bucket, key)} ${words}, and not to ${targetWords(file)}; it stays`, {
    hint: otherFileHint(context.inPlace),
  });
}
