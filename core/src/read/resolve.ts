/** Resolves a reference to a version's row, by consistent reads of keys. */
import { assertName } from "../registry/lob.js";
import { LobError } from "../errors.js";
import { aliasNamespace, aliasProblem, isSha256, modelNamespace, modelProblem, versionProblem } from "../layout.js";
import { readAlias, readDigestPointer, readModel, readVersion } from "../registry/store.js";
import type { Alias, Aws, Lob, ModelSummary, Version } from "../types.js";
import { aliasNames, numbersByDigest } from "./list.js";
import type { VersionRef } from "./ref.js";
import { isReadable } from "../registry/status.js";

export interface Resolved {
  readonly model: ModelSummary;
  readonly version: Version;
  /** Row of the alias. Present if the reference is an alias. */
  readonly alias?: Alias;
}

/**
 * Finds the version that a reference names, in any status. Uses consistent reads by key: LATEST is the model row's `latest`, an alias has a
 * row, and a tree digest has a pointer. An alias of two versions means its main version. An artifact's sha256 has no pointer: unless it
 * belongs to the newest version, the eventually consistent index is used, which may lack a version for a second after its publish.
 *
 * @throws LobError LOB1001/LOB1002 (arguments), LOB3002 (model), LOB3003 (version), LOB3030 (alias), LOB2xxx (AWS), LOB4001/LOB4004 (rows)
 */
export async function resolve(aws: Aws, lob: Lob, model: string, ref: VersionRef, signal?: AbortSignal): Promise<Resolved> {
  assertName(modelProblem(model));
  assertRef(ref);
  const row = await readModel(aws, lob, model);
  if (row === undefined) throw modelNotFound(lob.lob, model);
  if (row.lob !== lob.lob || row.model !== model) throw isAnother(lob, model, modelNamespace(row.lob, row.model));
  if ("alias" in ref) return { model: row, ...(await byAlias(aws, lob, row, ref.alias, signal)) };
  return { model: row, version: await find(aws, lob, row, ref, signal) };
}

const isAnother = (lob: Lob, name: string, found: string): LobError =>
  new LobError("LOB4004", `the catalog row of ${lob.lob}/${name} claims to be ${found}`, {
    hint: "Someone changed the row by hand. Objects in S3 are not affected.",
    details: { lob: lob.lob, row: name },
  });

/** Returns the error for a model that does not exist. */
export const modelNotFound = (lob: string, model: string): LobError =>
  new LobError("LOB3002", `LOB ${lob} has no model ${model}`, {
    hint: `Check the name: \`lobreg list ${lob}\` shows the models.`,
    details: { lob, model },
  });

async function find(
  aws: Aws,
  lob: Lob,
  model: ModelSummary,
  ref: Exclude<VersionRef, { readonly alias: string }>,
  signal?: AbortSignal,
): Promise<Version> {
  if ("version" in ref) return byNumber(aws, lob, model, ref.version);
  if ("latest" in ref) return newest(aws, lob, model);
  return "treeDigest" in ref ? byTreeDigest(aws, lob, model, ref.treeDigest, signal) : bySha256(aws, lob, model, ref.sha256, signal);
}

async function byNumber(aws: Aws, lob: Lob, model: ModelSummary, n: number): Promise<Version> {
  const version = await readVersion(aws, lob, model.model, n);
  if (version !== undefined) return version;
  throw notFound(model, `has no version ${n}`);
}

async function newest(aws: Aws, lob: Lob, model: ModelSummary): Promise<Version> {
  if (model.latest === 0) throw notFound(model, "has no version yet");
  const version = await readVersion(aws, lob, model.model, model.latest);
  if (version !== undefined) return version;
  throw new LobError("LOB4001", `the newest version of ${lob.lob}/${model.model} is ${model.latest}, but its registry row is missing`, {
    hint: `Use an older version (\`lobreg list ${lob.lob}/${model.model}\`), and contact the owner of the LOB: the row was deleted.`,
    details: { lob: lob.lob, model: model.model, version: model.latest },
  });
}

