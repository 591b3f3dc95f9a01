/** HTML from templates: whatever is put in is text, unless it was made here. */
import { printable } from "../format.js";

/** What is HTML already. */
export class Html {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

type MarkupValue = string | number | Html | readonly Html[] | undefined;

/** A template; texts in it are escaped, for between tags as for attributes in double quotes. */
export function markup(strings: TemplateStringsArray, ...values: readonly MarkupValue[]): Html {
  return new Html(strings.map((part, i) => part + (i < values.length ? sourceOf(values[i]) : "")).join(""));
}

function sourceOf(value: MarkupValue): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.source;
  if (typeof value === "object") return value.map(({ source }) => source).join("");
  return escaped(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Control characters and marks that turn the direction of writing are no text either. */
const escaped = (text: string): string => printable(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
