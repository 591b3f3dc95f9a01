import { readFile } from "node:fs/promises";
import { LobError } from "../errors.js";
import { bytes, counted } from "../format.js";
import * as layout from "../layout.js";
import { RELEASE } from "../release.js";
import { deleteObject, headObject } from "../transfer/object.js";
import { uploadObject } from "../transfer/upload.js";
import type { Version } from "../types.js";
import { log } from "../registry/context.js";
import { timestamp } from "../environment.js";
import { Rounds, untilDone } from "../registry/rounds.js";
import type { PublishRun, ProtocolContext } from "./run.js";
import { putIfNoneMatch } from "../transfer/put.js";

/** An upload on its way, and what is known of its bytes. */
export interface Staged {
  readonly token: string;
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  readonly sha256: string;
  readonly crc64nvme?: string;
  readonly manifestSha256: string;
  /** Whether the token is in the gzip header, so that no other archive has these bytes. */
  readonly commented: boolean;
}

/**
 * Step 1: pass 2 over the files, uploaded under a token made for this upload alone. Bytes that went up before are used again while no
 * row can name them.
 * @param commented whether the bytes must differ from those of every other upload of this content
 */
export async function stage(run: PublishRun, commented: boolean): Promise<Staged> {
  const rounds = new Rounds(run, "uploading");
  for (;;) {
    const staged = await tryToStage(run, commented);
    if (staged) return staged;
    // Somebody emptied the staging folder at this moment. What is deleted later is noticed by the copy.
    await rounds.next("the upload has disappeared");
  }
}

/** Undefined when the upload was given up by somebody else, or is not there any more, right after it was made. */
async function tryToStage(run: PublishRun, commented: boolean): Promise<Staged | undefined> {
  if (run.staged && (run.staged.commented || !commented)) return run.staged;
  const { aws, lob, tree, options } = run;
  const { model, signal, onProgress } = options;
  const manifestSha256 = await putManifest(run);
  const token = run.environment.newToken();
  const key = layout.stagingKey(lob, model, tree.digest, token);
  log(run, "stage", `packing and uploading ${counted(tree.files, "file")} (${bytes(tree.bytes)})`);
  run.ownTokens.add(token);
  run.ownStaging.set(key, "free");
  const uploaded = await uploadObject(aws, lob, {
    key,
    source: run.environment.packTree(tree, { ...(commented && { comment: token }), ...(signal && { signal }) }),
    bound: tree.archiveBound,
    metadata: { [layout.METADATA.artifactName]: model, [layout.METADATA.writeToken]: token, [layout.METADATA.treeDigest]: tree.digest },
    onBytes: (done) => onProgress?.({ phase: "upload", done, total: tree.archiveBound }),
    ...(signal && { signal }),
  });
  const head = uploaded && (await headObject(aws, lob, key));
  if (!head) return undefined;
  if (head.size !== uploaded.size || head.metadata[layout.METADATA.writeToken] !== token) {
    throw new LobError(
      "LOB4001",
      `the upload ${layout.s3Uri(lob.bucket, key)} is not what was sent: ${uploaded.size} bytes sent, ${head.size} stored`,
      {
        hint: "Run the same command again; if it happens again, something between here and S3 changes data.",
      },
    );
  }
  run.staged = {
    token,
    key,
    etag: head.etag,
    size: uploaded.size,
    sha256: uploaded.sha256,
    ...(head.crc64nvme !== undefined && { crc64nvme: head.crc64nvme }),
    manifestSha256,
    commented,
  };
  return run.staged;
}

/** The row that a staged upload gets as version `n`. */
export function reservedVersion(run: PublishRun, staged: Staged, n: number): Version {
  const { lob, tree, options } = run;
  return {
    url: layout.versionUrl(lob, options.model, n),
    lob: lob.lob,
    model: options.model,
    version: n,
    status: "RESERVED",
    token: staged.token,
    treeDigest: tree.digest,
    sha256: staged.sha256,
    size: staged.size,
    files: tree.files,
    contentBytes: tree.bytes,
    ...(staged.crc64nvme !== undefined && { crc64nvme: staged.crc64nvme }),
    stagingKey: staged.key,
    stagingETag: staged.etag,
    manifestSha256: staged.manifestSha256,
    metrics: options.metrics ?? {},
    tags: options.tags ?? {},
    ...(options.description !== undefined && { description: options.description }),
    provenance: options.provenance ?? {},
    keys: options.idempotencyKey === undefined ? [] : [options.idempotencyKey],
    origin: "lob-registry",
    reservedAt: timestamp(run.environment),
    holders: [],
  };
}

/** Writes the manifest, with what is in the files, under its own hash, once; equal ones are there already. Takes about 100 bytes of memory a file. */
async function putManifest(run: PublishRun): Promise<string> {
  const { aws, lob, tree, options } = run;
  const { model, metrics = {}, onProgress, signal } = options;
  const manifest = await run.environment.buildManifest(
    tree,
    { lob: lob.lob, model, metrics, createdBy: `lob-registry ${RELEASE}` },
    { ...(onProgress && { onProgress }), ...(signal && { signal }) },
  );
  const key = layout.manifestKey(lob, model, manifest.sha256);
  try {
    const object = { key, body: await readFile(manifest.path), contentType: "application/gzip" };
    // A manifest that exists under its own hash has these bytes.
    await untilDone(run, "writing the manifest", async () => ((await putIfNoneMatch(aws, lob, object)) === "busy" ? undefined : true));
  } finally {
    await manifest.dispose();
  }
  return manifest.sha256;
}

/**
 * Step 6 for a version that another publisher, or an earlier run, staged and did not live to clean up. Looks first: in a bucket with
 * versioning each delete leaves a marker, also of what is not there.
 */
export async function cleanAfter(run: ProtocolContext, { stagingKey, token }: Pick<Version, "stagingKey" | "token">): Promise<void> {
  if (stagingKey === undefined || run.ownTokens.has(token)) return;
  if (await headObject(run.aws, run.lob, stagingKey)) await remove(run, stagingKey);
}

/** Step 6: removes what was staged. */
export async function clean(run: PublishRun, keys: Iterable<string>): Promise<void> {
  for (const key of new Set(keys)) {
    await remove(run, key);
    run.ownStaging.delete(key);
  }
}

/** Best effort: the bucket's lifecycle removes what stays. */
async function remove(run: ProtocolContext, key: string): Promise<void> {
  await deleteObject(run.aws, run.lob, key).catch((error: unknown) => {
    log(run, "clean", `could not remove ${key} (${(error as Error).message}); the bucket's lifecycle will`);
  });
}
