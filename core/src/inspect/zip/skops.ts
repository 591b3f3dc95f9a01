/** skops: arrays lie in files that are named by chance, and a schema says what each is of. */
import { isRecord, own } from "../text.js";

const MOST_DEPTH = 100;
const MOST_VALUES = 1_000_000;

/** By file: the way to the array, such as `steps.0.coef_`. */
export function skopsNames(schema: unknown): Map<string, string> {
  const names = new Map<string, string>();
  let left = MOST_VALUES;
  const visit = (node: unknown, name: string, depth: number): void => {
    if (depth > MOST_DEPTH || left-- <= 0) return;
    const file = own(node, "file");
    if (typeof file === "string" && !names.has(file)) names.set(file, name);
    const content = own(node, "content");
    const join = (key: string): string => (name === "" ? key : `${name}.${key}`);
    if (Array.isArray(content)) content.forEach((item, i) => visit(item, join(String(i)), depth + 1));
    else if (isRecord(content) && "__loader__" in content) visit(content, name, depth + 1);
    else if (isRecord(content)) for (const [key, item] of Object.entries(content)) visit(item, join(key), depth + 1);
  };
  visit(schema, "", 0);
  return names;
}
