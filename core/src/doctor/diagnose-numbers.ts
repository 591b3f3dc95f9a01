/** Checks one version number: its row, its object and its upload against each other. */
import { isSha256, LATEST, METADATA } from "../layout.js";
import { judgeObject, isOwnNumber } from "../registry/objects.js";
import { versionOfObject } from "../registry/recover.js";
import { expectsObject, isOpen } from "../registry/status.js";
import { objectProblems } from "../registry/agreement.js";
import type { ObjectHead } from "../transfer/object.js";
import type { Lob, Version } from "../types.js";
import { isNewest, newestReady } from "./diagnose-model.js";
import type { Circumstances, Diagnosis, Repair } from "./diagnosis.js";
import { isFar, type ModelState, type NumberState } from "./state.js";
import { isUnreadable } from "../registry/rows.js";

export function ofNumber(state: ModelState, number: NumberState, circumstances: Circumstances): Diagnosis[] {
  const { n, row, object } = number;
  if (row === undefined) return object ? ofObjectAlone(state, n, object) : ofNothing(state, n);
  if (isUnreadable(row)) {
    const { latest } = state;
    if (!object && latest && isOwnNumber(n, latest)) return [restorable(n, latest)];
    const repair: Repair | undefined = object && isIndexable(object) ? { do: "rebuild", n, object, row } : undefined;
    const missing = object ? "" : "; its object is missing as well";
    return [{ kind: "unreadable-row", version: n, message: `${row.unreadable}${missing}`, repair }];
  }
  if (isOpen(row)) return ofUnfinished(number, row, circumstances);
  if (!expectsObject(row)) return [];
  return object ? ofPublished(state, { row, object, unlisted: number.unlisted === true }, circumstances.lob) : ofLost(state, row);
}

function ofObjectAlone(state: ModelState, n: number, object: ObjectHead): Diagnosis[] {
  const { key } = object;
  if (!isIndexable(object)) return [unknownObject(n, object)];
  if (isFar(state, n))
    return [
      { kind: "far", version: n, key, message: `version ${n} is far above all others; indexing it would use up the numbers between` },
    ];
  const reason = isOwnNumber(n, object) ? "has no row" : "was published by the Python library";
  return [{ kind: "unindexed", version: n, key, message: `version ${n} ${reason}`, repair: { do: "index", n, object } }];
}

function ofNothing({ latest }: ModelState, n: number): Diagnosis[] {
  return latest && isOwnNumber(n, latest) ? [restorable(n, latest)] : [];
}

function ofUnfinished({ n, object, staging }: NumberState, row: Version, { now, busyMs, abandonMs }: Circumstances): Diagnosis[] {
  const age = now.getTime() - Date.parse(row.reservedAt);
  const reserved = row.status === "RESERVED";
  // A time in the future is wrong: such a reservation counts as too old.
  if (reserved && age < busyMs && age > -abandonMs) return [inProgress(n, row)];
  if (object) {
    if (judgeObject(row, object) !== "foreign") return [unfinished(n, row, "its object exists")];
    if (!isIndexable(object)) return [unknownObject(n, object)];
    const message = `version ${n} was reserved at ${row.reservedAt}, but holds an object of another writer`;
    return [{ kind: "displaced", version: n, key: object.key, message, repair: { do: "finish", row } }];
  }
  if (!reserved) return [];
  if (staging && staging.etag === row.stagingETag) return [unfinished(n, row, "its upload exists")];
  if (age < abandonMs && age > -abandonMs) return [inProgress(n, row)];
  return [
    {
      kind: "abandoned",
      version: n,
      message: `version ${n} was reserved at ${row.reservedAt}, but its bytes are missing`,
      repair: { do: "abandon", row },
    },
  ];
}

function unfinished(n: number, row: Version, what: string): Diagnosis {
  return {
    kind: "unfinished",
    version: n,
    message: `version ${n} was reserved at ${row.reservedAt} and ${what}`,
    repair: { do: "finish", row },
  };
}

const inProgress = (n: number, row: Version): Diagnosis => ({
  kind: "in-progress",
  version: n,
  message: `version ${n} has been in progress since ${row.reservedAt}`,
});

function ofPublished(
  state: ModelState,
  { row, object, unlisted }: { row: Version; object: ObjectHead; unlisted: boolean },
  lob: Lob,
): Diagnosis[] {
  const n = row.version;
  const { key } = object;
  const problems = objectProblems(row, object);
  if (problems.length > 0) {
    const repair: Repair = { do: "rebuild", n, object, row };
    const saved = state.latest && isCopyAtLatest(row, state.latest) ? `; ${LATEST} still matches the row` : "";
    const message = `version ${n}: ${problems.join("; ")}${saved}`;
    return [{ kind: "disagrees", version: n, key, message, repair: canRebuild(lob, row, object) ? repair : undefined }];
  }
  const found: Diagnosis[] = [];
  if (row.status === "MISSING")
    found.push({ kind: "came-back", version: n, key, message: `the object of version ${n} was restored`, repair: { do: "revive", row } });
  else if (unlisted)
    found.push({ kind: "unlisted", version: n, message: `version ${n} is not in its index`, repair: { do: "relist", row } });
  if (row.manifestSha256 === undefined) return found;
  if (!state.manifests.has(row.manifestSha256))
    found.push({ kind: "no-manifest", version: n, message: `the manifest ${row.manifestSha256} of version ${n} is missing` });
  else if (row.files === 0)
    found.push({
      kind: "incomplete",
      version: n,
      message: `the row of version ${n} lacks values from its manifest`,
      repair: { do: "rebuild", n, object, row },
    });
  return found;
}

/** Whether a rebuilt row would agree with the object. */
const canRebuild = (lob: Lob, row: Version, object: ObjectHead): boolean =>
  isIndexable(object) && objectProblems(versionOfObject(lob, row.model, row.version, object, ""), object).length === 0;

/** Whether LATEST is a copy of the version. Compares tokens for a version of this program, and bytes for one of the Python library. */
const isCopyAtLatest = (row: Version, latest: ObjectHead): boolean =>
  row.token === "" ? isBytesOf(row, latest) : isOwnNumber(row.version, latest) && latest.metadata[METADATA.writeToken] === row.token;

function ofLost(state: ModelState, row: Version): Diagnosis[] {
  const n = row.version;
  const { latest } = state;
  if (latest && isCopyAtLatest(row, latest)) return [restorable(n, latest)];
  if (row.status === "MISSING") return [{ kind: "missing", version: n, message: `version ${n} has no object` }];
  const newest = isNewest(state, n) ? newestReady(state, n) : undefined;
  return [
    {
      kind: "lost",
      version: n,
      message: `version ${n} is ${row.status}, but its object ${row.url} is missing`,
      repair: { do: "lose", row, newest },
    },
  ];
}

export const isBytesOf = (row: Version, { metadata, size }: ObjectHead): boolean =>
  metadata[METADATA.artifactSha256] === row.sha256 && size === row.size;
const isIndexable = ({ metadata }: ObjectHead): boolean => isSha256(metadata[METADATA.artifactSha256]);

const restorable = (n: number, latest: ObjectHead): Diagnosis => ({
  kind: "restorable",
  version: n,
  message: `the object of version ${n} is missing; ${LATEST} is a copy of it`,
  repair: { do: "restore", n, latest },
});

const unknownObject = (n: number, { key }: ObjectHead): Diagnosis => ({
  kind: "unknown",
  version: n,
  key,
  message: `${key} has no ${METADATA.artifactSha256}, so neither this program nor the Python library wrote it`,
});
