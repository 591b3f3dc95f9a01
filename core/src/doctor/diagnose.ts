/** What is wrong with a model, and what would mend it: a pure function of its state. */
import { s3Uri, versionKey, METADATA, LATEST, isSha256 } from "../layout.js";
import { isCopyOfAnotherNumber, judgeObject, versionInMetadata } from "../publish/decide.js";
import { isOwnNumber } from "../publish/foreign.js";
import { objectProblems } from "../registry/agreement.js";
import type { Pointer } from "../registry/rows.js";
import type { ObjectHead } from "../transfer/object.js";
import type { Lob, ModelSummary, Version } from "../types.js";
import type { FindingKind } from "./findings.js";
import { isUnreadable, type ModelState, type NumberState, type Unreadable } from "./state.js";

/** One step that mends something, conditional on what was read. */
export type Repair =
  /** Make the number's object anew from LATEST. */
  | { readonly do: "restore"; readonly n: number; readonly latest: ObjectHead }
  /** Make a row for the number from its object. */
  | { readonly do: "index"; readonly n: number; readonly object: ObjectHead }
  /** Make the number's row anew from its object. */
  | { readonly do: "rebuild"; readonly n: number; readonly object: ObjectHead; readonly row: Version | Unreadable }
  /** MISSING becomes READY. */
  | { readonly do: "revive"; readonly row: Version }
  /** Make or correct the model's row; `replace` where it cannot be understood. */
  | {
      readonly do: "model";
      readonly read?: ModelSummary;
      readonly replace: boolean;
      readonly next: number;
      readonly newest?: Version | "none";
    }
  /** Steps 3 and 4 of the protocol for a version that somebody left. */
  | { readonly do: "finish"; readonly row: Version }
  | { readonly do: "abandon"; readonly row: Version }
  /** READY becomes MISSING, and `newest` the newest version where it was that. */
  | { readonly do: "lose"; readonly row: Version; readonly newest?: Version }
  | {
      readonly do: "point";
      readonly what: "digest" | "key";
      readonly name: string;
      readonly row: Version;
      readonly read?: Pointer | Unreadable;
    }
  /** Step 5 of the protocol. */
  | { readonly do: "advance" }
  | { readonly do: "rewrite-latest"; readonly object: ObjectHead; readonly latest: ObjectHead };

export interface Diagnosis {
  readonly kind: FindingKind;
  readonly version?: number;
  readonly key?: string;
  readonly message: string;
  readonly repair?: Repair;
}

export interface Circumstances {
  readonly lob: Lob;
  readonly now: Date;
  /** Milliseconds for which a RESERVED version counts as being published right now. */
  readonly busyMs: number;
  /** Milliseconds after which a RESERVED version whose bytes are nowhere is given up. */
  readonly abandonMs: number;
}

/** Everything that is wrong with the model, in the order in which it is mended. */
export function diagnose(state: ModelState, circumstances: Circumstances): Diagnosis[] {
  const numbers = withLatestNumber(state).flatMap((number) => ofNumber(state, number, circumstances));
  // Where numbers get rows, the same transactions set the model's row: what is still wrong with it then is found by the next look.
  const rows = numbers.some(({ repair }) => repair?.do === "index" || repair?.do === "restore") ? [] : ofModelRow(state);
  const found = [...numbers, ...rows, ...ofPointers(state), ...ofLatest(state, circumstances), ...ofFolder(state)];
  return found.sort((a, b) => ORDER[a.repair?.do ?? "none"] - ORDER[b.repair?.do ?? "none"]);
}

const ORDER: Readonly<Record<Repair["do"] | "none", number>> = {
  restore: 0,
  index: 1,
  rebuild: 2,
  revive: 3,
  lose: 4,
  model: 5,
  finish: 6,
  abandon: 7,
  point: 8,
  advance: 9,
  "rewrite-latest": 10,
  none: 11,
};

/** LATEST may be all that is left of its number: then it is not among those that were read. */
function withLatestNumber({ numbers, latest }: ModelState): readonly NumberState[] {
  const n = latest && versionInMetadata(latest);
  return n === undefined || numbers.some((number) => number.n === n) ? numbers : [...numbers, { n }];
}

