/**
 * The decisions of the publish protocol: pure functions of what was read. docs/publish-protocol.md states what they rely on; each branch is
 * a transition of the checked model.
 */
import { isReadable } from "../registry/status.js";
import { LobError } from "../errors.js";
import { LATEST, MAX_VERSION, METADATA } from "../layout.js";
import type { Pointer } from "../registry/rows.js";
import type { ObjectHead } from "../transfer/object.js";
import type { ModelSummary, Version, VersionStatus } from "../types.js";

/** Result of one look at the tables, by strong reads in this order. */
export interface Snapshot {
  readonly treeDigest: string;
  readonly key?: string;
  /** Whether a key that has a version with other content is no error: then that version is the result. */
  readonly keepOther?: boolean;
  readonly model?: ModelSummary;
  readonly keyPointer?: Pointer;
  /** The number that `digest://` names. */
  readonly digestPointer?: number;
  /** The row that the key names; without a key, the row that the digest names. */
  readonly row?: Version;
}

export type Decision =
  | Settled
  /** Somebody deleted the row of that version. Its object restores it; if that is gone as well, `otherwise`. */
  | { readonly do: "recover"; readonly version: number; readonly otherwise: Settled };

/** A decision that needs only rows. */
export type Settled =
  /** Version `version` already has this content. */
  | { readonly do: "finish"; readonly version: number; readonly replay: boolean }
  /** Point our key to that version, then look again. */
  | { readonly do: "set-key"; readonly version: number; readonly row?: Version }
  /**
   * The version is being published: continue from its current state. `unnamed`: our key does not point to it yet, so look again afterwards.
   */
  | { readonly do: "help"; readonly row: Version; readonly unnamed?: true }
  /** Our key's version was abandoned: upload again and take over its row. */
  | { readonly do: "take-over"; readonly row: Version }
  /** The rows changed since they were read. If the next look finds the same, somebody edited a row by hand: `otherwise`. */
  | { readonly do: "again"; readonly because: string; readonly otherwise?: Settled }
  /**
   * New content: stage it, then reserve `next`. `previous`: the version that `digest://` names, and the status of its row, if it has one.
   */
  | { readonly do: "new"; readonly next: number; readonly previous?: { version: number; status: VersionStatus | undefined } }
  | { readonly do: "fail"; readonly error: LobError };

/** Idempotency keys that may point to an unfinished version: the transaction that moves it to another number must hold all of them. */
export const MAX_KEYS = 50;

/** Step 0: decides what to do about content with this digest under this key. */
export function decide(snapshot: Snapshot): Decision {
  const { model, key, keyPointer, treeDigest } = snapshot;
  if (keyPointer) return decideByKey(snapshot, keyPointer);
  if (model && model.latest > 0 && model.latestTreeDigest === treeDigest) {
    return key === undefined ? { do: "finish", version: model.latest, replay: false } : { do: "set-key", version: model.latest };
  }
  return decideByDigest(snapshot);
}

function decideByKey({ key, keepOther, treeDigest, row }: Snapshot, pointer: Pointer): Decision {
  const n = pointer.version;
  if (pointer.treeDigest !== treeDigest) {
    // An unfinished version needs its own content, which this publisher does not have.
    if (keepOther === true && row?.treeDigest === pointer.treeDigest && isReadable(row)) return { do: "finish", version: n, replay: true };
    return failed("LOB3005", `the idempotency key ${key} was used for other content, which is version ${n}`, {
      hint: "A key stays with the content it was first used for. Use another key or none; in a workflow, make training deterministic or publish what the first attempt built.",
    });
  }
  // No step deletes a row.
  if (row === undefined) {
    const otherwise = failed("LOB3009", `the idempotency key ${key} belongs to version ${n}, whose row and object were deleted by hand`, {
      hint: "Publish again with another key to get a new version.",
    });
    return { do: "recover", version: n, otherwise };
  }
  // Another writer's object took the number, and our row moved. The key moves in the same transaction, so a second look finds it.
  if (row.treeDigest !== treeDigest) {
    const otherwise = failed("LOB3009", `the idempotency key ${key} belongs to version ${n}, which has other content now`, {
      hint: "The object or its row was replaced without this program. Publish again with another key to get a new version.",
    });
    return { do: "again", because: `version ${n} was moved during the look-up`, otherwise };
  }
  if (row.status === "RESERVED") return { do: "help", row };
  if (row.status === "ABANDONED") return { do: "take-over", row };
  if (isReadable(row)) return { do: "finish", version: n, replay: true };
  return failed("LOB3009", `the idempotency key ${key} belongs to version ${n}, which is ${row.status}`, {
    hint: "The version was removed from the registry. Publish again with another key to get a new version.",
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
    return { do: "again", because: `version ${digestPointer} was moved during the look-up`, otherwise };
  }
  if (row.status === "RESERVED") {
    if (key === undefined) return { do: "help", row };
    return row.keys.length < MAX_KEYS ? { do: "set-key", version: digestPointer, row } : { do: "help", row, unnamed: true };
  }
  // `next` is above every number given out, so the model's row was read before the pointer was written.
  if (digestPointer >= next) return { do: "again", because: `version ${digestPointer} was published during the look-up` };
  return numbered({ do: "new", next, previous: { version: digestPointer, status: row.status } });
}

function numbered(decision: Extract<Settled, { do: "new" }>): Settled {
  if (decision.next <= MAX_VERSION) return decision;
  return failed("LOB3008", "the model has used all its 999,999 version numbers", { hint: "Publish under another model name." });
}

function failed(...args: ConstructorParameters<typeof LobError>): Settled {
  return { do: "fail", error: new LobError(...args) };
}

/** Step 5: whether LATEST must move. `at` is the version that it holds; undefined if there is no LATEST. */
export function mustAdvance(at: number | undefined, latest: number): boolean {
  return latest > 0 && (at === undefined || at < latest);
}

/** The error for an unpublished LATEST: only a person may decide to overwrite it. */
export function unpublishedLatest(model: string, head: ObjectHead, published?: number): LobError {
  const when = head.lastModified ? `, put ${head.lastModified.toISOString()}` : "";
  const done = published === undefined ? "" : `version ${published} is published, but `;
  return new LobError(
    "LOB3006",
    `${done}${LATEST} of ${model} holds work that another writer has not published (${head.size} bytes${when})`,
    {
      hint:
        "Publish it with the Python library first (`publish_artifact_version`). If it may be overwritten, publish over it " +
        "(`--take-over`, the input `take-over`).",
      details: { key: head.key, sha256: head.metadata[METADATA.artifactSha256] },
    },
  );
}
