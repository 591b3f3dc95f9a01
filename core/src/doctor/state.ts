/** Reads everything that S3 and the tables hold about one model, in an order in which a running publish does not look like damage. */
import type { Environment } from "../environment.js";
import { LobError } from "../errors.js";
import * as layout from "../layout.js";
import { readRows } from "../registry/batch.js";
import { isUnreadable, parsePointer, parseVersionRow, versionRowItem, type Item, type Pointer, type Unreadable } from "../registry/rows.js";
import { isOpen } from "../registry/status.js";
import { readModel } from "../registry/store.js";
import { listAll } from "../transfer/listing.js";
import { headObject, type ObjectHead } from "../transfer/object.js";
import { Pool } from "../transfer/pool.js";
import type { Aws, Lob, ModelSummary, Version } from "../types.js";

/** Largest gap between numbers that doctor reads and indexes across. */
export const FAR = 100_000;

/** State of one version number. */
export interface NumberState {
  readonly n: number;
  readonly row?: Version | Unreadable;
  readonly object?: ObjectHead;
  /** Existing upload that a RESERVED or ABANDONED row without an object names. */
  readonly staging?: ObjectHead;
  /** Whether the row lacks the attributes of its index. */
  readonly unlisted?: boolean;
}

export interface ModelState {
  readonly lob: string;
  readonly model: string;
  /** The model's row. */
  readonly row?: ModelSummary | Unreadable | undefined;
  /** Every number that has a row or an object, ascending. */
  readonly numbers: readonly NumberState[];
  readonly latest?: ObjectHead | undefined;
  /** The pointer `digest://` for each digest of a row. */
  readonly digests: ReadonlyMap<string, Pointer | Unreadable | undefined>;
  /** The pointer `key://` for each key of a row. */
  readonly keys: ReadonlyMap<string, Pointer | Unreadable | undefined>;
  /** Keys in the versions folder that are not versions. The Python library calls such a model contaminated. */
  readonly strays: readonly string[];
  /** Hashes of the existing manifests. */
  readonly manifests: ReadonlySet<string>;
}

export interface ReadOptions {
  /** Maximum number of parallel requests. */
  readonly concurrency: number;
  readonly environment?: Environment | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with how many of the numbers are read. */
  readonly onNumbers?: ((done: number, total: number) => void) | undefined;
  /** Numbers from an index, which may be higher than those in the folder and in the model's row. */
  readonly hints?: Iterable<number> | undefined;
}

/**
 * Reads a model. The order matters during publishes: a publisher writes a row before its object, and marks it READY after it.
 * Objects are listed before rows are read, so that an object without a row cannot be a running publish. Each object is read after its row,
 * so that a READY row without an object has lost it. The model's row is read last, so that its `next` and `latest` cover every row.
 *
 * @throws LobError LOB2xxx
 */
export async function readModelState(aws: Aws, lob: Lob, model: string, options: ReadOptions): Promise<ModelState> {
  const { signal, concurrency } = options;
  const before = await readModel(aws, lob, model).catch(unreadable);
  const { numbers: listed, strays } = await listVersionsFolder(aws, lob, model, signal);
  const next = before === undefined || isUnreadable(before) ? 1 : before.next;
  const numbers = new Map<number, NumberState>();
  const change = (n: number, known: Partial<NumberState>): void => void numbers.set(n, { ...numbers.get(n), ...known, n });
  const readRowsOf = async (wanted: readonly number[]): Promise<void> => {
    const found = await readRows(
      aws,
      lob,
      wanted.map((n) => layout.versionUrl(lob, model, n)),
      signal,
      options.environment,
    );
    for (const n of wanted) {
      const item = found.get(layout.versionUrl(lob, model, n));
      if (item) change(n, rowState(item, lob, model, n));
    }
  };
  const readObjectOf = async (n: number): Promise<void> => {
    const object = await headObject(aws, lob, layout.versionKey(lob, model, n));
    if (object) change(n, { object });
    const row = numbers.get(n)?.row;
    if (object || !row || isUnreadable(row) || row.stagingKey === undefined || !isOpen(row)) return;
    const staging = await headObject(aws, lob, row.stagingKey);
    if (staging) change(n, { staging });
  };
  const known = [...listed, ...(options.hints ?? [])];
  const end = known.filter((n) => n < next + FAR).reduce((highest, n) => Math.max(highest, n), next - 1);
  await readRowsOf([...new Set([...upTo(end), ...known])]);
  await each([...new Set([...numbers.keys(), ...listed])], concurrency, options, readObjectOf);
  const latest = await headObject(aws, lob, layout.versionKey(lob, model, layout.LATEST));
  const row = await readModel(aws, lob, model).catch(unreadable);
  // The version that the model's row names may have become READY after its own row was read.
  const published = row === undefined || isUnreadable(row) ? 0 : row.latest;
  if (published > 0) {
    await readRowsOf([published]);
    await readObjectOf(published);
  }
  const all = [...numbers.values()].filter((number) => number.row ?? number.object).sort((a, b) => a.n - b.n);
  const { digests, keys } = await readPointers(
    aws,
    lob,
    model,
    all.flatMap((number) => number.row ?? []),
    options,
  );
  // Read last, because a manifest is written before its row.
  const manifests = await listManifests(aws, lob, model, signal);
  return { lob: lob.lob, model, row, numbers: all, latest, digests, keys, strays, manifests };
}