// ---- numbers ---------------------------------------------------------------------------------------------------------

function ofNumber(state: ModelState, number: NumberState, circumstances: Circumstances): Diagnosis[] {
  const { n, row, object } = number;
  if (row === undefined) return object ? ofObjectAlone(number.n, object) : ofNothing(state, n);
  if (isUnreadable(row)) {
    const repair: Repair | undefined = object && isIndexable(object) ? { do: "rebuild", n, object, row } : undefined;
    return [{ kind: "unreadable-row", version: n, message: row.unreadable, ...(repair && { repair }) }];
  }
  switch (row.status) {
    case "RESERVED":
    case "ABANDONED":
      return ofUnfinished(number, row, circumstances);
    case "READY":
    case "YANKED":
    case "MISSING":
      return object ? ofPublished(state, row, object) : ofLost(state, row);
    default:
      return [];
  }
}

function ofObjectAlone(n: number, object: ObjectHead): Diagnosis[] {
  const { key } = object;
  if (!isIndexable(object)) return [unknownObject(n, object)];
  const whose = isOwnNumber(n, object) ? "lost its row" : "was published by the Python library";
  return [{ kind: "unindexed", version: n, key, message: `version ${n} ${whose}`, repair: { do: "index", n, object } }];
}

function ofNothing({ latest, row }: ModelState, n: number): Diagnosis[] {
  if (latest && isOwnNumber(n, latest)) return [restorable(n, latest)];
  const next = row === undefined || isUnreadable(row) ? 0 : row.next;
  return n < next ? [{ kind: "gap", version: n, message: `version ${n} has neither row nor object` }] : [];
}

