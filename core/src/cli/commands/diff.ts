/** `lobreg diff`: shows what changed between two models. */
import { resolve } from "node:path";
import { defined } from "../../defined.js";
import { diffModels, type Diff, type Direction, type OpenSide } from "../../diff/index.js";
import { diffMarkdown } from "../../diff/markdown.js";
import { verdict } from "../../diff/verdict.js";
import { checkGates, parseGate, type GateResult } from "../../gates/index.js";
import { compareNumbers } from "../../numeric/compare.js";
import { diffHtml } from "../../report/html/page.js";
import { usage, versionArgument } from "../arguments.js";
import { command, flag, value, values } from "../command.js";
import { diffText } from "../diff-text.js";
import type { Output } from "../output.js";
import { opener } from "../sides.js";

export const diff = command({
  name: "diff",
  description: "Show what changed between two models: versions, built folders or files, artifacts, manifests",
  arguments: [
    ["<before>", "LOB/MODEL[@VERSION], a folder or file, a .tar.gz, or a manifest.json.gz"],
    ["<after>", "the same, or @VERSION for another version of the model in <before>"],
  ],
  options: {
    markdown: flag("--markdown", "print Markdown, e.g. for a pull request"),
    html: flag("--html", "print one HTML page with charts, e.g. lobreg diff A B --html > diff.html"),
    exitCode: flag("--exit-code", "exit 1 if the models differ"),
    gate: values("--gate <gate>", "condition that <after> must meet; exit 1 if it does not"),
    better: values("--better <name=higher|lower>", "which direction of a metric is better"),
    tolerance: value("--tolerance <number>", "largest difference at which two metrics count as equal (default: 0)"),
    numeric: flag("--numeric", "show how far the numbers of each changed tensor moved; pulls versions to read them"),
    followLinks: flag("--follow-links", "read the files that symbolic links inside a folder point to"),
    followLinksTo: values("--follow-links-to <folder>", "also read the files that links in this other folder point to"),
    numericSeconds: value("--numeric-seconds <number>", "time limit for comparing numbers, in seconds (default: 20)"),
  },
  examples: [
    "lobreg diff fraud/churn@7 @9",
    "lobreg diff fraud/churn@prod build/churn.tar.gz",
    "lobreg diff fraud/churn build/churn --gate 'auc >= base - 0.005'",
  ],
  async run(context, [before, after], options) {
    const gates = options.gate?.map(parseGate);
    const rules = { better: directions(options.better ?? []), tolerance: tolerance(options.tolerance) };
    atMostOne({ "--json": context.options.json, "--markdown": options.markdown, "--html": options.html });
    const numbers = numericOptions(options.numeric, options.numericSeconds);
    const { output, io } = context;
    const onProgress = output.progress();
    const second = after.startsWith("@") ? `${modelOf(before, after)}${after}` : after;
    const sides: OpenSide[] = [];
    try {
      const open: (() => Promise<OpenSide>)[] = [];
      // Both arguments are checked before anything is read.
      const links = { follow: options.followLinks, followTo: options.followLinksTo?.map((folder) => resolve(io.cwd, folder)) };
      const named = [{ what: before, other: second }, { what: second, other: before }]; // prettier-ignore
      for (const { what, other } of named)
        open.push(await opener(context, what, { other, numbers: numbers !== undefined, links, onProgress }));
      for (const one of open) sides.push(await one());
      const [base, candidate] = sides as [OpenSide, OpenSide];
      const differing = await diffModels(base, candidate, rules);
      const watch = { signal: io.signal, onProgress };
      const result = numbers ? await compareNumbers(differing, base, candidate, defined({ ...numbers, ...watch })) : differing;
      const results = gates && checkGates(gates, { candidate: result.after, base: result.before, diff: result });
      const render = options.markdown === true ? diffMarkdown : options.html === true ? diffHtml : undefined;
      output.result(
        defined({ ...result, gates: results }),
        () => verdict(result),
        () => render?.(result, results).trimEnd() ?? diffText(output, result, results),
      );
      // Nothing else shows gates with --quiet.
      if (context.options.quiet === true) warnOfGates(output, results ?? []);
      return isBadNews(result, results ?? [], options.exitCode ?? false) ? "failed" : "ok";
    } finally {
      for (const side of sides) await side.close();
      io.signal.throwIfAborted();
    }
  },
});

const isBadNews = ({ different }: Diff, gates: readonly GateResult[], exitCode: boolean): boolean =>
  gates.some(({ outcome }) => outcome === "failed") || (exitCode && different);

function warnOfGates(output: Output, results: readonly GateResult[]): void {
  for (const { gate, outcome, reason } of results) {
    if (outcome !== "passed") output.warn({ message: `gate ${outcome}: ${gate}: ${reason}` });
  }
}

/** Throws if two output formats are given. */
function atMostOne(options: Readonly<Record<string, boolean | undefined>>): void {
  const [one, other] = Object.keys(options).filter((name) => options[name] === true);
  if (other !== undefined) throw usage(`${one} and ${other} cannot be combined`);
}

/** LOB/MODEL of the first argument, for a second one like `@9`. */
function modelOf(before: string, after: string): string {
  try {
    const { lob, model } = versionArgument(before, "diff");
    return `${lob}/${model}`;
  } catch (error) {
    if (before.includes("@")) throw error;
    throw usage(`${JSON.stringify(after)} needs a model in the first argument, but ${JSON.stringify(before)} is not LOB/MODEL[@VERSION]`, {
      hint: `Name the model in the second argument, e.g. fraud/churn${after}.`,
      cause: error,
    });
  }
}

function directions(pairs: readonly string[]): Record<string, Direction> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, direction] = /^(.+)=(higher|lower)$/.exec(pair) ?? [];
      if (name === undefined) throw usage(`--better takes NAME=higher or NAME=lower, but got ${JSON.stringify(pair)}`);
      return [name, direction as Direction];
    }),
  );
}

/** Undefined without `--numeric`. */
function numericOptions(numeric: boolean | undefined, text: string | undefined): { seconds?: number } | undefined {
  if (numeric !== true) {
    if (text !== undefined) throw usage("--numeric-seconds requires --numeric");
    return undefined;
  }
  if (text === undefined) return {};
  const seconds = Number(text);
  if (text.trim() === "" || !(seconds >= 0 && seconds <= 86_400))
    throw usage(`--numeric-seconds takes a number from 0 to 86,400, but got ${JSON.stringify(text)}`);
  return { seconds };
}

function tolerance(text: string | undefined): number {
  const number = text === undefined ? 0 : Number(text);
  if (text?.trim() === "" || !Number.isFinite(number) || number < 0)
    throw usage(`--tolerance takes a number, 0 or more, but got ${JSON.stringify(text)}`);
  return number;
}