function rowState(item: Item, lob: Lob, model: string, n: number): Pick<NumberState, "row" | "unlisted"> {
  const row = parse(() => parseVersionRow(item), lob, model, n);
  if (isUnreadable(row)) return { row };
  const { versions, pending } = layout.REGISTRY_INDEXES;
  const made = versionRowItem(row);
  const unlisted = [versions.hashKey, pending.hashKey].some((name) => made[name]?.S !== item[name]?.S);
  return { row, unlisted };
}

const upTo = (n: number): number[] => Array.from({ length: Math.max(0, n) }, (_, index) => index + 1);
async function listVersionsFolder(aws: Aws, lob: Lob, model: string, signal: AbortSignal | undefined) {
  const folder = layout.versionsPrefix(lob, model);
  const numbers: number[] = [];
  const strays: string[] = [];
  for await (const { key } of listAll(aws, lob, folder, signal)) {
    const parsed = layout.parseVersionKey(lob, key);
    // Skips the marker that "Create folder" in the AWS console leaves.
    if (parsed?.model !== model) strays.push(...(key === folder ? [] : [key]));
    else if (parsed.version !== layout.LATEST) numbers.push(parsed.version);
  }
  return { numbers, strays };
}

async function listManifests(aws: Aws, lob: Lob, model: string, signal: AbortSignal | undefined): Promise<Set<string>> {
  const hashes = new Set<string>();
  const [start, end] = layout.manifestKey(lob, model, "|").split("|") as [string, string];
  for await (const { key } of listAll(aws, lob, start, signal)) {
    if (key.endsWith(end)) hashes.add(key.slice(start.length, key.length - end.length));
  }
  return hashes;
}

async function readPointers(
  aws: Aws,
  lob: Lob,
  model: string,
  rows: readonly (Version | Unreadable)[],
  { signal, environment }: Pick<ReadOptions, "signal" | "environment">,
) {
  const versions = rows.filter((row): row is Version => !isUnreadable(row));
  const digests = [...new Set(versions.flatMap(({ treeDigest }) => treeDigest ?? []))];
  const keys = [...new Set(versions.flatMap((version) => version.keys))];
  const digestUrl = (digest: string): string => layout.digestUrl(lob.lob, model, digest);
  const keyUrl = (key: string): string => layout.keyUrl(lob.lob, model, key);
  const items = await readRows(aws, lob, [...digests.map(digestUrl), ...keys.map(keyUrl)], signal, environment);
  const pointer = (item: Item | undefined): Pointer | Unreadable | undefined => item && parsed(() => parsePointer(item));
  return {
    digests: new Map(digests.map((digest) => [digest, pointer(items.get(digestUrl(digest)))])),
    keys: new Map(keys.map((key) => [key, pointer(items.get(keyUrl(key)))])),
  };
}

function parse(read: () => Version, lob: Lob, model: string, n: number): Version | Unreadable {
  const row = parsed(read);
  if (isUnreadable(row) || (row.lob === lob.lob && row.model === model && row.version === n)) return row;
  return { unreadable: `the row claims to be ${row.lob}/${row.model}@${row.version}` };
}

function parsed<T>(read: () => T): T | Unreadable {
  try {
    return read();
  } catch (error) {
    return unreadable(error);
  }
}

function unreadable(error: unknown): Unreadable {
  if (error instanceof LobError && error.code === "LOB4004") return { unreadable: error.message };
  throw error;
}

async function each(
  numbers: readonly number[],
  concurrency: number,
  { signal, onNumbers }: ReadOptions,
  look: (n: number) => Promise<void>,
): Promise<void> {
  const pool = new Pool(concurrency);
  let done = 0;
  for (const n of numbers) {
    signal?.throwIfAborted();
    await pool.add(async () => {
      await look(n);
      onNumbers?.(++done, numbers.length);
    });
  }
  await pool.drain();
}

/** Whether a number without a row is so far above all others that indexing it would use up too many numbers. */
export function isFar({ numbers, row }: ModelState, n: number): boolean {
  const next = row === undefined || isUnreadable(row) ? 1 : row.next;
  const below = numbers.findLast((number) => number.n < n && (number.row ?? number.object))?.n ?? 0;
  return n - Math.max(next, below) > FAR;
}
