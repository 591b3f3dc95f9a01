import { LATEST, METADATA, versionKey } from "../layout.js";
import { readDigestPointer, readKeyPointer, readModel, readVersion } from "../registry/store.js";
import { headObject, listNewestNumbers, type ObjectHead } from "../transfer/object.js";
import type { ModelSummary } from "../types.js";
import { unpublishedLatest, type Snapshot } from "./decide.js";
import { isLater, isOwnNumber, versionInMetadata } from "../registry/objects.js";
import type { PublishRun, ProtocolContext } from "./run.js";

/**
 * Step 0: reads what decides. One strong read after the other, in the order of the model that was checked: the row is read last, so
 * that what a pointer names is at least as new as the pointer.
 */
export async function look(run: PublishRun): Promise<Snapshot> {
  const { aws, lob, tree, options } = run;
  const model = await readModel(aws, lob, options.model);
  const key = options.idempotencyKey;
  const keyPointer = key === undefined ? undefined : await readKeyPointer(aws, lob, options.model, key);
  const digestPointer = keyPointer ? undefined : await readDigestPointer(aws, lob, options.model, tree.digest);
  const named = keyPointer?.version ?? digestPointer;
  const row = named === undefined ? undefined : await readVersion(aws, lob, options.model, named);
  return {
    treeDigest: tree.digest,
    ...(model && { model }),
    ...(key !== undefined && { key }),
    ...(keyPointer && { keyPointer }),
    ...(digestPointer !== undefined && { digestPointer }),
    ...(row && { row }),
  };
}

export type LatestState =
  | { readonly is: "absent" }
  /** LATEST has the content of that number. */
  | { readonly is: "version"; readonly version: number; readonly head: ObjectHead }
  /** The Python library put it, and no number has this content. */
  | { readonly is: "unpublished"; readonly head: ObjectHead };

/** Numbers whose ETag is compared with that of a LATEST that the Python library put: one LIST. */
const COMPARED = 100;

/** Those of them whose sha256 is, where ETags differ because one was written in other parts. */
const COMPARED_BY_SHA256 = 5;

/** What LATEST holds. One that we wrote says so; one of the Python library's is compared with the newest numbers. */
export async function lookAtLatest(run: ProtocolContext): Promise<LatestState> {
  const { aws, lob } = run;
  const head = await headObject(aws, lob, versionKey(lob, run.model, LATEST));
  if (!head) return { is: "absent" };
  const version = (await versionByMetadata(run, head)) ?? run.publishedLatest.get(head.etag) ?? (await publishedAs(run, head));
  if (version === undefined) return { is: "unpublished", head };
  run.publishedLatest.set(head.etag, version);
  return { is: "version", version, head };
}

/** The version that LATEST names. Without our token, as where it is a copy of a number of Python's, the number itself must agree. */
async function versionByMetadata({ aws, lob, model }: ProtocolContext, latest: ObjectHead): Promise<number | undefined> {
  const version = versionInMetadata(latest);
  if (version === undefined || isOwnNumber(version, latest)) return version;
  const number = await headObject(aws, lob, versionKey(lob, model, version));
  const sha256 = latest.metadata[METADATA.artifactSha256];
  return sha256 !== undefined && number?.metadata[METADATA.artifactSha256] === sha256 ? version : undefined;
}

/**
 * The newest number that has the bytes of this LATEST. It need not be the newest of all: one of ours may have come after it. One that was
 * put after the newest number is somebody's going back to earlier content, which is not published yet.
 */
async function publishedAs(run: ProtocolContext, latest: ObjectHead): Promise<number | undefined> {
  const { aws, lob } = run;
  const numbers = await listNewestNumbers(aws, lob, run.model, COMPARED);
  const [newest] = numbers;
  const isNews = newest && isLater(latest.lastModified, newest.lastModified);
  const same = numbers.find(({ etag }) => etag === latest.etag);
  if (same) return same === newest || !isNews ? same.version : undefined;
  const sha256 = latest.metadata[METADATA.artifactSha256];
  for (const { version } of numbers.slice(0, sha256 === undefined ? 0 : COMPARED_BY_SHA256)) {
    const head = await headObject(aws, lob, versionKey(lob, run.model, version));
    if (head?.metadata[METADATA.artifactSha256] === sha256) return version === newest?.version || !isNews ? version : undefined;
  }
  return undefined;
}

/**
 * The newest number that is in S3 and that the model's row does not know of, because the Python library published it; undefined when
 * there is none. Looked for before anything is uploaded, and before content counts as the newest version.
 * @throws LobError LOB3006 for unpublished work of the library, unless it may be taken over
 */
export async function foreignNumber(run: ProtocolContext, model: ModelSummary | undefined): Promise<number | undefined> {
  const latest = await lookAtLatest(run);
  if (latest.is === "unpublished" && !run.takeOver) throw unpublishedLatest(run.model, latest.head);
  // LATEST tells the newest number in one request; only where it does not, the numbers are listed.
  const candidate = latest.is === "version" ? latest.version : (await listNewestNumbers(run.aws, run.lob, run.model, 1))[0]?.version;
  return candidate !== undefined && candidate >= (model?.next ?? 1) ? candidate : undefined;
}
