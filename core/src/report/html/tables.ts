/** Tables of what changed, and parts that open on a click. */
import { type Row, type Section, some, valuesOf } from "../../diff/sections.js";
import { integer, printable } from "../../format.js";
import type { Html } from "./tag.js";
import { html } from "./tag.js";

const MARKS: Readonly<Record<string, readonly [kind: string, word: string]>> = {
  "+": ["add", "added"],
  "-": ["remove", "removed"],
  "~": ["change", "changed"],
  "→": ["rename", "renamed"],
};

/** `3 changed, 1 added`. */
export const tallyText = ({ tally }: Section): string =>
  Object.entries(MARKS).flatMap(([mark, [, word]]) => ((tally[mark as Row["mark"]] ?? 0) > 0 ? [`${integer(tally[mark as Row["mark"]]!)} ${word}`] : [])).join(", "); // prettier-ignore

export const fold = (title: string, note: string, inside: Html): Html =>
  html`<details class="card"><summary>${title}${note === "" ? "" : html` <span class="muted">${note}</span>`}</summary><div class="inside">${inside}</div></details>
`; // prettier-ignore

export const rowsTable = (section: Section): Html => html`<table class="stack changes">
<thead><tr><th scope="col"><span class="sr">What became of it</span></th><th scope="col">Name</th><th scope="col">Before → after</th><th scope="col">What changed</th></tr></thead>
<tbody>
${section.rows.map(tableRow)}</tbody>
</table>${moreText(section.more)}`; // prettier-ignore

export const moreText = (more: number): Html => (more > 0 ? html`<p class="muted small">… and ${integer(more)} more</p>` : html``);

function tableRow(row: Row): Html {
  const [kind, word] = MARKS[row.mark] ?? ["change", ""];
  const values = valuesOf(row);
  const words = [row.note, row.names && some(row.names), row.alarm].filter((part) => part !== undefined).join(" ");
  return html`<tr><td class="mark mark-${kind}"><span aria-hidden="true">${row.mark}</span><span class="sr">${word}</span></td><td>${row.name === "" ? "" : html`<code>${row.name}</code>`}</td><td>${values === "" ? "" : html`<code>${values}</code>`}</td><td class="small muted">${words}</td></tr>
`; // prettier-ignore
}

/** Lines that only one of the two has. */
export const textDiff = ({ rows, more }: Section): Html =>
  html`<pre>${rows.map(({ mark, before, after }) => html`<span class="${mark === "-" ? "del" : "ins"}">${mark} ${printable(mark === "-" ? before : after)}</span>`)}</pre>${moreText(more)}`; // prettier-ignore

export const list = (items: readonly Html[]): Html =>
  html`<ul class="plain">
    ${items.map((item) => html`<li>${item}</li> `)}
  </ul>`;
