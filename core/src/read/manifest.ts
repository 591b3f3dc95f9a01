/** Fetches the manifest of a version to a file first, so that nothing of it is used before its checksum is verified. */
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

/** Maximum size of a manifest in bytes. A million files take about a tenth of it. */
const LARGEST_MANIFEST = 1_073_741_824;

/**
 * Downloads the manifest to `path` and verifies its SHA-256 and its header against the row.
 *
 * @returns the header, and the files as a stream from the local file
 * @throws LobError LOB3010 (no manifest), LOB4001 (does not match the row), LOB4003 (damaged), LOB2xxx (AWS, disk)
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
    throw wrong(`the manifest of ${version.lob}/${version.model}@${version.version} is missing: ${uri} does not exist`, uri);
  if (head.size > LARGEST_MANIFEST) throw wrong(`${uri} has ${head.size} bytes, which is too large for a manifest`, uri);
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

/** Returns the SHA-256 of the version's manifest. @throws LobError LOB3010 if the version has no manifest to verify its files against */
export function manifestOf(version: Version): string {
  if (version.manifestSha256 !== undefined) return version.manifestSha256;
  const name = `${version.lob}/${version.model}@${version.version}`;
  const why = version.origin === "versioned" ? "was published with the Python library and has no manifest" : "has no manifest";
  throw new LobError("LOB3010", `${name} ${why}, so its contents are not known`, {
    hint: "Use --archive to pull the stored file, verified against its sha256.",
    details: { lob: version.lob, model: version.model, version: version.version },
  });
}

function wrong(message: string, uri: string): LobError {
  return new LobError("LOB4001", message, {
    hint: "Contact the owner of the LOB. --archive pulls the artifact's file without its manifest.",
    details: { uri },
  });
}
