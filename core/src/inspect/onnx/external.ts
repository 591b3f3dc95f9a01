/** Tensors of ONNX whose content is in another file of the model: its hash, so that it is known which of them changed. */
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
 * One file after the other. Each is read once at most: of one in which different tensors overlap nothing is hashed.
 *
 * @param path of the file that names the others
 * @param warnings takes which of them are not there, or too short
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
    // What changed is not known then, as of any content without a hash.
    if (!(error instanceof Damaged)) throw error;
  }
  return hashes;
}

/** By the path of the file, whichever way it is written. */
function byFile(tensors: readonly OnnxTensor[], path: string): ReadonlyMap<string, readonly ExternalTensor[]> {
  const files = new Map<string, ExternalTensor[]>();
  for (const tensor of tensors) {
    const { location, offset, length, bytes, raw } = tensor;
    // What a model says of the length in another way than its shape does is not understood.
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
    warnings.add(`its weights are in a file that is not there: ${quote(location)}`);
    return;
  }
  try {
    const inside = lying.filter(({ range }) => range.end <= source.size);
    if (inside.length < lying.length) warnings.add(`its weights go beyond the end of the file that has them: ${quote(location)}`);
    // Two tensors may be one and the same.
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
