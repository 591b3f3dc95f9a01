/** The tensors of one file: counted all, listed up to a bound. */
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

/** A tensor as a format has it: its name may be endless, its shape anything. */
export interface TensorInput extends Omit<Tensor, "name"> {
  readonly name: string;
}

/**
 * @param tensors in an order that depends on the file only
 * @throws Damaged when they have more elements than can be counted
 */
export function collect(tensors: readonly TensorInput[]): Counted {
  let parameters = 0;
  for (const { shape, name } of tensors) {
    const elements = elementsOf(shape.map((length) => Math.max(0, length)));
    if (elements === undefined || !Number.isSafeInteger((parameters += elements)))
      throw new Damaged(`its tensor ${JSON.stringify(short(name, 80))} has a shape that cannot be`);
  }
  return {
    tensors: tensors.slice(0, INSPECT_LIMITS.tensors).map(({ name, ...rest }) => ({ name: short(name), ...rest })),
    tensorCount: tensors.length,
    parameters,
  };
}
