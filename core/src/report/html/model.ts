/** What the page says of one model. */
import { columnText, type Section, sectionsOf } from "../../diff/sections.js";
import type { Described, Diff } from "../../diff/types.js";
import { bytes, integer, signed } from "../../format.js";
import type { GateResult } from "../../gates/types.js";
import { executable, totalsOf } from "../contents.js";
import type { Base, Failed } from "../types.js";
import { SIGNS, type Verdict } from "../words.js";
import { metricsCard, metricValues } from "./metrics.js";
import { tensorStrip } from "./strip.js";
import { fold, list, moreText, rowsTable, tallyText, textDiff } from "./tables.js";
import type { Html } from "./tag.js";
import { html } from "./tag.js";
import { fileMap } from "./treemap.js";

/** A model as the page shows it. */
export interface Shown {
  readonly title: string;
  readonly verdict: Verdict;
  /** With what it is compared, in words. */
  readonly against: string;
  readonly failure?: Failed;
  readonly unknown?: Extract<Base, { kind: "unknown" }>["reason"];
  readonly candidate?: Described;
  readonly diff?: Diff;
  readonly gates: readonly GateResult[];
}

/** @param most rows of a table @param heading tag of the title */
export function modelSection(shown: Shown, id: string, most: number, heading: "h1" | "h2"): Html {
  const { title, verdict, against, failure, unknown, candidate, diff, gates } = shown;
  const name = html`${SIGNS[verdict.level]} ${title}: ${verdict.words}`;
  return html`<section class="model ${verdict.level}" id="${id}">
<header>${heading === "h1" ? html`<h1>${name}</h1>` : html`<h2>${name}</h2>`}<div class="muted">${against}</div></header>
${failure ? failureCard(failure) : ""}${unknown === undefined ? "" : html`<div class="card notice">Not compared with the version in use: ${unknown}</div>`}
${gatesCard(gates)}${diff ? difference(diff, most) : candidate ? contents(candidate, most) : ""}${candidate ? executables(candidate) : ""}${candidate ? warnings(candidate) : ""}
</section>
`; // prettier-ignore
}

const failureCard = ({ code, message, hint }: Failed): Html =>
  html`<div class="card alarm"><b>${code}</b> ${message}${hint === undefined ? "" : html`<p><b>Next:</b> ${hint}</p>`}</div>`;

const OUTCOMES: Readonly<Record<GateResult["outcome"], readonly [sign: string, word: string]>> = {
  failed: ["❌", "failed"],
  unknown: ["❔", "could not be checked"],
  passed: ["✅", "passed"],
  skipped: ["⏭️", "skipped"],
};
const ORDER: readonly GateResult["outcome"][] = ["failed", "unknown", "passed", "skipped"];

function gatesCard(gates: readonly GateResult[]): Html {
  if (gates.length === 0) return html``;
  const sorted = [...gates].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
  const items = sorted.map(({ gate, outcome, reason }) => {
    const [sign, word] = OUTCOMES[outcome];
    return html`<i aria-hidden="true">${sign}</i><span class="sr">${word}: </span><code>${gate}</code> <span class="small muted">${reason}</span>`; // prettier-ignore
  });
  return html`<section class="card">
    <h3>Gates</h3>
    ${list(items)}
  </section> `;
}

function difference(diff: Diff, most: number): Html {
  const sections = sectionsOf(diff, most);
  const of = (kind: Section["kind"]): Section[] => sections.filter((section) => section.kind === kind);
  const [signature] = of("signature");
  const harmless = signature && { ...signature, rows: signature.rows.filter(({ alarm }) => alarm === undefined) };
  const [tensors, files, requirements, facts] = [of("tensors")[0], of("files")[0], of("requirements")[0], of("facts")[0]];
  return html`${tiles(diff)}${metricsCard(diff.metrics)}${breaking(signature)}${loading(of("code")[0])}
${picture("Tensors", tensorStrip(diff))}${tensors ? fold("Tensors", tallyText(tensors), rowsTable(tensors)) : ""}
${picture("Files", fileMap(diff))}${files ? fold("Files", tallyText(files), rowsTable(files)) : ""}
${harmless && harmless.rows.length > 0 ? fold("Signature", "what breaks no caller", rowsTable(harmless)) : ""}${requirements ? fold("Requirements", tallyText(requirements), rowsTable(requirements)) : ""}${facts ? fold("Facts", tallyText(facts), rowsTable(facts)) : ""}
${of("card").map((card) => fold(`Text of ${card.title.slice("text of ".length)}`, tallyText(card), textDiff(card)))}`; // prettier-ignore
}

