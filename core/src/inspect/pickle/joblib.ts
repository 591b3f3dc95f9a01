/** Reads arrays of joblib, which writes the bytes of an array into the stream after the object that describes it. */
import { createHash } from "node:crypto";
import { Damaged } from "../../bytes/damaged.js";
import type { Cursor } from "../../bytes/cursor.js";
import { elementsOf } from "../tensors/dtypes.js";
import { wrapperOf } from "./arrays.js";
import { follow, type MachineOptions, type Trace } from "./machine.js";
import { isWrapper, type Made, type PickleValue } from "./values.js";

export interface JoblibOptions extends MachineOptions {
  /** Whether there was an array: then other programs than joblib read the file differently. */
  readonly met: boolean;
}

/** Reads joblib's arrays. Arrays of objects are separate pickles, which are followed as well. */
export function joblibArrays(trace: Trace): JoblibOptions {
  let met = false;
  return {
    get met() {
      return met;
    },
    async onBuild(object: Made, cursor: Cursor): Promise<PickleValue | undefined> {
      if (!isWrapper(object.callee)) return undefined;
      met = true;
      const wrapper = wrapperOf(object);
      if (wrapper === undefined) throw new Damaged("it holds an array whose type or shape is not known");
      const { type, shape, fortran, aligned } = wrapper;
      if (type.odd === true) trace.odd("has an array whose type contradicts its name");
      if (type.object) return follow(cursor, trace); // joblib does not look for arrays in it.
      if (aligned) {
        await cursor.need(1);
        await cursor.pass(cursor.u8());
      }
      const bytes = (elementsOf(shape) ?? Number.NaN) * (type.itemBytes ?? Number.NaN);
      if (!Number.isSafeInteger(bytes)) throw new Damaged("it holds an array whose length is not known");
      const layout = { at: cursor.position, fortran };
      const hash = createHash("sha256");
      await cursor.pass(bytes, hash);
      return { kind: "array", array: { dtype: type.dtype, shape, bytes, sha256: hash.digest("hex"), layout } };
    },
  };
}
