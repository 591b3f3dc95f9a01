/** Renders a report as Markdown for a comment or a job summary on GitHub: most important first, readable on a phone, never too long. */
import { leftOut, NOTE_ROOM } from "../diff/markdown.js";
import { integer, shorten, shortenMiddle } from "../format.js";
import { type Block, fit } from "../markdown/blocks.js";
import { code, detailsHead, DETAILS_END, link, span, tableHead, tableRow, text } from "../markdown/text.js";
import { blocksOf } from "./blocks.js";
import type { ModelReport, Report } from "./types.js";
import { changes, modelVerdict, reportVerdict, SIGNS, worstFirst } from "./words.js";

export interface ReportMarkdownOptions {
  /**
   * Maximum UTF-16 code units of the result. Default 64,000, for a comment. A job summary is limited in bytes; a third of that limit is safe.
   * Must be at least {@link LEAST_BUDGET} plus the length of `intro` and `footnotes`.
   */
  readonly budget?: number;
  /** Link to the complete report. The text is escaped; a URL that is not http or https is omitted. */
  readonly fullReport?: { readonly text: string; readonly url: string };
  /** Markdown lines that precede the report, e.g. a hidden marker for finding the comment again. */
  readonly intro?: readonly string[];
  /** Markdown lines that follow the report, e.g. a link to the run. */
  readonly footnotes?: readonly string[];
}

export const LEAST_BUDGET = 4_000;

/**
 * Renders a report. The verdict is the first line after `intro`. Text from a model, a gate or an error never becomes a tag, a link, a mention
 * or an HTML comment.
 *
 * @throws RangeError if the budget is too small
 */
export function reportMarkdown(report: Report, options: ReportMarkdownOptions = {}): string {
  const { budget = 64_000, fullReport, intro = [], footnotes = [] } = options;
  const more = fullReport === undefined ? "" : link(fullReport.text, fullReport.url);
  const commit = report.commit === undefined ? "" : `Commit ${code(report.commit.slice(0, 12))}`;
  const own = [commit, more].filter((part) => part !== "").join(" · ");
  const foot = [...(own === "" ? [] : [`<sub>${own}</sub>`]), ...footnotes];
  const before = intro.length === 0 ? "" : `${intro.join("\n")}\n`;
  const after = foot.length === 0 ? "" : `\n\n${foot.join("\n\n")}`;
  const room = budget - before.length - after.length - 1;
  if (room < LEAST_BUDGET) throw new RangeError(`a report needs ${LEAST_BUDGET} characters besides intro and footnotes, but has ${room}`);
  const [only, ...others] = report.models;
  const body = only !== undefined && others.length === 0 ? oneModel(only, room) : manyModels(report, room);
  return `${before}${body}${after}\n`;
}

function oneModel(model: ModelReport, room: number): string {
  const { level, words } = modelVerdict(model);
  const head = `**${SIGNS[level]} ${text(`${model.lob}/${model.model}`)}: ${words}**${against(model, span)}`;
  const { text: body, missing } = fit(blocksOf(model), room - head.length - 2 - NOTE_ROOM);
  return joined([head, body, leftOut(missing)]);
}

/** ` — against version 7 (LATEST)`. */
function against(model: ModelReport, show: (ref: string) => string): string {
  if (model.kind === "failed" || model.base.kind === "unknown") return "";
  if (model.base.kind === "none") return " — nothing is published yet";
  const { version, ref } = model.base;
  return ` — against version ${version}${ref === String(version) ? "" : ` (${ref === "LATEST" ? ref : show(shorten(ref, 40))})`}`;
}

/** Maximum number of unfolded models, worst first. Each fills one or two screens of a phone. */
const MOST_OPEN_MODELS = 5;
/** Minimum UTF-16 code units of a model that has its own part. */
const LEAST_ROOM = 1_000;

