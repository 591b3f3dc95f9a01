/** Metadata of what a migration copies. Pure. */
import { METADATA } from "../layout.js";
import type { ObjectHead } from "../transfer/object.js";

const OURS = new Set<string>(Object.values(METADATA));
/** S3 takes so many bytes of metadata, names and values together. */
const LIMIT = 2048;

/**
 * What the Python library reads, and the number. Whatever else its users gave their object comes along where there is room, but for what
 * only this program may say.
 * @param about without a version for a draft, and for a number with the bytes of another: "this is version N" is said once of any bytes
 */
export function metadataOfCopy(
  object: ObjectHead,
  about: { readonly model: string; readonly sha256: string; readonly version?: number },
): Record<string, string> {
  const metadata: Record<string, string> = {
    [METADATA.artifactName]: about.model,
    [METADATA.artifactSha256]: about.sha256,
    ...(about.version !== undefined && { [METADATA.artifactVersion]: String(about.version) }),
  };
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

/** Media type of files that end so: an archive as this program and the library's users pack it, else just bytes. */
export const contentTypeOf = (suffix: string): string => (/\.t?gz$/.test(suffix) ? "application/gzip" : "application/octet-stream");
