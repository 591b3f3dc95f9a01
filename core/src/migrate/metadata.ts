/** Metadata and media type of migrated objects. Pure. */
import { METADATA } from "../layout.js";
import type { ObjectHead } from "../transfer/object.js";

const OURS = new Set<string>(Object.values(METADATA));
/** S3's limit on metadata in bytes, names and values together. */
const LIMIT = 2048;

/**
 * Returns the metadata of a copy: what the Python library reads, the number, and other metadata of the source as far as it fits. Excludes
 * metadata that only this program may write.
 * @param about without `version` for a draft and for a number with the bytes of another, because only one number may claim the bytes
 */
export function metadataOfCopy(
  object: ObjectHead,
  about: { readonly model: string; readonly sha256: string; readonly version?: number | undefined },
): Record<string, string> {
  const metadata: Record<string, string> = {
    [METADATA.artifactName]: about.model,
    [METADATA.artifactSha256]: about.sha256,
  };
  if (about.version !== undefined) metadata[METADATA.artifactVersion] = String(about.version);
  let used = sizeOf(metadata);
  for (const [name, value] of Object.entries(object.metadata)) {
    const size = sizeOf({ [name]: value });
    if (OURS.has(name) || used + size > LIMIT) continue;
    metadata[name] = value;
    used += size;
  }
  return metadata;
}

const sizeOf = (metadata: Readonly<Record<string, string>>): number =>
  Object.entries(metadata).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);

/** Returns the media type for a file suffix: gzip for `.tar.gz` and similar, otherwise plain bytes. */
export const contentTypeOf = (suffix: string): string => (/\.t?gz$/.test(suffix) ? "application/gzip" : "application/octet-stream");
