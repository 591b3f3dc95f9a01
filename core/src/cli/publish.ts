/** `lobreg publish`: a folder or file becomes a version. */
import { open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { LobError } from "../errors.js";
import { isMetricPair, mergeMetrics, METRICS_LIMITS, parseMetricPairs, parseMetrics } from "../facts/metrics.js";
import { parseDescription, parseTags } from "../facts/tags.js";
import type { PublishResult } from "../publish/options.js";
import { publish } from "../publish/publish.js";
import type { Metrics } from "../types.js";
import type { Context } from "./command.js";
import { modelArgument } from "./command.js";
import { bytes, counted, duration, metric, printable } from "../format.js";
import { gitIn, hasUncommittedChanges, localProvenance } from "./git.js";

export interface PublishCommandOptions {
  readonly metrics?: readonly string[];
  readonly tag?: readonly string[];
  readonly description?: string;
  readonly idempotencyKey?: string;
  readonly dryRun?: boolean;
  readonly takeOver?: boolean;
  readonly followLinks?: boolean;
}

export async function publishCommand(context: Context, what: string, path: string, options: PublishCommandOptions): Promise<void> {
  const { lob, model } = modelArgument(what, "publish");
  const { io, output } = context;
  const source = resolve(io.cwd, path);
  await assertThere(source, path);
  const metrics = options.metrics === undefined ? undefined : await readMetrics(context, options.metrics);
  const tags = options.tag === undefined ? undefined : parseTags(options.tag, "--tag");
  const description = options.description === undefined ? undefined : parseDescription(options.description, "--description");
  const git = gitIn(io.cwd);
  const provenance = await localProvenance(git);
  if (provenance.gitCommit !== undefined && (await hasUncommittedChanges(git))) {
    output.note("the checkout has uncommitted changes: the commit that is recorded does not hold them");
  }
  const aws = await context.aws();
  const started = io.now();
  const onProgress = output.progress();
  const { catalogTable } = context.options;
  const result = await publish(aws, {
    lob,
    model,
    path: source,
    provenance,
    dryRun: options.dryRun ?? false,
    takeOver: options.takeOver ?? false,
    follow: options.followLinks ?? false,
    signal: io.signal,
    onLog: ({ step, message }) => output.debug(`${step}: ${message}`),
    ...(metrics && { metrics }),
    ...(tags && { tags }),
    ...(description !== undefined && { description }),
    ...(options.idempotencyKey !== undefined && { idempotencyKey: options.idempotencyKey }),
    ...(catalogTable !== undefined && { catalogTable }),
    ...(onProgress && { onProgress }),
  });
  output.result(
    result,
    () => nameOf(result),
    () => describe(context, result, io.now() - started),
  );
}

function describe({ output }: Context, result: PublishResult, took: number): string {
  const name = output.style("bold", nameOf(result));
  const { dryRun, changed, factsUpdated } = result;
  const content = `${counted(result.files, "file")}, ${bytes(result.contentBytes)}`;
  const metrics = Object.entries(result.metrics)
    .map(([key, value]) => `${printable(key)}=${metric(value)}`)
    .join(" ");
  const rows: (readonly [string, string | false | undefined])[] = [
    ["content", changed && `${content}${result.size === undefined ? "" : `, ${bytes(result.size)} packed`}`],
    ["tree digest", changed && result.treeDigest],
    ["sha256", changed && result.sha256],
    ["metrics", (changed || factsUpdated) && metrics],
    ["S3 URI", result.s3Uri],
    ["LATEST", !dryRun && (result.latest === result.version ? "this version" : nameOf({ ...result, version: result.latest }))],
    ["took", changed && !dryRun && duration(took)],
  ];
  const lines = rows.flatMap(([title, value]) => (value ? [`  ${output.style("dim", title.padEnd(11))}  ${value}`] : []));
  return [headline(output.style.bind(output), result, name), ...lines].join("\n");
}

type Styled = (style: "green" | "yellow" | "dim", text: string) => string;

function headline(style: Styled, { dryRun, changed, factsUpdated, joined }: PublishResult, name: string): string {
  if (changed)
    return dryRun ? `${style("yellow", "would publish")} ${name} (dry run: nothing was written)` : `${style("green", "published")} ${name}`;
  const facts = factsUpdated ? `; its metrics, tags or description ${dryRun ? "would be" : "were"} updated` : "";
  if (joined)
    return `${style("green", dryRun ? "would join" : "joined")} ${name}: the same content ${dryRun ? "is being" : "was being"} published${facts}`;
  return `${style("dim", "unchanged")} ${name} has this content already${facts}`;
}

const nameOf = ({ lob, model, version }: Pick<PublishResult, "lob" | "model" | "version">): string => `${lob}/${model}@${version}`;

/** Files and `name=number` pairs, in the order given; the later ones win. */
async function readMetrics({ io, output }: Context, sources: readonly string[]): Promise<Metrics> {
  const all: Metrics[] = [];
  for (const source of sources) {
    if (isMetricPair(source)) {
      all.push(parseMetricPairs([source], "--metrics"));
      continue;
    }
    const text = await readText(resolve(io.cwd, source), source);
    all.push(parseMetrics(text, source, (names) => output.note(`${source}: left out, because they are no numbers: ${names.join(", ")}`)));
  }
  return mergeMetrics(all, "--metrics");
}

async function readText(path: string, shown: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > METRICS_LIMITS.textLength * 3) throw new Error(`it has ${bytes(size)}, too many for metrics`);
      return await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new LobError(
      "LOB1004",
      `--metrics: ${JSON.stringify(shown)} is neither name=number nor a file that can be read: ${reason(cause)}`,
      {
        hint: "Give the path of a JSON file, or a pair like val.auc=0.93.",
        cause,
        details: { path },
      },
    );
  }
}

async function assertThere(path: string, shown: string): Promise<void> {
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
    EACCES: "this user may not read it",
    EISDIR: "it is a folder",
  };
  return reasons[code ?? ""] ?? message;
}
