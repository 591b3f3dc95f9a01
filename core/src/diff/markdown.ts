/** Renders a diff as Markdown for GitHub. Every name from a model becomes text in a code span, never a link, a mention or a tag. */
import { integer, metricValue, printable, shorten, shortenMiddle } from "../format.js";
import type { GateResult } from "./gate-result.js";
import { type Block, fit } from "../markdown/blocks.js";
import { code, DETAILS_END, detailsHead, fence, span, tableHead, tableRow, text } from "../markdown/text.js";
import { type ChangeMark, type SectionRow, type Section, sectionsOf, tallied, valuesOf } from "./sections.js";
import type { Diff } from "./types.js";
import { verdict } from "./verdict.js";

/** Maximum rows of a section. */
const MOST_ROWS = 100;
/** Maximum rows of an unfolded section. */
export const MOST_OPEN = 30;

/**
 * Renders a diff as one Markdown document.
 *
 * @param gates results for the newer model; failing gates come first
 * @param budget most UTF-16 code units of the result; names the parts that are omitted for lack of room
 */
export function diffMarkdown(diff: Diff, gates: readonly GateResult[] = [], budget = 60_000): string {
  const head = `**${verdict(diff)}** — ${span(diff.before.name, 200)} → ${span(diff.after.name, 200)}`;
  const { open, folded } = diffBlocks(diff);
  const gated = gateBlocks(gates);
  const body = fit([...gated.open, ...open, ...gated.folded, ...folded], budget - head.length - 3 - NOTE_ROOM);
  return `${[head, body.text, leftOut(body.missing)].filter((part) => part !== "").join("\n\n")}\n`;
}

/** Maximum UTF-16 code units of {@link leftOut}, with its separator. */
export const NOTE_ROOM = 200;
export const leftOut = (names: readonly string[]): string =>
  names.length === 0 ? "" : shorten(`Omitted for lack of room: ${names.join(", ")}.`, NOTE_ROOM - 2);

export interface DiffBlocks {
  /** Blocks that a reviewer must see. */
  readonly open: Block[];
  readonly folded: Block[];
}

/** Returns the blocks of a diff, most important first. */
export function diffBlocks(diff: Diff): DiffBlocks {
  const blocks: DiffBlocks = { open: [], folded: [] };
  for (const section of sectionsOf(diff, MOST_ROWS)) {
    const { kind, title, rows } = section;
    const [breaking, harmless] = [true, false].map((bad) => rows.filter(({ tone }) => (tone === "bad") === bad)) as [
      SectionRow[],
      SectionRow[],
    ];
    switch (kind) {
      case "metrics":
        blocks.open.push(metricsTable(section));
        break;
      case "signature":
        if (breaking.length > 0) blocks.open.push(list("**The signature breaks callers**", { ...section, rows: breaking, more: 0 }));
        if (harmless.length > 0)
          blocks.folded.push(folded("Signature changes that break no caller", { ...section, rows: harmless, tally: tallied(harmless) }));
        break;
      case "code":
        blocks.open.push(list("**Code that loading can run**", section));
        break;
      case "totals":
        blocks.open.push(totals(section));
        break;
      case "numbers":
        blocks.folded.push(fold("tensors without numbers", "Not compared numerically", section.rows.map((row) => `- ${text(row.name)}: ${text(row.note!)}`))); // prettier-ignore
        break;
      case "card":
        blocks.folded.push(textDiff(section));
        break;
      default:
        blocks.folded.push(folded(capital(title), section));
    }
  }
  const same = diff.metrics.filter(({ verdict }) => verdict === "same");
  if (same.length > 0) {
    const rows = same.slice(0, MOST_ROWS).map(({ name, after }) => `- ${span(shortenMiddle(name, 80))} ${metricValue(after!)}`);
    blocks.folded.unshift(fold("unchanged metrics", `Unchanged metrics (${same.length})`, rows, same.length - rows.length));
  }
  return blocks;
}

/** Returns the failing and unknown gates as open blocks, all other gates folded. */
export function gateBlocks(gates: readonly GateResult[]): DiffBlocks {
  const sorted = [...gates].sort((a, b) => rank(a) - rank(b));
  const [failing, others] = [true, false].map((bad) => sorted.filter(({ outcome }) => (outcome === "failed" || outcome === "unknown") === bad)) as [GateResult[], GateResult[]]; // prettier-ignore
  const rowsOf = (all: readonly GateResult[], most: number) => [all.slice(0, most).map(gateText), Math.max(0, all.length - most)] as const;
  const [rows, more] = rowsOf(failing, MOST_OPEN);
  return {
    open: failing.length > 0 ? [{ name: "gates", begin: "", rows, more }] : [],
    folded: others.length > 0 ? [fold("passed gates", gatesTitle(others), ...rowsOf(others, MOST_ROWS))] : [],
  };
}

