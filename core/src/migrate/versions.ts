/** Migrates the versions of one model: verifies the bytes, copies them if needed, then writes the rows. */
import { METADATA, s3Uri, versionKey } from "../layout.js";
import { LobError } from "../errors.js";
import { versionOfObject } from "../registry/recover.js";
import { readModel, readVersion } from "../registry/store.js";
import { copyObject } from "../transfer/copy.js";
import { mapPooled } from "../transfer/map.js";
import { headObject, type ObjectHead } from "../transfer/object.js";
import type { Version } from "../types.js";
import { contentTypeOf, metadataOfCopy } from "./metadata.js";
import type { ModelPlan } from "./plan.js";
import { shaOf, type VersionStep } from "./plan-versions.js";
import { reportIssues, sha256Of, type OnIssue, type MigrationRun } from "./run.js";
import { log } from "../registry/context.js";
import { timestamp } from "../environment.js";
import { claim, BATCH, indexVersions, MODEL_ROW } from "../registry/migrate-writes.js";
import { untilDone } from "../registry/rounds.js";
import { transact } from "../registry/transact.js";

/** Maximum number of versions to verify or copy in parallel. Each uses one connection and a few chunks of memory. */
const CONCURRENCY = 8;

/** Reserves the source's numbers for this migration, unless they are already below `next`. @throws LobError LOB3007, LOB2xxx (AWS) */
export async function claimNumbers(run: MigrationRun, { model, next, versions }: ModelPlan): Promise<void> {
  const oldest = versions.at(-1)?.object?.lastModified?.toISOString();
  await untilDone(run, `reserving the numbers of ${model}`, async () => {
    const row = await readModel(run.aws, run.lob, model);
    if (row !== undefined && row.next >= next) return true;
    const now = timestamp(run.environment);
    const { outcome } = await transact(run, claim(run.lob, model, row, next, oldest ?? now, now), `reserving the numbers of ${model}`);
    return outcome === "done" ? true : undefined;
  });
}

/**
 * Migrates the newest version first, so that readers get it first and `latest` is raised once.
 * @param onNewest called once, after the first rows are written
 * @param migrated collects the numbers whose rows are written
 */
export async function migrateVersions(
  run: MigrationRun,
  plan: ModelPlan,
  onIssue: OnIssue,
  onNewest: () => Promise<void>,
  migrated: Set<number>,
): Promise<void> {
  const steps = plan.versions.filter((step) => step.do === "copy" || step.do === "index");
  // The first batch is the newest version alone: LATEST follows at once, so that the model is usable while older versions follow.
  for (let start = 0; start < steps.length; start += start === 0 ? 1 : BATCH) {
    const batch = steps.slice(start, start === 0 ? 1 : start + BATCH);
    const verified = await mapPooled(batch, CONCURRENCY, async (step) => {
      run.options.signal?.throwIfAborted();
      const version = await reportIssues(onIssue, { model: plan.model, version: step.version }, () =>
        migrateVersion(run, plan.model, step),
      );
      return version && { version, twin: step.twin };
    });
    const indexed = await index(
      run,
      plan.model,
      verified.filter((row) => row !== undefined),
      onIssue,
    );
    const first = migrated.size === 0 && indexed.length > 0;
    for (const n of indexed) migrated.add(n);
    log(run, "migrate", `${plan.model}: ${migrated.size} of ${steps.length} versions are indexed`);
    if (first) await onNewest();
  }
}

/** Verifies one version, and copies its object to the LOB if needed. @returns its row */
async function migrateVersion(run: MigrationRun, model: string, step: VersionStep): Promise<Version> {
  const { aws, lob, source, context } = run;
  const { version, object } = step;
  const name = `${model}@${version}`;
  const place = versionKey(lob, model, version);
  if (object === undefined) throw new LobError("LOB9001", `${name} has no object to migrate`);
  const published = object.lastModified?.toISOString() ?? timestamp(run.environment);
  let stored: ObjectHead;
  if (step.do === "index") {
    const there = context.inPlace ? object : await headObject(aws, lob, place);
    if (there === undefined) throw new LobError("LOB4001", `${s3Uri(lob.bucket, place)} has disappeared`, { hint: "Migrate again." });
    assertSha(lob.bucket, there, step.sha256, await sha256Of(run, aws, lob, there, name));
    stored = there;
  } else {
    const sha256 = await sha256Of(run, source.aws, source.bucket, object, name);
    assertSha(source.bucket.bucket, object, step.sha256, sha256);
    stored = await copy(run, model, step, object, sha256);
  }
  // Lists must show the library's publish time, not the time of the migration.
  return { ...versionOfObject(lob, model, version, stored, published), reservedAt: published, readyAt: published };
}

