/** Builds HTML from templates. Every value is escaped, unless a template made it. */
import { printable } from "../format.js";

/** Finished HTML, which is not escaped again. */
export class Html {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

type MarkupValue = string | number | Html | readonly Html[] | undefined;

/** Tag of an HTML template. Escapes values, between tags and inside of attributes in double quotes. */
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

/** Also replaces control characters and bidirectional marks. */
const escaped = (text: string): string => printable(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
