/** Paths into a YAML document: their names, values and positions. Pure. */
import { isMap, isNode, isScalar, isSeq, type Document, type Scalar } from "yaml";

/** Keys and indexes, from the top. */
export type YamlPath = readonly PropertyKey[];

/** `models[0].path`. */
export function nameOf(path: YamlPath): string {
  const name = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return name === "" ? "the file" : name.replace(/^\./, "");
}

/** The value at a path, or undefined. */
export function valueAt(value: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );
}

/** The offset of the value at a path in the text, or of its parent if the value is missing. */
export function offsetOf(document: Document.Parsed, path: YamlPath): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const key of path) {
    if (isSeq(node) && typeof key === "number") {
      node = node.items[key];
      if (!isNode(node)) break;
      offset = node.range?.[0] ?? offset;
    } else if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (!pair) break;
      offset = (pair.key as Scalar).range?.[0] ?? offset;
      node = pair.value;
    } else {
      break;
    }
  }
  return offset;
}
