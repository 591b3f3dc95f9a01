/**
 * Text from outside in Markdown that GitHub renders: shown as it is, on one line, and never taken for markup, HTML, a comment, a
 * table's border, a mention, an issue, an emoji, a formula or an address. Pure.
 */
import { oneLine } from "./format.js";

/** Every ASCII character with a meaning in Markdown, HTML or GitHub's additions; entities are never markup themselves. */
const SPECIAL = /[!"#$%&'()*+:<=>?@[\\\]^_`{|}~]/g;
const entity = (character: string): string => `&#${character.charCodeAt(0)};`;

/** Text for a paragraph or a table's cell. */
export function text(value: string, max = 300): string {
  return (
    oneLine(value, max)
      .replace(SPECIAL, entity)
      // After rendering, GitHub looks for mentions and issues in plain text: a space of no width breaks them.
      .replace(/&#(?:64|35);/g, "$&&#8203;")
      // A bare www. becomes an address, and a line may begin with "-", "1." or a run of them.
      .replace(/www\./gi, (match) => match.replace(".", "&#46;"))
      .replace(/^(\d+)\./, "$1&#46;")
      .replace(/^-/, "&#45;")
  );
}

/** Text in a fixed-width font; GitHub looks for no mentions in it. An HTML element, because backticks cannot hold every text. */
export function code(value: string, max = 300): string {
  return `<code>${text(value, max)}</code>`;
}

/** A link, or its label alone where the address is none of the web. */
export function link(label: string, address: string | undefined): string {
  const url = address === undefined || address.length > 2000 ? undefined : URL.parse(address);
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:") || url.username !== "" || url.password !== "") return text(label);
  return `[${text(label)}](${url.href.replace(/[\s()<>|\\`*_[\]~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)})`;
}

/** A table; the cells are Markdown already. */
export function table(head: readonly { readonly title: string; readonly right?: boolean }[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head.map(({ title }) => title)), line(head.map(({ right }) => (right === true ? "---:" : "---"))), ...rows.map(line)].join(
    "\n",
  );
}

/** A part that opens on a click; `title` and `body` are Markdown and HTML already. */
export function details(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}
