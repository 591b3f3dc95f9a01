/** All that is known of one version, for a person or a program. */
import { versionKey } from "../layout.js";
import { objectProblems } from "../registry/agreement.js";
import { hasObject } from "../registry/status.js";
import { headObject } from "../transfer/object.js";
import type { Alias, Aws, Lob, ModelSummary, Version } from "../types.js";
import { missingObject } from "./check.js";
import { type VersionContents, readContents } from "./contents.js";
import type { VersionRef } from "./ref.js";
import { resolve } from "./resolve.js";

/** What S3 says of the artifact, held against its row. */
export interface ShownObject {
  readonly exists: boolean;
  readonly etag?: string;
  readonly lastModified?: string;
  /** In what the object differs from its row; none when all is well. */
  readonly problems: readonly string[];
}

export interface ShownVersion {
  readonly model: ModelSummary;
  readonly version: Version;
  /** Present where an alias was asked for. */
  readonly alias?: Alias;
  /** Absent while there is no artifact to look at: a version that is being published, was abandoned or purged. */
  readonly object?: ShownObject;
  /** What is in it; absent where there is no artifact, and for one that the Python library put. */
  readonly contents?: VersionContents;
}

/**
 * Looks at one version, in whatever status. Rows are read strongly; the object is looked at (HEAD), not read; the manifest is read.
 *
 * @throws LobError LOB1001/LOB1002 (arguments), LOB3002 (model), LOB3003 (version), LOB3030 (alias), LOB2xxx (AWS), LOB4001/LOB4004 (rows)
 */
export async function show(aws: Aws, lob: Lob, model: string, ref: VersionRef, signal?: AbortSignal): Promise<ShownVersion> {
  const resolved = await resolve(aws, lob, model, ref, signal);
  const { version } = resolved;
  if (!hasObject(version)) return resolved;
  const [head, contents] = await Promise.all([
    headObject(aws, lob, versionKey(lob, model, version.version)),
    readContents(aws, lob, version, signal),
  ]);
  const shown = { ...resolved, ...(contents && { contents }) };
  if (head === undefined) return { ...shown, object: { exists: false, problems: [missingObject(version).message] } };
  const object: ShownObject = {
    exists: true,
    etag: head.etag,
    ...(head.lastModified !== undefined && { lastModified: head.lastModified.toISOString() }),
    problems: objectProblems(version, head),
  };
  return { ...shown, object };
}
