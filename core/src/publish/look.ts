import { LATEST, METADATA, versionKey } from "../layout.js";
import { readDigestPointer, readKeyPointer, readModel, readVersion } from "../registry/store.js";
import { headObject, listNewestNumbers, type ObjectHead } from "../transfer/object.js";
import type { ModelSummary } from "../types.js";
import { isCopyOfAnotherNumber, unpublishedLatest, versionInMetadata, type Snapshot } from "./decide.js";
import { foreignVersion } from "./foreign.js";
import { tell, write, type Run } from "./run.js";
import { indexForeign } from "./transactions.js";

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
export async function lookAtLatest(run: Run): Promise<LatestState> {
  const { aws, lob, options } = run;
  const head = await headObject(aws, lob, versionKey(lob, options.model, LATEST));
  if (!head) return { is: "absent" };
  const version = versionInMetadata(head) ?? run.publishedLatest.get(head.etag);
  if (version !== undefined) return { is: "version", version, head };
  const [newest] = await listNewestNumbers(aws, lob, options.model, 1);
  if (newest && (newest.etag === head.etag || (await sha256Of(run, newest.version)) === head.metadata[METADATA.artifactSha256])) {
    run.publishedLatest.set(head.etag, newest.version);
    return { is: "version", version: newest.version, head };
  }
  return { is: "unpublished", head };
}

async function sha256Of(run: Run, version: number): Promise<string | undefined> {
  const head = await headObject(run.aws, run.lob, versionKey(run.lob, run.options.model, version));
  return head?.metadata[METADATA.artifactSha256];
}

/**
 * Whether the way is clear of what the Python library did, before anything is uploaded: numbers that it published are indexed, and
 * unpublished work of its stops us.
 * @returns false when something was indexed, and the caller must look again
 * @throws LobError LOB3006 for unpublished work, unless it may be taken over
 */
export async function clearOfForeigners(run: Run, model: ModelSummary | undefined): Promise<boolean> {
  const latest = await lookAtLatest(run);
  if (latest.is === "unpublished" && !run.options.takeOver) throw unpublishedLatest(run.options.model, latest.head);
  // A first publish takes the numbers that are there from one listing; later ones meet foreign numbers as LATEST or at their own number.
  const candidate =
    latest.is === "version"
      ? latest.version
      : model
        ? undefined
        : (await listNewestNumbers(run.aws, run.lob, run.options.model, 1))[0]?.version;
  if (candidate === undefined || candidate < (model?.next ?? 1)) return true;
  if (run.options.dryRun) return true;
  await indexNumber(run, candidate, model);
  return false;
}

/** Gives a number of the Python library its row. A lost race is fine: the caller looks again. */
async function indexNumber(run: Run, n: number, model: ModelSummary | undefined): Promise<void> {
  const { aws, lob, options } = run;
  const head = await headObject(aws, lob, versionKey(lob, options.model, n));
  if (!head) return;
  tell(run, "look", `indexing version ${n}, which the Python library published`);
  const now = run.around.now();
  const raise = !isCopyOfAnotherNumber(n, head, model);
  await write(run, indexForeign(lob, foreignVersion(lob, options.model, n, head, now), model, raise, now), `indexing version ${n}`);
}
