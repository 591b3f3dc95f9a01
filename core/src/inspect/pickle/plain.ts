/** Follows joblib files as other programs do: where joblib reads an array, they read instructions, and a file may be made for either. */
import { Damaged } from "../../bytes/damaged.js";
import { Cursor } from "../../bytes/cursor.js";
import { follow, Trace } from "./machine.js";
import { OP } from "./opcodes.js";
import { isIdentifier } from "./values.js";

/**
 * Whether an import is an artifact of plain loading. joblib nests pickles of objects that take NumPy's name from their own memo. For
 * `pickle.load` that entry is another text, such as an attribute name, and a module of that name with a `dtype` is unlikely to exist.
 */
const isMissing = (module: string | undefined, name: string | undefined): boolean =>
  module !== undefined && name === "dtype" && !HAS_DTYPE.test(module);

const HAS_DTYPE = /^(numpy|torch|cupy|jax|tensorflow|keras|pandas|scipy|paddle|mxnet|chainer|mindspore|numba|xarray|dask)(\.|$)/;

/**
 * Follows a file with arrays again, as Python's `pickle.load` would. In an honest file, this stops within the first array, because its
 * bytes are not instructions, or soon after an import that does not exist. Observations are added to the trace.
 */
export async function followPlain(stream: AsyncIterable<Uint8Array>, into: Trace): Promise<void> {
  const trace = new Trace();
  trace.room = into.room; // Objects of the first pass are still in memory.
  const cursor = Cursor.over(stream);
  try {
    // A program that calls `pickle.load` repeatedly gets one pickle after the other.
    for (let i = 0; i === 0 || (i < 100 && (await cursor.ensure(1)) && cursor.peek() === OP.PROTO); i++)
      await follow(cursor, trace, { isMissing });
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
  } finally {
    await cursor.close();
  }
  const others = [...trace.imports].filter((name) => !into.imports.has(name) && isIdentifier(name));
  for (const name of others) {
    const [module, rest] = name.split(":");
    into.imported(module, rest);
  }
  if (others.length > 0 || (trace.hiding && !into.hiding) || trace.cut || trace.overflown)
    into.odd("does something else if joblib does not load it");
}
