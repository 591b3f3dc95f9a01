/** `lobreg publish`: makes a folder or file the next version. */
import type { LogLine } from "../../registry/context.js";
import { open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { defined } from "../../defined.js";
import { LobError } from "../../errors.js";
import {
  isMetricPair,
  mergeMetrics,
  METRICS_LIMITS,
  parseMetricPairs,
  parseMetrics,
  type SkippedMetrics,
  skippedWords,
} from "../../descriptors/metrics.js";
import { parseDescription, parseTags } from "../../descriptors/tags.js";
import { bytes, counted, duration, metric, printable } from "../../format.js";
import { keptWords, leftOutWords, type PublishResult, warningWords } from "../../publish/options.js";
import { publish as publishModel } from "../../publish/publish.js";
import type { Metrics } from "../../types.js";
import { modelArgument, usage } from "../arguments.js";
import { command, flag, value, values } from "../command.js";
import type { CommandContext } from "../context.js";
import type { Output } from "../output.js";
import { gitIn, localProvenance } from "../git.js";

/** Warnings about files on the screen. */
const MOST_WARNINGS = 20;

const DISTRUSTED = {
  message: "git does not read this checkout, because it belongs to another user: commit, branch and repository are not recorded",
  hint: "Trust the folder with `git config --global --add safe.directory FOLDER`.",
};

export const publish = command({
  name: "publish",
  description: "Publish a folder or file as the next version of a model",
  arguments: [
    ["<lob/model>", "e.g. fraud/churn"],
    ["<path>", "the built model: a folder, or one file"],
  ],
  options: {
    metrics: values("-m, --metrics <file|name=number>", "metrics to record: a JSON file or a pair; later ones win"),
    tag: values("-t, --tag <name=value>", "tag to record"),
    description: value("-d, --description <text>", "what is special about this version"),
    idempotencyKey: value("--idempotency-key <key>", "key that creates one version, however often it is used"),
    ifKeyUsed: value("--if-key-used <keep|fail>", "if the key has a version with other content: return that version, or fail (default)"),
    dryRun: flag("--dry-run", "only print what would be done"),
    takeOver: flag("--take-over", "replace a LATEST that the Python library wrote but did not publish"),
    followLinks: flag("--follow-links", "pack the files that symbolic links inside the folder point to"),
    followLinksTo: values("--follow-links-to <folder>", "also pack the files that links in this other folder point to"),
    failOn: value("--fail-on <warnings>", "publish nothing if the inspection of the files has warnings"),
  },
  examples: ["lobreg publish fraud/churn build/churn --metrics build/churn/metrics.json --tag team=risk"],
  notes: "Publishing content identical to the newest version creates no new version.",
  async run(context, [what, path], options) {
    const { lob, model } = modelArgument(what, "publish");
    const { io, output } = context;
    const source = resolve(io.cwd, path);
    await assertExists(source, path);
    const metrics = options.metrics && (await readMetrics(context, options.metrics));
    const tags = options.tag && parseTags(options.tag, "--tag");
    const description = options.description === undefined ? undefined : parseDescription(options.description, "--description");
    const stopOn = failOn(options.failOn);
    const ifKeyUsed = keepOrFail(options.ifKeyUsed);
    const git = gitIn(io.cwd, () => output.warn(DISTRUSTED));
    const provenance = await localProvenance(git);
    if (provenance.gitStatus === "modified") {
      output.note("the checkout has uncommitted changes, which the recorded commit does not contain; the version records that");
    }
    const aws = await context.aws();
    const started = io.now();
    const result = await publishModel(
      aws,
      defined({
        lob,
        model,
        path: source,
        provenance,
        metrics,
        tags,
        description,
        idempotencyKey: options.idempotencyKey,
        dryRun: options.dryRun ?? false,
        takeOver: options.takeOver ?? false,
        follow: options.followLinks ?? false,
        followTo: options.followLinksTo?.map((folder) => resolve(io.cwd, folder)),
        failOn: stopOn,
        ifKeyUsed,
        catalogTable: context.options.catalogTable,
        signal: io.signal,
        onLog: ({ step, message }: LogLine) => output.debug(`${step}: ${message}`),
        onProgress: output.progress(),
      }),
    );
    reportFiles(output, result);
    output.result(
      result,
      () => nameOf(result),
      () => describe(context, result, io.now() - started),
    );
    return "ok";
  },
});

function failOn(given: string | undefined): "warnings" | undefined {
  if (given === undefined || given === "warnings") return given;
  throw usage(`--fail-on is ${JSON.stringify(given)}`, { hint: "Write --fail-on warnings." });
}

function keepOrFail(given: string | undefined): "keep" | "fail" | undefined {
  if (given === undefined || given === "keep" || given === "fail") return given;
  throw usage(`--if-key-used is ${JSON.stringify(given)}`, { hint: "Write --if-key-used keep or --if-key-used fail." });
}

/** Prints what publishing saw in the files. Warnings go before the result, which stays the last thing on the screen. */
function reportFiles(output: Output, result: PublishResult): void {
  const { warnings = [], leftOut } = result;
  output.endProgress();
  const kept = keptWords(result);
  if (kept !== undefined) output.warn({ message: kept });
  const left = leftOutWords(leftOut);
  if (left !== undefined) output.note(left);
  for (const one of warnings.slice(0, MOST_WARNINGS)) output.warn({ message: warningWords(one) });
  if (warnings.length > MOST_WARNINGS)
    output.warn({ message: `and ${counted(warnings.length - MOST_WARNINGS, "more warning")}; --json has all of them` });
}

function describe({ output }: CommandContext, result: PublishResult, took: number): string {
  const name = output.style("bold", nameOf(result));
  const { dryRun, changed, descriptorsUpdated } = result;
  const content = `${counted(result.files, "file")}, ${bytes(result.contentBytes)}`;
  const metrics = Object.entries(result.metrics)
    .map(([key, number]) => `${printable(key)}=${metric(number)}`)
    .join(" ");
  const rows: (readonly [string, string | false | undefined])[] = [
    ["content", changed && `${content}${result.size === undefined ? "" : `, ${bytes(result.size)} packed`}`],
    ["tree digest", changed && result.treeDigest],
    ["sha256", changed && result.sha256],
    ["metrics", (changed || descriptorsUpdated) && metrics],
    ["S3 URI", result.s3Uri],
    ["LATEST", !dryRun && (result.latest === result.version ? "this version" : nameOf({ ...result, version: result.latest }))],
    ["took", changed && !dryRun && duration(took)],
  ];
  const lines = rows.flatMap(([title, text]) => (text ? [`  ${output.style("dim", title.padEnd(11))}  ${text}`] : []));
  return [headline(output.style.bind(output), result, name), ...lines].join("\n");
}

type StyleText = (style: "green" | "yellow" | "dim", text: string) => string;

function headline(style: StyleText, { dryRun, outcome, changed, descriptorsUpdated, joined }: PublishResult, name: string): string {
  if (changed)
    return dryRun ? `${style("yellow", "would publish")} ${name} (dry run: nothing was written)` : `${style("green", "published")} ${name}`;
  if (outcome === "kept") return `${style("yellow", "kept")} ${name}: its idempotency key had published other content`;
  const updated = descriptorsUpdated ? `; its metrics, tags or description ${dryRun ? "would be" : "were"} updated` : "";
  if (joined) {
    const [verb, state] = dryRun ? ["would join", "is being published"] : ["joined", "was already being published"];
    return `${style("green", verb)} ${name}: the same content ${state}${updated}`;
  }
  return `${style("dim", "unchanged")} ${name} already has this content${updated}`;
}

const nameOf = ({ lob, model, version }: Pick<PublishResult, "lob" | "model" | "version">): string => `${lob}/${model}@${version}`;

/** Merges files and `name=number` pairs in the order given; later ones win. */
async function readMetrics({ io, output }: CommandContext, sources: readonly string[]): Promise<Metrics> {
  const all: Metrics[] = [];
  const skipped = (source: string) => (metrics: SkippedMetrics) => {
    const { numbers, others } = skippedWords(metrics);
    if (numbers !== undefined) output.warn({ message: `${source}: ${numbers}` });
    if (others !== undefined) output.note(`${source}: ${others}`);
  };
  for (const source of sources) {
    if (isMetricPair(source)) {
      all.push(parseMetricPairs([source], "--metrics", skipped("--metrics")));
      continue;
    }
    const text = await readText(resolve(io.cwd, source), source);
    all.push(parseMetrics(text, source, skipped(source)));
  }
  return mergeMetrics(all, "--metrics", skipped("--metrics"));
}

async function readText(path: string, shown: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > METRICS_LIMITS.textLength * 3) throw new Error(`${bytes(size)} is too large for metrics`);
      return await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new LobError("LOB1004", `--metrics: ${JSON.stringify(shown)} is neither name=number nor a readable file: ${reason(cause)}`, {
      hint: "Give the path of a JSON file, or a pair like val.auc=0.93.",
      cause,
      details: { path },
    });
  }
}

async function assertExists(path: string, shown: string): Promise<void> {
  try {
    await stat(path);
  } catch (cause) {
    throw new LobError("LOB1004", `there is nothing to publish at ${JSON.stringify(shown)}: ${reason(cause)}`, {
      hint: `Name the folder or file of the built model. Looked for: ${path}`,
      cause,
      details: { path },
    });
  }
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ENOENT: "it does not exist",
    ENOTDIR: "a part of the path is a file",
    EACCES: "permission denied",
    EISDIR: "it is a folder",
  };
  return reasons[code ?? ""] ?? message;
}
