/** `lobreg diff`: what differs between two models. */
import stringWidth from "string-width";
import { diffMarkdown } from "../diff/markdown.js";
import { type Diff, diffModels, type Direction, type OpenSide } from "../diff/index.js";
import { type Row, sectionsOf, valuesOf, wordsOf } from "../diff/sections.js";
import { verdict } from "../diff/verdict.js";
import { printable } from "../format.js";
import { compareNumbers } from "../numeric/compare.js";
import { usage, versionArgument, type Context } from "./command.js";
import type { Output } from "./output.js";
import { opener } from "./sides.js";

export interface DiffCommandOptions {
  readonly markdown?: boolean;
  readonly exitCode?: boolean;
  readonly better?: readonly string[];
  readonly tolerance?: string;
  readonly numeric?: boolean;
  readonly numericSeconds?: string;
}

/** @returns whether the models are the same. */
export async function diffCommand(context: Context, before: string, after: string, options: DiffCommandOptions): Promise<boolean> {
  const rules = { better: directions(options.better ?? []), tolerance: tolerance(options.tolerance) };
  if (options.markdown === true && context.options.json === true) throw usage("--json and --markdown cannot both be given");
  const numbers = numericOptions(options);
  const { output, io } = context;
  const second = after.startsWith("@") ? `${modelOf(before)}${after}` : after;
  const sides: OpenSide[] = [];
  try {
    const open: (() => Promise<OpenSide>)[] = [];
    // What is written wrongly is found before anything is read.
    for (const one of [before, second]) open.push(await opener(context, one, numbers !== undefined));
    for (const one of open) sides.push(await one());
    const differing = await diffModels(sides[0]!, sides[1]!, rules);
    const diff = numbers ? await compareNumbers(differing, sides[0]!, sides[1]!, { ...numbers, signal: io.signal }) : differing;
    const text = (): string => (options.markdown === true ? diffMarkdown(diff).trimEnd() : terminalText(output, diff));
    output.result(diff, () => verdict(diff), text);
    return !diff.different;
  } finally {
    for (const side of sides) await side.close();
    io.signal.throwIfAborted();
  }
}

/** LOB/MODEL of the first argument, for a second one that is only `@9`. */
function modelOf(before: string): string {
  const { lob, model } = versionArgument(before, "diff");
  return `${lob}/${model}`;
}

function directions(pairs: readonly string[]): Record<string, Direction> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, direction] = /^(.+)=(higher|lower)$/.exec(pair) ?? [];
      if (name === undefined) throw usage(`--better takes NAME=higher or NAME=lower, and got ${JSON.stringify(pair)}`);
      return [name, direction as Direction];
    }),
  );
}

/** Undefined where no numbers are asked for. */
function numericOptions({ numeric, numericSeconds: text }: DiffCommandOptions): { seconds?: number } | undefined {
  if (numeric !== true) {
    if (text !== undefined) throw usage("--numeric-seconds belongs to --numeric");
    return undefined;
  }
  if (text === undefined) return {};
  const seconds = Number(text);
  if (text.trim() === "" || !(seconds >= 0 && seconds <= 86_400))
    throw usage(`--numeric-seconds takes a number from 0 to 86,400, and got ${JSON.stringify(text)}`);
  return { seconds };
}

function tolerance(text: string | undefined): number {
  const value = text === undefined ? 0 : Number(text);
  if (text?.trim() === "" || !Number.isFinite(value) || value < 0)
    throw usage(`--tolerance takes a number from 0, and got ${JSON.stringify(text)}`);
  return value;
}

const MOST_ROWS = 40;
const COLORS = { "+": "green", "-": "red", "~": "yellow", "→": "dim", "✓": "green", "✗": "red", "?": "yellow", "·": "dim" } as const;

function terminalText(output: Output, diff: Diff): string {
  const head = `${output.style("bold", printable(`${diff.before.name} → ${diff.after.name}`))}  ${verdict(diff)}`;
  const sections = sectionsOf(diff, MOST_ROWS).map(({ title, rows, more }) => {
    const width = Math.min(44, Math.max(...rows.map(({ name }) => stringWidth(printable(name)))));
    const lines = rows.map((row) => line(output, row, width));
    return [output.style("bold", printable(title)), ...lines, ...(more > 0 ? [output.style("dim", `  … and ${more} more`)] : [])].join(
      "\n",
    );
  });
  return [head, ...sections].join("\n\n");
}

/** `  ~ name  before → after  note`, cut to the terminal where there is one. */
function line(output: Output, row: Row, width: number): string {
  const { mark, tone } = row;
  const name = printable(row.name);
  const left = name === "" ? mark : `${mark} ${name}${" ".repeat(Math.max(0, width - stringWidth(name)))}`;
  const words = printable(wordsOf(row));
  const right = [printable(valuesOf(row)), words === "" ? "" : `(${words})`].filter((text) => text !== "").join("  ");
  const whole = `  ${left}${name === "" ? " " : "  "}${right}`.trimEnd();
  const cut =
    output.width !== undefined && stringWidth(whole) > output.width
      ? `${whole.slice(0, Math.max(1, output.width - 1)).toWellFormed()}…`
      : whole;
  return output.style(tone === "good" ? "green" : tone === "bad" ? "red" : COLORS[mark], cut);
}
