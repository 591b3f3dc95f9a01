/** Reads the state of a source's model in the LOB. Writes nothing. */
import { LobError } from "../errors.js";
import {
  aliasKey,
  historyKey,
  LATEST,
  modelProblem,
  aliasProblem,
  parseVersionKey,
  versionKey,
  versionsPrefix,
  versionUrl,
} from "../layout.js";
import { isOwnNumber } from "../registry/objects.js";
import { readRows } from "../registry/batch.js";
import type { Item } from "../registry/rows.js";
import { readAlias, readModel, versionIn } from "../registry/store.js";
import { headObject, type ObjectHead } from "../transfer/object.js";
import { listAll } from "../transfer/listing.js";
import { mapPooled } from "../transfer/map.js";
import type { Aws, Lob } from "../types.js";
import { readAliasFile } from "../aliases/file.js";
import type { ModelInventory, TargetAlias, TargetModel, TargetVersion } from "./inventory.js";
import { READS } from "./source.js";

/** @param inPlace whether the source's objects are the LOB's own, so that they were already read @throws LobError LOB2xxx (AWS) */
export async function readTargetModel(
  aws: Aws,
  lob: Lob,
  source: Omit<ModelInventory, "target">,
  inPlace: boolean,
  signal?: AbortSignal,
): Promise<TargetModel> {
  const { model } = source;
  if (modelProblem(model) !== undefined) return { versions: new Map(), aliases: new Map() };
  const row = await readModel(aws, lob, model);
  const taken = inPlace ? [] : await numbersOf(aws, lob, model, signal);
  const objects = inPlace ? undefined : await headsOf(aws, lob, source, taken);
  const ownGap = await findOwnGap(aws, lob, source, taken, signal);
  const versions = new Map<number, TargetVersion>();
  const urls = new Map(source.versions.map(({ version }) => [version, versionUrl(lob, model, version)]));
  const rows = await readRows(aws, lob, urls.values(), signal);
  for (const { version, object: own } of source.versions) {
    const object = objects === undefined ? own : objects.get(version);
    const item = rows.get(urls.get(version)!);
    versions.set(version, { object, ...(item && rowIn(item, lob, model, version)) });
  }
  const aliases = new Map<string, TargetAlias>();
  await mapPooled(source.aliases, READS, async ({ alias }) => {
    if (aliasProblem(alias) !== undefined) return;
    const found = await readAlias(aws, lob, model, alias);
    const history = await headObject(aws, lob, historyKey(lob, model, alias, 1));
    const head = await headObject(aws, lob, aliasKey(lob, model, alias));
    const file = head && (await readAliasFile(aws, lob, head, model, signal));
    aliases.set(alias, { row: found, history: history !== undefined, file });
  });
  const latest = inPlace ? source.latest : await headObject(aws, lob, versionKey(lob, model, LATEST));
  return { row, ownGap, versions, latest, aliases };
}

function rowIn(item: Item, lob: Lob, model: string, version: number): Pick<TargetVersion, "row" | "problem"> {
  try {
    return { row: versionIn(item, lob, model, version) };
  } catch (error) {
    if (error instanceof LobError) return { problem: error.message };
    throw error;
  }
}

async function numbersOf(aws: Aws, lob: Lob, model: string, signal?: AbortSignal): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { key } of listAll(aws, lob, versionsPrefix(lob, model), signal)) {
    const version = parseVersionKey(lob, key)?.version;
    if (typeof version === "number") numbers.push(version);
  }
  return numbers;
}

type InSource = Omit<ModelInventory, "target">;

/** Reads the LOB's objects at numbers of the source. */
async function headsOf(aws: Aws, lob: Lob, { model, versions }: InSource, taken: readonly number[]): Promise<Map<number, ObjectHead>> {
  const wanted = new Set(versions.map(({ version }) => version));
  const heads = new Map<number, ObjectHead>();
  await mapPooled(
    taken.filter((version) => wanted.has(version)),
    READS,
    async (version) => {
      const head = await headObject(aws, lob, versionKey(lob, model, version));
      if (head !== undefined) heads.set(version, head);
    },
  );
  return heads;
}

/**
 * Returns the first number that was published in the LOB inside a gap of the source. A number that the source lacks may also have been
 * migrated and then purged in the source; the row, or else the object, shows which.
 */
async function findOwnGap(
  aws: Aws,
  lob: Lob,
  { model, versions }: InSource,
  taken: readonly number[],
  signal?: AbortSignal,
): Promise<number | undefined> {
  const known = new Set(versions.map(({ version }) => version));
  const newest = Math.max(0, ...known);
  const lacking = taken.filter((n) => n < newest && !known.has(n)).sort((a, b) => a - b);
  const urls = new Map(lacking.map((n) => [n, versionUrl(lob, model, n)]));
  const rows = await readRows(aws, lob, urls.values(), signal);
  for (const n of lacking) {
    const item = rows.get(urls.get(n)!);
    const origin = item && rowIn(item, lob, model, n).row?.origin;
    if (origin === "lob-registry") return n;
    if (origin !== undefined) continue;
    const head = await headObject(aws, lob, versionKey(lob, model, n));
    if (head !== undefined && isOwnNumber(n, head)) return n;
  }
  return undefined;
}
