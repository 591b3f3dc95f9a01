/** YAML of unknown origin: plain values only, aliases bounded, no tags that make anything. */
import { parseDocument } from "yaml";
import { Damaged } from "../../bytes/damaged.js";

/** Lines, items and beginnings of lists and maps: each takes up to a thousand bytes while the text is parsed. */
const MOST_ITEMS = 100_000;

/** @throws Damaged when it is not YAML, or grows beyond what an honest file has */
export function parseYaml(text: string): unknown {
  if (itemsOf(text) > MOST_ITEMS) throw new Damaged("it has too many lines and items");
  try {
    const document = parseDocument(text, { schema: "core", logLevel: "silent", uniqueKeys: false, prettyErrors: false, merge: true });
    if (document.errors.length > 0) throw new Damaged("it is not YAML");
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    if (error instanceof Damaged) throw error;
    throw new Damaged("it cannot be read as YAML"); // Nested too deeply, or an alias of an alias of an alias.
  }
}

/** Counts characters that can start an item, including those inside strings. */
function itemsOf(text: string): number {
  let count = 0;
  for (const letter of text) if ("\n,[{-?".includes(letter)) count++;
  return count;
}
