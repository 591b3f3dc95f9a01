import { defined } from "../defined.js";
import { LobError } from "../errors.js";
import { isSha256, isToken, LATEST, METADATA, s3Uri, versionKey, versionUrl } from "../layout.js";
import { readManifestDetails, type ManifestDetails } from "../manifest/manifest-details.js";
import { readVersion } from "./store.js";
import { headObject, listNewestNumbers, type ObjectHead } from "../transfer/object.js";
import type { Lob, ModelSummary, Version } from "../types.js";
import { isCopyOfAnotherNumber, isOwnNumber } from "./objects.js";
import { timestamp } from "../environment.js";
import { log, type ModelContext } from "./context.js";
import { transact } from "./transact.js";
import { indexNumbers, type Numbered } from "./writes.js";

/** Numbers that one transaction indexes: DynamoDB allows 100 items, and each number has a row besides the model's. */
export const INDEXED_AT_ONCE = 90;

/**
 * Builds the row of a number from its object. The metadata of an object that this program wrote names its content. An object that the
 * Python library published has neither tree digest nor manifest, even if it is a copy of one of ours: only its bytes are known.
 *
 * @param manifest details from the manifest of an object of ours, if it could be read
 * @throws LobError LOB4001 if neither of the two wrote the object
 */
export function versionOfObject(lob: Lob, model: string, n: number, head: ObjectHead, at: string, manifest?: ManifestDetails): Version {
  const { metadata } = head;
  const sha256 = metadata[METADATA.artifactSha256];
  if (!isSha256(sha256)) {
    throw new LobError(
      "LOB4001",
      `the object ${head.key} was written by neither this program nor the Python library: it has no ${METADATA.artifactSha256}`,
      {
        hint: "Somebody uploaded it by other means. Remove it, or add the metadata that the Python library writes.",
        details: { key: head.key },
      },
    );
  }
  const token = metadata[METADATA.writeToken];
  return {
    url: versionUrl(lob, model, n),
    lob: lob.lob,
    model,
    version: n,
    status: "READY",
    token: isToken(token) ? token : "",
    sha256,
    size: head.size,
    files: 0,
    contentBytes: 0,
    ...defined({ crc64nvme: head.crc64nvme }),
    metrics: {},
    tags: {},
    provenance: {},
    keys: [],
    origin: "versioned",
    reservedAt: head.lastModified?.toISOString() ?? at,
    readyAt: at,
    holders: [],
    ...ownDetails(n, head, manifest),
  };
}

/** Details that only an object of ours has. */
function ownDetails(n: number, head: ObjectHead, manifest: ManifestDetails | undefined): Partial<Version> {
  if (!isOwnNumber(n, head)) return {};
  const manifestSha256 = head.metadata[METADATA.manifestSha256];
  return {
    origin: "lob-registry",
    treeDigest: head.metadata[METADATA.treeDigest]!,
    ...(isSha256(manifestSha256) && { manifestSha256 }),
    ...(manifest && { files: manifest.files, contentBytes: manifest.contentBytes, metrics: manifest.metrics }),
  };
}

/** Restores the row of a number from its object and, for an object of ours, its manifest. @throws LobError LOB4001, LOB2xxx */
export async function recoverVersion(context: ModelContext, n: number, head: ObjectHead): Promise<Version> {
  const { aws, lob, model, signal } = context;
  const manifest = isOwnNumber(n, head) ? await readManifestDetails(aws, lob, model, head.metadata, { signal }) : undefined;
  return versionOfObject(lob, model, n, head, timestamp(context.environment), manifest);
}

/**
 * Indexes a number and the unknown numbers below it: each gets a row unless it has one, and `next` and `latest` are raised, in one
 * transaction. A number may already have a row if the model's row was deleted or was restored from an older state. A lost race is harmless,
 * because the caller looks again. If there are more numbers than one transaction holds, `lobreg doctor` indexes the oldest.
 */
export async function indexUpTo(context: ModelContext, newest: number, model: ModelSummary | undefined): Promise<void> {
  const { numbers } = await listBetween(context, (model?.next ?? 1) - 1, INDEXED_AT_ONCE);
  const below = await findNumbers(
    context,
    numbers.filter((n) => n < newest),
  );
  const found = [...below, (await findNumber(context, newest)) ?? gone(context, newest)];
  const unknown = found.filter(({ hasRow }) => !hasRow).map(({ version }) => version.version);
  const what =
    unknown.length === 0
      ? `the catalog does not know version ${newest} yet`
      : `indexing ${listOf(unknown)}, which the catalog does not know`;
  log(context, "look", what);
  await transact(
    context,
    indexNumbers(context.lob, context.model, found, model, timestamp(context.environment)),
    `indexing version ${newest}`,
  );
}

/** Lists the numbers in S3 above `after`, ascending; if there are more than `most`, the newest. One LIST request. */
export async function listBetween(
  { aws, lob, model }: ModelContext,
  after: number,
  most: number,
): Promise<{ numbers: number[]; newest: number }> {
  const listed = (await listNewestNumbers(aws, lob, model, Math.max(1, most))).map(({ version }) => version);
  return {
    numbers: listed
      .filter((n) => n > after)
      .slice(0, Math.max(0, most))
      .reverse(),
    newest: listed[0] ?? 0,
  };
}

/**
 * Returns the numbers that can be indexed. An object that neither this program nor the Python library wrote is skipped; doctor reports it.
 */
export async function findNumbers(context: ModelContext, numbers: readonly number[]): Promise<Numbered[]> {
  const found: Numbered[] = [];
  for (const n of numbers) {
    const numbered = await findNumber(context, n).catch((error: unknown) => {
      if (error instanceof LobError && error.code === "LOB4001") return undefined;
      throw error;
    });
    if (numbered) found.push(numbered);
  }
  return found;
}

/** Returns a number with its row, or with a row made from its object; undefined if it has no object. */
async function findNumber(context: ModelContext, n: number): Promise<Numbered | undefined> {
  const head = await headObject(context.aws, context.lob, versionKey(context.lob, context.model, n));
  if (!head) return undefined;
  const row = await readVersion(context.aws, context.lob, context.model, n);
  return numberedBy(context, n, head, row);
}

/** Prepares a number for indexing. @param row its row, if it has one */
export async function numberedBy(context: ModelContext, n: number, head: ObjectHead, row?: Version): Promise<Numbered> {
  return {
    version: row ?? (await recoverVersion(context, n, head)),
    hasRow: row !== undefined,
    isCopy: (model) => !isOwnNumber(n, head) && isCopyOfAnotherNumber(n, head, model),
  };
}

function gone({ lob, model }: ModelContext, n: number): never {
  const key = versionKey(lob, model, n);
  throw new LobError("LOB4001", `${LATEST} of ${model} is version ${n}, but ${s3Uri(lob.bucket, key)} does not exist`, {
    hint: `Somebody deleted it without this program. \`lobreg doctor ${lob.lob}/${model}\` restores it from ${LATEST}.`,
    details: { key, version: n },
  });
}

const listOf = (numbers: readonly number[]): string =>
  numbers.length === 1 ? `version ${numbers[0]}` : `${numbers.length} versions from ${numbers[0]} to ${numbers.at(-1)}`;
