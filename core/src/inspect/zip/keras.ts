/** Keras 3: the layers of a `.keras` file, by the classes that its configuration names. */
import type { CodeFinding } from "../../findings/findings.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import { isRecord, own, short } from "../text.js";

const MOST_DEPTH = 200;
/** Modules of Keras whose classes loading instantiates; a class begins with a capital letter, a function does not. */
const MODULES =
  /^keras(\.(src\.)?(layers|models|initializers|regularizers|constraints|optimizers|losses|metrics|activations|dtype_policies|quantizers)(\.\w+)*)?$/;

/** Returns the imports of loading beyond Keras' own classes, if any. A Lambda layer counts as code. */
export function kerasCode(config: unknown): CodeFinding | undefined {
  const unknown = new Set<string>();
  const visit = (value: unknown, depth: number): void => {
    if (depth > MOST_DEPTH || unknown.size >= INSPECT_LIMITS.imports) {
      unknown.add("…");
      return;
    }
    if (Array.isArray(value)) for (const item of value) visit(item, depth + 1);
    else if (isRecord(value)) {
      const [module, name] = [own(value, "module"), own(value, "class_name")];
      if (typeof name === "string" && !isKnown(module, name)) unknown.add(short(`${typeof module === "string" ? module : ""}:${name}`));
      for (const item of Object.values(value)) visit(item, depth + 1);
    }
  };
  visit(config, 0);
  if (unknown.size === 0) return undefined;
  const names = [...unknown].sort();
  return { kind: "keras", imports: names, unknown: names, whole: !unknown.has("…") };
}

function isKnown(module: unknown, name: string): boolean {
  if (name === "Lambda" || !/^[A-Z]\w*$/.test(name))
    return ["__tensor__", "__keras_tensor__", "__numpy__", "__bytes__", "__ellipsis__", "__slice__"].includes(name);
  return typeof module === "string" && MODULES.test(module);
}
