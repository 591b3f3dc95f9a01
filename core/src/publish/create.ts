import { defined } from "../defined.js";
import { LobError } from "../errors.js";
import { isSha256, isToken, METADATA, s3Uri, versionKey, versionUrl } from "../layout.js";
import { objectProblems } from "../registry/agreement.js";
import { readDigestPointer, readVersion, requireModel } from "../registry/store.js";
import { copyObject } from "../transfer/copy.js";
import { headObject, type ObjectHead } from "../transfer/object.js";
import type { Version } from "../types.js";
import { judgeObject } from "../registry/objects.js";
import { findNumbers, listBetween, numberedBy } from "../registry/recover.js";
import { reservedVersion, stage } from "./stage.js";
import { log } from "../registry/context.js";
import { timestamp } from "../environment.js";
import { takeOver, commit, adopt, move } from "../registry/publish-writes.js";
import { Rounds } from "../registry/rounds.js";
import { transact } from "../registry/transact.js";
import { type ProtocolContext, type PublishRun, named } from "./run.js";

/** Rows of other numbers and keys that fit into the transaction of a move: DynamoDB allows 100 items, and the move needs four. */
const MOVE_ITEMS = 96;

/**
 * Steps 3 and 4: makes the object and the row of a RESERVED or ABANDONED version READY, whoever reserved it.
 * @returns the READY version; undefined if somebody changed its row and the caller must look again, or if its bytes are gone and the caller
 *   has nothing to upload
 */
export async function bringToReady(run: ProtocolContext, reserved: Version): Promise<number | undefined> {
  let row = reserved;
  // The object of another publisher's reservation, or of an earlier run's, may already exist.
  let lookFirst = !run.ownTokens.has(row.token);
  const rounds = new Rounds(run, `creating version ${row.version}`);
  for (;;) {
    const copied = lookFirst ? undefined : await copyStaging(run, row);
    const head = await headObject(run.aws, run.lob, versionKey(run.lob, row.model, row.version));
    switch (judgeObject(row, head)) {
      case "absent": {
        if (copied === "source-gone") {
          await rounds.next(`the upload of version ${row.version} has disappeared`);
          const ours = await run.uploadAgain?.(row);
          if (!ours) return undefined;
          row = ours;
        } else if (!lookFirst) {
          await rounds.next(`version ${row.version} does not exist yet`);
        }
        break;
      }
      case "ours":
        return (await commitVersion(run, row, head!)) ? row.version : undefined;
      case "same-content":
        return (await adoptObject(run, row, head!)) ? row.version : undefined;
      case "foreign": {
        const moved = await moveAway(run, row, head!);
        if (!moved) return undefined;
        row = moved;
        break;
      }
    }
    lookFirst = false;
  }
}

/** Puts our token and upload into a row whose bytes are gone. No other upload can have the same bytes, because they contain our token. */
export async function takeRowOver(run: PublishRun, row: Version): Promise<Version | undefined> {
  log(run, "help", `the upload of version ${row.version} is gone; uploading again`);
  const staged = await stage(run, true);
  named(run, staged);
  const ours = { ...reservedVersion(run, staged, row.version), keys: row.keys };
  const { outcome } = await transact(run, takeOver(run.lob, row, ours), `taking over version ${row.version}`);
  return outcome === "done" ? { ...ours, reservedAt: row.reservedAt } : undefined;
}

async function copyStaging(run: ProtocolContext, row: Version) {
  const { stagingKey, stagingETag } = row;
  if (stagingKey === undefined || stagingETag === undefined) return "source-gone" as const;
  log(run, "create", `writing version ${row.version} (${row.size} bytes)`);
  return copyObject(run.aws, run.lob, {
    from: { key: stagingKey, etag: stagingETag, size: row.size },
    to: versionKey(run.lob, row.model, row.version),
    condition: "absent",
    metadata: objectMetadata(row),
    onBytes: (done) => run.onProgress?.({ phase: "copy", done, total: row.size, item: `version ${row.version}` }),
    signal: run.signal,
  });
}

