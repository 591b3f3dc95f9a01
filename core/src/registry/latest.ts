/**
 * Decides what LATEST holds. One that this program wrote names its version; one that the Python library put is compared with the numbers.
 * Pure: a caller that has not read enough gets told what to read next, so that publish reads little and doctor decides on what it has.
 */
import { METADATA } from "../layout.js";
import type { ObjectHead } from "../transfer/object.js";
import { isLater, isOwnNumber, versionInMetadata } from "./objects.js";

/** Value of {@link LatestEvidence.sha256Of} for a number whose object was not read yet. */
export const UNREAD = Symbol("unread");

/** Newest numbers whose SHA-256 is compared when no ETag matches: ETags differ if the parts differ. */
const COMPARED_BY_SHA256 = 5;

export interface NumberEvidence {
  readonly version: number;
  /** ETag and time of its object; absent if only its row is left. */
  readonly object?: { readonly etag: string; readonly lastModified?: Date };
  /** Whether its row says that it has the bytes of this LATEST. Counts only without an object. */
  readonly rowHasBytes?: boolean;
}

export interface LatestEvidence {
  /** SHA-256 that the object of a number states; undefined if it states none or does not exist. */
  readonly sha256Of: (version: number) => string | undefined | typeof UNREAD;
  /** The newest numbers, newest first; absent if they were not listed yet. */
  readonly numbers?: readonly NumberEvidence[];
}

export type LatestVerdict =
  /** LATEST has the content of that number. */
  | { readonly is: "version"; readonly version: number }
  /** Another writer put it, and no number has this content. */
  | { readonly is: "unpublished" }
  /** The evidence does not decide: list the numbers, or read the object of one. */
  | { readonly is: "undecided"; readonly read: "numbers" | number };

export function judgeLatest(latest: ObjectHead, evidence: LatestEvidence): LatestVerdict {
  const stated = versionInMetadata(latest);
  if (stated !== undefined && isOwnNumber(stated, latest)) return { is: "version", version: stated };
  const sha256 = latest.metadata[METADATA.artifactSha256];
  // Without our token, as in a copy of a number that Python published, the number itself must agree.
  if (stated !== undefined && sha256 !== undefined) {
    const found = evidence.sha256Of(stated);
    if (found === UNREAD) return { is: "undecided", read: stated };
    if (found === sha256) return { is: "version", version: stated };
  }
  return byBytes(latest, sha256, evidence);
}

/**
 * The newest number that has the bytes of this LATEST. It need not be the newest of all: one of ours may have come after it. A LATEST
 * that was put after the newest number returns to earlier content, which is not published yet.
 */
function byBytes(latest: ObjectHead, sha256: string | undefined, { sha256Of, numbers }: LatestEvidence): LatestVerdict {
  if (numbers === undefined) return { is: "undecided", read: "numbers" };
  const newest = numbers.find(({ object }) => object !== undefined);
  const found = numbers.find(({ version, object, rowHasBytes }) =>
    object ? object.etag === latest.etag || (sha256 !== undefined && sha256Of(version) === sha256) : rowHasBytes === true,
  );
  if (found === undefined) {
    const unread = numbers.slice(0, COMPARED_BY_SHA256).find(({ version, object }) => object !== undefined && sha256Of(version) === UNREAD);
    return sha256 !== undefined && unread !== undefined ? { is: "undecided", read: unread.version } : { is: "unpublished" };
  }
  const isNews = found !== newest && isLater(latest.lastModified, newest?.object?.lastModified);
  return isNews && found.object !== undefined ? { is: "unpublished" } : { is: "version", version: found.version };
}