const picture = (title: string, figure: Html): Html =>
  figure.source === ""
    ? figure
    : html`<section class="card">
        <h3>${title}</h3>
        ${figure}
      </section> `;

function tiles({ before, after, tensors }: Diff): Html {
  const facts = [
    ["Size", before.contentBytes, after.contentBytes, bytes],
    ["Files", before.files, after.files, integer],
    ["Tensors", tensors.tensorCount.before, tensors.tensorCount.after, integer],
    ["Parameters", tensors.parameters.before, tensors.parameters.after, integer],
  ] as const;
  return html`<div class="tiles">
    ${facts.map(([name, from, to, textOf]) => {
      const change = to === from ? "no change" : signed(`${to < from ? "-" : ""}${textOf(Math.abs(to - from))}`);
      return html`<div class="tile">
        <span class="muted small">${name}</span><b>${textOf(to)}</b><span class="muted small">${change}</span>
      </div>`;
    })}
  </div> `;
}

function breaking(signature: Section | undefined): Html {
  const rows = signature?.rows.filter(({ alarm }) => alarm !== undefined) ?? [];
  if (rows.length === 0) return html``;
  const items = rows.map(({ name, note }) => html`<i aria-hidden="true">🔴</i><code>${name}</code> ${note ?? ""}`);
  return html`<section class="card alarm">
    <h3>The signature breaks callers</h3>
    ${list(items)}
  </section> `;
}

const loading = (code: Section | undefined): Html =>
  code === undefined
    ? html``
    : html`<section class="card notice">
        <h3>Code that loading can run</h3>
        ${rowsTable(code)}
      </section> `;

/** Said of every model that has some, whether or not something changed in them. */
function executables(candidate: Described): Html {
  const formats = executable(candidate);
  if (formats.length === 0) return html``;
  const items = formats.map(({ format, imports, whole }) => {
    const names = imports.length === 0 ? "" : html` imports ${imports.slice(0, 20).map((name, i) => html`${i > 0 ? ", " : ""}<code>${name}</code>`)}${imports.length > 20 ? ` and ${imports.length - 20} more` : ""}`; // prettier-ignore
    return html`<i aria-hidden="true">⚙️</i>${format}${names}${whole ? "" : ", not followed to its end"}`;
  });
  return html`<section class="card">
    <h3>Contains executable format: loading it can run code</h3>
    ${list(items)}
  </section> `;
}

function warnings({ summary }: Described): Html {
  if (summary.warnings.length === 0) return html``;
  return fold("Warnings", String(summary.warnings.length), list(summary.warnings.map(({ path, warning }) => html`<i aria-hidden="true">⚠️</i><code>${path}</code> ${warning}`))); // prettier-ignore
}

/** A model by itself. */
function contents(candidate: Described, most: number): Html {
  const { signature, requirements = [], properties = {} } = candidate.summary;
  const columns = (["inputs", "outputs", "params"] as const).flatMap((part) => (signature?.[part] ?? []).map((column, i) => html`${part} <code>${column.name ?? `#${i}`}</code> ${columnText(column)}`)); // prettier-ignore
  const part = (title: string, items: readonly Html[]): Html =>
    items.length === 0 ? html`` : fold(title, String(items.length), html`${list(items.slice(0, most))}${moreText(items.length - most)}`);
  return html`<div class="tiles">${totalsOf(candidate).map(([name, value]) => html`<div class="tile"><span class="muted small">${name.slice(0, 1).toUpperCase() + name.slice(1)}</span><b>${value}</b></div>`)}</div>
${metricValues(candidate.metrics ?? {})}${part("Signature", columns)}${part("Requirements", requirements.map((one) => html`<code>${one}</code>`))}${part("Facts", Object.entries(properties).map(([name, value]) => html`<code>${name}</code> ${value}`))}`; // prettier-ignore
}
