/** Reads a repository of the Python library. Writes nothing. */
import { LobError } from "../errors.js";
import { LATEST } from "../layout.js";
import { headObject, type Bucket, type ListedObject, type ObjectHead } from "../transfer/object.js";
import { listAll, listFolders } from "../transfer/listing.js";
import { mapPooled } from "../transfer/map.js";
import type { Aws } from "../types.js";
import { readAliasFile } from "../aliases/file.js";
import type { ModelInventory, SourceAlias, SourceVersion } from "./inventory.js";
import { aliasesFolder, parseFileName, repositoryFolder, versionsFolder, type SourceNames } from "./names.js";
import type { SourceTable } from "./source-table.js";

/** Maximum number of parallel read requests. */
export const READS = 16;

/** A repository of the library, with clients to read it. */
export interface MigrationOrigin {
  /** Clients for the source's region. */
  readonly aws: Aws;
  readonly bucket: Bucket;
  readonly names: SourceNames;
  /** Content of its table. S3 and DynamoDB back end only. */
  readonly table?: SourceTable | undefined;
}

/** Lists the names of the models from the folders and the table. @throws LobError LOB2xxx (AWS) */
export async function modelNames(source: MigrationOrigin, signal?: AbortSignal): Promise<string[]> {
  const names = new Set(source.table?.models.keys());
  for (const name of await listFolders(source.aws, source.bucket, repositoryFolder(source.names), signal)) names.add(name);
  return [...names].sort();
}

/** Reads everything about one model in the source. @throws LobError LOB2xxx (AWS) */
export async function readSourceModel(
  source: MigrationOrigin,
  model: string,
  signal?: AbortSignal,
): Promise<Omit<ModelInventory, "target">> {
  const { aws, bucket, names, table } = source;
  const folder = versionsFolder(names, model);
  const files = new Map<number | typeof LATEST, ListedObject>();
  const strangers: string[] = [];
  for await (const listed of listAll(aws, bucket, folder, signal)) {
    const name = listed.key.slice(folder.length);
    // The back end with a table does not use folders, so their contents are not its own.
    if (names.backEnd !== "s3" && name.includes("/")) continue;
    const version = parseFileName(names, name);
    if (version !== undefined) files.set(version, listed);
    // The library ignores the marker that "Create folder" in the AWS console leaves.
    else if (name !== "" && !name.endsWith("/")) strangers.push(name);
  }
  const records = table?.models.get(model);
  const numbers = new Set([...files.keys(), ...(records?.versions.keys() ?? [])]);
  const heads = new Map<number | typeof LATEST, ObjectHead>();
  await mapPooled(files, READS, async ([version, { key }]) => {
    const head = await headObject(aws, bucket, key);
    if (head !== undefined) heads.set(version, head);
  });
  const versions = [...numbers].flatMap((version): SourceVersion[] => {
    const [object, record] = [heads.get(version), records?.versions.get(version)];
    return version === LATEST ? [] : [{ version, object, record }];
  });
  const [latest, latestRecord] = [heads.get(LATEST), records?.versions.get(LATEST)];
  return {
    model,
    versions,
    latest,
    latestRecord,
    aliases: table === undefined ? await readAliases(source, model, signal) : (records?.aliases ?? []),
    strangers,
  };
}

async function readAliases({ aws, bucket, names }: MigrationOrigin, model: string, signal?: AbortSignal): Promise<SourceAlias[]> {
  const folder = aliasesFolder(names, model);
  const listed: ListedObject[] = [];
  for await (const one of listAll(aws, bucket, folder, signal)) {
    if (!one.key.endsWith("/")) listed.push(one);
  }
  return mapPooled(listed, READS, async (one): Promise<SourceAlias> => {
    const name = one.key.slice(folder.length);
    const alias = name.endsWith(".json") ? name.slice(0, -".json".length) : name;
    if (alias === name) return { alias, problem: "its file does not end in .json" };
    const file = await readAliasFile(aws, bucket, one, model, signal).catch((error: unknown) => {
      if (error instanceof LobError && error.code.startsWith("LOB4")) return error.message;
      throw error;
    });
    if (typeof file === "string") return { alias, problem: file };
    return file.alias === alias ? { alias, file } : { alias, problem: `its file names another alias, ${JSON.stringify(file.alias)}` };
  });
}
