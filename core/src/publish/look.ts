import { LATEST, METADATA, versionKey } from "../layout.js";
import { readDigestPointer, readKeyPointer, readModel, readVersion } from "../registry/store.js";
import { headObject, listNewestNumbers, type ObjectHead } from "../transfer/object.js";
import type { ModelSummary } from "../types.js";
import { unpublishedLatest, versionInMetadata, type Snapshot } from "./decide.js";
import type { Run, Steps } from "./run.js";

/**
 * Step 0: reads what decides. One strong read after the other, in the order of the model that was checked: the row is read last, so
 * that what a pointer names is at least as new as the pointer.
 */
export async function look(run: Run): Promise<Snapshot> {
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

/** What LATEST holds. One that we wrote says so; one of the Python library's is compared with the newest number. */
export async function lookAtLatest(run: Steps): Promise<LatestState> {
  const { aws, lob } = run;
  const head = await headObject(aws, lob, versionKey(lob, run.model, LATEST));
  if (!head) return { is: "absent" };
  const version = versionInMetadata(head) ?? run.publishedLatest.get(head.etag);
  if (version !== undefined) return { is: "version", version, head };
  const [newest] = await listNewestNumbers(aws, lob, run.model, 1);
  if (newest && (newest.etag === head.etag || (await sha256Of(run, newest.version)) === head.metadata[METADATA.artifactSha256])) {
    run.publishedLatest.set(head.etag, newest.version);
    return { is: "version", version: newest.version, head };
  }
  return { is: "unpublished", head };
}

async function sha256Of(run: Steps, version: number): Promise<string | undefined> {
  const head = await headObject(run.aws, run.lob, versionKey(run.lob, run.model, version));
  return head?.metadata[METADATA.artifactSha256];
}

/**
 * The newest number that is in S3 and that the model's row does not know of, because the Python library published it; undefined when
 * there is none. Looked for before anything is uploaded, and before content counts as the newest version.
 * @throws LobError LOB3006 for unpublished work of the library, unless it may be taken over
 */
export async function foreignNumber(run: Steps, model: ModelSummary | undefined): Promise<number | undefined> {
  const latest = await lookAtLatest(run);
  if (latest.is === "unpublished" && !run.takeOver) throw unpublishedLatest(run.model, latest.head);
  // LATEST tells the newest number in one request; only where it does not, the numbers are listed.
  const candidate = latest.is === "version" ? latest.version : (await listNewestNumbers(run.aws, run.lob, run.model, 1))[0]?.version;
  return candidate !== undefined && candidate >= (model?.next ?? 1) ? candidate : undefined;
}
