/**
 * The decisions of the publish protocol: pure functions over what was read. What they rely on is written down in
 * docs/publish-protocol.md; each branch is a transition of the model that was checked there.
 */
import { isReadable } from "../registry/status.js";
import { LobError } from "../errors.js";
import { LATEST, MAX_VERSION, METADATA } from "../layout.js";
import type { Pointer } from "../registry/rows.js";
import type { ObjectHead } from "../transfer/object.js";
import type { ModelSummary, Version, VersionStatus } from "../types.js";

/** What one look at the tables found, read strongly and in this order. */
export interface Snapshot {
  readonly treeDigest: string;
  readonly key?: string;
  readonly model?: ModelSummary;
  readonly keyPointer?: Pointer;
  /** The number that `digest://` names. */
  readonly digestPointer?: number;
  /** The row that the key names, or without one the row that the digest names. */
  readonly row?: Version;
}

export type Decision =
  | Settled
  /** Somebody deleted the row of that version: its object tells it again. Where that is gone too, `otherwise`. */
  | { readonly do: "recover"; readonly version: number; readonly otherwise: Settled };

/** A decision that rows alone allow. */
export type Settled =
  /** This content is version `version` already. */
  | { readonly do: "finish"; readonly version: number; readonly replay: boolean }
  /** Let our key name that version, then look again. */
  | { readonly do: "set-key"; readonly version: number; readonly row?: Version }
  /** The version is on its way: go on from wherever it stands. `unnamed`: our key does not name it yet, so look again then. */
  | { readonly do: "help"; readonly row: Version; readonly unnamed?: true }
  /** Our key's version was abandoned: upload anew and take its row over. */
  | { readonly do: "take-over"; readonly row: Version }
  /** What we read is no longer so. Where it still is at the next look, somebody changed a row by hand: `otherwise`. */
  | { readonly do: "again"; readonly because: string; readonly otherwise?: Settled }
  /** New content: stage it, then reserve `next`. `previous`: what `digest://` names, and the status of its row where it has one. */
  | { readonly do: "new"; readonly next: number; readonly previous?: { version: number; status: VersionStatus | undefined } }
  | { readonly do: "fail"; readonly error: LobError };

/** Idempotency keys that may name a version on its way: all of them must fit into the transaction that moves it to another number. */
export const MAX_KEYS = 50;

/** Step 0: what to do about content with this digest, under this key. */
export function decide(snapshot: Snapshot): Decision {
  const { model, key, keyPointer, treeDigest } = snapshot;
  if (keyPointer) return decideByKey(snapshot, keyPointer);
  if (model && model.latest > 0 && model.latestTreeDigest === treeDigest) {
    return key === undefined ? { do: "finish", version: model.latest, replay: false } : { do: "set-key", version: model.latest };
  }
  return decideByDigest(snapshot);
}

function decideByKey({ key, treeDigest, row }: Snapshot, pointer: Pointer): Decision {
  const n = pointer.version;
  if (pointer.treeDigest !== treeDigest) {
    return failed("LOB3005", `the idempotency key ${key} was used for other content: it gave version ${n}`, {
      hint: "A key stands for one content. Use another key, or none; in a workflow, let training be deterministic or publish what the first attempt built.",
    });
  }
  // No step deletes a row.
  if (row === undefined) {
    const otherwise = failed("LOB3009", `the idempotency key ${key} gave version ${n}, whose row and object were deleted by hand`, {
      hint: "Publish again under another key to get a new version.",
    });
    return { do: "recover", version: n, otherwise };
  }
  // A foreign object took the number, and our row moved: the key moves in the same transaction, so a second look finds it.
  if (row.treeDigest !== treeDigest) {
    const otherwise = failed("LOB3009", `the idempotency key ${key} names version ${n}, which has other content by now`, {
      hint: "The object or its row was replaced past this program. Publish again under another key to get a new version.",
    });
    return { do: "again", because: `version ${n} was moved while we looked`, otherwise };
  }
  if (row.status === "RESERVED") return { do: "help", row };
  if (row.status === "ABANDONED") return { do: "take-over", row };
  if (isReadable(row)) return { do: "finish", version: n, replay: true };
  return failed("LOB3009", `the idempotency key ${key} gave version ${n}, which is ${row.status}`, {
    hint: "The version was removed from the registry. Publish again under another key to get a new version.",
  });
}

function decideByDigest({ key, treeDigest, model, digestPointer, row }: Snapshot): Decision {
  const next = model?.next ?? 1;
  if (digestPointer === undefined) return numbered({ do: "new", next });
  if (row === undefined) {
    const otherwise = numbered({ do: "new", next, previous: { version: digestPointer, status: undefined } });
    return { do: "recover", version: digestPointer, otherwise };
  }
  if (row.treeDigest !== treeDigest) {
    const otherwise = numbered({ do: "new", next, previous: { version: digestPointer, status: row.status } });
    return { do: "again", because: `version ${digestPointer} was moved while we looked`, otherwise };
  }
  if (row.status === "RESERVED") {
    if (key === undefined) return { do: "help", row };
    return row.keys.length < MAX_KEYS ? { do: "set-key", version: digestPointer, row } : { do: "help", row, unnamed: true };
  }
  // `next` is above every number that was given out, so what we read of the model is older than the pointer.
  if (digestPointer >= next) return { do: "again", because: `version ${digestPointer} was published while we looked` };
  return numbered({ do: "new", next, previous: { version: digestPointer, status: row.status } });
}

function numbered(decision: Extract<Settled, { do: "new" }>): Settled {
  if (decision.next <= MAX_VERSION) return decision;
  return failed("LOB3008", "the model has used all its 999,999 version numbers", { hint: "Publish under another model name." });
}

function failed(...args: ConstructorParameters<typeof LobError>): Settled {
  return { do: "fail", error: new LobError(...args) };
}

/** Step 5: whether LATEST must move. `at` is the version that it holds now, undefined when there is no LATEST. */
export function mustAdvance(at: number | undefined, latest: number): boolean {
  return latest > 0 && (at === undefined || at < latest);
}

/** What an unpublished LATEST means for a publish; the person decides, never the program. */
export function unpublishedLatest(model: string, head: ObjectHead, published?: number): LobError {
  const when = head.lastModified ? `, put ${head.lastModified.toISOString()}` : "";
  const done = published === undefined ? "" : `version ${published} is published, but `;
  return new LobError(
    "LOB3006",
    `${done}${LATEST} of ${model} holds work that another writer has not published (${head.size} bytes${when})`,
    {
      hint:
        "Publish it with the Python library first (`publish_artifact_version`), or, if it may be overwritten, publish with take-over " +
        "(--take-over, the input `take-over`).",
      details: { key: head.key, sha256: head.metadata[METADATA.artifactSha256] },
    },
  );
}
