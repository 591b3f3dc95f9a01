/** Reads pickles: `.pkl`, `.joblib` and PyTorch files before 1.6. */
import { Damaged } from "../../bytes/damaged.js";
import { Cursor } from "../../bytes/cursor.js";
import { Sequential } from "../../bytes/sequential.js";
import type { ByteSource } from "../../bytes/source.js";
import type { Findings } from "../../findings/findings.js";
import { compressionOf, unpacked, unreadCompression } from "../packed/compression.js";
import { isTar, TAR, TAR_WARNING } from "../packed/containers.js";
import { type Candidate, HEAD_BYTES, type Warnings, type FormatReader } from "../reader.js";
import { collect, type TensorInput } from "../tensors/collect.js";
import { locationIn } from "../tensors/locations.js";
import { codeOf, unfollowed } from "./code.js";
import { joblibArrays } from "./joblib.js";
import { follow, type MachineOptions, Trace } from "./machine.js";
import { OP } from "./opcodes.js";
import { followPlain } from "./plain.js";
import { findTensors, type FoundTensor } from "./tensors.js";
import { isIdentifier, type ArrayLayout, type PickleValue } from "./values.js";

const NAME = /\.(pkl|pickle|joblib|dill|pt|pth|ckpt)(\.(gz|z|bz2|xz|lzma|lz4|zst))?$/;

export const pickle: FormatReader = {
  failed: { format: "pickle", code: unfollowed("pickle") },
  matches: ({ name, head }) => NAME.test(name) || hasPickleMagic(head),
  read(source, { head }, warnings, locations) {
    const open = (): AsyncIterable<Buffer> => unpacked(source, head);
    const content = compressionOf(head) === undefined ? source : locations?.kept(new Sequential(open, Number.MAX_SAFE_INTEGER));
    return readPickles(open, warnings, (array, layout) => content && locations?.add(array, locationIn(content, layout, array.shape)));
  },
};

/** Whether a file begins like protocols 2 to 5. Protocols 0 and 1 have no magic number. */
export const hasPickleMagic = (head: Buffer): boolean => head[0] === OP.PROTO && head[1]! >= 2 && head[1]! <= 5;

/**
 * Follows the pickles of a stream: one, or several in an old PyTorch file.
 *
 * @param onArray called for each array whose elements are in the stream
 */
async function readPickles(
  open: () => AsyncIterable<Buffer>,
  warnings: Warnings,
  onArray: (array: TensorInput, layout: ArrayLayout) => void = () => undefined,
): Promise<Findings> {
  const trace = new Trace();
  const cursor = Cursor.over(open());
  const joblib = joblibArrays(trace);
  let whole = true;
  let roots: PickleValue[] = [];
  try {
    roots = await followAll(cursor, trace, joblib);
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    whole = false;
    warnings.add(`it cannot be followed to its end: ${error.message}`);
  } finally {
    await cursor.close();
  }
  if (joblib.met) await followPlain(open(), trace);
  const isTorch = isTorchHeader(roots[0]);
  return {
    format: isTorch ? "pytorch" : "pickle",
    ...collect(roots.flatMap(findTensors).map((found) => listed(found, onArray))),
    code: codeOf("pickle", trace, whole, warnings),
  };
}

async function followAll(cursor: Cursor, trace: Trace, options: MachineOptions): Promise<PickleValue[]> {
  const roots = [await follow(cursor, trace, options)];
  // Old PyTorch files: a number, a protocol, details of the machine, the content, the names of the storages; then the storages.
  const most = isTorchHeader(roots[0]) ? 5 : 100;
  while (roots.length < most && (await cursor.ensure(1)) && cursor.peek() === OP.PROTO) {
    roots.push(await follow(cursor, trace, options));
  }
  if (!isTorchHeader(roots[0]) && (await cursor.ensure(1))) trace.odd("stops before the end of the file");
  return roots;
}

// 0x1950a86a20f9469cfc6c, a number of 10 bytes, which is too long to be kept.
const isTorchHeader = (value: PickleValue | undefined): boolean => value?.kind === "number" && value.value === undefined;

function listed(found: FoundTensor, onArray: (array: TensorInput, layout: ArrayLayout) => void): TensorInput {
  const { name } = found;
  if ("array" in found) {
    const { layout, ...array } = found.array;
    if (layout) onArray({ name, ...array }, layout);
    return { name, ...array };
  }
  const { dtype, shape, bytes } = found.torch;
  return { name, dtype, shape, bytes };
}

/**
 * Finds a pickle in a file without its name or magic number, also inside a compression that joblib unpacks for any name: it imports
 * something and is valid to its end. Returns undefined for any other file.
 */
export async function hiddenPickle(source: ByteSource, file: Candidate, warnings: Warnings): Promise<Findings | undefined> {
  if (unreadCompression(file.head) !== undefined) return undefined;
  const open = (): AsyncIterable<Buffer> => unpacked(source, file.head);
  if (compressionOf(file.head) !== undefined && (await startsAsTar(open()))) {
    warnings.add(TAR_WARNING);
    return TAR;
  }
  const cursor = Cursor.over(open());
  const trace = new Trace();
  let whole = true;
  try {
    if (!(await cursor.ensure(1)) || !STARTS.has(cursor.peek()!)) return undefined;
    await follow(cursor, trace);
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    whole = false;
  } finally {
    await cursor.close();
  }
  if ([...trace.imports].some((name) => name.endsWith("NumpyArrayWrapper"))) {
    warnings.add("it is a pickle, although its name does not say so");
    return readPickles(open, warnings);
  }
  // Plain text may look like imports. Imports called before an error have already run, even if the rest is invalid.
  const names = [...trace.imports];
  const runs = names.some(isIdentifier) && (trace.calls > 0 || (whole && names.every(isIdentifier)));
  if (!runs && cursor.damage !== undefined && compressionOf(file.head) === "gzip") {
    // Python returns everything before the damage; the end of that is lost here.
    warnings.add(cursor.damage.message);
    return { format: "gzip", code: unfollowed("pickle") };
  }
  if (!runs) return undefined;
  warnings.add("it is a pickle, although its name does not say so");
  return { format: "pickle", code: codeOf("pickle", trace, whole, warnings) };
}

async function startsAsTar(stream: AsyncIterable<Buffer>): Promise<boolean> {
  const cursor = Cursor.over(stream);
  try {
    return (await cursor.ensure(HEAD_BYTES)) && isTar(cursor.ahead(HEAD_BYTES));
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    return false;
  } finally {
    await cursor.close();
  }
}

const STARTS: ReadonlySet<number> = new Set(Object.values(OP));