const OUTCOMES: Readonly<Record<GateResult["outcome"], string>> = { failed: "❌", unknown: "❓", skipped: "⏭️", passed: "✅" };
const rank = ({ outcome }: GateResult): number => ["failed", "unknown", "passed", "skipped"].indexOf(outcome);

const gateText = ({ gate, outcome, reason }: GateResult): string =>
  `- ${OUTCOMES[outcome]} ${span(gate, 120)}${reason === "" ? "" : ` — ${text(reason, 400)}`}`;

function gatesTitle(gates: readonly GateResult[]): string {
  const skipped = gates.filter(({ outcome }) => outcome === "skipped").length;
  const passed = gates.length - skipped;
  return [
    ...(passed > 0 ? [`Gates passed (${passed})`] : []),
    ...(skipped > 0 ? [`${passed > 0 ? "s" : "Gates s"}kipped (${skipped})`] : []),
  ].join(", ");
}

/** Returns a part that opens on a click. @param title HTML */
export const fold = (name: string, title: string, rows: readonly string[], more = 0): Block => ({
  name,
  begin: detailsHead(title),
  rows,
  close: DETAILS_END,
  more,
});

const TONES = { good: "🟢", bad: "🔴" } as const;

/** Has only two columns, to fit a phone. */
function metricsTable({ rows, more }: Section): Block {
  const shown = rows.slice(0, MOST_OPEN);
  return {
    name: "metrics",
    begin: `${tableHead([{ title: "Metric" }, { title: "Before → after" }])}\n`,
    rows: shown.map(metricRow),
    more: more + rows.length - shown.length,
  };
}

function metricRow({ mark, name, before, after, change, tone }: SectionRow): string {
  const values = mark === "+" ? `**${after}**` : mark === "-" ? before : `${before}&nbsp;→&nbsp;**${after}**`;
  const words = change === undefined ? (mark === "+" ? "new" : "removed") : `${change.startsWith("-") ? "▼" : "▲"}&nbsp;${change}`;
  return tableRow([span(shortenMiddle(name, 48)), `${values}<br>${tone === undefined ? "" : `${TONES[tone]}&nbsp;`}${words}`]);
}

const SQUARES: Readonly<Record<string, string>> = { "~": "🟨", "+": "🟩", "-": "🟥", "→": "🟦" };
const WORDS: Readonly<Record<ChangeMark, string>> = { "~": "changed", "+": "added", "-": "removed", "→": "renamed" };

function list(heading: string, section: Section): Block {
  const shown = section.rows.slice(0, MOST_OPEN);
  return {
    name: section.title,
    begin: `${heading}\n\n`,
    rows: shown.map((row) => `- ${row.tone === "bad" ? TONES.bad : (SQUARES[row.mark] ?? "")} ${rowText(row, section.kind)}`),
    more: section.more + section.rows.length - shown.length,
  };
}

const folded = (title: string, section: Section): Block =>
  fold(
    section.title,
    `${title}: ${tallyText(section.tally)}`,
    section.rows.map((row) => `- ${SQUARES[row.mark] ?? ""} ${rowText(row, section.kind)}`),
    section.more,
  );

/** `3 changed, 1 added`. */
const tallyText = (tally: Section["tally"]): string =>
  (["~", "+", "-", "→"] as const).flatMap((mark) => ((tally[mark] ?? 0) > 0 ? [`${integer(tally[mark]!)} ${WORDS[mark]}`] : [])).join(", ");

function rowText(row: SectionRow, kind: Section["kind"]): string {
  const { name, note, names = [] } = row;
  // The note already names what changed in a column, and what is new in code.
  const values = note !== undefined && (kind === "signature" || kind === "code") ? "" : valuesOf(row);
  const shown = values === "" ? "" : span(values, 200);
  const words = note === undefined ? "" : shown === "" ? text(note) : `(${text(note)})`;
  return [span(shortenMiddle(name, 120)), shown, words, someNames(names)].filter((part) => part !== "").join(" ");
}

/** Lists the first five names, and how many more there are. */
export function someNames(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => span(shortenMiddle(name, 100)));
  return `${shown.join(", ")}${names.length > shown.length ? ` and ${integer(names.length - shown.length)} more` : ""}`;
}

function totals({ rows }: Section): Block {
  const words = rows.map(({ name, before, after, change }) => `${name} ${before} → ${after} (${change})`);
  return { name: "totals", begin: "**Totals:** ", rows: words, between: " · " };
}

/** Renders lines as a patch, which GitHub colours. No line can end the code block. */
function textDiff({ title, rows, more, tally }: Section): Block {
  const lines = rows.map(({ mark, before, after }) => `${mark}${shorten(printable(mark === "-" ? before : after), 400)}`);
  const { begin, end } = fence(lines, "diff");
  const words = `Text of ${code(title.slice("text of ".length), 120)}: ${tallyText(tally)}`;
  return { name: "text of the card", begin: `${detailsHead(words)}${begin}`, rows: lines, end, close: DETAILS_END, more };
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
