/** Renders a report as one self-contained HTML page, without scripts, fonts or pictures. */
import type { Diff } from "../../diff/types.js";
import { judged, needsAttention, touched } from "../../diff/verdict.js";
import type { GateResult } from "../../diff/gate-result.js";
import type { ModelReport, Report } from "../types.js";
import { modelVerdict, reportVerdict, SIGNS, verdictOf, worstFirst } from "../words.js";
import { modelSection, type ShownModel } from "./model.js";
import { STYLE } from "../../html/style.js";
import { type Html, markup } from "../../html/tag.js";

/** Maximum rows of a table, and of all tables together if there are many models, so that browsers can handle the page. */
const MOST_ROWS = 1_000;
const MOST_ROWS_OF_ALL = 10_000;

/** Renders a report. Escapes all text, and forbids the browser to load anything (Content-Security-Policy). */
export function reportHtml(report: Report): string {
  const shown = worstFirst(report.models).map(shownOf);
  const commit =
    report.commit === undefined ? markup`` : markup`<p class="muted small">Commit <code>${report.commit.slice(0, 12)}</code></p>`;
  const [only] = shown;
  if (only && shown.length === 1) return page(only.title, markup`<main>${modelSection(only, "m0", MOST_ROWS, "h1")}${commit}</main>`);
  const { level, words } = reportVerdict(report);
  const most = Math.max(20, Math.floor(MOST_ROWS_OF_ALL / Math.max(1, shown.length)));
  return page(
    words,
    markup`<div class="top"><h1>${SIGNS[level]} ${words}</h1>${commit}
<nav aria-label="Models"><ol>${shown.map(({ title, verdict: { level: one, words: said } }, i) => markup`<li><i>${SIGNS[one]}</i><a href="#m${i}">${title}</a><span>${said}</span></li>\n`)}</ol></nav></div>
<main>${shown.map((model, i) => modelSection(model, `m${i}`, Math.min(most, MOST_ROWS), "h2"))}</main>`,
  ); // prettier-ignore
}

/** Renders a single diff as a page, like {@link reportHtml}. */
export function diffHtml(diff: Diff, gates: readonly GateResult[] = []): string {
  const failing = gates.some(({ outcome }) => outcome === "failed");
  const level = failing ? "failed" : needsAttention(diff) ? "attention" : diff.different ? "good" : "unchanged";
  const title = `${diff.before.name} → ${diff.after.name}`;
  const shown: ShownModel = {
    title,
    verdict: verdictOf(level, diff.different ? [...judged(diff), ...touched(diff)] : ["no difference"]),
    against: "",
    candidate: diff.after,
    diff,
    gates,
  };
  return page(title, markup`<main>${modelSection(shown, "m0", MOST_ROWS, "h1")}</main>`);
}

function shownOf(model: ModelReport): ShownModel {
  const head = { title: `${model.lob}/${model.model}`, verdict: modelVerdict(model) };
  if (model.kind === "failed") return { ...head, against: "", failure: model, gates: [] };
  const { base, candidate, diff, gates, shortened } = model;
  return {
    ...head,
    against: againstWords(base),
    unknown: base.kind === "unknown" ? base.reason : undefined,
    candidate,
    diff,
    gates,
    shortened,
  };
}

function againstWords(base: Extract<ModelReport, { kind: "compared" }>["base"]): string {
  if (base.kind === "none") return "nothing is published yet";
  if (base.kind === "unknown") return "";
  return `against version ${base.version}${base.ref === String(base.version) ? "" : ` (${base.ref})`}`;
}

const page = (title: string, body: Html): string => `${
  markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
${STYLE}
</head>
<body>
${body}
</body>
</html>`.source
}\n`; // prettier-ignore
