/** Renders tables of changes, and parts that open on a click. */
import { type SectionRow, type Section, some, valuesOf } from "../diff/sections.js";
import { integer, printable } from "../format.js";
import { type Html, markup } from "./tag.js";

const MARKS: Readonly<Record<string, readonly [kind: string, word: string]>> = {
  "~": ["change", "changed"],
  "+": ["add", "added"],
  "-": ["remove", "removed"],
  "→": ["rename", "renamed"],
};

/** `3 changed, 1 added`. */
export const tallyText = ({ tally }: Section): string =>
  Object.entries(MARKS).flatMap(([mark, [, word]]) => ((tally[mark as SectionRow["mark"]] ?? 0) > 0 ? [`${integer(tally[mark as SectionRow["mark"]]!)} ${word}`] : [])).join(", "); // prettier-ignore

export const fold = (title: string, note: string, inside: Html): Html =>
  markup`<details class="card"><summary>${title}${note === "" ? "" : markup` <span class="muted">${note}</span>`}</summary><div class="inside">${inside}</div></details>
`; // prettier-ignore

/** Renders a card. @param kind its style: `alarm`, `notice` or none */
export const card = (title: string, inside: Html, kind = ""): Html =>
  markup`<section class="card ${kind}"><h3>${title}</h3>${inside}</section>\n`;

/** Renders the rows of a chart, folded below it. */
export const behind = (section: Section | undefined): Html =>
  section === undefined
    ? markup``
    : markup`<details class="behind"><summary>${tallyText(section)}</summary>${rowsTable(section)}</details>`;

export const rowsTable = (section: Section): Html => markup`<table class="stack changes">
<thead><tr><th scope="col"><span class="sr">Status</span></th><th scope="col">Name</th><th scope="col">Before → after</th><th scope="col">What changed</th></tr></thead>
<tbody>
${section.rows.map(tableRow)}</tbody>
</table>${moreText(section.more)}`; // prettier-ignore

export const moreText = (more: number): Html => (more > 0 ? markup`<p class="muted small">… and ${integer(more)} more</p>` : markup``);

function tableRow(row: SectionRow): Html {
  const [kind, word] = MARKS[row.mark] ?? ["change", ""];
  const values = valuesOf(row);
  const words = [row.note, row.names && some(row.names), row.alarm].filter((part) => part !== undefined).join(" ");
  return markup`<tr><td class="mark mark-${kind}"><span aria-hidden="true">${row.mark}</span><span class="sr">${word}</span></td><td>${row.name === "" ? "" : markup`<code>${row.name}</code>`}</td><td>${values === "" ? "" : markup`<code>${values}</code>`}</td><td class="small muted">${words}</td></tr>
`; // prettier-ignore
}

/** Renders the lines that only one of two texts has. */
export const textDiff = ({ rows, more }: Section): Html =>
  markup`<pre>${rows.map(({ mark, before, after }) => markup`<span class="${mark === "-" ? "del" : "ins"}">${mark} ${printable(mark === "-" ? before : after)}</span>`)}</pre>${moreText(more)}`; // prettier-ignore

export const list = (items: readonly Html[]): Html => markup`<ul class="plain">${items.map((item) => markup`<li>${item}</li>\n`)}</ul>`;
