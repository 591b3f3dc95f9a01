/** `lobreg list`: prints the models of a LOB, or the versions of a model. */
import { defined } from "../../defined.js";
import type { LobError } from "../../errors.js";
import { bytes, integer, metric, minute, printable } from "../../format.js";
import { listModels, listVersions, type VersionSummary } from "../../read/list.js";
import { modelNotFound } from "../../read/resolve.js";
import { readModel } from "../../registry/store.js";
import type { Aws, Lob, ModelSummary } from "../../types.js";
import { listArgument, usage } from "../arguments.js";
import { command, flag, value } from "../command.js";
import type { CommandContext } from "../context.js";
import { fittedTable, type TableColumn } from "../table.js";

const DEFAULT_LIMIT = 30;

export const list = command({
  name: "list",
  alias: "ls",
  description: "List the models of a LOB, or the versions of a model, newest first",
  arguments: [["<lob[/model]>", "e.g. fraud or fraud/churn"]],
  options: {
    limit: value("-n, --limit <number>", `versions to list (default: ${DEFAULT_LIMIT})`),
    all: flag("--all", "list every version"),
  },
  examples: ["lobreg list fraud", "lobreg list fraud/churn --limit 5"],
  async run(context, [what], options) {
    const { lob: name, model } = listArgument(what);
    if (options.limit !== undefined && options.all === true) throw usage("--limit and --all cannot be combined");
    const limit = options.all === true ? Infinity : limitOf(options.limit);
    const { aws, lob } = await context.lob(name);
    await (model === undefined ? printModels(context, aws, lob) : printVersions(context, aws, lob, model, limit));
    return "ok";
  },
});

async function printModels({ output, io }: CommandContext, aws: Aws, lob: Lob): Promise<void> {
  const models = await listModels(aws, lob, { signal: io.signal, onProblem: (problem) => output.warn(problem) });
  output.result(
    { lob: lob.lob, models },
    () => models.map(({ model }) => `${lob.lob}/${model}`).join("\n"),
    () => {
      if (models.length === 0) return `LOB ${lob.lob} has no models yet. Publish one: lobreg publish ${lob.lob}/MODEL PATH`;
      return fittedTable(output, models, MODEL_COLUMNS);
    },
  );
}

async function printVersions({ output, io }: CommandContext, aws: Aws, lob: Lob, model: string, limit: number): Promise<void> {
  const row = await readModel(aws, lob, model);
  if (row === undefined) throw modelNotFound(lob.lob, model);
  const options = defined({
    signal: io.signal,
    onProblem: (problem: LobError) => output.warn(problem),
    // One more than asked for shows whether there are more.
    limit: limit < Infinity ? limit + 1 : undefined,
  });
  const found: VersionSummary[] = [];
  for await (const version of listVersions(aws, lob, model, options)) found.push(version);
  const more = found.length > limit;
  const versions = more ? found.slice(0, limit) : found;
  output.result(
    { lob: lob.lob, model, latest: row.latest, versions, more },
    () => versions.map(({ version }) => `${lob.lob}/${model}@${version}`).join("\n"),
    () => {
      if (versions.length === 0) return `${lob.lob}/${model} has no versions yet. Publish one: lobreg publish ${lob.lob}/${model} PATH`;
      const rest = more ? `\n${output.style("dim", `The newest ${integer(limit)}. Use --limit N or --all for more.`)}` : "";
      return fittedTable(output, versions, versionColumns(row.latest)) + rest;
    },
  );
}

const MODEL_COLUMNS: readonly TableColumn<ModelSummary>[] = [
  { title: "MODEL", rank: 0, value: ({ model }) => model },
  { title: "LATEST", rank: 0, align: "right", value: ({ latest }) => (latest === 0 ? "-" : String(latest)) },
  { title: "UPDATED (UTC)", rank: 1, value: ({ updatedAt }) => minute(updatedAt) },
  { title: "OWNER", rank: 3, atLeast: 10, value: ({ owner }) => printable(owner ?? "") },
  { title: "DESCRIPTION", rank: 2, atLeast: 16, value: ({ description }) => printable(description ?? "") },
];

function versionColumns(latest: number): readonly TableColumn<VersionSummary>[] {
  return [
    { title: "VERSION", rank: 0, value: ({ version }) => (version === latest ? `${version} LATEST` : String(version)) },
    { title: "STATUS", rank: 1, value: ({ status }) => (status === "READY" ? "" : status) },
    { title: "PUBLISHED (UTC)", rank: 2, value: ({ readyAt, reservedAt }) => minute(readyAt ?? reservedAt) },
    { title: "SIZE", rank: 4, align: "right", value: ({ size }) => bytes(size) },
    { title: "METRICS", rank: 3, atLeast: 14, value: ({ metrics }) => metricsLine(metrics) },
    { title: "COMMIT", rank: 6, value: ({ provenance }) => printable(provenance.gitCommit ?? "").slice(0, 7) },
    {
      title: "BY",
      rank: 7,
      atLeast: 8,
      value: ({ provenance, origin }) => printable(provenance.actor ?? (origin === "versioned" ? "(Python)" : "")),
    },
    { title: "DESCRIPTION", rank: 5, atLeast: 16, value: ({ description }) => printable(description ?? "") },
  ];
}

const metricsLine = (metrics: VersionSummary["metrics"]): string =>
  Object.entries(metrics)
    .map(([name, number]) => `${printable(name)}=${metric(number)}`)
    .join(" ");

function limitOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw usage(`--limit takes a number from 1 to 999,999, but got ${JSON.stringify(text)}`);
}
