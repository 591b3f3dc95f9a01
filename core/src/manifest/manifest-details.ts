/** Details that a manifest records about its version, to restore a lost row. */
import { createHash } from "node:crypto";
import { LobError } from "../errors.js";
import { isSha256, manifestKey, METADATA } from "../layout.js";
import { readManifest } from "./index.js";
import { headObject } from "../transfer/object.js";
import type { Aws, Lob, ManifestHeader } from "../types.js";
import { download, type DownloadOptions } from "../transfer/download.js";

export type ManifestDetails = Pick<ManifestHeader, "files" | "contentBytes" | "metrics">;

/**
 * Reads the manifest that an object's metadata names and verifies its hash, its files against its header, and that it describes this
 * content.
 *
 * @returns undefined if it is missing or cannot be trusted
 * @throws LobError LOB2xxx (AWS)
 */
export async function readManifestDetails(
  aws: Aws,
  lob: Lob,
  model: string,
  metadata: Readonly<Record<string, string>>,
  options: DownloadOptions = {},
): Promise<ManifestDetails | undefined> {
  const sha256 = metadata[METADATA.manifestSha256];
  if (!isSha256(sha256)) return undefined;
  const head = await headObject(aws, lob, manifestKey(lob, model, sha256));
  if (!head) return undefined;
  const hash = createHash("sha256");
  try {
    const { header, files } = await readManifest(hashed(download(aws, lob, head, options), hash));
    for await (const _file of files); // each is checked against the header while it is read
    const isOurs = header.lob === lob.lob && header.model === model && header.treeDigest === metadata[METADATA.treeDigest];
    return isOurs && hash.digest("hex") === sha256 ? header : undefined;
  } catch (error) {
    if (error instanceof LobError && (error.code === "LOB4003" || error.code === "LOB4001")) return undefined;
    throw error;
  }
}

async function* hashed(source: AsyncIterable<Buffer>, hash: { update(bytes: Buffer): unknown }): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
}
