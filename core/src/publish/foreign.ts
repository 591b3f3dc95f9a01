import { isSha256, isToken, METADATA, versionUrl } from "../layout.js";
import { LobError } from "../errors.js";
import type { ObjectHead } from "../transfer/object.js";
import type { Lob, Version } from "../types.js";

/**
 * The row of a number that the Python library published. Its content is not known, only its bytes; so it has no tree digest and no
 * manifest, even where it is a copy of an object of ours.
 */
export function foreignVersion(lob: Lob, model: string, n: number, head: ObjectHead, at: string): Version {
  const sha256 = head.metadata[METADATA.artifactSha256];
  if (!isSha256(sha256)) {
    throw new LobError(
      "LOB4001",
      `the object ${head.key} was written by neither this program nor the Python library: it has no ${METADATA.artifactSha256}`,
      {
        hint: "Somebody put it by other means. Remove it, or give it the metadata that the Python library writes.",
        details: { key: head.key },
      },
    );
  }
  const token = head.metadata[METADATA.writeToken];
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
    ...(head.crc64nvme !== undefined && { crc64nvme: head.crc64nvme }),
    metrics: {},
    tags: {},
    provenance: {},
    keys: [],
    origin: "versioned",
    reservedAt: head.lastModified?.toISOString() ?? at,
    readyAt: at,
    holders: [],
  };
}
