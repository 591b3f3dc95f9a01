/** Opens a manifest on disk as one side of a diff: a model that another job built. */
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
 * Opens the manifest of a version, or one that {@link FilesSide.writeManifest} wrote. It is hostile: its claims are unproven, and its
 * consistency (order, sizes, tree digest) is known only after all entries were read. Entries can be read once. `metrics` is undefined
 * if the manifest has no metrics. `of` is the model that the manifest names.
 *
 * @throws LobError LOB1004 it is missing or cannot be read; LOB4003 it is damaged or hostile, at once or while entries are read
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

/** Yields the files. Errors name the path of the manifest. */
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
    hint: "Run the job that wrote it again. If somebody else provided it, do not trust it.",
    cause: error,
    details: { path },
  });
}
