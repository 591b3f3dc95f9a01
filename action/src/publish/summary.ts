/** The job summary of a publish. Pure. Every name is untrusted until markdown.ts has escaped it. */
import { bytes, counted, duration, metric } from "lob-registry-core";
import { code, details, link, table, text } from "../markdown.js";
import { statusOf, type PublishStatus } from "./outputs.js";
import { problemBlocks } from "../problem-markdown.js";
import type { WorkflowRun } from "../provenance.js";
import { sentenceOf, type PublishOutcome, type PublishReport } from "./run.js";

/** GitHub refuses a summary of more than 1,048,576 bytes per step. */
export const MAX_SUMMARY_BYTES = 1_000_000;
/** Metrics shown in the table; the details below it have all. */
const METRICS_SHOWN = 4;

/** Warnings shown for each model; the output `json` has all of them. */
const WARNINGS_SHOWN = 10;

type Done = Extract<PublishOutcome, { kind: "done" }>;

/** The summary as Markdown: verdict, table, problems, how to pull, and collapsed details if they fit. */
export function renderSummary(report: PublishReport, run: WorkflowRun): string {
  const done = report.outcomes.filter((outcome) => outcome.kind === "done");
  const failures = report.outcomes.flatMap((outcome) => (outcome.kind === "failed" ? [{ name: outcome.model, ...outcome.problem }] : []));
  const blocks = [
    `## ${verdict(report)}`,
    ...(report.outcomes.some(({ kind }) => kind !== "not-tried") ? [outcomeTable(report.outcomes)] : []),
    ...problemBlocks([...report.problems, ...failures], run.errorsPage),
    ...warningBlocks(done),
    ...origin(run),
    ...howToPull(done, report),
  ];
  return fit([...blocks, ...done.map(detailsOf)]);
}

function verdict(report: PublishReport): string {
  const { lob, outcomes, problems, dryRun } = report;
  if (outcomes.length === 0) {
    const isInput = problems.every(({ code: errorCode }) => errorCode.startsWith("LOB1"));
    return isInput ? `❌ Nothing was published: ${counted(problems.length, "problem")} in the inputs` : "❌ The Action failed";
  }
  const failed = outcomes.filter(({ kind }) => kind !== "done").length;
  const mark = failed > 0 ? "❌" : dryRun ? "🔍" : "✅";
  const [only] = outcomes.length === 1 ? outcomes : [];
  if (only) return `${mark} ${text(sentenceOf(only, lob))}`;

  const number = (status: PublishStatus): number => outcomes.filter((outcome) => statusOf(outcome) === status).length;
  const parts = (
    [
      ["failed", "failed"],
      ["not-tried", "not tried"],
      ["published", dryRun ? "would get a new version" : "published"],
      ["updated", dryRun ? "would be updated" : "updated"],
      ["unchanged", "unchanged"],
      ["kept", "kept from an earlier attempt"],
    ] as const
  ).flatMap(([status, words]) => (number(status) > 0 ? [`${number(status)} ${words}`] : []));
  return `${mark} ${dryRun ? "Dry run of " : ""}${counted(outcomes.length, "model")} of ${text(lob)}: ${parts.join(", ")}`;
}

const RESULTS: Readonly<Record<PublishStatus, readonly [words: string, inDryRun: string]>> = {
  published: ["**new version**", "**would be new**"],
  updated: ["metrics, tags or description updated", "metrics, tags or description would be updated"],
  unchanged: ["unchanged", "unchanged"],
  kept: ["⚠️ kept from an earlier attempt", "⚠️ kept from an earlier attempt"],
  failed: ["❌ failed", "❌ failed"],
  "not-tried": ["not tried", "not tried"],
};

function outcomeTable(outcomes: readonly PublishOutcome[]): string {
  const head = [
    { title: "Model" },
    { title: "Result" },
    { title: "Version" },
    { title: "Size", right: true },
    { title: "Files", right: true },
    { title: "Metrics" },
    { title: "SHA-256" },
    { title: "Open" },
  ];
  return table(
    head,
    outcomes.map((outcome) => {
      const [words, inDryRun] = RESULTS[statusOf(outcome)];
      const model = code(outcome.model);
      if (outcome.kind !== "done") return [model, words, "", "", "", "", "", ""];
      const { result, before } = outcome;
      return [
        model,
        result.dryRun ? inDryRun : words,
        versions(result.version, before, result.latest, result.changed),
        bytes(result.size ?? result.contentBytes),
        result.files.toLocaleString("en-US"),
        metricsCell(result.metrics),
        result.sha256 === undefined ? "" : code(result.sha256.slice(0, 12)),
        result.consoleUrl === undefined ? "" : link("AWS console", result.consoleUrl),
      ];
    }),
  );
}