async function copy(
  run: MigrationRun,
  model: string,
  { version, twin }: VersionStep,
  object: ObjectHead,
  sha256: string,
): Promise<ObjectHead> {
  const { aws, lob, source, options } = run;
  const place = versionKey(lob, model, version);
  log(run, "migrate", `copying ${s3Uri(source.bucket.bucket, object.key)} (${object.size} bytes) to version ${version}`);
  return untilDone(run, `copying version ${version} of ${model}`, async () => {
    const outcome = await copyObject(aws, lob, {
      from: { ...object, bucket: source.bucket },
      to: place,
      condition: "absent",
      metadata: metadataOfCopy(object, { model, sha256, version: twin ? undefined : version }),
      contentType: contentTypeOf(source.names.suffix),
      signal: options.signal,
    });
    if (outcome === "source-gone") {
      throw new LobError("LOB4020", `${s3Uri(source.bucket.bucket, object.key)} changed during the migration`, { hint: "Migrate again." });
    }
    const stored = await headObject(aws, lob, place);
    if (stored === undefined) return undefined;
    if (stored.size === object.size && shaOf(stored) === sha256 && stored.metadata[METADATA.artifactName] === model) return stored;
    throw new LobError("LOB3020", `${model}@${version}: someone wrote another object to this number of the LOB in the meantime`, {
      hint: "Nothing was overwritten. Migrate again to see the difference.",
    });
  });
}

function assertSha(bucket: string, object: ObjectHead, expected: string | undefined, sha256: string): void {
  if (expected === undefined || expected === sha256) return;
  throw new LobError("LOB4020", `the bytes of ${s3Uri(bucket, object.key)} have sha256 ${sha256} instead of ${expected}`, {
    hint: "The version is not migrated. Restore or delete the object, and migrate again.",
  });
}

/** Writes rows. An existing row must have the same bytes. @returns the numbers whose rows exist now */
async function index(
  run: MigrationRun,
  model: string,
  rows: readonly { readonly version: Version; readonly twin: boolean }[],
  onIssue: OnIssue,
): Promise<number[]> {
  const indexed: number[] = [];
  let left = rows;
  while (left.length > 0) {
    left = await untilDone(run, `indexing ${model}`, async () => {
      const row = await readModel(run.aws, run.lob, model);
      if (row === undefined) throw gone(model);
      const result = await transact(run, indexVersions(run.lob, row, left, timestamp(run.environment)), `indexing ${model}`);
      if (result.outcome === "done") {
        indexed.push(...left.map(({ version }) => version.version));
        return [];
      }
      // Rows may exist because an answer was lost or another process indexed them. They are compared with the new rows and skipped.
      const taken = result.outcome === "unknown" ? left : left.filter((_, place) => result.failed[MODEL_ROW + 1 + place]);
      const rest = left.filter((one) => !taken.includes(one));
      for (const one of taken) {
        const there = await readVersion(run.aws, run.lob, model, one.version.version);
        if (there === undefined) rest.push(one);
        else if (there.sha256 === one.version.sha256 && there.size === one.version.size) indexed.push(there.version);
        else
          onIssue({
            level: "problem",
            code: "LOB3020",
            message: `${model}@${there.version}: the LOB has a row (${there.status}) for other bytes`,
            hint: "Run `lobreg doctor` for details.",
            model,
            version: there.version,
          });
      }
      return rest.length < left.length ? rest : undefined;
    });
  }
  return indexed;
}

const gone = (model: string): LobError =>
  new LobError("LOB4004", `the catalog row of ${model} has disappeared`, { hint: "Someone deleted it in the meantime. Migrate again." });
