/** Where joblib finds an array in a pickle, every other program finds instructions: a file may be made for either. */
import { Damaged } from "../../bytes/damaged.js";
import { Cursor } from "../../bytes/cursor.js";
import { follow, Trace } from "./machine.js";
import { OP } from "./opcodes.js";
import { isIdentifier } from "./values.js";

/**
 * joblib writes objects as a pickle within the pickle, which takes NumPy's name from its own memo: to `pickle.load` that is another text, such
 * as the name of an attribute, and a module of that name which has a `dtype` is hardly there.
 */
const isMissing = (module: string | undefined, name: string | undefined): boolean =>
  module !== undefined && name === "dtype" && !HAS_DTYPE.test(module);

const HAS_DTYPE = /^(numpy|torch|cupy|jax|tensorflow|keras|pandas|scipy|paddle|mxnet|chainer|mindspore|numba|xarray|dask)(\.|$)/;

/**
 * Follows a file with arrays again, as Python's own `pickle.load` would. With an honest file that comes to an end in the first array, since
 * its bytes are no instructions, or soon after an import that is not there. What it finds is taken into the trace.
 */
export async function followPlain(stream: AsyncIterable<Uint8Array>, into: Trace): Promise<void> {
  const trace = new Trace();
  trace.room = into.room; // What the first way made is still there.
  const cursor = Cursor.over(stream);
  try {
    // Who calls it again and again gets one pickle after the other.
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
    into.odd("does something else when it is not loaded by joblib");
}
