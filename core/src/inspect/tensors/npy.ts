/** Reads NumPy's `.npy`: a header that is a Python literal, then the elements, or a pickle if they are objects. */
import { createHash } from "node:crypto";
import { Damaged } from "../../bytes/damaged.js";
import { Cursor } from "../../bytes/cursor.js";
import { pieces } from "../../bytes/source.js";
import type { Findings } from "../../findings/findings.js";
import { codeOf, unfollowed } from "../pickle/code.js";
import { follow, Trace } from "../pickle/machine.js";
import type { Warnings, FormatReader } from "../reader.js";
import { collect, type TensorInput } from "./collect.js";
import { elementsOf } from "./dtypes.js";
import { holdsObject } from "./npy-fields.js";
import { numpyType } from "./numpy-dtype.js";
import { fortranStrides, type TensorLocation } from "./locations.js";

const MAGIC = Buffer.from("\x93NUMPY", "latin1");
const MOST_HEADER = 1 << 20;

export const isNpy = (head: Buffer): boolean => head.subarray(0, MAGIC.length).equals(MAGIC);

export const npy: FormatReader = {
  failed: { format: "npy", code: unfollowed("pickle") },
  matches: ({ head }) => isNpy(head),
  async read(source, _, warnings, locations): Promise<Findings> {
    const cursor = Cursor.over(pieces(source));
    try {
      const trace = new Trace();
      const { tensor, object, whole, layout } = await readArray(cursor, "array", source.size, trace, warnings, locations === undefined);
      if (layout) locations?.add(tensor, { ...layout, open: () => Promise.resolve(source) });
      return { format: "npy", ...collect([tensor]), ...(object && { code: codeOf("pickle", trace, whole, warnings) }) };
    } finally {
      await cursor.close();
    }
  },
};

export interface ReadArray {
  readonly tensor: TensorInput;
  /** Whether the elements are pickled. */
  readonly object: boolean;
  /** Whether that pickle was followed to its end. */
  readonly whole: boolean;
  /** Location of the elements in the stream; absent for objects. */
  readonly layout?: Pick<TensorLocation, "start" | "strides">;
}

/**
 * Reads one array to its end.
 * @param size total bytes of the stream
 * @param hashed whether to read and hash the elements; objects are always followed
 * @throws Damaged it is not an array
 */
export async function readArray(
  cursor: Cursor,
  name: string,
  size: number,
  trace: Trace,
  warnings: Warnings,
  hashed: boolean,
): Promise<ReadArray> {
  await cursor.need(MAGIC.length + 2);
  if (!isNpy(cursor.bytes(MAGIC.length))) throw new Damaged("it does not begin like a NumPy array");
  const version = cursor.u8();
  cursor.u8();
  await cursor.need(4);
  const length = version === 1 ? cursor.u16() : cursor.u32();
  if (length > MOST_HEADER) throw new Damaged(`its header claims ${length} bytes`);
  await cursor.need(length);
  const { spelling, fortran, shape } = parseHeader(version >= 3 ? cursor.utf8(length) : cursor.latin1(length));
  const type = numpyType(spelling);
  const structured = spelling.startsWith("[");
  const object = structured ? holdsObject(spelling) : type.object;
  const start = cursor.position;
  if (object) return { tensor: { name, dtype: type.dtype, shape }, object, whole: await followed(cursor, trace, warnings) };
  const elements = elementsOf(shape);
  const bytes = structured ? size - start : (elements ?? Number.NaN) * (type.itemBytes ?? Number.NaN);
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw new Damaged("it has an impossible shape or element type");
  const layout = { start, ...(fortran && { strides: fortranStrides(shape) }) };
  if (!hashed) return { tensor: { name, dtype: type.dtype, shape, bytes }, object, whole: true, layout };
  const hash = createHash("sha256");
  await cursor.pass(bytes, hash);
  return { tensor: { name, dtype: type.dtype, shape, bytes, sha256: hash.digest("hex") }, object, whole: true, layout };
}

async function followed(cursor: Cursor, trace: Trace, warnings: Warnings): Promise<boolean> {
  try {
    await follow(cursor, trace);
    return true;
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    warnings.add(`its objects cannot be followed to their end: ${error.message}`);
    return false;
  }
}

/** Parses a header exactly as NumPy writes it; another spelling is refused. */
function parseHeader(text: string): { spelling: string; fortran: boolean; shape: number[] } {
  const found = /^\{'descr': (?:'([^']{1,100})'|(\[.+\])), 'fortran_order': (True|False), 'shape': \(([\d, ]*)\),? ?\}\s*$/.exec(text);
  if (!found) throw new Damaged("its header is not in the form that NumPy writes");
  const shape = found[4]!.split(",").map((length) => length.trim()).filter((length) => length !== "").map(Number); // prettier-ignore
  if (shape.length > 64 || !shape.every(Number.isSafeInteger)) throw new Damaged("it has an impossible shape");
  return { spelling: found[1] ?? found[2]!, fortran: found[3] === "True", shape };
}
