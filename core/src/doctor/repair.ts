/** Carries one repair out. Whatever it finds changed since the state was read, it leaves to the next look. */
import { counted } from "../format.js";
import { LATEST, METADATA, digestUrl, keyUrl, versionKey } from "../layout.js";
import { advanceLatest } from "../publish/advance.js";
import { bringToReady } from "../publish/create.js";
import { isOwnNumber, versionInMetadata } from "../registry/objects.js";
import { numberedBy, recoverVersion } from "../registry/recover.js";
import { cleanAfter } from "../publish/stage.js";
import { indexNumbers } from "../registry/writes.js";
import { readModel, readVersion } from "../registry/store.js";
import { copyObject } from "../transfer/copy.js";
import { headObject, type ObjectHead } from "../transfer/object.js";
import type { Version } from "../types.js";
import type { Repair } from "./diagnosis.js";
import { isUnreadable, type Unreadable } from "../registry/rows.js";
import { isReadable } from "../registry/status.js";
import { timestamp } from "../environment.js";
import type { ProtocolContext } from "../publish/run.js";
import { rebuild, revive, setModelRow, abandon, point, lose } from "../registry/repair-writes.js";
import { transact } from "../registry/transact.js";

/** @returns whether it was repaired; false where it was changed meanwhile @throws LobError */
export async function carryOut(steps: ProtocolContext, repair: Repair): Promise<boolean> {
  const { lob, model } = steps;
  const now = timestamp(steps.environment);
  switch (repair.do) {
    case "restore":
      return restore(steps, repair.n, repair.latest);
    case "index":
      return indexAll(steps, [repair]);
    case "rebuild":
      return done(
        steps,
        rebuild(lob, repair.row, await rebuilt(steps, repair.n, repair.object, repair.row)),
        `rebuilding version ${repair.n}`,
      );
    case "revive":
      return done(steps, revive(lob, repair.row), `taking version ${repair.row.version} back`);
    case "relist":
      return done(steps, rebuild(lob, repair.row, repair.row), `putting version ${repair.row.version} into its index`);
    case "model":
      return done(steps, setModelRow(lob, model, repair.read, repair, now), `correcting the row of ${model}`);
    case "finish":
      return finish(steps, repair.row);
    case "abandon":
      return done(steps, abandon(lob, repair.row), `giving version ${repair.row.version} up`);
    case "lose":
      return loseVersion(steps, repair.row, repair.newest);
    case "point": {
      const url = repair.what === "digest" ? digestUrl(lob.lob, model, repair.name) : keyUrl(lob.lob, model, repair.name);
      return done(steps, point(lob, url, repair.row, repair.read), `pointing ${url} to version ${repair.row.version}`);
    }
    case "advance":
      return advance(steps);
    case "rewrite-latest":
      return rewriteLatest(steps, repair.object, repair.latest);
  }
}

async function done(steps: ProtocolContext, items: Parameters<typeof transact>[1], doing: string): Promise<boolean> {
  return (await transact(steps, items, doing)).outcome === "done";
}

/** Whether LATEST is the newest version afterwards: a draft of somebody's stays. */
async function advance(steps: ProtocolContext): Promise<boolean> {
  const newest = await advanceLatest(steps, 0, true);
  const head = await headObject(steps.aws, steps.lob, versionKey(steps.lob, steps.model, LATEST));
  return head !== undefined && (versionInMetadata(head) ?? 0) >= newest;
}

/** ProtocolContext 3 to 6. What has no bytes only moves away from another writer's object. */
async function finish(steps: ProtocolContext, row: Version): Promise<boolean> {
  const ready = await bringToReady(steps, row);
  if (ready !== undefined) {
    await advanceLatest(steps, 0, true);
    await cleanAfter(steps, row);
  }
  const now = await readVersion(steps.aws, steps.lob, row.model, row.version);
  return now?.token !== row.token || now.status !== row.status;
}

/** The number's object from LATEST, which is a copy of it: only where there is none. */
async function restore({ aws, lob, model, signal, onProgress }: ProtocolContext, n: number, latest: ObjectHead): Promise<boolean> {
  const outcome = await copyObject(aws, lob, {
    from: latest,
    to: versionKey(lob, model, n),
    condition: "absent",
    metadata: latest.metadata,
    onBytes: (bytes) => onProgress?.({ phase: "copy", done: bytes, total: latest.size, item: `version ${n}` }),
    ...(signal && { signal }),
  });
  return outcome === "done";
}

/** Numbers get their rows, as many at once as a transaction takes. @param found ascending */
export async function indexAll(steps: ProtocolContext, found: readonly { n: number; object: ObjectHead }[]): Promise<boolean> {
  const { aws, lob, model } = steps;
  const row = await readModel(aws, lob, model);
  const numbered = [];
  for (const { n, object } of found) numbered.push(await numberedBy(steps, n, object));
  return done(steps, indexNumbers(lob, model, numbered, row, timestamp(steps.environment)), `indexing ${counted(found.length, "version")}`);
}

/** What only a row says stays, where the object still holds the content that the row was of. */
async function rebuilt(steps: ProtocolContext, n: number, object: ObjectHead, row: Version | Unreadable): Promise<Version> {
  const made = await recoverVersion(steps, n, object);
  if (isUnreadable(row) || !isOwnNumber(n, object) || made.treeDigest !== row.treeDigest) return made;
  const { metrics, tags, description, provenance, keys, holders, reservedAt, readyAt } = row;
  return {
    ...made,
    ...(isReadable(row) && { status: row.status }),
    ...{ tags, provenance, keys, holders, reservedAt },
    ...(Object.keys(metrics).length > 0 && { metrics }),
    ...(description !== undefined && { description }),
    ...(readyAt !== undefined && { readyAt }),
  };
}

/** Looks once more: what is marked MISSING is offered to nobody. */
async function loseVersion(steps: ProtocolContext, row: Version, newest: Version | undefined): Promise<boolean> {
  const { aws, lob, model } = steps;
  const summary = await readModel(aws, lob, model);
  if (!summary || (await headObject(aws, lob, versionKey(lob, model, row.version)))) return false;
  // Where another version became the newest since, the next look finds the right one.
  if (summary.latest === row.version && newest && newest.version > summary.latest) return false;
  return done(steps, lose(lob, row, summary, newest, timestamp(steps.environment)), `marking version ${row.version} as missing`);
}

async function rewriteLatest(
  { aws, lob, model, signal, onProgress }: ProtocolContext,
  object: ObjectHead,
  latest: ObjectHead,
): Promise<boolean> {
  const outcome = await copyObject(aws, lob, {
    from: object,
    to: versionKey(lob, model, LATEST),
    condition: { etag: latest.etag },
    metadata: { ...object.metadata, [METADATA.artifactVersion]: latest.metadata[METADATA.artifactVersion]! },
    taggedLatest: true,
    onBytes: (bytes) => onProgress?.({ phase: "copy", done: bytes, total: object.size, item: LATEST }),
    ...(signal && { signal }),
  });
  return outcome === "done";
}
