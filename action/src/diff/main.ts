/** The action that compares: connects `run` to the inputs, AWS, the files of the report, annotations and the check run. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setSecret } from "@actions/core";
import { compareModel, connect, defined, findLob, folderSide, manifestSide, readModel, reportHtml, reportMarkdown, reportText, versionSide, type Report } from "lob-registry-core"; // prettier-ignore
import { openAws } from "../aws.js";
import { workspaceFiles } from "../files.js";
import type { GitHub } from "../github.js";
import type { Annotation } from "../log.js";
import { problemBlocks } from "../problem-markdown.js";
import { rawInputs } from "../inputs.js";
import type { ActionDefinition, ActionResult, ActionStep } from "../start.js";
import { annotationsOf, writeAnnotations } from "./annotations.js";
import { checkSummary, conclusionOf, createCheckRun } from "./check-run.js";
import { credentialsAbsent } from "./credentials.js";
import { readReviewedCommit, type ReviewedCommit } from "./event.js";
import { makeReportFolder, REPORT_FILES, writeReportFile } from "./folder.js";
import { DIFF_INPUTS, readInputs, type DiffInputs } from "./inputs.js";
import { hasFailed, type DiffOutcome } from "./outcome.js";
import { outputsOf, outputsOfNothing } from "./outputs.js";
import { run } from "./run.js";
import { workflowFile } from "./workflow.js";

/** Maximum UTF-16 code units of a summary. GitHub accepts 1,048,576 bytes per step, and a code unit has at most three. */
const MAX_SUMMARY = 330_000;

export const diffAction: ActionDefinition<DiffInputs> = {
  readInputs: ({ env, log }) => readInputs(rawInputs(DIFF_INPUTS), workspaceFiles, workflowFile(env), (message) => log.warn(message)),
  run: compareAll,
  failed(problems, workflowRun) {
    const blocks = ["## ❌ Nothing was compared", ...problemBlocks(problems, workflowRun?.errorsPage)];
    return { failed: true, outputs: outputsOfNothing({ problems }), summary: `${blocks.join("\n\n")}\n` };
  },
};

async function compareAll(inputs: DiffInputs, step: ActionStep): Promise<ActionResult> {
  const { env, log, now, signal } = step;
  const source = readReviewedCommit(env, step.payload, (message) => log.warn(message));
  const folder = await makeReportFolder(inputs.reportDir, env["RUNNER_TEMP"] || tmpdir());
  const report = await run({
    inputs,
    folder,
    source,
    situation: { mayHaveIdentity: step.run.mayHaveIdentity, ownKey: false },
    deps: {
      connect: (region) => openAws(step, region),
      credentialsAbsent: () => credentialsAbsent(env, (region) => connect({ region })),
      findLob: (aws, lob, catalogTable) => findLob(aws, lob, defined({ catalogTable })),
      readModel,
      versionSide,
      folderSide,
      manifestSide,
      compare: (names, candidate, base, { gates, better, tolerance }) =>
        compareModel({
          ...names,
          candidate,
          base,
          gates: gates.map(({ gate }) => gate),
          rules: defined({ better, tolerance }),
        }),
      log,
      now,
      signal,
    },
  });
  const outcome: DiffOutcome = {
    lob: inputs.lob,
    report,
    folder,
    files: await writeReport(report, folder, step),
    failOnGates: inputs.failOnGates,
  };
  const annotations = annotationsOf(report.models, inputs.models);
  writeAnnotations(annotations, report.models.filter(({ kind }) => kind === "failed").length, log);
  await checkRun(outcome, inputs, source, annotations, step);
  return { failed: hasFailed(outcome), outputs: outputsOf(outcome), summary: markdownOf(report, step, MAX_SUMMARY) };
}

async function writeReport(report: Report, folder: string, step: ActionStep): Promise<DiffOutcome["files"]> {
  const files = {
    report: join(folder, REPORT_FILES.report),
    markdown: join(folder, REPORT_FILES.markdown),
    html: join(folder, REPORT_FILES.html),
  };
  await writeReportFile(files.report, reportText(report));
  await writeReportFile(files.markdown, markdownOf(report, step, MAX_SUMMARY));
  await writeReportFile(files.html, reportHtml(report));
  return files;
}

function markdownOf(report: Report, { run: { provenance, attempt } }: ActionStep, budget: number): string {
  const text = attempt !== undefined && attempt > 1 ? `workflow run, attempt ${attempt}` : "workflow run";
  const fullReport = provenance.runUrl === undefined ? undefined : { text, url: provenance.runUrl };
  return reportMarkdown(report, defined({ budget, fullReport }));
}

/** Creates the check run, unless the workflow disables it or something that it needs is missing. */
async function checkRun(
  outcome: DiffOutcome,
  inputs: DiffInputs,
  { headSha }: ReviewedCommit,
  annotations: readonly Annotation[],
  step: ActionStep,
): Promise<void> {
  const { log, run: { provenance: { repository, runUrl } } } = step; // prettier-ignore
  if (inputs.checkRun === "never") return;
  if (inputs.githubToken === "" || headSha === undefined || repository === undefined) {
    log.info(`No check run: ${inputs.githubToken === "" ? "the input github-token is empty" : "the commit is unknown"}`);
    return;
  }
  const connectApi = async (): Promise<GitHub> => {
    setSecret(inputs.githubToken);
    const { connectGitHub } = await import(/* webpackMode: "eager" */ "../github.js");
    const apiUrl = step.env["GITHUB_API_URL"] || "https://api.github.com";
    return connectGitHub({ token: inputs.githubToken, apiUrl, signal: step.signal, debug: (line) => log.debug(line) });
  };
  const run = {
    repository,
    headSha,
    name: inputs.checkName,
    ...conclusionOf(outcome),
    summary: checkSummary((budget) => markdownOf(outcome.report, step, budget)),
    detailsUrl: runUrl,
    annotations,
  };
  await createCheckRun(connectApi, run, log);
}
