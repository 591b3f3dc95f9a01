/**
 * The invariants of the publish protocol, checked on what S3 and DynamoDB really hold. Independent of the code under test: it shares only
 * the names of keys and attributes (layout.ts), and reads rows as DynamoDB returns them.
 */
import { createHash } from "node:crypto";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import {
  decodeVersion,
  digestUrl,
  LATEST,
  METADATA,
  modelNamespace,
  parseVersionKey,
  versionKey,
  versionUrl,
  type Place,
} from "../layout.js";

export interface StoredObject {
  readonly etag: string;
  readonly size: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** SHA-256 computed from the stored bytes. */
  readonly sha256: string;
}

/** Everything in one bucket and its two tables. */
export interface Stored {
  readonly objects: ReadonlyMap<string, StoredObject>;
  readonly catalog: readonly Record<string, AttributeValue>[];
  readonly registry: readonly Record<string, AttributeValue>[];
}

export interface CheckOptions {
  /** Whether every publish has ended, so that nothing may be unfinished (L1). Default true. */
  readonly settled?: boolean;
  /** Whether numbers that the Python library put may lack a row because no publish met them. Default false. */
  readonly unindexed?: boolean;
}

/** Returns every violation of I1, I3, I5, I6 and, when settled, L1 for one model; empty if all hold. I2 and I4 need more than one state. */
export function violations(stored: Stored, place: Place, model: string, options: CheckOptions = {}): string[] {
  const found: string[] = [];
  const rows = new Map(stored.registry.map((item) => [item["url"]?.S ?? "", item]));
  const modelRow = stored.catalog.find((item) => item["namespace"]?.S === modelNamespace(place.lob, model));
  const next = Number(modelRow?.["next"]?.N ?? 1);
  const latest = Number(modelRow?.["latest"]?.N ?? 0);
  const numbers = new Map<number, StoredObject>();
  for (const [key, object] of stored.objects) {
    const parsed = parseVersionKey(place, key);
    if (parsed?.model === model && parsed.version !== LATEST) numbers.set(parsed.version, object);
  }
  const versions = [...rows].filter(([url]) => url.startsWith("s3://") && url.includes(`/${place.lob}/${model}/versions/`));

  for (const [url, row] of versions) {
    const n = Number(row["version"]?.N);
    if (url !== versionUrl(place, model, n)) found.push(`row ${url} says that it is version ${n}`);
    if (n >= next) found.push(`I5: next is ${next}, but version ${n} has a row`);
    const object = numbers.get(n);
    const status = row["status"]?.S;
    if (status === "READY") {
      if (!object) found.push(`I1: version ${n} is READY and has no object`);
      else {
        if ((row["token"]?.S || undefined) !== object.metadata[METADATA.writeToken])
          found.push(`I1: token of version ${n} differs between row and object`);
        if (Number(row["size"]?.N) !== object.size) found.push(`I1: size of version ${n} differs between row and object`);
        if (row["sha256"]?.S !== object.sha256) found.push(`I1: sha256 of version ${n} in the row is not that of the bytes`);
      }
      if (row["versionsOf"]?.S !== `${place.lob}/${model}`) found.push(`READY version ${n} is not in the index of versions`);
      if (row["pendingOf"] !== undefined) found.push(`READY version ${n} is in the index of pending ones`);
    } else if (row["versionsOf"] !== undefined) found.push(`${status} version ${n} is in the index of versions`);
    if (status === "RESERVED" && options.settled !== false) found.push(`L1: version ${n} is still RESERVED`);
  }
  for (const [n, object] of numbers) {
    const ownBytes = object.metadata[METADATA.artifactVersion] === String(n);
    if (ownBytes && object.metadata[METADATA.artifactSha256] !== object.sha256)
      found.push(`metadata of version ${n} has another sha256 than its bytes`);
    const mayWait = options.unindexed === true && !ownBytes;
    if (options.settled !== false && !mayWait && rows.get(versionUrl(place, model, n))?.["status"]?.S !== "READY")
      found.push(`L1: object ${n} has no READY row`);
  }
  const own = [...numbers].filter(([n, object]) => object.metadata[METADATA.artifactVersion] === String(n));
  const hashes = new Map<string, number>();
  for (const [n, object] of own) {
    const twin = hashes.get(object.sha256);
    if (twin !== undefined) found.push(`I6: versions ${twin} and ${n} hold the same bytes`);
    hashes.set(object.sha256, n);
  }
  if (options.settled !== false) {
    for (let n = 1; n < next; n++) {
      const status = rows.get(versionUrl(place, model, n))?.["status"]?.S;
      if (!numbers.has(n) && status !== "ABANDONED") found.push(`I5: there is no version ${n}, and next is ${next}`);
    }
  }
  found.push(...latestViolations(stored, place, model, rows, latest, options));
  for (const [url, row] of rows) {
    if (!url.startsWith(digestUrl(place.lob, model, ""))) continue;
    const n = Number(row["version"]?.N);
    const target = rows.get(versionUrl(place, model, n));
    if (target?.["treeDigest"]?.S !== row["treeDigest"]?.S) found.push(`the pointer ${url} names version ${n}, which has another content`);
  }
  return found;
}

