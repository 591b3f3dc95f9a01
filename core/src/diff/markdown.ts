/** A difference as Markdown for GitHub. Whatever a model calls its things: it is text in a code span, and links, mentions and tags are none. */
import { printable } from "../format.js";
import { type Row, sectionsOf, verdict } from "./sections.js";
import type { Diff } from "./types.js";

const MOST_ROWS = 50;
/** Sections that are open: what a reviewer has to see. */
const OPEN = new Set(["metrics", "signature", "code that loading can run", "totals"]);

/** @param budget characters at most: sections that have no room are named at the end */
export function diffMarkdown(diff: Diff, budget = 60_000): string {
  const sides = `${code(diff.before.name)} → ${code(diff.after.name)}`;
  const parts = [`**${verdict(diff)}** · ${sides}\n`];
  let left = budget - parts[0]!.length - 300;
  const missing: string[] = [];
  for (const { title, rows, more } of sectionsOf(diff, MOST_ROWS)) {
    const rest = more > 0 ? `\n… and ${more} more\n` : "";
    const count = rows.length + more;
    const table = `| | | before | after | |\n|---|---|---|---|---|\n${rows.map(tableRow).join("\n")}\n${rest}`;
    const heading = title.startsWith("text of ") ? `text of ${entities(shorten(title.slice(8)))}` : title;
    const text = OPEN.has(title)
      ? `\n#### ${capital(heading)}\n\n${table}`
      : `\n<details><summary>${capital(heading)} (${count})</summary>\n\n${table}\n</details>\n`;
    if (text.length > left) missing.push(heading);
    else {
      left -= text.length;
      parts.push(text);
    }
  }
  if (missing.length > 0) parts.push(`\nLeft out, because there is no room: ${[...new Set(missing)].slice(0, 5).join(", ")}.\n`);
  return parts.join("");
}

const TONES = { good: "🟢", bad: "🔴" } as const;

function tableRow({ mark, name, before, after, note, tone }: Row): string {
  const cells = [tone ? TONES[tone] : mark, cell(name), cell(before), cell(after), note === undefined ? "" : cell(note)];
  return `| ${cells.join(" | ")} |`;
}

const cell = (text: string): string => (text === "" ? "" : code(text));

/**
 * Text of any kind as code, which is shown as it is. Backticks and bars have a meaning even in a code span, the one in a table: text with
 * these is spelled out in entities, which mean nothing to Markdown.
 */
function code(text: string): string {
  const short = shorten(text);
  if (/[`|]/.test(short)) return entities(short);
  return short === "" || short.startsWith(" ") || short.endsWith(" ") ? `\` ${short} \`` : `\`${short}\``;
}

function shorten(text: string): string {
  const shown = printable(text);
  return shown.length > 200 ? `${shown.slice(0, 199).toWellFormed()}…` : shown;
}

/** Code that is code in HTML, too, as in a `<summary>`, where Markdown is not looked at. */
const entities = (text: string): string => `<code>${text.replaceAll(/[^\w\s]/gu, (mark) => `&#${mark.codePointAt(0)!};`)}</code>`;

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
