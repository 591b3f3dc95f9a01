import { readFile } from "node:fs/promises";
import { defined } from "../defined.js";
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
import { showPath } from "../archive/paths.js";
import type { ModelManifest } from "./manifest.js";
import { type PublishWarning, warningWords } from "./options.js";
import type { PublishRun, ProtocolContext } from "./run.js";
import { putIfNoneMatch } from "../transfer/put.js";

/** Warnings that a message lists. */
const MOST_SHOWN = 10;

/** A finished upload, and what is known about its bytes. */
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
 * Step 1: packs the files again and uploads them under a token made for this upload alone. Bytes that were uploaded before are reused as
 * long as no row can name them.
 * @param commented whether the bytes must differ from those of every other upload of this content
 */
export async function stage(run: PublishRun, commented: boolean): Promise<Staged> {
  const rounds = new Rounds(run, "uploading");
  for (;;) {
    const staged = await tryToStage(run, commented);
    if (staged) return staged;
    // Somebody emptied the staging folder just now. The copy notices a later deletion.
    await rounds.next("the upload has disappeared");
  }
}

/** Undefined if somebody else aborted the upload, or deleted it right after it was made. */
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
    source: run.environment.packTree(tree, defined({ comment: commented ? token : undefined, signal })),
    bound: tree.archiveBound,
    metadata: { [layout.METADATA.artifactName]: model, [layout.METADATA.writeToken]: token, [layout.METADATA.treeDigest]: tree.digest },
    onBytes: (done) => onProgress?.({ phase: "upload", done, total: tree.archiveBound }),
    signal,
  });
  const head = uploaded && (await headObject(aws, lob, key));
  if (!head) return undefined;
  if (head.size !== uploaded.size || head.metadata[layout.METADATA.writeToken] !== token) {
    throw new LobError(
      "LOB4001",
      `the upload ${layout.s3Uri(lob.bucket, key)} differs from what was sent: ${uploaded.size} bytes sent, ${head.size} stored`,
      {
        hint: "Run the command again. If the error comes back, something between this machine and S3 changes data.",
      },
    );
  }
  run.staged = {
    token,
    key,
    etag: head.etag,
    size: uploaded.size,
    sha256: uploaded.sha256,
    ...defined({ crc64nvme: head.crc64nvme }),
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
    ...defined({ crc64nvme: staged.crc64nvme, description: options.description }),
    stagingKey: staged.key,
    stagingETag: staged.etag,
    manifestSha256: staged.manifestSha256,
    metrics: options.metrics ?? {},
    tags: options.tags ?? {},
    provenance: options.provenance ?? {},
    keys: options.idempotencyKey === undefined ? [] : [options.idempotencyKey],
    origin: "lob-registry",
    reservedAt: timestamp(run.environment),
    holders: [],
  };
}

/**
 * Inspects the files and builds their manifest. The caller disposes of it.
 * @throws LobError LOB1012 if there are warnings and the caller wants none
 */
export async function inspect(run: PublishRun): Promise<ModelManifest> {
  const { lob, tree, options } = run;
  const { model, metrics = {}, onProgress, signal, failOn } = options;
  const manifest = await run.environment.buildManifest(
    tree,
    { lob: lob.lob, model, metrics, createdBy: `lob-registry ${RELEASE}` },
    defined({ onProgress, signal }),
  );
  run.warnings = [...tree.warnings, ...manifest.warnings];
  if (failOn === "warnings" && run.warnings.length > 0) {
    await manifest.dispose();
    throw warned(run.warnings, options.path);
  }
  return manifest;
}

function warned(warnings: readonly PublishWarning[], path: string): LobError {
  const shown = warnings.slice(0, MOST_SHOWN).map((one) => `  ${warningWords(one)}`);
  const rest = warnings.length - shown.length;
  if (rest > 0) shown.push(`  and ${rest} more`);
  return new LobError("LOB1012", `the inspection of ${showPath(path)} has ${counted(warnings.length, "warning")}:\n${shown.join("\n")}`, {
    hint: "Nothing was uploaded. Repair the files, or publish without --fail-on warnings (the input `fail-on`).",
    details: { path },
  });
}

/** Writes the manifest under its own hash, once. Takes about 100 bytes of memory per file. */
async function putManifest(run: PublishRun): Promise<string> {
  const { aws, lob } = run;
  const { model } = run.options;
  const manifest = await inspect(run);
  const key = layout.manifestKey(lob, model, manifest.sha256);
  try {
    const object = { key, body: await readFile(manifest.path), contentType: "application/gzip" };
    // A manifest that exists under its own hash has these bytes.
    await untilDone(
      run,
      "writing the manifest",
      async () => ((await putIfNoneMatch(aws, lob, object)) === "busy" ? undefined : true),
      "another publish is writing it",
    );
  } finally {
    await manifest.dispose();
  }
  return manifest.sha256;
}

/**
 * Step 6 for a version that another publisher or an earlier run staged without cleaning up. Looks first, because in a versioned bucket
 * every delete leaves a marker, even of a missing object.
 */
export async function cleanAfter(run: ProtocolContext, { stagingKey, token }: Pick<Version, "stagingKey" | "token">): Promise<void> {
  if (stagingKey === undefined || run.ownTokens.has(token)) return;
  if (await headObject(run.aws, run.lob, stagingKey)) await remove(run, stagingKey);
}

/** Step 6: removes the uploads. */
export async function clean(run: PublishRun, keys: Iterable<string>): Promise<void> {
  for (const key of new Set(keys)) {
    await remove(run, key);
    run.ownStaging.delete(key);
  }
}

/** Best effort: the bucket's lifecycle removes the rest. */
async function remove(run: ProtocolContext, key: string): Promise<void> {
  await deleteObject(run.aws, run.lob, key).catch((error: unknown) => {
    log(run, "clean", `could not remove ${key} (${(error as Error).message}); the bucket's lifecycle will`);
  });
}
