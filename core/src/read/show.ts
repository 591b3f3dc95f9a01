/** Collects all information about one version. */
import { defined } from "../defined.js";
import { versionKey } from "../layout.js";
import { objectProblems } from "../registry/agreement.js";
import { expectsObject } from "../registry/status.js";
import { headObject } from "../transfer/object.js";
import type { Alias, Aws, Lob, ModelSummary, Version } from "../types.js";
import { missingObject } from "./check.js";
import { type VersionContents, readContents } from "./contents.js";
import type { VersionRef } from "./ref.js";
import { resolve } from "./resolve.js";

/** The artifact's object, checked against its row. */
export interface ShownObject {
  readonly exists: boolean;
  readonly etag?: string;
  readonly lastModified?: string;
  /** Differences between the object and its row. Empty if all is well. */
  readonly problems: readonly string[];
}

export interface ShownVersion {
  readonly model: ModelSummary;
  readonly version: Version;
  /** Present if the reference is an alias. */
  readonly alias?: Alias;
  /** Absent if the version has no artifact because it is in progress, abandoned or purged. */
  readonly object?: ShownObject;
  /** Absent if there is no artifact, or if the Python library published it. */
  readonly contents?: VersionContents;
}

/**
 * Reads one version, in any status: its rows (consistent reads), the object's HEAD, and the manifest.
 *
 * @throws LobError LOB1001/LOB1002 (arguments), LOB3002 (model), LOB3003 (version), LOB3030 (alias), LOB2xxx (AWS), LOB4001/LOB4004 (rows)
 */
export async function show(aws: Aws, lob: Lob, model: string, ref: VersionRef, signal?: AbortSignal): Promise<ShownVersion> {
  const resolved = await resolve(aws, lob, model, ref, signal);
  const { version } = resolved;
  if (!expectsObject(version)) return resolved;
  const [head, contents] = await Promise.all([
    headObject(aws, lob, versionKey(lob, model, version.version)),
    readContents(aws, lob, version, signal),
  ]);
  const shown = { ...resolved, ...defined({ contents }) };
  if (head === undefined) return { ...shown, object: { exists: false, problems: [missingObject(version).message] } };
  const lastModified = head.lastModified?.toISOString();
  const object = defined({ exists: true, etag: head.etag, lastModified, problems: objectProblems(version, head) });
  return { ...shown, object };
}
