/**
 * Escapes untrusted text for Markdown that GitHub renders. It appears literally, on one line, and never becomes markup, HTML, a comment,
 * a table border, a mention, an issue, an emoji, a formula or a link. Pure.
 */
import { printable, shorten } from "../format.js";

/** Every ASCII character with a meaning in Markdown, HTML or GitHub's extensions. Entities are never markup. */
const SPECIAL = /[!"#$%&'()*+:<=>?@[\\\]^_`{|}~]/g;
const entity = (character: string): string => `&#${character.charCodeAt(0)};`;

/** Escapes text for a paragraph or a table cell. @param max most UTF-16 code units to show */
export function text(value: string, max = 300): string {
  return (
    shorten(printable(value).trim(), max)
      .replace(SPECIAL, entity)
      // GitHub detects mentions and issues after rendering. A zero-width space breaks them.
      .replace(/&#(?:64|35);/g, "$&&#8203;")
      .replace(/\b(gh)-(?=\d)/gi, "$1&#45;&#8203;")
      // A bare www. becomes a link, and "-" or "1." at the start of a line a list.
      .replace(/www\./gi, (match) => match.replace(".", "&#46;"))
      .replace(/^(\d+)\./, "$1&#46;")
      .replace(/^-/, "&#45;")
  );
}

/**
 * Escapes text as code, in which GitHub detects no mentions. Returns an HTML element, because that also works inside of HTML such as
 * `<summary>`, and for every text, unlike backticks.
 */
export function code(value: string, max = 300): string {
  return `<code>${text(value, max)}</code>`;
}

/** Like {@link code}, but in backticks if possible. Shorter, but only for places where GitHub parses Markdown. */
export function span(value: string, max = 300): string {
  const short = shorten(printable(value).trim(), max);
  // A vertical bar, and a backslash before it, have a meaning even in a code span inside of a table.
  return short === "" || /[`|\\]/.test(short) ? code(value, max) : `\`${short}\``;
}

/** Returns a link; only the label if the address is not http or https, or contains credentials. */
export function link(label: string, address: string | undefined): string {
  const url = address === undefined || address.length > 2000 ? undefined : URL.parse(address);
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:") || url.username !== "" || url.password !== "") return text(label);
  return `[${text(label)}](${url.href.replace(/[\s()<>|\\`*_[\]~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)})`;
}

export interface Heading {
  readonly title: string;
  readonly right?: boolean;
}

/** Returns a table. The cells must be Markdown. */
export const table = (head: readonly Heading[], rows: readonly (readonly string[])[]): string =>
  [tableHead(head), ...rows.map(tableRow)].join("\n");

/** Returns the first two lines of a table. */
export const tableHead = (head: readonly Heading[]): string =>
  [tableRow(head.map(({ title }) => title)), tableRow(head.map(({ right }) => (right === true ? "---:" : ":---")))].join("\n");

export const tableRow = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** Returns a part that opens on a click. `title` must be HTML, `body` Markdown. */
export function details(title: string, body: string, open = false): string {
  return `${detailsHead(title, open)}${body}${DETAILS_END}`;
}

export const detailsHead = (title: string, open = false): string => `<details${open ? " open" : ""}><summary>${title}</summary>\n\n`;
export const DETAILS_END = "\n\n</details>";

/** Returns the start and the end of a code block that none of the lines can end. */
export function fence(lines: readonly string[], language: string): { readonly begin: string; readonly end: string } {
  const longest = lines.reduce((most, line) => Math.max(most, ...(line.match(/`+/g) ?? []).map((run) => run.length)), 2);
  const ticks = "`".repeat(longest + 1);
  return { begin: `${ticks}${language}\n`, end: `\n${ticks}` };
}