function manyModels(report: Report, room: number): string {
  const { level, words } = reportVerdict(report);
  const lobs = new Set(report.models.map(({ lob }) => lob));
  const nameOf = ({ lob, model }: ModelReport): string => (lobs.size === 1 ? model : `${lob}/${model}`);
  const [lob, ...otherLobs] = lobs;
  const head = `**${SIGNS[level]} ${words}**${lob !== undefined && otherLobs.length === 0 ? ` — ${span(lob)}` : ""}`;
  const ordered = worstFirst(report.models);
  const changed = ordered.filter(changes);
  const unchanged = ordered.filter((model) => !changes(model));
  const overview = fit(changed.length === 0 ? [] : [overviewOf(changed, nameOf)], Math.floor(room / 4)).text;
  const rest = fit(unchanged.length === 0 ? [] : [unchangedOf(unchanged, nameOf)], Math.floor(room / 8)).text;
  const left = room - head.length - overview.length - rest.length - 4 * GAP.length - NOTE_ROOM;
  const shown = changed.slice(0, Math.max(0, Math.floor(left / LEAST_ROOM)));
  const parts = share(
    shown.map((model, i) => (most: number) => folded(model, nameOf(model), most, i < MOST_OPEN_MODELS)),
    left,
  );
  const missing = changed.length - shown.length;
  const note = missing > 0 ? `Omitted for lack of room: changes in ${integer(missing)} more ${missing === 1 ? "model" : "models"}.` : "";
  return joined([head, overview, ...parts, rest, note]);
}

const GAP = "\n\n";
const joined = (parts: readonly string[]): string => parts.filter((part) => part !== "").join(GAP);

/** Returns a table with one line per model, which tells reviewers whether to read on. */
const overviewOf = (models: readonly ModelReport[], nameOf: (model: ModelReport) => string): Block => ({
  name: "models",
  begin: `${tableHead([{ title: "Model" }, { title: "What changed" }])}\n`,
  rows: models.map((model) => {
    const { level, parts } = modelVerdict(model);
    return tableRow([`${SIGNS[level]}&nbsp;${span(nameOf(model))}`, parts.slice(0, 3).join(", ")]);
  }),
});

const unchangedOf = (models: readonly ModelReport[], nameOf: (model: ModelReport) => string): Block => ({
  name: "unchanged models",
  begin: detailsHead(`${integer(models.length)} ${models.length === 1 ? "model does" : "models do"} not change`),
  rows: models.map((model) => span(nameOf(model))),
  between: ", ",
  close: DETAILS_END,
});

/** Returns a folded model, opened if it needs attention. @param mayOpen whether few enough models before it are open */
function folded(model: ModelReport, name: string, room: number, mayOpen: boolean): string {
  const { level, words } = modelVerdict(model);
  const headOf = (shown: string, base: string): string =>
    detailsHead(`${SIGNS[level]} <b>${text(shown)}</b>: ${words}${base}`, mayOpen && (level === "failed" || level === "attention"));
  const long = headOf(name, against(model, code));
  const head = long.length < room / 2 ? long : headOf(shortenMiddle(name, 40), "");
  const { text: body, missing } = fit(blocksOf(model), room - head.length - DETAILS_END.length - NOTE_ROOM - GAP.length);
  return `${head}${joined([body, leftOut(missing)])}${DETAILS_END}`;
}

/**
 * Returns texts that together fit into `room`. A text that needs less than an even share leaves the rest to the others.
 *
 * @param writers each writes a text of at most `most` characters
 */
function share(writers: readonly ((most: number) => string)[], room: number): string[] {
  let left = room - GAP.length * writers.length;
  const texts = writers.map((write) => write(left));
  const order = texts.map((_, index) => index).sort((a, b) => texts[a]!.length - texts[b]!.length);
  order.forEach((index, done) => {
    const most = Math.floor(left / (writers.length - done));
    if (texts[index]!.length > most) texts[index] = writers[index]!(most);
    left -= texts[index]!.length;
  });
  return texts;
}
