import { defined } from "../defined.js";
import { LATEST, METADATA, versionKey } from "../layout.js";
import { readDigestPointer, readKeyPointer, readModel, readVersion } from "../registry/store.js";
import { headObject, listNewestNumbers, type ObjectHead } from "../transfer/object.js";
import type { ModelSummary } from "../types.js";
import { unpublishedLatest, type Snapshot } from "./decide.js";
import { judgeLatest, UNREAD, type NumberEvidence } from "../registry/latest.js";
import type { PublishRun, ProtocolContext } from "./run.js";

/**
 * Step 0: reads what the decision needs. The reads are strong and in the order of the checked model: the row comes last, so that it is at
 * least as new as the pointer to it.
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
    keepOther: options.ifKeyUsed === "keep",
    ...defined({ model, key, keyPointer, digestPointer, row }),
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

/** Decides what LATEST holds, reading no more than the decision needs. */
export async function lookAtLatest(run: ProtocolContext): Promise<LatestState> {
  const { aws, lob, model, publishedLatest } = run;
  const head = await headObject(aws, lob, versionKey(lob, model, LATEST));
  if (!head) return { is: "absent" };
  const read = new Map<number, string | undefined>();
  let numbers: NumberEvidence[] | undefined;
  for (;;) {
    const verdict = judgeLatest(head, { sha256Of: (n) => (read.has(n) ? read.get(n) : UNREAD), numbers });
    if (verdict.is === "unpublished") return { is: "unpublished", head };
    // The result of an earlier round for this very object still holds.
    const known = verdict.is === "undecided" && verdict.read === "numbers" ? publishedLatest.get(head.etag) : undefined;
    if (verdict.is === "version" || known !== undefined) {
      const version = verdict.is === "version" ? verdict.version : known!;
      publishedLatest.set(head.etag, version);
      return { is: "version", version, head };
    }
    if (verdict.read === "numbers") {
      numbers = (await listNewestNumbers(aws, lob, model, COMPARED)).map(({ version: n, ...object }) => ({ version: n, object }));
    } else {
      const number = await headObject(aws, lob, versionKey(lob, model, verdict.read));
      read.set(verdict.read, number?.metadata[METADATA.artifactSha256]);
    }
  }
}

/**
 * Returns the newest number in S3 that the model's row does not know because the Python library published it; undefined if no such number exists.
 * Called before anything is uploaded, and before content counts as the newest version.
 * @throws LobError LOB3006 for unpublished work of the library, unless it may be taken over
 */
export async function foreignNumber(run: ProtocolContext, model: ModelSummary | undefined): Promise<number | undefined> {
  const latest = await lookAtLatest(run);
  if (latest.is === "unpublished" && !run.takeOver) throw unpublishedLatest(run.model, latest.head);
  // LATEST names the newest number in one request; the numbers are listed only if it does not.
  const candidate = latest.is === "version" ? latest.version : (await listNewestNumbers(run.aws, run.lob, run.model, 1))[0]?.version;
  return candidate !== undefined && candidate >= (model?.next ?? 1) ? candidate : undefined;
}
