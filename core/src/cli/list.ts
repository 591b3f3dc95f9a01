/** `lobreg list`: the models of a LOB, or the versions of a model. */
import type { LobError } from "../errors.js";
import { listModels, listVersions, type VersionSummary } from "../read/list.js";
import { modelNotFound } from "../read/resolve.js";
import { readModel } from "../registry/store.js";
import type { Aws, Lob, ModelSummary } from "../types.js";
import { listArgument, usage, type Context } from "./command.js";
import { bytes, integer, metric, minute, printable } from "../format.js";
import { fittedTable, type Column } from "./table.js";

export interface ListCommandOptions {
  /** Versions to show, newest first. */
  readonly limit?: string;
  readonly all?: boolean;
}

const DEFAULT_LIMIT = 30;

export async function listCommand(context: Context, what: string, options: ListCommandOptions): Promise<void> {
  const { lob: name, model } = listArgument(what);
  if (options.limit !== undefined && options.all === true) throw usage("--limit and --all exclude each other");
  const limit = options.all === true ? Infinity : limitOf(options.limit);
  const { aws, lob } = await context.lob(name);
  await (model === undefined ? models(context, aws, lob) : versions(context, aws, lob, model, limit));
}

async function models(context: Context, aws: Aws, lob: Lob): Promise<void> {
  const { output, io } = context;
  const found = await listModels(aws, lob, { signal: io.signal, onProblem: (problem) => output.warn(problem) });
  output.result(
    { lob: lob.lob, models: found },
    () => found.map(({ model }) => `${lob.lob}/${model}`).join("\n"),
    () => {
      if (found.length === 0) return `LOB ${lob.lob} has no model yet. Publish one: lobreg publish ${lob.lob}/MODEL PATH`;
      return fittedTable(output, found, MODEL_COLUMNS);
    },
  );
}

async function versions(context: Context, aws: Aws, lob: Lob, model: string, limit: number): Promise<void> {
  const { output, io } = context;
  const row = await readModel(aws, lob, model);
  if (row === undefined) throw modelNotFound(lob.lob, model);
  const found: VersionSummary[] = [];
  const listing = { signal: io.signal, onProblem: (problem: LobError) => output.warn(problem) };
  // One more than asked for, to know whether there is more.
  for await (const version of listVersions(aws, lob, model, { ...listing, ...(limit < Infinity && { limit: limit + 1 }) })) {
    found.push(version);
  }
  const more = found.length > limit;
  const shown = more ? found.slice(0, limit) : found;
  output.result(
    { lob: lob.lob, model, latest: row.latest, versions: shown, more },
    () => shown.map(({ version }) => `${lob.lob}/${model}@${version}`).join("\n"),
    () => {
      if (shown.length === 0) return `${lob.lob}/${model} has no version yet. Publish one: lobreg publish ${lob.lob}/${model} PATH`;
      const rest = more ? `\n${output.style("dim", `The newest ${integer(limit)}. --all shows every version, --limit N so many.`)}` : "";
      return fittedTable(output, shown, versionColumns(row.latest)) + rest;
    },
  );
}

const MODEL_COLUMNS: readonly Column<ModelSummary>[] = [
  { title: "MODEL", rank: 0, value: ({ model }) => model },
  { title: "LATEST", rank: 0, align: "right", value: ({ latest }) => (latest === 0 ? "-" : String(latest)) },
  { title: "UPDATED (UTC)", rank: 1, value: ({ updatedAt }) => minute(updatedAt) },
  { title: "OWNER", rank: 3, atLeast: 10, value: ({ owner }) => printable(owner ?? "") },
  { title: "DESCRIPTION", rank: 2, atLeast: 16, value: ({ description }) => printable(description ?? "") },
];

function versionColumns(latest: number): readonly Column<VersionSummary>[] {
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
    .map(([name, value]) => `${printable(name)}=${metric(value)}`)
    .join(" ");

function limitOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw usage(`--limit takes a number from 1 to 999,999, and got ${JSON.stringify(text)}`);
}
