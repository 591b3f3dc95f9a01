/** joblib writes the bytes of an array into the stream, behind the object that describes it. */
import { createHash } from "node:crypto";
import { Damaged } from "../../archive/bytes.js";
import type { Cursor } from "../bytes/cursor.js";
import { elementsOf } from "../tensors/dtypes.js";
import { wrapperOf } from "./arrays.js";
import { follow, type MachineOptions, type Trace } from "./machine.js";
import type { Made, Value } from "./values.js";

/** Reads arrays where joblib has them; objects in arrays are pickles of their own, and are followed too. */
export function joblibArrays(trace: Trace): MachineOptions {
  let depth = 0;
  const options: MachineOptions = {
    async onBuild(object: Made, cursor: Cursor): Promise<Value | undefined> {
      if (object.callee.kind !== "global" || object.callee.name !== "NumpyArrayWrapper") return undefined;
      const wrapper = wrapperOf(object);
      if (wrapper === undefined) throw new Damaged("it holds an array whose type or shape is not known");
      const { type, shape, alignment } = wrapper;
      if (type.object) {
        if (++depth > 20) throw new Damaged("it is nested too deeply");
        const inner = await follow(cursor, trace, options);
        depth--;
        return inner;
      }
      if (alignment !== undefined) {
        await cursor.need(1);
        await cursor.pass(cursor.u8());
      }
      const bytes = (elementsOf(shape) ?? Number.NaN) * (type.itemBytes ?? Number.NaN);
      if (!Number.isSafeInteger(bytes)) throw new Damaged("it holds an array whose length is not known");
      const hash = createHash("sha256");
      await cursor.pass(bytes, hash);
      return { kind: "array", array: { dtype: type.dtype, shape, bytes, sha256: hash.digest("hex") } };
    },
  };
  return options;
}
