/** Hashes ONNX tensors whose content is in another file of the model, so that a diff shows which of them changed. */
import { Damaged } from "../../bytes/damaged.js";
import type { Warnings } from "../reader.js";
import { disjoint, hashRange, type Range } from "../tensors/hash.js";
import { besideOf, type OpenFile, type OpenSource } from "../tensors/locations.js";
import { short } from "../text.js";
import type { OnnxTensor } from "./tensor.js";

interface ExternalTensor {
  readonly tensor: OnnxTensor;
  readonly range: Range;
}

/**
 * Hashes file by file. Each is read at most once: a file with overlapping tensors is not hashed.
 *
 * @param path path of the file that names the others
 * @param warnings collects files that are missing or too short
 */
export async function hashesElsewhere(
  tensors: readonly OnnxTensor[],
  path: string,
  warnings: Warnings,
  openFile: OpenFile,
): Promise<ReadonlyMap<OnnxTensor, string>> {
  const hashes = new Map<OnnxTensor, string>();
  try {
    for (const [other, lying] of byFile(tensors, path)) await hashAll(lying, await openFile(other), warnings, hashes);
  } catch (error) {
    // The tensors have no hash then: a diff cannot tell whether they changed.
    if (!(error instanceof Damaged)) throw error;
  }
  return hashes;
}

/** Groups tensors by the normalized path of their file. */
function byFile(tensors: readonly OnnxTensor[], path: string): ReadonlyMap<string, readonly ExternalTensor[]> {
  const files = new Map<string, ExternalTensor[]>();
  for (const tensor of tensors) {
    const { location, offset, length, bytes, raw } = tensor;
    // A stated length that contradicts the shape is not understood.
    if (location === undefined || raw !== undefined || bytes === undefined || (length ?? bytes) !== bytes) continue;
    const lying = { tensor, range: { start: offset, end: offset + bytes } };
    const file = besideOf(path, location);
    if (file === undefined) continue;
    const others = files.get(file);
    if (others) others.push(lying);
    else files.set(file, [lying]);
  }
  return files;
}

async function hashAll(
  lying: readonly ExternalTensor[],
  source: OpenSource | undefined,
  warnings: Warnings,
  hashes: Map<OnnxTensor, string>,
): Promise<void> {
  const location = lying[0]?.tensor.location ?? "";
  if (source === undefined) {
    warnings.add(`its weights are in a missing file: ${quote(location)}`);
    return;
  }
  try {
    const inside = lying.filter(({ range }) => range.end <= source.size);
    if (inside.length < lying.length) warnings.add(`its weights extend beyond the end of the file that contains them: ${quote(location)}`);
    // Two tensors may share one range.
    const ranges = new Map(inside.map(({ range }) => [`${range.start} ${range.end}`, range]));
    if (!disjoint([...ranges.values()], source.size)) return;
    const known = new Map<string, string>();
    for (const [key, range] of ranges) known.set(key, await hashRange(source, range));
    for (const { tensor, range } of inside) hashes.set(tensor, known.get(`${range.start} ${range.end}`)!);
  } finally {
    await source.close?.();
  }
}

const quote = (text: string): string => JSON.stringify(short(text, 200));
