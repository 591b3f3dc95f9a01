/** Finds the arrays and tensors in the value of a pickle, and names each by its path, such as `steps.0.1.coef_`. */
import { INSPECT_LIMITS } from "../../findings/limits.js";
import { arrayOf } from "./arrays.js";
import { type TorchTensor, torchTensorOf } from "./torch.js";
import { type PickleArray, itemsOf, type PickleValue } from "./values.js";

export type FoundTensor = { readonly name: string } & ({ readonly array: PickleArray } | { readonly torch: TorchTensor });

const MOST_DEPTH = 100;
const MOST_VALUES = 2_000_000;

/** Returns them in order of occurrence. One with several paths is named by the first. */
export function findTensors(root: PickleValue): FoundTensor[] {
  const found: FoundTensor[] = [];
  const seen = new Set<PickleValue>();
  const visit = (value: PickleValue, name: string, depth: number): void => {
    if (depth > MOST_DEPTH || found.length >= INSPECT_LIMITS.countedTensors) return;
    if (value.kind !== "made" && value.kind !== "array" && !("items" in value) && !("pairs" in value)) return;
    if (seen.has(value) || seen.size > MOST_VALUES) return;
    seen.add(value);
    const array = arrayOf(value);
    if (array !== undefined) {
      found.push({ name, array });
      return;
    }
    const torch = torchTensorOf(value);
    if (torch !== undefined) {
      found.push({ name, torch });
      return;
    }
    if (value.kind === "made") {
      itemsOf(value.args)?.forEach((item, i) => visit(item, `${name}(${i})`, depth + 1));
      if (value.state !== undefined) {
        // The state holds the object's attributes, or a pair of those in `__dict__` and in slots.
        const states = value.state.kind === "tuple" && value.state.items.length === 2 ? value.state.items : [value.state];
        for (const state of states) visit(state, name, depth + 1);
      }
    }
    if ("items" in value) value.items.forEach((item, i) => visit(item, join(name, String(i)), depth + 1));
    if ("pairs" in value) for (const [key, item] of value.pairs) visit(item, join(name, keyText(key)), depth + 1);
  };
  visit(root, "", 0);
  return found;
}

const join = (name: string, key: string): string => {
  if (name === "") return key;
  return name.length > INSPECT_LIMITS.name ? name : `${name}.${key}`; // The name is truncated to this length later.
};

function keyText(key: PickleValue): string {
  if (key.kind === "text") return key.value ?? "?";
  return key.kind === "number" ? String(key.value ?? "?") : "?";
}
