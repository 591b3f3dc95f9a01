/** Writes of an alias: its row and the row of its move in one transaction, then the objects that repeat them. */
import { isLostAnswer } from "../aws/explain.js";
import { timestamp } from "../environment.js";
import { defined } from "../defined.js";
import { LobError } from "../errors.js";
import { aliasKey, historyKey } from "../layout.js";
import { aliasFileText, moveText, type AliasFile } from "../registry/alias-rows.js";
import { ALIAS_MOVE, ALIAS_ROW, pointAlias } from "../registry/alias-writes.js";
import type { ModelContext } from "../registry/context.js";
import { untilDone } from "../registry/rounds.js";
import { isPromotable } from "../registry/status.js";
import { readAlias, readVersion } from "../registry/store.js";
import { transact } from "../registry/transact.js";
import { putIfNoneMatch } from "../transfer/put.js";
import type { Alias, AliasMove, AliasTarget, Version } from "../types.js";

/** Revision of an alias's first move. */
export const FIRST_REVISION = 1;

/** An alias to create, who creates it, and why. */
export interface NewAlias {
  readonly alias: string;
  readonly target: AliasTarget;
  readonly actor?: string;
  readonly reason: string;
}

/**
 * Creates an alias that does not exist, as its first move.
 * @returns the alias's row, wherever it points; `moved` is the move if this call made it
 * @throws LobError LOB4001 if a target cannot be promoted, LOB4004 if the move has a row but the alias does not, LOB2xxx, LOB3007
 */
export async function firstMove(context: ModelContext, given: NewAlias): Promise<{ readonly row: Alias; readonly moved?: AliasMove }> {
  const { aws, lob, model } = context;
  const { alias, reason, actor } = given;
  const { version, secondaryVersion, secondaryWeight = 0 } = given.target;
  const secondary = secondaryVersion === undefined ? {} : { secondaryVersion, secondaryWeight };
  return untilDone(context, `pointing ${model}@${alias}`, async () => {
    const there = await readAlias(aws, lob, model, alias);
    if (there !== undefined) return { row: there };
    const now = timestamp(context.environment);
    const details = { lob: lob.lob, model, alias, revision: FIRST_REVISION, ...secondary, ...defined({ actor }), reason };
    const row: Alias = { ...details, version, createdAt: now, updatedAt: now };
    const moved: AliasMove = { ...details, toVersion: version, at: now };
    const targets = secondaryVersion === undefined ? [version] : [version, secondaryVersion];
    const held = await Promise.all(targets.map((n) => promotable(context, alias, n)));
    const result = await transact(context, pointAlias(lob, row, moved, held), `pointing ${model}@${alias}`);
    if (result.outcome === "refused" && result.failed[ALIAS_MOVE] && !result.failed[ALIAS_ROW]) throw orphanedMove(moved);
    return result.outcome === "done" ? { row, moved } : undefined;
  });
}

/** No retry helps: the alias's row was deleted, and the row of its move was not. */
const orphanedMove = ({ model, alias, revision }: AliasMove): LobError =>
  new LobError("LOB4004", `${model}@${alias} has the row of its move ${revision}, but the alias has no row`, {
    hint: "Somebody deleted the alias's row by hand. Restore it from the table's backup.",
  });

async function promotable({ aws, lob, model }: ModelContext, alias: string, n: number): Promise<Version> {
  const version = await readVersion(aws, lob, model, n);
  if (version && isPromotable(version)) return version;
  const status = version ? `is ${version.status}` : "is not in the registry";
  throw new LobError("LOB4001", `${model}@${alias} would point to version ${n}, which ${status}`, {
    hint: "Point the alias to a version that is READY. In a migration, see what was reported about that version and migrate again.",
  });
}

/** Writes the object of a move: once, with the content of its row. */
export async function putMove(context: ModelContext, move: AliasMove): Promise<void> {
  await putOnce(context, historyKey(context.lob, move.model, move.alias, move.revision), moveText(move));
}

/** Writes the file that the Python library reads. @returns false if there is one already */
export async function putAliasFile(context: ModelContext, file: AliasFile, move: { at: string; revision: number }): Promise<boolean> {
  const { lob, model } = context;
  return putOnce(context, aliasKey(lob, model, file.alias), aliasFileText(lob, model, file, move));
}

/** @returns false if there was one, which may be the one of a call whose answer was lost */
async function putOnce(context: ModelContext, key: string, text: string): Promise<boolean> {
  const attempt = async (): Promise<boolean | undefined> => {
    const object = { key, body: Buffer.from(text), contentType: "application/json" };
    const outcome = await putIfNoneMatch(context.aws, context.lob, object).catch((error: unknown) => {
      if (error instanceof LobError && isLostAnswer(error.cause)) return "busy" as const;
      throw error;
    });
    return outcome === "busy" ? undefined : outcome === "created";
  };
  return untilDone(context, `writing ${key}`, attempt, "another writer is writing it, or no answer came");
}
