/** Locates and hashes the tensors of a PyTorch file: views of storages next to the pickle that describes them. */
import type { ByteSource } from "../../bytes/source.js";
import type { FoundTensor } from "../pickle/tensors.js";
import type { TorchTensor } from "../pickle/torch.js";
import type { TensorInput } from "../tensors/collect.js";
import { bitsOf } from "../tensors/dtypes.js";
import { hashRange } from "../tensors/hash.js";
import type { TensorLocations } from "../tensors/locations.js";
import { unpack, type ZipEntry } from "./entries.js";

/** Content of the pickle of a PyTorch file. */
export interface TorchContent {
  /** Folder of the pickle in the zip: empty, or ending in a slash. */
  readonly root: string;
  readonly found: readonly FoundTensor[];
}

/**
 * Returns the tensors with hashes of their content. If `locations` is given, records their locations instead.
 * @param size bytes of the file, which limit the bytes hashed even if a storage is named often
 */
export async function torchTensors(
  { root, found }: TorchContent,
  entries: readonly ZipEntry[],
  size: number,
  locations: TensorLocations | undefined,
): Promise<TensorInput[]> {
  const storages = new Map(entries.map((entry) => [entry.name, entry.stored]));
  const storageOf = ({ key }: TorchTensor): ByteSource | undefined => storages.get(`${root}data/${key}`);
  if (locations !== undefined) {
    const known = await isLittle(root, entries);
    return found.map((one) => {
      const tensor = described(one);
      const storage = "torch" in one && known ? storageOf(one.torch) : undefined;
      if ("torch" in one && storage !== undefined) noteLocation(one.torch, tensor, storage, locations);
      return tensor;
    });
  }
  const hashes = new Map<string, string>();
  let left = size;
  const tensors: TensorInput[] = [];
  for (const one of found) {
    if ("array" in one) {
      tensors.push(described(one));
      continue;
    }
    const { bytes, key, start } = one.torch;
    const storage = storageOf(one.torch);
    const place = `${key} ${start ?? ""} ${bytes}`;
    if (storage !== undefined && start !== undefined && !hashes.has(place) && start + bytes <= storage.size && bytes <= left) {
      left -= bytes;
      hashes.set(place, await hashRange(storage, { start, end: start + bytes }));
    }
    const sha256 = hashes.get(place);
    tensors.push({ ...described(one), ...(sha256 !== undefined && { sha256 }) });
  }
  return tensors;
}

function described(one: FoundTensor): TensorInput {
  if ("array" in one) {
    const { layout: _, ...array } = one.array;
    return { name: one.name, ...array };
  }
  const { dtype, shape, bytes } = one.torch;
  return { name: one.name, dtype, shape, bytes };
}

function noteLocation({ dtype, view }: TorchTensor, tensor: TensorInput, storage: ByteSource, locations: TensorLocations): void {
  if (view === undefined) return;
  const itemBytes = (bitsOf(dtype) ?? 0) / 8;
  locations.add(tensor, { start: view.offset * itemBytes, strides: view.strides, open: () => Promise.resolve(storage) });
}

/** Whether the storages are little-endian; a big-endian machine records its byte order next to them. */
async function isLittle(root: string, entries: readonly ZipEntry[]): Promise<boolean> {
  const entry = entries.find(({ name }) => name === `${root}byteorder`);
  return entry === undefined || (await unpack(entry, 16)).toString("latin1") === "little";
}