async function byAlias(
  aws: Aws,
  lob: Lob,
  model: ModelSummary,
  name: string,
  signal?: AbortSignal,
): Promise<{ alias: Alias; version: Version }> {
  const alias = await readAlias(aws, lob, model.model, name);
  if (alias === undefined) throw await aliasNotFound(aws, lob, model, name, signal);
  const found = aliasNamespace(alias.lob, alias.model, alias.alias);
  if (found !== aliasNamespace(lob.lob, model.model, name)) throw isAnother(lob, `${model.model}@${name}`, found);
  const version = await readVersion(aws, lob, model.model, alias.version);
  if (version !== undefined) return { alias, version };
  const what = `${lob.lob}/${model.model}@${name}`;
  throw new LobError("LOB4001", `${what} points to version ${alias.version}, but the registry row of that version is missing`, {
    hint: `\`lobreg doctor ${lob.lob}/${model.model}\` restores the row if the object exists.`,
    details: { lob: lob.lob, model: model.model, alias: name, version: alias.version },
  });
}

const MOST_NAMED = 10;

/** Names the existing aliases in the hint, because the user most likely means one of them. */
async function aliasNotFound(aws: Aws, lob: Lob, { model }: ModelSummary, alias: string, signal?: AbortSignal): Promise<LobError> {
  // The names are optional: without them, the error stays the same.
  const names = await aliasNames(aws, lob, model, signal).catch(() => undefined);
  const some = names?.slice(0, MOST_NAMED).join(", ") ?? "";
  const rest = (names?.length ?? 0) - MOST_NAMED;
  const there =
    names === undefined
      ? ""
      : names.length === 0
        ? "The model has no aliases. "
        : `The model has ${some}${rest > 0 ? ` and ${rest} more` : ""}. `;
  return new LobError("LOB3030", `${lob.lob}/${model} has no alias ${alias}`, {
    hint: `${there}You can also name a version by its number, or as LATEST: \`lobreg list ${lob.lob}/${model}\` shows the versions.`,
    details: { lob: lob.lob, model, alias },
  });
}

async function byTreeDigest(aws: Aws, lob: Lob, model: ModelSummary, treeDigest: string, signal?: AbortSignal): Promise<Version> {
  const pointed = await readDigestPointer(aws, lob, model.model, treeDigest);
  const version = pointed === undefined ? undefined : await readVersion(aws, lob, model.model, pointed);
  if (version?.treeDigest === treeDigest && isReadable(version)) return version;
  // The pointer names the newest number with this content. That version may be unfinished or abandoned, or another writer may have
  // just taken its number, while an older version has the same content.
  const older = await byIndex(aws, lob, model, "treeDigest", treeDigest, signal);
  if (older !== undefined) return older;
  if (version?.treeDigest === treeDigest) return version;
  throw notFound(model, `has no version with the tree digest ${treeDigest}`);
}

async function bySha256(aws: Aws, lob: Lob, model: ModelSummary, sha256: string, signal?: AbortSignal): Promise<Version> {
  if (model.latest > 0 && model.latestSha256 === sha256) {
    const version = await readVersion(aws, lob, model.model, model.latest);
    if (version?.sha256 === sha256) return version;
  }
  const version = await byIndex(aws, lob, model, "sha256", sha256, signal);
  if (version !== undefined) return version;
  throw notFound(model, `has no version whose artifact has the sha256 ${sha256}`);
}

/** Returns the newest version in the index with this digest, confirmed by a consistent read of its row. */
async function byIndex(
  aws: Aws,
  lob: Lob,
  model: ModelSummary,
  attribute: "treeDigest" | "sha256",
  digest: string,
  signal?: AbortSignal,
): Promise<Version | undefined> {
  for await (const n of numbersByDigest(aws, lob, model.model, attribute, digest, signal)) {
    const version = await readVersion(aws, lob, model.model, n);
    if (version?.[attribute] === digest) return version;
  }
  return undefined;
}

/** Checks a reference that did not come from `parseRef`. @throws LobError LOB1001, LOB1002 */
function assertRef(ref: VersionRef): void {
  if ("version" in ref) {
    assertName(versionProblem(ref.version));
    return;
  }
  if ("latest" in ref) return;
  if ("alias" in ref) {
    assertName(aliasProblem(ref.alias));
    return;
  }
  const digest = "treeDigest" in ref ? ref.treeDigest : ref.sha256;
  if (!isSha256(digest))
    throw new LobError("LOB1002", `${JSON.stringify(digest)} is not a SHA-256 of 64 lower-case hexadecimal characters`, {
      hint: "`lobreg show` prints both digests of a version.",
    });
}

function notFound(model: ModelSummary, what: string): LobError {
  const name = `${model.lob}/${model.model}`;
  const newestOne = model.latest === 0 ? "" : ` The newest is ${model.latest}.`;
  return new LobError("LOB3003", `${name} ${what}`, {
    hint: `\`lobreg list ${name}\` shows the versions.${newestOne}`,
    details: { lob: model.lob, model: model.model },
  });
}
