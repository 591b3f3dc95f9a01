/** `lobreg diff`: what differs between two models. */
import { diffMarkdown } from "../diff/markdown.js";
import { diffModels, type Direction, type OpenSide } from "../diff/index.js";
import { verdict } from "../diff/verdict.js";
import { checkGates, parseGate } from "../gates/index.js";
import { compareNumbers } from "../numeric/compare.js";
import { diffHtml } from "../report/html/page.js";
import { usage, versionArgument, type Context } from "./command.js";
import { diffText } from "./diff-text.js";
import { opener } from "./sides.js";

export interface DiffCommandOptions {
  readonly markdown?: boolean;
  readonly html?: boolean;
  readonly exitCode?: boolean;
  readonly better?: readonly string[];
  readonly tolerance?: string;
  readonly numeric?: boolean;
  readonly numericSeconds?: string;
  readonly gate?: readonly string[];
}

/** @returns whether it ends well: no gate failed, and the models are the same where that was asked for. */
export async function diffCommand(context: Context, before: string, after: string, options: DiffCommandOptions): Promise<boolean> {
  const gates = options.gate?.map(parseGate);
  const rules = { better: directions(options.better ?? []), tolerance: tolerance(options.tolerance) };
  onlyOne({ "--json": context.options.json, "--markdown": options.markdown, "--html": options.html });
  const numbers = numericOptions(options);
  const { output, io } = context;
  const onProgress = output.progress();
  const second = after.startsWith("@") ? `${modelOf(before, after)}${after}` : after;
  const sides: OpenSide[] = [];
  try {
    const open: (() => Promise<OpenSide>)[] = [];
    // What is written wrongly is found before anything is read.
    const named = [{ what: before, other: second }, { what: second, other: before }]; // prettier-ignore
    for (const { what, other } of named) open.push(await opener(context, what, { other, numbers: numbers !== undefined, onProgress }));
    for (const one of open) sides.push(await one());
    const differing = await diffModels(sides[0]!, sides[1]!, rules);
    const watching = { signal: io.signal, ...(onProgress && { onProgress }) };
    const diff = numbers ? await compareNumbers(differing, sides[0]!, sides[1]!, { ...numbers, ...watching }) : differing;
    const results = gates && checkGates(gates, { candidate: diff.after, base: diff.before, diff });
    const text = (): string => {
      if (options.markdown === true) return diffMarkdown(diff, results).trimEnd();
      return options.html === true ? diffHtml(diff, results).trimEnd() : diffText(output, diff, results);
    };
    output.result({ ...diff, ...(results && { gates: results }) }, () => verdict(diff), text);
    // Where nothing else shows them.
    if (context.options.quiet === true)
      for (const { gate, outcome, reason } of results ?? []) if (outcome !== "passed") output.warn({ message: `gate ${outcome}: ${gate}: ${reason}` }); // prettier-ignore
    const failed = results?.some(({ outcome }) => outcome === "failed") ?? false;
    return !failed && !(options.exitCode === true && diff.different);
  } finally {
    for (const side of sides) await side.close();
    io.signal.throwIfAborted();
  }
}

/** Of ways to print the result, one may be asked for. */
function onlyOne(options: Readonly<Record<string, boolean | undefined>>): void {
  const [one, other] = Object.keys(options).filter((name) => options[name] === true);
  if (other !== undefined) throw usage(`${one} and ${other} cannot both be given`);
}

/** LOB/MODEL of the first argument, for a second one that is only `@9`. */
function modelOf(before: string, after: string): string {
  try {
    const { lob, model } = versionArgument(before, "diff");
    return `${lob}/${model}`;
  } catch (error) {
    if (before.includes("@")) throw error;
    throw usage(`${JSON.stringify(after)} is a version of the first one's model, and ${JSON.stringify(before)} is none`, {
      hint: `Write the model, too, such as fraud/churn${after}.`,
      cause: error,
    });
  }
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
