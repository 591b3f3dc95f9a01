import { METADATA } from "../layout.js";
import type { ObjectHead } from "../transfer/object.js";
import type { Version } from "../types.js";

/** Lists how the object differs from its row, one line each; empty if they agree. */
export function objectProblems(version: Version, head: ObjectHead): string[] {
  const problems: string[] = [];
  const compare = (what: string, row: string | number | undefined, object: string | number | undefined): void => {
    if (row !== object) problems.push(`${what}: ${row ?? "missing"} in the row, ${object ?? "missing"} in the object`);
  };
  const { metadata } = head;
  compare("size", version.size, head.size);
  compare("sha256", version.sha256, metadata[METADATA.artifactSha256]);
  compare("model", version.model, metadata[METADATA.artifactName]);
  // An object that Python put has only those two.
  if (version.origin === "lob-registry") {
    compare("token", version.token, metadata[METADATA.writeToken]);
    compare("version", String(version.version), metadata[METADATA.artifactVersion]);
    compare("tree digest", version.treeDigest, metadata[METADATA.treeDigest]);
    compare("manifest", version.manifestSha256, metadata[METADATA.manifestSha256]);
  }
  if (version.crc64nvme !== undefined && head.crc64nvme !== undefined) compare("crc64nvme", version.crc64nvme, head.crc64nvme);
  return problems;
}
