/** What is wrong with one number: its row, its object and its upload, held against one another. */
import { isSha256, LATEST, METADATA } from "../layout.js";
import { judgeObject, isOwnNumber } from "../registry/objects.js";
import { versionOfObject } from "../registry/recover.js";
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
    const gone = object ? "" : "; its object is gone too";
    return [{ kind: "unreadable-row", version: n, message: `${row.unreadable}${gone}`, ...(repair && { repair }) }];
  }
  switch (row.status) {
    case "RESERVED":
    case "ABANDONED":
      return ofUnfinished(number, row, circumstances);
    case "READY":
    case "YANKED":
    case "MISSING":
      return object ? ofPublished(state, { row, object, unlisted: number.unlisted === true }, circumstances.lob) : ofLost(state, row);
    default:
      return [];
  }
}

function ofObjectAlone(state: ModelState, n: number, object: ObjectHead): Diagnosis[] {
  const { key } = object;
  if (!isIndexable(object)) return [unknownObject(n, object)];
  if (isFar(state, n))
    return [
      { kind: "far", version: n, key, message: `version ${n} is far above all others: indexing it would use up the numbers between` },
    ];
  const whose = isOwnNumber(n, object) ? "lost its row" : "was published by the Python library";
  return [{ kind: "unindexed", version: n, key, message: `version ${n} ${whose}`, repair: { do: "index", n, object } }];
}

function ofNothing({ latest }: ModelState, n: number): Diagnosis[] {
  return latest && isOwnNumber(n, latest) ? [restorable(n, latest)] : [];
}

function ofUnfinished({ n, object, staging }: NumberState, row: Version, { now, busyMs, abandonMs }: Circumstances): Diagnosis[] {
  const age = now.getTime() - Date.parse(row.reservedAt);
  const reserved = row.status === "RESERVED";
  // A time in the future is somebody's mistake: then it is as old as can be.
  if (reserved && age < busyMs && age > -abandonMs) return [inProgress(n, row)];
  if (object) {
    if (judgeObject(row, object) !== "foreign") return [unfinished(n, row, "its object is there")];
    if (!isIndexable(object)) return [unknownObject(n, object)];
    const message = `another writer's object is at version ${n}, which was reserved at ${row.reservedAt}`;
    return [{ kind: "displaced", version: n, key: object.key, message, repair: { do: "finish", row } }];
  }
  if (!reserved) return [];
  if (staging && staging.etag === row.stagingETag) return [unfinished(n, row, "its upload is there")];
  if (age < abandonMs && age > -abandonMs) return [inProgress(n, row)];
  return [
    {
      kind: "abandoned",
      version: n,
      message: `version ${n} was reserved at ${row.reservedAt}, and its bytes are nowhere`,
      repair: { do: "abandon", row },
    },
  ];
}

function unfinished(n: number, row: Version, what: string): Diagnosis {
  return {
    kind: "unfinished",
    version: n,
    message: `version ${n} was reserved at ${row.reservedAt}, and ${what}`,
    repair: { do: "finish", row },
  };
}

const inProgress = (n: number, row: Version): Diagnosis => ({
  kind: "in-progress",
  version: n,
  message: `version ${n} is being published since ${row.reservedAt}`,
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
    const saved = state.latest && isCopyAtLatest(row, state.latest) ? `; ${LATEST} still has what the row says` : "";
    const message = `version ${n}: ${problems.join("; ")}${saved}`;
    return [{ kind: "disagrees", version: n, key, message, ...(helps(lob, row, object) && { repair }) }];
  }
  const found: Diagnosis[] = [];
  if (row.status === "MISSING")
    found.push({ kind: "came-back", version: n, key, message: `the object of version ${n} is there again`, repair: { do: "revive", row } });
  else if (unlisted) found.push({ kind: "unlisted", version: n, message: `no list shows version ${n}`, repair: { do: "relist", row } });
  if (row.manifestSha256 === undefined) return found;
  if (!state.manifests.has(row.manifestSha256))
    found.push({ kind: "no-manifest", version: n, message: `version ${n} names the manifest ${row.manifestSha256}, which is not there` });
  else if (row.files === 0)
    found.push({
      kind: "incomplete",
      version: n,
      message: `the row of version ${n} lacks what its manifest says`,
      repair: { do: "rebuild", n, object, row },
    });
  return found;
}

/** Whether the row would agree with the object if it were made anew. */
const helps = (lob: Lob, row: Version, object: ObjectHead): boolean =>
  isIndexable(object) && objectProblems(versionOfObject(lob, row.model, row.version, object, ""), object).length === 0;

/** Whether LATEST is a copy of the version: ours names it, one that the Python library put is known by its bytes. */
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
      message: `version ${n} is ${row.status} and its object ${row.url} is gone`,
      repair: { do: "lose", row, ...(newest && { newest }) },
    },
  ];
}

export const isBytesOf = (row: Version, { metadata, size }: ObjectHead): boolean =>
  metadata[METADATA.artifactSha256] === row.sha256 && size === row.size;
const isIndexable = ({ metadata }: ObjectHead): boolean => isSha256(metadata[METADATA.artifactSha256]);

const restorable = (n: number, latest: ObjectHead): Diagnosis => ({
  kind: "restorable",
  version: n,
  message: `the object of version ${n} is gone; ${LATEST} is a copy of it`,
  repair: { do: "restore", n, latest },
});

const unknownObject = (n: number, { key }: ObjectHead): Diagnosis => ({
  kind: "unknown",
  version: n,
  key,
  message: `${key} has no ${METADATA.artifactSha256}: neither we nor the Python library wrote it`,
});