/** Metadata of a version's object, and of LATEST if it is a copy of that version. */
export function objectMetadata(version: Version): Record<string, string> {
  return {
    [METADATA.artifactName]: version.model,
    [METADATA.artifactSha256]: version.sha256,
    [METADATA.artifactVersion]: String(version.version),
    ...defined({
      [METADATA.writeToken]: version.token || undefined,
      [METADATA.treeDigest]: version.treeDigest,
      [METADATA.manifestSha256]: version.manifestSha256,
    }),
  };
}

/** Step 4. Returns false if the row changed after it was read and is not READY with this token. */
async function commitVersion(run: ProtocolContext, row: Version, head: ObjectHead): Promise<boolean> {
  const differences = objectProblems(row, head);
  if (differences.length > 0) {
    throw new LobError("LOB4001", `the object ${s3Uri(run.lob.bucket, head.key)} does not match its row: ${differences.join("; ")}`, {
      hint: "Something other than this program wrote to the bucket or the table. Compare both, then run `lobreg show`.",
      details: { key: head.key, version: row.version },
    });
  }
  return raising(run, row, `committing version ${row.version}`, (model) => commit(run.lob, row, model, timestamp(run.environment)));
}

/** Another upload of the same content created the object: the row takes over that upload's details. */
async function adoptObject(run: ProtocolContext, row: Version, head: ObjectHead): Promise<boolean> {
  const token = head.metadata[METADATA.writeToken];
  const sha256 = head.metadata[METADATA.artifactSha256];
  const manifestSha256 = head.metadata[METADATA.manifestSha256];
  if (!isToken(token) || !isSha256(sha256)) {
    throw new LobError("LOB4001", `the object ${s3Uri(run.lob.bucket, head.key)} has damaged metadata`, {
      hint: "Something other than this program wrote to the bucket: inform the owner of the LOB. The bucket's noncurrent versions may still hold the original.",
      details: { key: head.key },
    });
  }
  const { crc64nvme: _, ...rest } = row;
  const adopted: Version = {
    ...rest,
    status: "READY",
    token,
    sha256,
    size: head.size,
    ...defined({ crc64nvme: head.crc64nvme, manifestSha256: isSha256(manifestSha256) ? manifestSha256 : undefined }),
    readyAt: timestamp(run.environment),
  };
  log(run, "join", `version ${row.version} was finished by another upload of the same content`);
  return raising(run, adopted, `adopting version ${row.version}`, (model) =>
    adopt(run.lob, row, adopted, model, timestamp(run.environment)),
  );
}

/** Runs a transaction that may raise `latest`. It is rebuilt from the model's row whenever that row changed. */
async function raising(
  run: ProtocolContext,
  version: Version,
  doing: string,
  build: (model: Awaited<ReturnType<typeof requireModel>>) => Parameters<typeof transact>[1],
): Promise<boolean> {
  const rounds = new Rounds(run, doing);
  log(run, "commit", doing);
  for (;;) {
    const { outcome } = await transact(run, build(await requireModel(run)), doing);
    if (outcome === "done") return true;
    const current = await readVersion(run.aws, run.lob, version.model, version.version);
    if (current?.status === "READY" && current.token === version.token) return true;
    if (current?.token !== version.token || !(current.status === "RESERVED" || current.status === "ABANDONED")) return false;
    await rounds.next(`${doing} collided with another publish`);
  }
}

/** Another writer's object has our number: indexes it and the numbers above it, and moves our row above every known number. */
async function moveAway(run: ProtocolContext, row: Version, head: ObjectHead): Promise<Version | undefined> {
  const { aws, lob } = run;
  const n = row.version;
  log(run, "retry", `version ${n} was published by another writer; moving on`);
  const model = await requireModel(run);
  const foreign = await numberedBy(run, n, head);
  const { numbers, newest } = await listBetween(run, n, MOVE_ITEMS - row.keys.length);
  const others = await findNumbers(run, numbers);
  const to = Math.max(model.next, newest + 1, n + 1);
  const moved: Version = { ...row, version: to, url: versionUrl(lob, row.model, to) };
  const digestIsOurs = row.treeDigest !== undefined && (await readDigestPointer(aws, lob, row.model, row.treeDigest)) === n;
  const items = move(lob, row, foreign, others, moved, model, digestIsOurs, timestamp(run.environment));
  const { outcome } = await transact(run, items, `moving from version ${n} to ${to}`);
  return outcome === "done" ? moved : undefined;
}
