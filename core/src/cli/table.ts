/** Tables that fit the terminal: wide columns shrink first, then the least important ones go. */
import Table from "cli-table3";
import stringWidth from "string-width";
import { counted } from "../format.js";
import type { Output } from "./output.js";

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** The higher, the sooner it is left out where there is no room; 0 is never left out. */
  readonly rank: number;
  /** Characters to which it may be cut. Without it the column is never cut, unless nothing else is left. */
  readonly atLeast?: number;
  readonly align?: "right";
}

const GAP = 2;

/**
 * Widths of the columns so that they fit, 0 for one that is left out. A column that is empty in every row is left out.
 * @param natural widths that hold everything
 * @param width of the terminal; undefined for no bound
 */
export function fit(
  columns: readonly Pick<Column<never>, "rank" | "atLeast">[],
  natural: readonly number[],
  width: number | undefined,
): number[] {
  const widths = [...natural];
  if (width === undefined) return widths;
  const excess = (): number => {
    const shown = widths.filter((one) => one > 0);
    return shown.reduce((sum, one) => sum + one, 0) + GAP * (shown.length - 1) - width;
  };
  /** Takes a character at a time from the column that is widest above its floor, so that long ones share the loss. */
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
    // What was cut for nothing gets its room back.
    for (const [index, one] of widths.entries()) if (one > 0) widths[index] = natural[index]!;
    shrinkTo((index) => columns[index]!.atLeast ?? Infinity);
  }
  shrinkTo(() => 4);
  return widths;
}

export interface Rendered {
  /** The lines, without a line feed at the end. */
  readonly text: string;
  /** Titles of the columns for which there was no room. */
  readonly hidden: readonly string[];
}

/** @param head how a title is printed, such as in bold. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  width: number | undefined,
  head: (title: string) => string = (title) => title,
): Rendered {
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
    // cli-table3 counts its separator apart.
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

/** A table for a command's output, with a line about what had no room. */
export function fittedTable<Row>(output: Output, rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const { text, hidden } = renderTable(rows, columns, output.width, (title) => output.style("bold", title));
  if (hidden.length === 0) return text;
  return `${text}\n${output.style("dim", `No room for ${counted(hidden.length, "column")}: ${hidden.join(", ")}.`)}`;
}

const cut = (text: string, width: number): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text);

const NO_LINES = {
  ...{ top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" },
  ...{ left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "", middle: " ".repeat(GAP) },
};