function latestViolations(
  stored: Stored,
  place: Place,
  model: string,
  rows: ReadonlyMap<string, Record<string, AttributeValue>>,
  latest: number,
  options: CheckOptions,
): string[] {
  const settled = options.settled !== false;
  const found: string[] = [];
  const object = stored.objects.get(versionKey(place, model, LATEST));
  if (latest > 0 && rows.get(versionUrl(place, model, latest))?.["status"]?.S !== "READY")
    found.push(`catalog.latest is ${latest}, which is not READY`);
  const held = object?.metadata[METADATA.artifactVersion];
  if (object !== undefined && held !== undefined) {
    const row = rows.get(versionUrl(place, model, Number(held)));
    const number = stored.objects.get(versionKey(place, model, Number(held)));
    if (row?.["status"]?.S !== "READY") found.push(`I3: LATEST names version ${held}, which is not READY`);
    if (number?.sha256 !== object.sha256) found.push(`I3: the bytes of LATEST are not those of version ${held}`);
    if (number?.metadata[METADATA.artifactVersion] === held && number.etag !== object.etag)
      found.push(`LATEST and version ${held} have different ETags`);
    if (settled && Number(held) !== latest) found.push(`L1: LATEST holds version ${held}, catalog.latest is ${latest}`);
  } else if (settled && latest > 0 && !object) found.push(`L1: there is no LATEST, and catalog.latest is ${latest}`);
  else if (settled && object) found.push(...publishedLatestViolations(object, rows, latest, options));
  return found;
}

/** A published LATEST that the Python library put is the newest version too. An unpublished one is a draft, which may stay. */
function publishedLatestViolations(
  object: StoredObject,
  rows: ReadonlyMap<string, Record<string, AttributeValue>>,
  latest: number,
  options: CheckOptions,
): string[] {
  const holding = [...rows.values()].filter((row) => row["status"]?.S === "READY" && row["sha256"]?.S === object.sha256);
  const newest = Math.max(0, ...holding.map((row) => Number(row["version"]?.N)));
  if (newest === 0 || newest >= latest || options.unindexed === true) return [];
  return [`L1: LATEST holds version ${newest}, which the Python library put there, and catalog.latest is ${latest}`];
}

/** Names in a model's versions folder that the Python library calls contaminated. */
export function contaminations(stored: Stored, place: Place, model: string): string[] {
  const folder = versionKey(place, model, LATEST).replace(/[^/]*$/, "");
  const names = [...stored.objects.keys()].filter((key) => key.startsWith(folder)).map((key) => key.slice(folder.length));
  return names.filter((name) => !name.endsWith(place.suffix) || decodeVersion(name.slice(0, -place.suffix.length)) === undefined);
}

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
