/** YAML of unknown origin: plain values only, aliases bounded, no tags that make anything. */
import { parseDocument } from "yaml";
import { Damaged } from "../../archive/bytes.js";

/** @throws Damaged when it is not YAML, or grows beyond what an honest file has */
export function parseYaml(text: string): unknown {
  try {
    const document = parseDocument(text, { schema: "core", logLevel: "silent", uniqueKeys: false, prettyErrors: false, merge: true });
    if (document.errors.length > 0) throw new Damaged("it is not YAML");
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    if (error instanceof Damaged) throw error;
    throw new Damaged("it cannot be read as YAML"); // Nested too deeply, or an alias of an alias of an alias.
  }
}
