/** Counts the tensors of one file and lists them up to a bound. */
import { Damaged } from "../../bytes/damaged.js";
import type { Tensor } from "../../findings/findings.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import { short } from "../text.js";
import { elementsOf } from "./dtypes.js";

export interface Counted {
  readonly tensors: readonly Tensor[];
  readonly tensorCount: number;
  readonly parameters: number;
}

/** Tensor as read from a file: its name may be very long, its shape anything. */
export interface TensorInput extends Omit<Tensor, "name"> {
  readonly name: string;
}

/**
 * @param tensors in an order that depends only on the file
 * @throws Damaged they have more elements than can be counted exactly
 */
export function collect(tensors: readonly TensorInput[]): Counted {
  let parameters = 0;
  for (const { shape, name } of tensors) {
    const elements = elementsOf(shape.map((length) => Math.max(0, length)));
    if (elements === undefined || !Number.isSafeInteger((parameters += elements)))
      throw new Damaged(`its tensor ${JSON.stringify(short(name, 80))} has an impossible shape`);
  }
  return {
    tensors: tensors.slice(0, INSPECT_LIMITS.tensors).map(({ name, ...rest }) => ({ name: short(name), ...rest })),
    tensorCount: tensors.length,
    parameters,
  };
}
