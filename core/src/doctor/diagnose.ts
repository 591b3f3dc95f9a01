/** What is wrong with a model, and what would mend it: a pure function of its state. */
import { s3Uri, versionKey, METADATA, LATEST, isSha256 } from "../layout.js";
import { isCopyOfAnotherNumber, isLater, isOwnNumber, judgeObject, versionInMetadata } from "../publish/decide.js";
import { versionOfObject } from "../publish/foreign.js";
import { objectProblems } from "../registry/agreement.js";
import type { Pointer } from "../registry/rows.js";
import type { ObjectHead } from "../transfer/object.js";
import type { Lob, ModelSummary, Version } from "../types.js";
import type { FindingKind } from "./findings.js";
import { FAR, isUnreadable, type ModelState, type NumberState, type Unreadable } from "./state.js";

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
  /** The row is put as it is, with the attributes by which it is in its index. */
  | { readonly do: "relist"; readonly row: Version }
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
  const indexes = numbers.some(({ repair }) => repair?.do === "index" || repair?.do === "restore");
  const rows = indexes && !isUnreadable(state.row) ? [] : ofModelRow(state);
  const found = [...numbers, ...ofGaps(state), ...rows, ...ofPointers(state), ...ofLatest(state, circumstances), ...ofFolder(state)];
  return found.sort((a, b) => orderOf(a) - orderOf(b));
}

/** A model's row that cannot be understood stands in the way of all the rest. */
const orderOf = ({ repair }: Diagnosis): number => (repair?.do === "model" && repair.replace ? 0 : ORDER[repair?.do ?? "none"]);

const ORDER: Readonly<Record<Repair["do"] | "none", number>> = {
  restore: 0,
  index: 1,
  rebuild: 2,
  revive: 3,
  relist: 3,
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

/** Numbers that were given out and have neither row nor object, as one finding. */
function ofGaps(state: ModelState): Diagnosis[] {
  const { numbers, row } = state;
  const next = row === undefined || isUnreadable(row) ? (numbers.at(-1)?.n ?? 0) : row.next;
  const gaps: string[] = [];
  let from = 1;
  for (const n of [...numbers.filter(({ n, row: its }) => its !== undefined || !isFar(state, n)).map((number) => number.n), next]) {
    if (n > from) gaps.push(n - 1 === from ? String(from) : `${from} to ${n - 1}`);
    from = Math.max(from, n + 1);
  }
  if (gaps.length === 0) return [];
  const more = gaps.length > SHOWN ? ` and ${gaps.length - SHOWN} more` : "";
  return [{ kind: "gap", message: `neither row nor object of version ${gaps.slice(0, SHOWN).join(", ")}${more}` }];
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

const isBytesOf = (row: Version, { metadata, size }: ObjectHead): boolean =>
  metadata[METADATA.artifactSha256] === row.sha256 && size === row.size;
function isFar({ numbers, row }: ModelState, n: number): boolean {
  const next = row === undefined || isUnreadable(row) ? 1 : row.next;
  const below = numbers.findLast((number) => number.n < n && (number.row ?? number.object))?.n ?? 0;
  return n - Math.max(next, below) > FAR;
}

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
  const next = 1 + (state.numbers.findLast(({ n, row: its }) => its !== undefined || !isFar(state, n))?.n ?? 0);
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
  const at = numbers.find(({ n }) => n === newest);
  // What the row does not agree with must not go over the copy at LATEST, and what is lost is made anew first.
  const sound = at?.row && !isUnreadable(at.row) && at.object && objectProblems(at.row, at.object).length === 0;
  const behind = (message: string): Diagnosis[] => (sound ? [{ kind: "latest-behind", key, message, repair: { do: "advance" } }] : []);
  if (!latest) return newest > 0 ? behind(`there is no ${LATEST}; version ${newest} is the newest`) : [];
  const held = heldBy(numbers, latest);
  if (held === undefined) {
    const when = latest.lastModified ? ` since ${latest.lastModified.toISOString()}` : "";
    return [{ kind: "latest-draft", key, message: `${LATEST} holds unpublished work of ${latest.size} bytes${when}` }];
  }
  if (held < newest) return behind(`${LATEST} is version ${held}; version ${newest} is the newest`);
  if (held > newest || !sound || !isOwnNumber(held, latest) || isSameObject(at.object, latest, lob)) return [];
  const message = `${LATEST} says that it is version ${held}, and is not the same as ${s3Uri(lob.bucket, at.object.key)}`;
  return [{ kind: "latest-differs", version: held, key, message, repair: { do: "rewrite-latest", object: at.object, latest } }];
}

/** The version that LATEST is; undefined for somebody's unpublished work. */
function heldBy(numbers: readonly NumberState[], latest: ObjectHead): number | undefined {
  const says = versionInMetadata(latest);
  if (says !== undefined && isOwnNumber(says, latest)) return says;
  const number = numbers.find(({ n }) => n === says);
  const sha256 = latest.metadata[METADATA.artifactSha256];
  if (number?.object && sha256 !== undefined && number.object.metadata[METADATA.artifactSha256] === sha256) return says;
  return publishedAs(numbers, latest);
}

/**
 * The newest number with the bytes of a LATEST that the Python library put. One that was put after the newest number is somebody's going
 * back to earlier content, which is not published yet.
 */
function publishedAs(numbers: readonly NumberState[], latest: ObjectHead): number | undefined {
  const sha256 = latest.metadata[METADATA.artifactSha256];
  const has = ({ row, object }: NumberState): boolean => {
    if (object) return object.etag === latest.etag || (sha256 !== undefined && object.metadata[METADATA.artifactSha256] === sha256);
    return row !== undefined && !isUnreadable(row) && isBytesOf(row, latest);
  };
  const newest = numbers.findLast(({ object }) => object !== undefined);
  const found = numbers.findLast(has);
  const isNews = found !== newest && isLater(latest.lastModified, newest?.object?.lastModified);
  return isNews && found?.object ? undefined : found?.n;
}

/** ETags tell where both are copies of ours, made in parts: those under a KMS key, and of what was put in one piece, cannot be compared. */
function isSameObject(number: ObjectHead, latest: ObjectHead, lob: Lob): boolean {
  const same = [METADATA.artifactSha256, METADATA.writeToken].every((name) => number.metadata[name] === latest.metadata[name]);
  const comparable = lob.kmsKeyArn === undefined && isInParts(number) && isInParts(latest);
  return same && number.size === latest.size && (!comparable || number.etag === latest.etag);
}

const isInParts = ({ etag }: ObjectHead): boolean => /-\d+"$/.test(etag);

const SHOWN = 3;

function ofFolder({ strays }: ModelState): Diagnosis[] {
  if (strays.length === 0) return [];
  const more = strays.length > SHOWN ? ` and ${strays.length - SHOWN} more` : "";
  return [{ kind: "stray", key: strays[0]!, message: `no version's name: ${strays.slice(0, SHOWN).join(", ")}${more}` }];
}