function ofUnfinished({ n, object, staging }: NumberState, row: Version, { now, busyMs, abandonMs }: Circumstances): Diagnosis[] {
  const age = now.getTime() - Date.parse(row.reservedAt);
  const reserved = row.status === "RESERVED";
  if (reserved && age < busyMs) return [inProgress(n, row)];
  if (object) {
    if (judgeObject(row, object) !== "foreign") return [unfinished(n, row, "its object is there")];
    if (!isIndexable(object)) return [unknownObject(n, object)];
    const message = `another writer's object is at version ${n}, which was reserved at ${row.reservedAt}`;
    return [{ kind: "displaced", version: n, key: object.key, message, repair: { do: "finish", row } }];
  }
  if (!reserved) return [];
  if (staging && staging.etag === row.stagingETag) return [unfinished(n, row, "its upload is there")];
  if (age < abandonMs) return [inProgress(n, row)];
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

function ofPublished(state: ModelState, row: Version, object: ObjectHead): Diagnosis[] {
  const n = row.version;
  const problems = objectProblems(row, object);
  if (problems.length > 0) {
    const repair: Repair | undefined = isIndexable(object) ? { do: "rebuild", n, object, row } : undefined;
    return [{ kind: "disagrees", version: n, key: object.key, message: `version ${n}: ${problems.join("; ")}`, ...(repair && { repair }) }];
  }
  const back: Diagnosis[] =
    row.status === "MISSING"
      ? [
          {
            kind: "came-back",
            version: n,
            key: object.key,
            message: `the object of version ${n} is there again`,
            repair: { do: "revive", row },
          },
        ]
      : [];
  if (row.manifestSha256 === undefined || state.manifests.has(row.manifestSha256)) return back;
  return [
    ...back,
    { kind: "no-manifest", version: n, message: `version ${n} names the manifest ${row.manifestSha256}, which is not there` },
  ];
}

function ofLost(state: ModelState, row: Version): Diagnosis[] {
  const n = row.version;
  const { latest } = state;
  // The copy at LATEST names its number where it is ours; one that the Python library put is known by its bytes.
  const isCopy =
    latest && (row.token === "" ? isBytesOf(row, latest) : isOwnNumber(n, latest) && latest.metadata[METADATA.writeToken] === row.token);
  if (latest && isCopy) return [restorable(n, latest)];
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

const isBytesOf = (row: Version, { metadata, size }: ObjectHead): boolean =>
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

// ---- the model's row -------------------------------------------------------------------------------------------------

function ofModelRow(state: ModelState): Diagnosis[] {
  const { row } = state;
  const next = 1 + (state.numbers.findLast(({ row: its, object }) => its ?? object)?.n ?? 0);
  const newest = newestReady(state);
  const made = { next, ...(newest && { newest }) };
  if (row === undefined) {
    if (next === 1) return [];
    return [
      { kind: "model-row", message: `the model has ${next - 1} numbers and no row`, repair: { do: "model", replace: false, ...made } },
    ];
  }
  if (isUnreadable(row)) return [{ kind: "unreadable-row", message: row.unreadable, repair: { do: "model", replace: true, ...made } }];
  const wrong: string[] = [];
  if (row.next < next) wrong.push(`next is ${row.next}, and version ${next - 1} was given out`);
  const target = latestFor(state, row, newest, wrong);
  if (wrong.length === 0) return [];
  const repair: Repair = { do: "model", read: row, replace: false, next: Math.max(row.next, next), ...(target && { newest: target }) };
  return [{ kind: "model-row", message: wrong.join("; "), repair }];
}

/** What `latest` must name; undefined where it is right. Adds to `wrong` why it is not. */
function latestFor(state: ModelState, row: ModelSummary, newest: Version | undefined, wrong: string[]): Version | "none" | undefined {
  const { row: at, object } = state.numbers.find(({ n }) => n === row.latest) ?? {};
  if (isUnreadable(at)) return undefined;
  if (row.latest > 0 && at?.status !== "READY" && at?.status !== "YANKED") {
    wrong.push(`latest is ${row.latest}, which ${at ? `is ${at.status}` : "has no row"}`);
    return newest ?? "none";
  }
  if (newest && newest.version > row.latest) {
    wrong.push(`latest is ${row.latest}, and version ${newest.version} is READY`);
    return newest;
  }
  const agrees = at && object && objectProblems(at, object).length === 0;
  if (agrees && (at.sha256 !== row.latestSha256 || at.treeDigest !== row.latestTreeDigest)) {
    wrong.push(`latest is ${row.latest}, with the digests of another version`);
    return at;
  }
  return undefined;
}

const isNewest = ({ row }: ModelState, n: number): boolean => row !== undefined && !isUnreadable(row) && row.latest === n;

/** The newest READY version that may be `latest`, each judged as it was when it was new. @param but one that does not count */
function newestReady({ numbers }: ModelState, but?: number): Version | undefined {
  let newest: Version | undefined;
  for (const { n, row, object } of numbers) {
    if (n === but || row === undefined || isUnreadable(row) || row.status !== "READY" || !object) continue;
    const at = newest && { latest: newest.version, latestSha256: newest.sha256 };
    if (isOwnNumber(n, object) || !isCopyOfAnotherNumber(n, object, at)) newest = row;
  }
  return newest;
}

// ---- pointers --------------------------------------------------------------------------------------------------------

function ofPointers({ numbers, digests, keys }: ModelState): Diagnosis[] {
  const rows = new Map(numbers.flatMap(({ n, row }) => (row === undefined || isUnreadable(row) ? [] : [[n, row]])));
  const byDigest = new Map<string, Version>();
  const byKey = new Map<string, Version>();
  for (const row of rows.values()) {
    if (row.treeDigest === undefined) continue;
    byDigest.set(row.treeDigest, row); // ascending: the newest stays
    for (const key of row.keys) byKey.set(key, row);
  }
  // One that names a number which was reserved after the rows were read is of that moment, and fine.
  const isAstray = (read: Pointer, digest: string): boolean => {
    const row = rows.get(read.version);
    return read.treeDigest !== digest || (row !== undefined && row.treeDigest !== digest);
  };
  const found: Diagnosis[] = [];
  for (const [digest, row] of byDigest) {
    const read = digests.get(digest);
    const fine = read !== undefined && !isUnreadable(read) && !isAstray(read, digest) && read.version >= row.version;
    if (!fine) found.push(point("digest", digest, row, read));
  }
  for (const [key, row] of byKey) {
    const read = keys.get(key);
    if (read === undefined || isUnreadable(read) || isAstray(read, row.treeDigest!)) found.push(point("key", key, row, read));
  }
  return found;
}

function point(what: "digest" | "key", name: string, row: Version, read: Pointer | Unreadable | undefined): Diagnosis {
  const names = read === undefined ? "nothing" : isUnreadable(read) ? "something that cannot be understood" : `version ${read.version}`;
  const message = `the ${what === "digest" ? "content" : "key"} ${what === "digest" ? name.slice(0, 12) : name} of version ${row.version} leads to ${names}`;
  return { kind: "pointer", version: row.version, message, repair: { do: "point", what, name, row, ...(read && { read }) } };
}

// ---- LATEST and the folder -------------------------------------------------------------------------------------------

function ofLatest(state: ModelState, { lob }: Circumstances): Diagnosis[] {
  const { latest, row, numbers } = state;
  const newest = row === undefined || isUnreadable(row) ? 0 : row.latest;
  const key = versionKey(lob, state.model, LATEST);
  const behind = numbers.some(({ n, object }) => n === newest && object !== undefined); // else it is lost, or made anew first
  if (!latest)
    return behind
      ? [{ kind: "latest-behind", key, message: `there is no ${LATEST}; version ${newest} is the newest`, repair: { do: "advance" } }]
      : [];
  const at = versionInMetadata(latest) ?? publishedAs(numbers, latest);
  if (at === undefined) {
    const when = latest.lastModified ? ` since ${latest.lastModified.toISOString()}` : "";
    return [{ kind: "latest-draft", key, message: `${LATEST} holds unpublished work of ${latest.size} bytes${when}` }];
  }
  if (at < newest && behind)
    return [
      { kind: "latest-behind", key, message: `${LATEST} is version ${at}; version ${newest} is the newest`, repair: { do: "advance" } },
    ];
  const object = numbers.find(({ n }) => n === at)?.object;
  if (!object || at > newest || versionInMetadata(latest) === undefined || isSameObject(object, latest, lob)) return [];
  const message = `${LATEST} says that it is version ${at}, and is not the same as ${s3Uri(lob.bucket, object.key)}`;
  return [{ kind: "latest-differs", version: at, key, message, repair: { do: "rewrite-latest", object, latest } }];
}

/** The newest number with the bytes of a LATEST that the Python library put. */
function publishedAs(numbers: readonly NumberState[], latest: ObjectHead): number | undefined {
  const sha256 = latest.metadata[METADATA.artifactSha256];
  const has = ({ row, object }: NumberState): boolean => {
    if (object) return object.etag === latest.etag || (sha256 !== undefined && object.metadata[METADATA.artifactSha256] === sha256);
    return row !== undefined && !isUnreadable(row) && isBytesOf(row, latest);
  };
  return numbers.findLast(has)?.n;
}

/** ETags tell where both are copies of ours: those under a KMS key, and of what the Python library put in one piece, cannot be compared. */
function isSameObject(number: ObjectHead, latest: ObjectHead, lob: Lob): boolean {
  const same = [METADATA.artifactSha256, METADATA.writeToken].every((name) => number.metadata[name] === latest.metadata[name]);
  const comparable = lob.kmsKeyArn === undefined && number.metadata[METADATA.artifactVersion] !== undefined;
  return same && number.size === latest.size && (!comparable || number.etag === latest.etag);
}

const SHOWN = 3;

function ofFolder({ strays }: ModelState): Diagnosis[] {
  if (strays.length === 0) return [];
  const more = strays.length > SHOWN ? ` and ${strays.length - SHOWN} more` : "";
  return [{ kind: "stray", key: strays[0]!, message: `no version's name: ${strays.slice(0, SHOWN).join(", ")}${more}` }];
}
