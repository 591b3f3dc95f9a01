/** Writes a manifest: what is in a model, small enough to be read without the model. */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { onDisk } from "../archive/disk.js";
import { CHUNK_BYTES, gzipMember } from "../archive/gzip.js";
import { temporaryFolder } from "../archive/spool.js";
import type { Tree } from "../archive/tree.js";
import { LobError } from "../errors.js";
import type { ManifestFile, ManifestHeader } from "../types.js";
import { MANIFEST_LIMITS } from "./limits.js";

export interface BuiltManifest {
  /** A temporary file with the gzip bytes. */
  readonly path: string;
  /** SHA-256 of these bytes, lower-case hexadecimal: the manifest's name. */
  readonly sha256: string;
  readonly size: number;
  /** Removes the temporary file. */
  dispose(): Promise<void>;
}

/**
 * Writes the manifest of a tree into a temporary file. Equal input gives equal bytes.
 *
 * @throws {LobError} LOB1006 more files, or longer paths, than a manifest may list; LOB2009 no space for the temporary file
 */
export async function buildManifest(
  tree: Pick<Tree, "digest" | "files" | "bytes" | "entries">,
  header: Omit<ManifestHeader, "schema" | "treeDigest" | "files" | "contentBytes">,
  options: { tmpDir?: string | undefined } = {},
): Promise<BuiltManifest> {
  const whole: ManifestHeader = { ...header, schema: 1, treeDigest: tree.digest, files: tree.files, contentBytes: tree.bytes };
  if (tree.files > MANIFEST_LIMITS.files) throw tooLarge(`${tree.files} files; ${MANIFEST_LIMITS.files} are allowed`);
  const folder = await temporaryFolder(options.tmpDir);
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const path = join(folder, "manifest.json.gz");
  const work = { target: path, purpose: "for temporary files (TMPDIR names the folder)" };
  try {
    const handle = await onDisk(work, () => open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600));
    try {
      const hash = createHash("sha256");
      let size = 0;
      for await (const piece of gzipMember(chunks(lines(whole, tree.entries())))) {
        await onDisk(work, () => handle.writeFile(piece)); // Appends to the last piece.
        hash.update(piece);
        size += piece.length;
      }
      return { path, sha256: hash.digest("hex"), size, dispose };
    } finally {
      await handle.close();
    }
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Yields lines with keys in a fixed order, so that equal content gives equal bytes. */
async function* lines(header: ManifestHeader, files: AsyncIterable<ManifestFile>): AsyncGenerator<string, void, undefined> {
  const { schema, lob, model, treeDigest, contentBytes, createdBy, summary } = header;
  const metrics = Object.fromEntries(Object.entries(header.metrics).sort(([a], [b]) => (a < b ? -1 : 1)));
  yield `${JSON.stringify({ schema, lob, model, treeDigest, files: header.files, contentBytes, metrics, createdBy, summary })}\n`;
  for await (const { path, mode, size, sha256, offset, findings } of files) {
    yield `${JSON.stringify({ path, mode, size, sha256, offset, findings })}\n`;
  }
}

const tooLarge = (what: string): LobError =>
  new LobError("LOB1006", `the model has too much to list: ${what}`, {
    hint: "Combine many small files into one, such as an archive, or give them shorter paths.",
  });

/** Cuts text into chunks of the size that is compressed at once. */
async function* chunks(texts: AsyncIterable<string>): AsyncGenerator<Buffer, void, undefined> {
  let total = 0;
  let parts: Buffer[] = [];
  let length = 0;
  for await (const text of texts) {
    const bytes = Buffer.from(text);
    parts.push(bytes);
    length += bytes.length;
    total += bytes.length;
    if (total > MANIFEST_LIMITS.bytes) throw tooLarge(`more than ${MANIFEST_LIMITS.bytes} bytes of paths and hashes`);
    if (length < CHUNK_BYTES) continue;
    const whole = Buffer.concat(parts);
    let start = 0;
    for (; whole.length - start >= CHUNK_BYTES; start += CHUNK_BYTES) yield whole.subarray(start, start + CHUNK_BYTES);
    const rest = whole.subarray(start);
    parts = [rest];
    length = rest.length;
  }
  if (length > 0) yield Buffer.concat(parts);
}
