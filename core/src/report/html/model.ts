/** Renders the section of one model. */
import { columnText, type Section, sectionsOf } from "../../diff/sections.js";
import type { DescribedModel, Diff } from "../../diff/types.js";
import { bytes, integer, signed } from "../../format.js";
import type { GateResult } from "../../diff/gate-result.js";
import { executable, totalsOf } from "../contents.js";
import type { ComparisonBase, Failed } from "../types.js";
import { SIGNS, type Verdict } from "../words.js";
import { metricsCard, metricValues } from "./metrics.js";
import { tensorStrip } from "./strip.js";
import { behind, card, fold, list, moreText, rowsTable, tallyText, textDiff } from "../../html/tables.js";
import { type Html, markup } from "../../html/tag.js";
import { fileMap } from "./treemap.js";

/** A model as the page shows it. `candidate` is absent if the model failed. */
export interface ShownModel {
  readonly title: string;
  readonly verdict: Verdict;
  /** The base of the comparison, in words. */
  readonly against: string;
  readonly failure?: Failed | undefined;
  /** Why there is no comparison, if the base is unknown. */
  readonly unknown?: Extract<ComparisonBase, { kind: "unknown" }>["reason"] | undefined;
  readonly candidate?: DescribedModel | undefined;
  readonly diff?: Diff | undefined;
  readonly gates: readonly GateResult[];
  /** Parts of the diff that the report shortened. */
  readonly shortened?: readonly string[] | undefined;
}

/** @param most rows of a table @param heading tag of the title */
export function modelSection(shown: ShownModel, id: string, most: number, heading: "h1" | "h2"): Html {
  const { title, verdict, against, failure, unknown, candidate, diff, gates, shortened = [] } = shown;
  const name = markup`${SIGNS[verdict.level]} ${title}`;
  return markup`<section class="model ${verdict.level}" id="${id}">
<header>${heading === "h1" ? markup`<h1>${name}</h1>` : markup`<h2>${name}</h2>`}${against === "" ? "" : markup`<div class="muted">${against}</div>`}<ul class="chips" aria-label="Verdict">${verdict.parts.map((part) => markup`<li>${part}</li>`)}</ul></header>
${failure ? failureCard(failure) : ""}${unknown === undefined ? "" : markup`<div class="card notice">Not compared with the version in use: ${unknown}</div>`}
${gatesCard(gates)}${candidate ? (diff ? difference(diff, most) : contents(candidate, most)) : ""}${candidate ? warnings(candidate) : ""}${shortened.length > 0 ? markup`<p class="muted small">Shortened to fit the report: ${shortened.join(", ")}.</p>` : ""}
</section>
`; // prettier-ignore
}

const failureCard = ({ code, message, hint }: Failed): Html =>
  markup`<div class="card alarm"><b>${code}</b> ${message}${hint === undefined ? "" : markup`<p><b>Next:</b> ${hint}</p>`}</div>`;

const OUTCOMES: Readonly<Record<GateResult["outcome"], readonly [sign: string, word: string]>> = {
  failed: ["❌", "failed"],
  unknown: ["❓", "could not be checked"],
  passed: ["✅", "passed"],
  skipped: ["⏭️", "skipped"],
};
const ORDER: readonly GateResult["outcome"][] = ["failed", "unknown", "passed", "skipped"];

function gatesCard(gates: readonly GateResult[]): Html {
  if (gates.length === 0) return markup``;
  const sorted = [...gates].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
  const items = sorted.map(({ gate, outcome, reason }) => {
    const [sign, word] = OUTCOMES[outcome];
    return markup`<i aria-hidden="true">${sign}</i><span class="sr">${word}: </span><code>${gate}</code> <span class="small muted">${reason}</span>`; // prettier-ignore
  });
  return card("Gates", list(items));
}

function difference(diff: Diff, most: number): Html {
  const sections = sectionsOf(diff, most);
  const of = (kind: Section["kind"]): Section[] => sections.filter((section) => section.kind === kind);
  const [signature] = of("signature");
  const harmless = signature && { ...signature, rows: signature.rows.filter(({ alarm }) => alarm === undefined) };
  const [tensors, files, requirements, properties] = [of("tensors")[0], of("files")[0], of("requirements")[0], of("properties")[0]];
  return markup`${breaking(signature)}${loading(of("code")[0])}${tiles(diff)}${metricsCard(diff.metrics)}
${picture("Tensors", markup`${tensorStrip(diff)}${withoutNumbers(of("numbers")[0])}`, tensors)}${picture("Files", fileMap(diff), files)}${executables(diff.after)}
${harmless && harmless.rows.length > 0 ? fold("Signature", "changes that break no caller", rowsTable(harmless)) : ""}${requirements ? fold("Requirements", tallyText(requirements), rowsTable(requirements)) : ""}${properties ? fold("Properties", tallyText(properties), rowsTable(properties)) : ""}
${of("card").map((text) => fold(`Text of ${text.title.slice("text of ".length)}`, tallyText(text), textDiff(text)))}`; // prettier-ignore
}

