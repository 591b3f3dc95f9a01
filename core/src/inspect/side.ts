/** A built folder as one of the two models of a diff. */
import { scanTree } from "../archive/index.js";
import type { Side } from "../diff/index.js";
import type { Metrics } from "../types.js";
import { inspectTree, type InspectOptions } from "./tree.js";

/**
 * Scans and inspects a folder or file.
 *
 * @param metrics of the model; where none are given, those that its own metrics file has
 * @throws what scanTree and inspectTree throw
 */
export async function folderSide(
  path: string,
  metrics: Metrics | undefined,
  options: InspectOptions & { follow?: boolean } = {},
): Promise<Side & { close(): Promise<void> }> {
  const tree = await scanTree(path, options);
  try {
    const inspected = await inspectTree(tree, options);
    const { digest, files, bytes } = inspected;
    const close = async (): Promise<void> => {
      await inspected.close();
      await tree.close();
    };
    const entries = inspected.entries();
    return { name: path, treeDigest: digest, files, contentBytes: bytes, metrics: metrics ?? inspected.metrics, entries, close };
  } catch (error) {
    await tree.close();
    throw error;
  }
}
