/** Tables that fit the terminal: wide columns shrink first, then the least important ones are hidden. */
import Table from "cli-table3";
import stringWidth from "string-width";
import { counted } from "../format.js";
import type { Output } from "./output.js";

export interface TableColumn<T> {
  readonly title: string;
  readonly value: (row: T) => string;
  /** Columns with the highest rank are hidden first if there is no room; 0 is never hidden. */
  readonly rank: number;
  /** Smallest width in characters. Without it, the column is cut only as the last resort. */
  readonly atLeast?: number;
  readonly align?: "right";
}

const GAP = 2;

/**
 * Widths at which the columns fit, 0 for a hidden one. A column that is empty in every row is hidden.
 *
 * @param natural widths at which nothing is cut
 * @param width of the terminal; undefined for no limit
 */
export function fit(
  columns: readonly Pick<TableColumn<never>, "rank" | "atLeast">[],
  natural: readonly number[],
  width: number | undefined,
): number[] {
  const widths = [...natural];
  if (width === undefined) return widths;
  const excess = (): number => {
    const shown = widths.filter((one) => one > 0);
    return shown.reduce((sum, one) => sum + one, 0) + GAP * (shown.length - 1) - width;
  };
  /** Takes one character at a time from the widest column above its floor, so that wide columns share the loss. */
  const shrinkTo = (floor: (index: number) => number): void => {
    for (let over = excess(); over > 0; over--) {
      const spare = widths.map((one, index) => (one > floor(index) ? one : 0));
      const widest = Math.max(...spare);
      if (widest === 0) return;
      widths[spare.indexOf(widest)] = widest - 1;
    }
  };
  shrinkTo((index) => columns[index]!.atLeast ?? Infinity);
  while (excess() > 0) {
    const ranks = columns.map(({ rank }, index) => (widths[index] === 0 ? 0 : rank));
    const highest = Math.max(...ranks);
    if (highest === 0) break;
    widths[ranks.lastIndexOf(highest)] = 0;
    // Columns that were cut get their width back and are cut again if needed.
    for (const [index, one] of widths.entries()) if (one > 0) widths[index] = natural[index]!;
    shrinkTo((index) => columns[index]!.atLeast ?? Infinity);
  }
  shrinkTo(() => 4);
  return widths;
}

export interface RenderedTable {
  /** The lines, without a trailing line feed. */
  readonly text: string;
  /** Titles of the columns that did not fit. */
  readonly hidden: readonly string[];
}

/** @param head styles a title */
export function renderTable<T>(
  rows: readonly T[],
  columns: readonly TableColumn<T>[],
  width: number | undefined,
  head: (title: string) => string = (title) => title,
): RenderedTable {
  const cells = rows.map((row) => columns.map(({ value }) => value(row)));
  const natural = columns.map(({ title }, index) => {
    const widest = Math.max(0, ...cells.map((row) => stringWidth(row[index]!)));
    return widest === 0 ? 0 : Math.max(widest, stringWidth(title));
  });
  const widths = fit(columns, natural, width);
  const shown = columns.flatMap((column, index) => (widths[index]! > 0 ? [{ column, index }] : []));
  const table = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0, compact: true },
    // cli-table3 does not count its separator.
    colWidths: shown.map(({ index }) => widths[index]!),
    colAligns: shown.map(({ column }) => column.align ?? "left"),
    truncate: "…",
  });
  table.push(shown.map(({ column, index }) => head(cut(column.title, widths[index]!))));
  for (const row of cells) table.push(shown.map(({ index }) => row[index]!));
  return {
    text: table
      .toString()
      .split("\n")
      .map((line) => line.trimEnd())
      .join("\n"),
    hidden: columns.filter((_, index) => natural[index]! > 0 && widths[index] === 0).map(({ title }) => title),
  };
}

/** A table for a command's output, with a line about hidden columns. */
export function fittedTable<T>(output: Output, rows: readonly T[], columns: readonly TableColumn<T>[]): string {
  const { text, hidden } = renderTable(rows, columns, output.width, (title) => output.style("bold", title));
  if (hidden.length === 0) return text;
  return `${text}\n${output.style("dim", `${counted(hidden.length, "column")} hidden to fit the terminal: ${hidden.join(", ")}.`)}`;
}

const cut = (text: string, width: number): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text);

const NO_LINES = {
  ...{ top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" },
  ...{ left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "", middle: " ".repeat(GAP) },
};
