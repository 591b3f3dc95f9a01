/** Fetches the manifest of a version: to a file first, so that none of it is used before its checksum is known. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { onDisk } from "../archive/index.js";
import { LobError } from "../errors.js";
import { manifestKey, s3Uri } from "../layout.js";
import { readManifest } from "../manifest/index.js";
import { headObject } from "../transfer/object.js";
import type { Aws, Lob, ManifestFile, ManifestHeader, Version } from "../types.js";
import { assertManifest } from "./check.js";
import { download, type DownloadOptions } from "../transfer/download.js";

/** Bytes of a manifest at most: a million files are about a tenth of this. */
const LARGEST_MANIFEST = 1_073_741_824;

/**
 * Downloads the manifest to `path` and verifies it against the row: its own SHA-256, then what its header says.
 *
 * @returns the header, and the files as a stream from the local file.
 * @throws LobError LOB3010 (there is none), LOB4001 (not what the row says), LOB4003 (damaged), LOB2xxx
 */
export async function fetchManifest(
  aws: Aws,
  lob: Lob,
  version: Version,
  path: string,
  options: DownloadOptions,
): Promise<{ header: ManifestHeader; files: AsyncIterable<ManifestFile> }> {
  const sha256 = manifestOf(version);
  const key = manifestKey(lob, version.model, sha256);
  const uri = s3Uri(lob.bucket, key);
  const head = await headObject(aws, lob, key);
  if (head === undefined)
    throw wrong(`the manifest of ${version.lob}/${version.model}@${version.version} is missing: there is no ${uri}`, uri);
  if (head.size > LARGEST_MANIFEST) throw wrong(`${uri} has ${head.size} bytes, more than a manifest can have`, uri);
  const writing = { target: path, purpose: "to keep the manifest", needed: head.size };
  const hash = createHash("sha256");
  const file = await onDisk(writing, () => open(path, "wx"));
  try {
    for await (const chunk of download(aws, lob, head, options)) {
      hash.update(chunk);
      await onDisk(writing, () => file.writeFile(chunk));
    }
  } finally {
    await file.close();
  }
  const found = hash.digest("hex");
  if (found !== sha256) throw wrong(`${uri} is damaged: its sha256 is ${found}`, uri);
  const manifest = await readManifest(createReadStream(path));
  assertManifest(version, manifest.header);
  return manifest;
}

/** @throws LobError LOB3010 when the version has no manifest, so that there is nothing to verify its files against. */
export function manifestOf(version: Version): string {
  if (version.manifestSha256 !== undefined) return version.manifestSha256;
  const name = `${version.lob}/${version.model}@${version.version}`;
  const why = version.origin === "versioned" ? "was published with the Python library and has no manifest" : "has no manifest";
  throw new LobError("LOB3010", `${name} ${why}: what is in it is not known`, {
    hint: "Pull its file as it is stored, verified against its sha256, with --archive.",
    details: { lob: version.lob, model: version.model, version: version.version },
  });
}

function wrong(message: string, uri: string): LobError {
  return new LobError("LOB4001", message, {
    hint: "Tell the owner of the LOB. --archive pulls the artifact's file without its manifest.",
    details: { uri },
  });
}
