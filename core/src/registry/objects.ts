import { isToken, isSha256, METADATA } from "../layout.js";
import type { ObjectHead } from "../transfer/object.js";
import type { ModelSummary, Version } from "../types.js";

/** The version that an object's metadata names; undefined for an object that the Python library put. */
export function versionInMetadata(head: ObjectHead): number | undefined {
  const text = head.metadata[METADATA.artifactVersion];
  return text !== undefined && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;
}

/** Whether this program wrote the object as this number. */
export function isOwnNumber(n: number, head: ObjectHead): boolean {
  const { metadata } = head;
  return versionInMetadata(head) === n && isToken(metadata[METADATA.writeToken]) && isSha256(metadata[METADATA.treeDigest]);
}

/** Whether one time is after another. S3 reports whole seconds. */
export const isLater = (a: Date | undefined, b: Date | undefined): boolean => a !== undefined && b !== undefined && a > b;

/**
 * Whether a number that Python published has the bytes of another number, because Python copies LATEST. Such a number never becomes
 * `latest`: with one ETag for two numbers, a late If-Match could move LATEST back.
 */
export function isCopyOfAnotherNumber(
  n: number,
  head: ObjectHead,
  model: Pick<ModelSummary, "latest" | "latestSha256"> | undefined,
): boolean {
  const says = versionInMetadata(head);
  if (says !== undefined && says !== n) return true;
  const sha256 = head.metadata[METADATA.artifactSha256];
  return model !== undefined && model.latest !== n && sha256 !== undefined && sha256 === model.latestSha256;
}

/** Step 3: what the object at a number is, for a writer that brings `row` to READY. */
export type ObjectVerdict = "absent" | "ours" | "same-content" | "foreign";
export function judgeObject(row: Version, head: ObjectHead | undefined): ObjectVerdict {
  if (!head) return "absent";
  if (versionInMetadata(head) !== row.version) return "foreign";
  if (head.metadata[METADATA.writeToken] === row.token) return "ours";
  return head.metadata[METADATA.treeDigest] === row.treeDigest ? "same-content" : "foreign";
}
