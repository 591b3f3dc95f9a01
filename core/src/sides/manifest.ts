/** A manifest on the disk as one of the two models of a diff: all that is known of a model that another job built. */
import { openGiven } from "../archive/given.js";
import { showPath } from "../archive/paths.js";
import type { OpenSide } from "../diff/index.js";
import { LobError } from "../errors.js";
import type { ManifestFile } from "../types.js";
import { readManifest } from "../manifest/read.js";

export interface ManifestSide extends OpenSide {
  readonly of: { readonly lob: string; readonly model: string };
}

/**
 * Opens a manifest: one of a version, or one that {@link FilesSide.writeManifest} wrote. It is hostile: what it claims is only what somebody
 * wrote, and that it belongs together (order, sizes, tree digest) is known when its entries were read to their end. They can be read once.
 * Metrics: those of the manifest, and not known where it has none. `of`: the model of which it says that it is.
 *
 * @throws LobError LOB1004 it is not there or cannot be read; LOB4003 it is damaged or hostile, now or while entries are read
 */
export async function manifestSide(path: string): Promise<ManifestSide> {
  const handle = await openGiven(path);
  const close = (): Promise<void> => handle.close();
  try {
    const { header, files } = await readManifest(handle.createReadStream({ autoClose: false }));
    const { lob, model, treeDigest, contentBytes, metrics } = header;
    const known = Object.keys(metrics).length > 0 ? metrics : undefined;
    const totals = { treeDigest, files: header.files, contentBytes, metrics: known, inspected: header.summary !== undefined };
    return { name: path, of: { lob, model }, ...totals, entries: named(path, files), close };
  } catch (error) {
    await close();
    throw withPath(path, error);
  }
}

/** The files; what is wrong with them is said with the path. */
function named(path: string, files: AsyncIterable<ManifestFile>): AsyncIterable<ManifestFile> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = files[Symbol.asyncIterator]();
      return {
        next: () =>
          iterator.next().catch((error: unknown) => {
            throw withPath(path, error);
          }),
        return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}

function withPath(path: string, error: unknown): unknown {
  if (!(error instanceof LobError) || error.code !== "LOB4003") return error;
  return new LobError("LOB4003", `${showPath(path)}: ${error.message}`, {
    hint: "Make it anew with the job that wrote it. If it came from somebody else, it is not to be trusted.",
    cause: error,
    details: { path },
  });
}
