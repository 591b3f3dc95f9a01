/** Carries out one repair. If the state has changed since it was read, the next pass handles it. */
import { defined } from "../defined.js";
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

/**
 * @returns true if it was repaired, false if the state has changed since it was read
 * @throws LobError LOB2xxx (AWS), LOB4xxx (damaged objects)
 */
export async function carryOut(context: ProtocolContext, repair: Repair): Promise<boolean> {
  const { lob, model } = context;
  const now = timestamp(context.environment);
  switch (repair.do) {
    case "restore":
      return restore(context, repair.n, repair.latest);
    case "index":
      return indexAll(context, [repair]);
    case "rebuild":
      return done(
        context,
        rebuild(lob, repair.row, await rebuilt(context, repair.n, repair.object, repair.row)),
        `rebuilding version ${repair.n}`,
      );
    case "revive":
      return done(context, revive(lob, repair.row), `marking version ${repair.row.version} as READY`);
    case "relist":
      return done(context, rebuild(lob, repair.row, repair.row), `adding version ${repair.row.version} to its index`);
    case "model":
      return done(context, setModelRow(lob, model, repair.read, defined(repair), now), `correcting the row of ${model}`);
    case "finish":
      return finish(context, repair.row);
    case "abandon":
      return done(context, abandon(lob, repair.row), `abandoning version ${repair.row.version}`);
    case "lose":
      return loseVersion(context, repair.row, repair.newest);
    case "point": {
      const url = repair.what === "digest" ? digestUrl(lob.lob, model, repair.name) : keyUrl(lob.lob, model, repair.name);
      return done(context, point(lob, url, repair.row, repair.read), `pointing ${url} to version ${repair.row.version}`);
    }
    case "advance":
      return advance(context);
    case "rewrite-latest":
      return rewriteLatest(context, repair.object, repair.latest);
  }
}

async function done(context: ProtocolContext, items: Parameters<typeof transact>[1], doing: string): Promise<boolean> {
  return (await transact(context, items, doing)).outcome === "done";
}

/** @returns whether LATEST now holds the newest version. Unpublished work stays. */
async function advance(context: ProtocolContext): Promise<boolean> {
  const newest = await advanceLatest(context, 0, true);
  const head = await headObject(context.aws, context.lob, versionKey(context.lob, context.model, LATEST));
  return head !== undefined && (versionInMetadata(head) ?? 0) >= newest;
}

/** Runs steps 3 to 6 of the protocol. A version without bytes only moves away from another writer's object. */
async function finish(context: ProtocolContext, row: Version): Promise<boolean> {
  const ready = await bringToReady(context, row);
  if (ready !== undefined) {
    await advanceLatest(context, 0, true);
    await cleanAfter(context, row);
  }
  const now = await readVersion(context.aws, context.lob, row.model, row.version);
  return now?.token !== row.token || now.status !== row.status;
}

/** Copies LATEST to the number, unless an object exists there. */
async function restore({ aws, lob, model, signal, onProgress }: ProtocolContext, n: number, latest: ObjectHead): Promise<boolean> {
  const outcome = await copyObject(aws, lob, {
    from: latest,
    to: versionKey(lob, model, n),
    condition: "absent",
    metadata: latest.metadata,
    onBytes: (bytes) => onProgress?.({ phase: "copy", done: bytes, total: latest.size, item: `version ${n}` }),
    signal,
  });
  return outcome === "done";
}

/** Creates rows for as many numbers as one transaction allows. @param found ascending */
export async function indexAll(context: ProtocolContext, found: readonly { n: number; object: ObjectHead }[]): Promise<boolean> {
  const { aws, lob, model } = context;
  const row = await readModel(aws, lob, model);
  const numbered = [];
  for (const { n, object } of found) numbered.push(await numberedBy(context, n, object));
  return done(
    context,
    indexNumbers(lob, model, numbered, row, timestamp(context.environment)),
    `indexing ${counted(found.length, "version")}`,
  );
}

/** Rebuilds a row from its object. Keeps the values that only the row holds if the object still has the same content. */
async function rebuilt(context: ProtocolContext, n: number, object: ObjectHead, row: Version | Unreadable): Promise<Version> {
  const made = await recoverVersion(context, n, object);
  if (isUnreadable(row) || !isOwnNumber(n, object) || made.treeDigest !== row.treeDigest) return made;
  const { metrics, tags, description, provenance, keys, holders, reservedAt, readyAt } = row;
  const status = isReadable(row) ? row.status : made.status;
  const kept = { status, tags, provenance, keys, holders, reservedAt, description, readyAt };
  return { ...made, ...defined(kept), metrics: Object.keys(metrics).length > 0 ? metrics : made.metrics };
}

/** Checks once more that the object is missing, because readers do not get a version that is marked MISSING. */
async function loseVersion(context: ProtocolContext, row: Version, newest: Version | undefined): Promise<boolean> {
  const { aws, lob, model } = context;
  const summary = await readModel(aws, lob, model);
  if (!summary || (await headObject(aws, lob, versionKey(lob, model, row.version)))) return false;
  // If another version became the newest in the meantime, the next pass finds the right one.
  if (summary.latest === row.version && newest && newest.version > summary.latest) return false;
  return done(context, lose(lob, row, summary, newest, timestamp(context.environment)), `marking version ${row.version} as missing`);
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
    signal,
  });
  return outcome === "done";
}
