/** A diff for the terminal: no line is wider than it, and long names keep both ends. */
import stringWidth from "string-width";
import { gateSection, type SectionRow, type Section, sectionsOf, valuesOf, wordsOf } from "../diff/sections.js";
import type { Diff } from "../diff/types.js";
import { verdict } from "../diff/verdict.js";
import { integer, printable } from "../format.js";
import type { GateResult } from "../diff/gate-result.js";
import type { Output } from "./output.js";
import { cutMiddle, wrap } from "./wrap.js";

const MOST_ROWS = 40;
/** Largest width of the column of names. */
const WIDEST_NAME = 44;
/** Narrower terminals still get lines this wide. */
const NARROWEST = 20;
/** Marks of gate rows, whose words are the row itself and need no parentheses. */
const GATE: ReadonlySet<string> = new Set("✓✗?·");
const MARGIN = "  ";
const INDENT = "      ";
const COLORS = { "+": "green", "-": "red", "~": "yellow", "→": "dim", "✓": "green", "✗": "red", "?": "yellow", "·": "dim" } as const;

export function diffText(output: Pick<Output, "style" | "width">, diff: Diff, gates: readonly GateResult[] = []): string {
  const width = output.width === undefined ? undefined : Math.max(NARROWEST, output.width);
  const gated = gateSection(gates, MOST_ROWS);
  const sections = [...(gated ? [gated] : []), ...sectionsOf(diff, MOST_ROWS)];
  return [head(output, diff, width), ...sections.map((section) => sectionText(output, section, width))].join("\n\n");
}

function head(output: Pick<Output, "style">, diff: Diff, width: number | undefined): string {
  const [names, words] = [printable(`${diff.before.name} → ${diff.after.name}`), verdict(diff)];
  if (width === undefined || stringWidth(names) + 2 + stringWidth(words) <= width) return `${output.style("bold", names)}  ${words}`;
  return `${output.style("bold", cutMiddle(names, width))}\n${MARGIN}${wrap(words, width, MARGIN, MARGIN.length)}`;
}

function sectionText(output: Pick<Output, "style">, { kind, title, rows, more }: Section, width: number | undefined): string {
  const column = Math.min(WIDEST_NAME, Math.max(...rows.map(({ name }) => stringWidth(printable(name)))));
  return [
    output.style("bold", cutMiddle(printable(title), width)),
    ...rows.flatMap((row) => {
      const { mark, tone } = row;
      const color = tone === "good" ? "green" : tone === "bad" ? "red" : COLORS[mark];
      return linesOf(row, rightOf(row, kind), column, width).map((line) => output.style(color, line));
    }),
    ...(more > 0 ? [output.style("dim", `${MARGIN}… and ${integer(more)} more`)] : []),
  ].join("\n");
}

/** `before → after  (note)`. */
function rightOf(row: SectionRow, kind: Section["kind"]): string {
  const words = printable(wordsOf(row));
  // The words of a changed column already name both types.
  if (kind === "signature" && row.mark === "~") return words;
  const values = printable(valuesOf(row));
  return [values, words === "" || GATE.has(row.mark) ? words : `(${words})`].filter((text) => text !== "").join("  ");
}

/** `  ~ name  …`. If that is too wide, the text after the name goes below it. */
function linesOf(row: SectionRow, right: string, column: number, width: number | undefined): string[] {
  const name = printable(row.name);
  const gap = name === "" ? " " : " ".repeat(2 + Math.max(0, column - stringWidth(name)));
  const whole = `${MARGIN}${row.mark}${name === "" ? "" : ` ${name}`}${gap}${right}`.trimEnd();
  if (width === undefined || stringWidth(whole) <= width) return [whole];
  const first = `${MARGIN}${row.mark} ${name}`.trimEnd();
  const rest = wrap(right, width - INDENT.length, "", 0).split("\n");
  return [first, ...rest.filter((line) => line !== "").map((line) => `${INDENT}${line}`)].map((line) => cutMiddle(line, width));
}
