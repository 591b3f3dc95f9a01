/** Renders one model of a report as blocks of Markdown, most important first. */
import { diffBlocks, fold, gateBlocks, MOST_OPEN, someNames, type DiffBlocks } from "../diff/markdown.js";
import { columnText } from "../diff/sections.js";
import type { DescribedModel } from "../diff/types.js";
import { metricValue, shortenMiddle } from "../format.js";
import type { Column } from "../findings/findings.js";
import { type Block, paragraph } from "../markdown/blocks.js";
import { span, tableHead, tableRow, text } from "../markdown/text.js";
import { executable, totalsOf } from "./contents.js";
import type { Compared, Failed, ModelReport } from "./types.js";

const MOST_ROWS = 100;

export const blocksOf = (model: ModelReport): Block[] => (model.kind === "failed" ? [failure(model)] : comparison(model));

function failure({ code, message, hint }: Failed): Block {
  const next = hint === undefined ? [] : [`**Next:** ${text(hint, 1_000)}`];
  return { name: "the error", begin: "", rows: [`**${code}** ${text(message, 1_500)}`, ...next], between: "\n\n" };
}

function comparison({ base, candidate, diff, gates, shortened = [] }: Compared): Block[] {
  const gated = gateBlocks(gates);
  const { open, folded } = diff ? diffBlocks(diff) : contents(candidate);
  const { warnings } = candidate.summary;
  return [
    ...(base.kind === "unknown" ? [paragraph("the reason why it is not compared", `Not compared with the version in use: ${text(base.reason, 600)}`)] : []),
    ...gated.open,
    ...open,
    ...executables(candidate),
    ...gated.folded,
    ...(shortened.length > 0 ? [paragraph("the list of shortened parts", shortenedNote(shortened))] : []),
    ...folded,
    ...(warnings.length > 0 ? [fold("warnings", `Warnings (${warnings.length})`, warnings.map(({ path, warning }) => `- ${span(shortenMiddle(path, 120))} ${text(warning)}`))] : []),
  ]; // prettier-ignore
}

const shortenedNote = (parts: readonly string[]): string => `Shortened to fit the report: ${parts.map((part) => text(part)).join(", ")}.`;

/** Lists formats that can run code. Shown for every model that has some, changed or not. */
function executables(candidate: DescribedModel): Block[] {
  const formats = executable(candidate);
  if (formats.length === 0) return [];
  const rows = formats.map(({ format, imports, whole }) => {
    const names = imports.length === 0 ? "" : ` imports ${someNames(imports)}`;
    return `- ${text(format)}${names}${whole ? "" : ", not followed to its end"}`;
  });
  return [{ name: "executable formats", begin: "**Contains executable format:** loading it can run code.\n\n", rows }];
}

/** Renders the contents of a model that is not compared. */
function contents(candidate: DescribedModel): DiffBlocks {
  const { metrics = {}, summary } = candidate;
  const names = Object.entries(metrics);
  const open: Block[] = [];
  if (names.length > 0) {
    const rows = names.slice(0, MOST_OPEN).map(([name, value]) => tableRow([span(shortenMiddle(name, 48)), metricValue(value)]));
    open.push({
      name: "metrics",
      begin: `${tableHead([{ title: "Metric" }, { title: "Value" }])}\n`,
      rows,
      more: names.length - rows.length,
    });
  }
  open.push({
    name: "totals",
    begin: "**Contents:** ",
    rows: totalsOf(candidate).map(([word, value]) => `${word} ${text(value, 400)}`),
    between: " · ",
  });
  const { signature, requirements = [], properties = {} } = summary;
  const columns = (["inputs", "outputs", "params"] as const).flatMap((part) =>
    (signature?.[part] ?? []).map((column, i) => `- ${part} ${columnLine(column, i)}`),
  );
  const pairs = Object.entries(properties);
  const folded = (
    [
      ["signature", `Signature (${columns.length})`, columns],
      [
        "requirements",
        `Requirements (${requirements.length})`,
        requirements.slice(0, MOST_ROWS).map((one) => `- ${span(one, 200)}`),
        requirements.length,
      ],
      [
        "properties",
        `Properties (${pairs.length})`,
        pairs.slice(0, MOST_ROWS).map(([name, value]) => `- ${span(shortenMiddle(name, 120))} ${span(value, 200)}`),
        pairs.length,
      ],
    ] as const
  ).flatMap(([name, title, rows, count = rows.length]) =>
    rows.length === 0 ? [] : [fold(name, title, rows.slice(0, MOST_ROWS), count - Math.min(rows.length, MOST_ROWS))],
  );
  return { open, folded };
}

const columnLine = (column: Column, index: number): string =>
  `${span(shortenMiddle(column.name ?? `#${index}`, 120))} ${span(columnText(column))}`;
