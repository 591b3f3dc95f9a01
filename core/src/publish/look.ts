import { LobError } from "../errors.js";
import { LATEST, METADATA, s3Uri, versionKey } from "../layout.js";
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
 * The newest number that is in S3 and that the model's row does not know of, because the Python library published it; undefined when
 * there is none. Looked for before anything is uploaded, and before content counts as the newest version.
 * @throws LobError LOB3006 for unpublished work of the library, unless it may be taken over
 */
export async function foreignNumber(run: Run, model: ModelSummary | undefined): Promise<number | undefined> {
  const latest = await lookAtLatest(run);
  if (latest.is === "unpublished" && !run.options.takeOver) throw unpublishedLatest(run.options.model, latest.head);
  // A first publish takes the numbers that are there from one listing; later ones meet foreign numbers as LATEST or at their own number.
  const candidate =
    latest.is === "version"
      ? latest.version
      : model
        ? undefined
        : (await listNewestNumbers(run.aws, run.lob, run.options.model, 1))[0]?.version;
  return candidate !== undefined && candidate >= (model?.next ?? 1) ? candidate : undefined;
}

/**
 * Makes the model's row know a number: gives it a row, where it has none, and raises `next` and `latest`. A number that has a row is met
 * where the model's row was deleted, or is older than the registry. A lost race is fine: the caller looks again.
 */
export async function indexNumber(run: Run, n: number, model: ModelSummary | undefined): Promise<void> {
  const { aws, lob, options } = run;
  const key = versionKey(lob, options.model, n);
  const head = await headObject(aws, lob, key);
  if (!head) {
    throw new LobError("LOB4001", `${LATEST} of ${options.model} is version ${n}, but ${s3Uri(lob.bucket, key)} does not exist`, {
      hint: "Somebody deleted it past this program. Restore it from the bucket's noncurrent versions.",
      details: { key, version: n },
    });
  }
  const now = run.around.now();
  const row = await readVersion(aws, lob, options.model, n);
  tell(run, "look", row ? `the catalog does not know version ${n} yet` : `indexing version ${n}, which the Python library published`);
  const version = row ?? foreignVersion(lob, options.model, n, head, now);
  const raise = version.status === "READY" && (row !== undefined || !isCopyOfAnotherNumber(n, head, model));
  await write(run, indexForeign(lob, version, model, { raise, hasRow: row !== undefined }, now), `indexing version ${n}`);
}