/** `7 → **8**`; an older version also shows LATEST. */
function versions(version: number, before: number, latest: number, changed: boolean): string {
  if (!changed) return latest > version ? `${version} (LATEST is ${latest})` : String(version);
  return `${before === 0 ? "" : `${before} → `}**${version}**${latest > version ? ` (LATEST is ${latest})` : ""}`;
}

function metricsCell(metrics: Readonly<Record<string, number>>): string {
  const all = Object.entries(metrics);
  const shown = all.slice(0, METRICS_SHOWN).map(([name, value]) => `${text(name, 40)} ${metric(value)}`);
  return [...shown, ...(all.length > METRICS_SHOWN ? [`and ${all.length - METRICS_SHOWN} more`] : [])].join("<br>");
}

/** Warnings of the inspection, by model. */
function warningBlocks(done: readonly Done[]): string[] {
  return done.flatMap(({ model, result: { warnings = [] } }) => {
    if (warnings.length === 0) return [];
    const lines = warnings
      .slice(0, WARNINGS_SHOWN)
      .map(({ path, warning }) => `- ${path === "" ? "" : `${code(path, 200)}: `}${text(warning, 300)}`);
    if (warnings.length > lines.length) lines.push(`- and ${warnings.length - lines.length} more`);
    return [[`⚠️ ${counted(warnings.length, "warning")} about the files of ${code(model)}:`, "", ...lines].join("\n")];
  });
}

/** The origin of the models: commit, ref or release, person, run. */
function origin({ provenance, attempt }: WorkflowRun): string[] {
  const { gitCommit, gitRef, releaseTag, actor, event, runUrl } = provenance;
  const parts = [
    gitCommit === undefined ? "" : `commit ${code(gitCommit.slice(0, 12))}`,
    releaseTag === undefined ? (gitRef === undefined ? "" : code(gitRef)) : `release ${code(releaseTag)}`,
    actor === undefined ? "" : `by ${code(actor)}`,
    event === undefined ? "" : `on ${text(event)}`,
    runUrl === undefined ? "" : link(attempt !== undefined && attempt > 1 ? `workflow run, attempt ${attempt}` : "workflow run", runUrl),
  ].filter((part) => part !== "");
  return parts.length === 0 ? [] : [`From ${parts.join(", ")}.`];
}

/** The layout ensures that LOB and model names have no character that a shell or a code fence could misread. */
function howToPull(done: readonly Done[], { lob, dryRun, region, catalogTable }: PublishReport): string[] {
  if (dryRun || done.length === 0) return [];
  const options = [
    ...(region === undefined ? [] : [`--region ${region}`]),
    ...(catalogTable === undefined ? [] : [`--catalog-table ${catalogTable}`]),
  ];
  const lines = done.map(({ model, result }) => ["lobreg pull", `${lob}/${model}@${result.version}`, ...options].join(" "));
  return [["Pull it anywhere (`npm install --global lob-registry-core` installs `lobreg`):", "", "```sh", ...lines, "```"].join("\n")];
}

function detailsOf({ model, result, milliseconds }: Done): string {
  const row = (name: string, value: string | undefined): string[][] => (value === undefined || value === "" ? [] : [[name, value]]);
  const rows = table(
    [{ title: "" }, { title: "" }],
    [
      ...row("Description", result.description === undefined ? undefined : text(result.description, 1024)),
      ...row("SHA-256", result.sha256 && code(result.sha256)),
      ...row("Tree digest", code(result.treeDigest)),
      ...row("S3", result.s3Uri && code(result.s3Uri, 1200)),
      ...row("Content", `${bytes(result.contentBytes)} in ${counted(result.files, "file")}`),
      ...row("Took", duration(milliseconds)),
      ...Object.entries(result.tags).map(([name, value]) => [`Tag ${text(name)}`, text(value)]),
      ...Object.entries(result.metrics).map(([name, value]) => [`Metric ${text(name)}`, String(value)]),
    ],
  );
  return details(`${code(model)} version ${result.version}: details`, rows);
}

/** The blocks that fit, always including the first. */
function fit(blocks: readonly string[]): string {
  const note = "Some details do not fit here; the log and the output `json` have all of them.";
  let room = MAX_SUMMARY_BYTES - Buffer.byteLength(note) - 2;
  const kept = blocks.filter((block) => {
    const size = Buffer.byteLength(block) + 2;
    if (size > room) return false;
    room -= size;
    return true;
  });
  return `${[...kept, ...(kept.length < blocks.length ? [note] : [])].join("\n\n")}\n`;
}
