/** Checks LATEST. */
import { defined } from "../defined.js";
import { LATEST, METADATA, s3Uri, versionKey } from "../layout.js";
import { judgeLatest } from "../registry/latest.js";
import { isOwnNumber } from "../registry/objects.js";
import { objectProblems } from "../registry/agreement.js";
import type { ObjectHead } from "../transfer/object.js";
import type { Lob } from "../types.js";
import { isBytesOf } from "./diagnose-numbers.js";
import type { Circumstances, Diagnosis } from "./diagnosis.js";
import type { ModelState, NumberState } from "./state.js";
import { isUnreadable } from "../registry/rows.js";

export function ofLatest(state: ModelState, { lob }: Circumstances): Diagnosis[] {
  const { latest, row, numbers } = state;
  const newest = row === undefined || isUnreadable(row) ? 0 : row.latest;
  const key = versionKey(lob, state.model, LATEST);
  const at = numbers.find(({ n }) => n === newest);
  // An object that disagrees with its row must not replace the copy at LATEST, and a lost object is restored first.
  const sound = at?.row && !isUnreadable(at.row) && at.object && objectProblems(at.row, at.object).length === 0;
  const behind = (message: string): Diagnosis[] => (sound ? [{ kind: "latest-behind", key, message, repair: { do: "advance" } }] : []);
  if (!latest) return newest > 0 ? behind(`${LATEST} is missing; version ${newest} is the newest`) : [];
  const held = heldBy(numbers, latest);
  if (held === undefined) {
    const when = latest.lastModified ? `, written at ${latest.lastModified.toISOString()}` : "";
    return [{ kind: "latest-draft", key, message: `${LATEST} holds ${latest.size} bytes of unpublished work${when}` }];
  }
  if (held < newest) return behind(`${LATEST} is version ${held}; version ${newest} is the newest`);
  if (held > newest || !sound || !isOwnNumber(held, latest) || isSameObject(at.object, latest, lob)) return [];
  const message = `${LATEST} claims to be version ${held}, but differs from ${s3Uri(lob.bucket, at.object.key)}`;
  return [{ kind: "latest-differs", version: held, key, message, repair: { do: "rewrite-latest", object: at.object, latest } }];
}

/** Returns the version that LATEST holds; undefined for unpublished work. */
function heldBy(numbers: readonly NumberState[], latest: ObjectHead): number | undefined {
  const verdict = judgeLatest(latest, {
    sha256Of: (version) => numbers.find(({ n }) => n === version)?.object?.metadata[METADATA.artifactSha256],
    numbers: numbers.toReversed().map(({ n, row, object }) => {
      const rowHasBytes = row !== undefined && !isUnreadable(row) && isBytesOf(row, latest);
      return defined({ version: n, object, rowHasBytes });
    }),
  });
  return verdict.is === "version" ? verdict.version : undefined;
}

/** Compares ETags only if both objects were copied in parts without a KMS key. ETags of other objects are not comparable. */
function isSameObject(number: ObjectHead, latest: ObjectHead, lob: Lob): boolean {
  const same = [METADATA.artifactSha256, METADATA.writeToken].every((name) => number.metadata[name] === latest.metadata[name]);
  const comparable = lob.kmsKeyArn === undefined && isInParts(number) && isInParts(latest);
  return same && number.size === latest.size && (!comparable || number.etag === latest.etag);
}

const isInParts = ({ etag }: ObjectHead): boolean => /-\d+"$/.test(etag);
