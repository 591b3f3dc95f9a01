/** Checks a version's status, and its row against its object and manifest. Pure. */
import { LobError } from "../errors.js";
import { s3Uri } from "../layout.js";
import { objectProblems } from "../registry/agreement.js";
import type { ObjectHead } from "../transfer/object.js";
import type { Lob, ManifestHeader, Version } from "../types.js";

/**
 * Refuses a version that cannot be read.
 *
 * @param yanked whether a withdrawn version may be read; default false
 * @throws LobError LOB3003 (being published, abandoned, purged), LOB3009 (withdrawn), LOB4001 (its object is missing)
 */
export function assertReadable(version: Version, yanked = false): void {
  const name = nameOf(version);
  const details = { lob: version.lob, model: version.model, version: version.version, status: version.status };
  switch (version.status) {
    case "READY":
      return;
    case "YANKED":
      if (yanked) return;
      throw new LobError("LOB3009", `${name} was withdrawn`, {
        hint: "Use another version, or read it anyway with --yanked.",
        details,
      });
    case "RESERVED":
      throw new LobError("LOB3003", `${name} has been in progress since ${version.reservedAt} and cannot be read yet`, {
        hint: "Retry when its publisher is done. If the publisher was interrupted, publish the same content again to finish the version.",
        details,
      });
    case "ABANDONED":
      throw new LobError("LOB3003", `${name} was never finished because its publisher stopped`, {
        hint: "Use another version, or publish the content again.",
        details,
      });
    case "PURGING":
    case "PURGED":
      throw new LobError("LOB3003", `${name} was purged and its artifact deleted`, { hint: "Use another version.", details });
    case "MISSING":
      throw missingObject(version, details);
  }
}

/** Returns the error for a version whose object is missing. */
export function missingObject(version: Version, details: LobError["details"] = {}): LobError {
  return new LobError("LOB4001", `the artifact of ${nameOf(version)} is missing: ${version.url} does not exist`, {
    hint: "Use another version, and contact the owner of the LOB: the bucket's versioning may still hold it.",
    details: { url: version.url, ...details },
  });
}

/** Checks an object against its row. @throws LobError LOB4001 that names each difference */
export function assertObject(version: Version, head: ObjectHead | undefined, lob: Lob): asserts head is ObjectHead {
  if (head === undefined) throw missingObject(version);
  const problems = objectProblems(version, head);
  if (problems.length === 0) return;
  throw new LobError("LOB4001", `${s3Uri(lob.bucket, head.key)} does not match its row: ${problems.join("; ")}`, {
    hint: "Do not use it. Use another version, and contact the owner of the LOB: the object or the row was changed.",
    details: { url: version.url, problems: problems.join("; ") },
  });
}

/** Checks a manifest against its row. @throws LobError LOB4001 that names each difference */
export function assertManifest(version: Version, header: ManifestHeader): void {
  const differing = (["lob", "model", "treeDigest", "files", "contentBytes"] as const).filter((name) => header[name] !== version[name]);
  if (differing.length === 0) return;
  const said = differing.map((name) => `${name}: the row has ${version[name] ?? "no value"}, the manifest has ${header[name]}`);
  throw new LobError("LOB4001", `the manifest of ${nameOf(version)} does not match its row: ${said.join("; ")}`, {
    hint: "Do not use it. Use another version, and contact the owner of the LOB: the manifest or the row was changed.",
    details: { url: version.url, problems: said.join("; ") },
  });
}

const nameOf = (version: Version): string => `${version.lob}/${version.model}@${version.version}`;
