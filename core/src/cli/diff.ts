/** `lobreg diff`: what differs between two models. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import stringWidth from "string-width";
import { diffMarkdown } from "../diff/markdown.js";
import { type Diff, diffModels, type Direction, type Side } from "../diff/index.js";
import { type Row, sectionsOf, verdict } from "../diff/sections.js";
import { printable } from "../format.js";
import { checkGates, type GateResult, parseGate } from "../gates/index.js";
import { folderSide } from "../inspect/side.js";
import { versionSide } from "../read/side.js";
import { usage, versionArgument, type Context } from "./command.js";
import type { Output } from "./output.js";

export interface DiffCommandOptions {
  readonly markdown?: boolean;
  readonly exitCode?: boolean;
  readonly better?: readonly string[];
  readonly tolerance?: string;
  readonly gate?: readonly string[];
}

type OpenSide = Side & { close(): Promise<void> };

/** @returns whether it ends well: no gate failed, and the models are the same where that was asked for. */
export async function diffCommand(context: Context, before: string, after: string, options: DiffCommandOptions): Promise<boolean> {
  const gates = options.gate?.map(parseGate);
  const rules = { better: directions(options.better ?? []), tolerance: tolerance(options.tolerance) };
  if (options.markdown === true && context.options.json === true) throw usage("--json and --markdown cannot both be given");
  const { output, io } = context;
  const second = after.startsWith("@") ? `${modelOf(before)}${after}` : after;
  const sides: OpenSide[] = [];
  try {
    const open: (() => Promise<OpenSide>)[] = [];
    // What is written wrongly is found before anything is read.
    for (const one of [before, second]) open.push(await opener(context, one));
    for (const one of open) sides.push(await one());
    const diff = await diffModels(sides[0]!, sides[1]!, rules);
    const results = gates && checkGates(gates, { candidate: diff.after, base: diff.before, diff });
    const text = (): string => (options.markdown === true ? diffMarkdown(diff).trimEnd() : terminalText(output, diff, results));
    output.result({ ...diff, ...(results && { gates: results }) }, () => verdict(diff), text);
    // Where the table does not show them.
    if (options.markdown === true || context.options.quiet === true)
      for (const { gate, outcome, reason } of results ?? []) if (outcome !== "passed") output.warn({ message: `gate ${outcome}: ${gate}: ${reason}` }); // prettier-ignore
    const failed = results?.some(({ outcome }) => outcome === "failed") ?? false;
    return !failed && !(options.exitCode === true && diff.different);
  } finally {
    for (const side of sides) await side.close();
    io.signal.throwIfAborted();
  }
}

/** A folder or file on the disk when there is one of that name, else a version. */
async function opener(context: Context, what: string): Promise<() => Promise<OpenSide>> {
  const { io, output } = context;
  const path = resolve(io.cwd, what);
  if (!what.includes("@") && (/^\.{0,2}\//.test(what) || what === "." || (await exists(path)))) {
    const onProgress = output.progress();
    return async () => ({ ...(await folderSide(path, undefined, { signal: io.signal, ...(onProgress && { onProgress }) })), name: what });
  }
  const { lob: name, model, ref } = versionArgument(what, "diff");
  return async () => {
    const { aws, lob } = await context.lob(name);
    return versionSide(aws, lob, model, ref, io.signal);
  };
}

const exists = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

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

function tolerance(text: string | undefined): number {
  const value = text === undefined ? 0 : Number(text);
  if (text?.trim() === "" || !Number.isFinite(value) || value < 0)
    throw usage(`--tolerance takes a number from 0, and got ${JSON.stringify(text)}`);
  return value;
}

const MOST_ROWS = 40;
const COLORS = { "+": "green", "-": "red", "~": "yellow", "→": "dim" } as const;

function terminalText(output: Output, diff: Diff, gates: readonly GateResult[] = []): string {
  const head = `${output.style("bold", printable(`${diff.before.name} → ${diff.after.name}`))}  ${verdict(diff)}`;
  const sections = sectionsOf(diff, MOST_ROWS).map(({ title, rows, more }) => {
    const width = Math.min(44, Math.max(...rows.map(({ name }) => stringWidth(printable(name)))));
    const lines = rows.map((row) => line(output, row, width));
    return [output.style("bold", printable(title)), ...lines, ...(more > 0 ? [output.style("dim", `  … and ${more} more`)] : [])].join(
      "\n",
    );
  });
  const gateSection =
    gates.length === 0 ? [] : [[output.style("bold", "gates"), ...gates.map((gate) => gateLine(output, gate))].join("\n")];
  return [head, ...gateSection, ...sections].join("\n\n");
}

/** `  ✗ auc >= base  auc is 0.89, and has to be at least 0.91 (base)`: whole, because the reason is what is wanted. */
function gateLine(output: Output, { gate, outcome, reason }: GateResult): string {
  const [mark, style] = { passed: ["✓", "green"] as const, failed: ["✗", "red"] as const, skipped: ["-", "dim"] as const, unknown: ["?", "yellow"] as const }[outcome]; // prettier-ignore
  return output.style(style, `  ${mark} ${gate}  ${reason}`);
}

/** `  ~ name  before → after  note`, cut to the terminal where there is one. */
function line(output: Output, row: Row, width: number): string {
  const { mark, before, after, note, tone } = row;
  const name = printable(row.name);
  const values = mark === "→" ? `was ${before}` : mark === "~" && before !== after ? `${before} → ${after}` : after || before;
  const left = name === "" ? mark : `${mark} ${name}${" ".repeat(Math.max(0, width - stringWidth(name)))}`;
  const right = [printable(values), note === undefined ? "" : `(${printable(note)})`].filter((text) => text !== "").join("  ");
  const whole = `  ${left}${name === "" ? " " : "  "}${right}`.trimEnd();
  const cut =
    output.width !== undefined && stringWidth(whole) > output.width
      ? `${whole.slice(0, Math.max(1, output.width - 1)).toWellFormed()}…`
      : whole;
  return output.style(tone === "good" ? "green" : tone === "bad" ? "red" : COLORS[mark], cut);
}
