/** Opens a published version as one side of a diff: its manifest and, to compare numbers, its files. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pathProblem } from "../archive/index.js";
import { temporaryFolder } from "../archive/spool.js";
import type { OpenSide } from "../diff/index.js";
import { openSource } from "../inspect/open.js";
import type { ReadableSide } from "./files.js";
import { targetWords } from "../registry/alias-rows.js";
import type { Aws, Lob } from "../types.js";
import { fetchManifest } from "../read/manifest.js";
import { pull, type PullOptions } from "../read/pull.js";
import type { VersionRef } from "../read/ref.js";
import { resolve, type Resolved } from "../read/resolve.js";

/** Side with the version number that a reference such as LATEST or an alias resolved to. */
export interface VersionSide extends OpenSide {
  readonly version: number;
}

/**
 * Fetches and verifies the manifest of a version, without the artifact.
 *
 * @throws LobError LOB1001/LOB1002 (arguments), LOB3002, LOB3003, LOB3030 (not found), LOB3010 (no manifest), LOB4xxx (not what it should be), LOB2xxx
 */
export async function versionSide(aws: Aws, lob: Lob, model: string, ref: VersionRef, signal?: AbortSignal): Promise<VersionSide> {
  const folder = await temporaryFolder();
  return closing(folder, async () => byManifest(aws, lob, await resolve(aws, lob, model, ref, signal), folder, signal));
}

/**
 * Opens a version with its files. It is pulled into a temporary folder and verified when the first file is opened, even if it is
 * withdrawn.
 *
 * @throws errors of {@link versionSide}; `open` throws errors of {@link pull}
 */
export async function pulledSide(
  aws: Aws,
  lob: Lob,
  model: string,
  ref: VersionRef,
  options: Pick<PullOptions, "signal" | "onProgress" | "onRetry"> = {},
): Promise<ReadableSide> {
  const folder = await temporaryFolder();
  return closing(folder, async () => {
    const resolved = await resolve(aws, lob, model, ref, options.signal);
    const side = await byManifest(aws, lob, resolved, folder, options.signal);
    const target = join(folder, "content");
    let pulled: Promise<unknown> | undefined;
    return {
      ...side,
      async open(path) {
        pulled ??= pull(aws, lob, model, { version: resolved.version.version }, { ...options, target, yanked: true });
        await pulled;
        return pathProblem(path) === undefined ? openSource(join(target, ...path.split("/"))) : undefined;
      },
    };
  });
}

/** Ties a side to a folder that is removed when the side is closed. */
async function closing<T extends object>(folder: string, make: () => Promise<T>): Promise<T & Pick<OpenSide, "close">> {
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    return { ...(await make()), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function byManifest(aws: Aws, lob: Lob, { version, alias }: Resolved, folder: string, signal: AbortSignal | undefined) {
  const { header, files } = await fetchManifest(aws, lob, version, join(folder, "manifest.json.gz"), { signal });
  const name = `${lob.lob}/${version.model}@${alias ? `${alias.alias} (${targetWords(alias)})` : version.version}`;
  const { treeDigest, contentBytes, summary } = header;
  // The row's metrics count, because they may have been corrected since.
  const described = { treeDigest, files: header.files, contentBytes, metrics: version.metrics, inspected: summary !== undefined };
  return { name, version: version.version, ...described, entries: files };
}
