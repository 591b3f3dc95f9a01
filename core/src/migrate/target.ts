/** Reads what the LOB has of a model of the source. Nothing here writes. */
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
import { readRows } from "../registry/batch.js";
import type { Item } from "../registry/rows.js";
import { readAlias, readModel, versionIn } from "../registry/store.js";
import { headObject, type ObjectHead } from "../transfer/object.js";
import { listAll } from "../transfer/listing.js";
import { mapPooled } from "../transfer/map.js";
import type { Aws, Lob } from "../types.js";
import type { ModelInventory, TargetAlias, TargetModel, TargetVersion } from "./inventory.js";
import { READS } from "./source.js";

/** @param inPlace whether the objects of the source are those of the LOB, so that they were looked at already */
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
  const objects = inPlace ? undefined : await headsOf(aws, lob, source, signal);
  const versions = new Map<number, TargetVersion>();
  const urls = new Map(source.versions.map(({ version }) => [version, versionUrl(lob, model, version)]));
  const rows = await readRows(aws, lob, urls.values(), signal);
  for (const { version, object: own } of source.versions) {
    const object = objects === undefined ? own : objects.get(version);
    const item = rows.get(urls.get(version)!);
    versions.set(version, { ...(object && { object }), ...(item && rowIn(item, lob, model, version)) });
  }
  const aliases = new Map<string, TargetAlias>();
  await mapPooled(source.aliases, READS, async ({ alias }) => {
    if (aliasProblem(alias) !== undefined) return;
    const found = await readAlias(aws, lob, model, alias);
    const [history, file] = [
      await headObject(aws, lob, historyKey(lob, model, alias, 1)),
      await headObject(aws, lob, aliasKey(lob, model, alias)),
    ];
    aliases.set(alias, { ...(found && { row: found }), history: history !== undefined, file: file !== undefined });
  });
  const latest = inPlace ? source.latest : await headObject(aws, lob, versionKey(lob, model, LATEST));
  return { ...(row && { row }), versions, ...(latest && { latest }), aliases };
}

function rowIn(item: Item, lob: Lob, model: string, version: number): Pick<TargetVersion, "row" | "problem"> {
  try {
    return { row: versionIn(item, lob, model, version) };
  } catch (error) {
    if (error instanceof LobError) return { problem: error.message };
    throw error;
  }
}

/** The objects that stand at numbers of the source. */
async function headsOf(
  aws: Aws,
  lob: Lob,
  { model, versions }: Omit<ModelInventory, "target">,
  signal?: AbortSignal,
): Promise<Map<number, ObjectHead>> {
  const wanted = new Set(versions.map(({ version }) => version));
  const taken: number[] = [];
  for await (const { key } of listAll(aws, lob, versionsPrefix(lob, model), signal)) {
    const version = parseVersionKey(lob, key)?.version;
    if (typeof version === "number" && wanted.has(version)) taken.push(version);
  }
  const heads = new Map<number, ObjectHead>();
  await mapPooled(taken, READS, async (version) => {
    const head = await headObject(aws, lob, versionKey(lob, model, version));
    if (head !== undefined) heads.set(version, head);
  });
  return heads;
}
