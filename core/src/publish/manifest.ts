/** Builds the manifest of a model, with the findings about its files. */
import { ScannedTree, type Tree } from "../archive/tree.js";
import { LobError } from "../errors.js";
import { buildManifest, type BuiltManifest } from "../manifest/index.js";
import type { Summary } from "../findings/findings.js";
import type { ManifestHeader } from "../types.js";
import { inspectTree, type InspectOptions } from "../inspect/tree.js";

/** A manifest, and what its readers of it should know. */
export interface ModelManifest extends BuiltManifest {
  /** Problems that the inspection found in files, e.g. that weights are cut off. */
  readonly warnings: Summary["warnings"];
}

/**
 * Inspects the files of a tree and writes its manifest to a temporary file. Equal input gives equal bytes.
 *
 * @throws {LobError} what {@link inspectTree} and {@link buildManifest} throw
 */
export async function buildModelManifest(
  tree: Tree,
  header: Pick<ManifestHeader, "lob" | "model" | "metrics" | "createdBy">,
  options: InspectOptions = {},
): Promise<ModelManifest> {
  if (!(tree instanceof ScannedTree)) throw new LobError("LOB9001", "only a tree from scanTree can be inspected");
  const inspected = await inspectTree(tree, options);
  try {
    const { summary } = inspected;
    const built = await buildManifest(inspected, { ...header, summary }, { tmpDir: options.tmpDir });
    return { ...built, warnings: summary.warnings };
  } finally {
    await inspected.close();
  }
}