const picture = (title: string, figure: Html, section: Section | undefined): Html =>
  figure.source === "" && section === undefined ? markup`` : card(title, markup`${figure}${behind(section)}`);

const withoutNumbers = (section: Section | undefined): Html =>
  markup`${(section?.rows ?? []).map(({ name, note }) => markup`<p class="muted small">${name}: ${note ?? ""}</p>`)}`;

function tiles({ before, after, tensors }: Diff): Html {
  const sums = [
    ["Size", before.contentBytes, after.contentBytes, bytes],
    ["Files", before.files, after.files, integer],
    ["Tensors", tensors.tensorCount.before, tensors.tensorCount.after, integer],
    ["Parameters", tensors.parameters.before, tensors.parameters.after, integer],
  ] as const;
  const items = sums.map(([name, from, to, textOf]) => {
    const change = to === from ? "no change" : signed(`${to < from ? "-" : ""}${textOf(Math.abs(to - from))}`);
    return markup`<div class="tile"><span class="muted small">${name}</span><b>${textOf(to)}</b><span class="muted small">${change}</span></div>`;
  });
  return markup`<div class="tiles">${items}</div>\n`;
}

function breaking(signature: Section | undefined): Html {
  const rows = signature?.rows.filter(({ alarm }) => alarm !== undefined) ?? [];
  if (rows.length === 0) return markup``;
  const items = rows.map(({ name, note }) => markup`<i aria-hidden="true">🔴</i><code>${name}</code> ${note ?? ""}`);
  return card("The signature breaks callers", list(items), "alarm");
}

function loading(code: Section | undefined): Html {
  if (code === undefined) return markup``;
  const items = code.rows.map(({ tone, name, note, names = [], before, after }) => {
    const words = note ?? (after === "" ? "was removed" : before === "" ? `is new: ${after}` : "changed");
    return markup`<i aria-hidden="true">${tone === "bad" ? "🔴" : "🟡"}</i><code>${name}</code> ${words} ${codes(names)}`;
  });
  return card("Code that loading can run", markup`${list(items)}${moreText(code.more)}`, "notice");
}

/** Lists the first names, and how many more there are. */
const codes = (names: readonly string[]): Html =>
  markup`${names.slice(0, MOST_NAMES).map((name, i) => markup`${i > 0 ? ", " : ""}<code>${name}</code>`)}${names.length > MOST_NAMES ? ` and ${integer(names.length - MOST_NAMES)} more` : ""}`; // prettier-ignore

const MOST_NAMES = 20;

/** Lists formats that can run code. Shown for every model that has some, changed or not. */
function executables(candidate: DescribedModel): Html {
  const formats = executable(candidate);
  if (formats.length === 0) return markup``;
  const items = formats.map(({ format, imports, whole }) => {
    const names = imports.length === 0 ? "" : markup` imports ${codes(imports)}`;
    return markup`<i aria-hidden="true">⚙️</i>${format}${names}${whole ? "" : ", not followed to its end"}`;
  });
  return card("Contains executable format: loading it can run code", list(items));
}

function warnings({ summary }: DescribedModel): Html {
  if (summary.warnings.length === 0) return markup``;
  return fold("Warnings", String(summary.warnings.length), list(summary.warnings.map(({ path, warning }) => markup`<i aria-hidden="true">⚠️</i><code>${path}</code> ${warning}`))); // prettier-ignore
}

/** Renders the contents of a model that is not compared. */
function contents(candidate: DescribedModel, most: number): Html {
  const { signature, requirements = [], properties = {} } = candidate.summary;
  const columns = (["inputs", "outputs", "params"] as const).flatMap((part) => (signature?.[part] ?? []).map((column, i) => markup`${part} <code>${column.name ?? `#${i}`}</code> ${columnText(column)}`)); // prettier-ignore
  const part = (title: string, items: readonly Html[]): Html =>
    items.length === 0
      ? markup``
      : fold(title, String(items.length), markup`${list(items.slice(0, most))}${moreText(items.length - most)}`);
  return markup`<div class="tiles">${totalsOf(candidate).map(([name, value]) => markup`<div class="tile"><span class="muted small">${name.slice(0, 1).toUpperCase() + name.slice(1)}</span><b>${value}</b></div>`)}</div>
${metricValues(candidate.metrics ?? {})}${executables(candidate)}${part("Signature", columns)}${part("Requirements", requirements.map((one) => markup`<code>${one}</code>`))}${part("Properties", Object.entries(properties).map(([name, value]) => markup`<code>${name}</code> ${value}`))}`; // prettier-ignore
}
