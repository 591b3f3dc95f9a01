/** A version as one of the two models of a diff, by its manifest. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "../archive/spool.js";
import type { OpenSide } from "../diff/index.js";
import type { Aws, Lob } from "../types.js";
import { targetWords } from "../registry/alias-rows.js";
import { fetchManifest } from "./manifest.js";
import type { VersionRef } from "./ref.js";
import { resolve } from "./resolve.js";

/** Of a reference such as LATEST or an alias, a caller learns which version it was. */
export interface VersionSide extends OpenSide {
  readonly version: number;
}

/**
 * Fetches the manifest of a version, verified; nothing of the artifact.
 *
 * @throws LobError LOB1001/LOB1002 (arguments), LOB3002, LOB3003, LOB3030 (not found), LOB3010 (no manifest), LOB4xxx (not what it should be), LOB2xxx
 */
export async function versionSide(aws: Aws, lob: Lob, model: string, ref: VersionRef, signal?: AbortSignal): Promise<VersionSide> {
  const { version, alias } = await resolve(aws, lob, model, ref, signal);
  const folder = await temporaryFolder();
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const { header, files } = await fetchManifest(aws, lob, version, join(folder, "manifest.json.gz"), signal ? { signal } : {});
    const name = `${lob.lob}/${model}@${alias ? `${alias.alias} (${targetWords(alias)})` : version.version}`;
    const { treeDigest, contentBytes } = header;
    // The row's metrics are those that count: they may have been corrected since.
    return {
      name,
      version: version.version,
      treeDigest,
      files: header.files,
      contentBytes,
      metrics: version.metrics,
      entries: files,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
