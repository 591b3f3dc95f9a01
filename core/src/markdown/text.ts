/**
 * Text from outside in Markdown that GitHub renders: shown as it is, on one line, and never taken for markup, HTML, a comment, a
 * table's border, a mention, an issue, an emoji, a formula or an address. Pure.
 */
import { printable, shorten } from "../format.js";

/** Every ASCII character with a meaning in Markdown, HTML or GitHub's additions; entities are never markup themselves. */
const SPECIAL = /[!"#$%&'()*+:<=>?@[\\\]^_`{|}~]/g;
const entity = (character: string): string => `&#${character.charCodeAt(0)};`;

/** Text for a paragraph or a table's cell. @param max UTF-16 code units that are shown of it */
export function text(value: string, max = 300): string {
  return (
    shorten(printable(value).trim(), max)
      .replace(SPECIAL, entity)
      // After rendering, GitHub looks for mentions and issues in plain text: a space of no width breaks them.
      .replace(/&#(?:64|35);/g, "$&&#8203;")
      .replace(/\b(gh)-(?=\d)/gi, "$1&#45;&#8203;")
      // A bare www. becomes an address, and a line may begin with "-", "1." or a run of them.
      .replace(/www\./gi, (match) => match.replace(".", "&#46;"))
      .replace(/^(\d+)\./, "$1&#46;")
      .replace(/^-/, "&#45;")
  );
}

/**
 * Text in a fixed-width font; GitHub looks for no mentions in it. An HTML element: that is code inside other HTML too, as in a `<summary>`,
 * where Markdown is not looked at, and it holds every text, which backticks cannot.
 */
export function code(value: string, max = 300): string {
  return `<code>${text(value, max)}</code>`;
}

/** The same in backticks where they can hold it: shorter, and only for where Markdown is looked at. */
export function span(value: string, max = 300): string {
  const short = shorten(printable(value).trim(), max);
  // A bar and a backslash before it have a meaning even in a code span, the one in a table.
  return short === "" || /[`|\\]/.test(short) ? code(value, max) : `\`${short}\``;
}

/** A link, or its label alone where the address is none of the web. */
export function link(label: string, address: string | undefined): string {
  const url = address === undefined || address.length > 2000 ? undefined : URL.parse(address);
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:") || url.username !== "" || url.password !== "") return text(label);
  return `[${text(label)}](${url.href.replace(/[\s()<>|\\`*_[\]~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)})`;
}

export interface Heading {
  readonly title: string;
  readonly right?: boolean;
}

/** A table; the cells are Markdown already. */
export const table = (head: readonly Heading[], rows: readonly (readonly string[])[]): string =>
  [tableHead(head), ...rows.map(tableRow)].join("\n");

/** The first two lines of a table. */
export const tableHead = (head: readonly Heading[]): string =>
  [tableRow(head.map(({ title }) => title)), tableRow(head.map(({ right }) => (right === true ? "---:" : ":---")))].join("\n");

export const tableRow = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** A part that opens on a click; `title` and `body` are Markdown and HTML already. */
export function details(title: string, body: string, open = false): string {
  return `${detailsHead(title, open)}${body}${DETAILS_END}`;
}

export const detailsHead = (title: string, open = false): string => `<details${open ? " open" : ""}><summary>${title}</summary>\n\n`;
export const DETAILS_END = "\n\n</details>";

/** Begin and end of a block of code that none of the lines can end. */
export function fence(lines: readonly string[], language: string): { readonly begin: string; readonly end: string } {
  const longest = lines.reduce((most, line) => Math.max(most, ...(line.match(/`+/g) ?? []).map((run) => run.length)), 2);
  const ticks = "`".repeat(longest + 1);
  return { begin: `${ticks}${language}\n`, end: `\n${ticks}` };
}
