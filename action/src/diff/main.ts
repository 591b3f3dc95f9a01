/** The action that compares: from its inputs through `run` to the report's files, annotations, the check run and what it tells. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setSecret } from "@actions/core";
import { compareModel, connect, findLob, folderSide, manifestSide, readModel, reportHtml, reportMarkdown, reportText, versionSide, type Report } from "lob-registry-core"; // prettier-ignore
import { openAws } from "../aws.js";
import { workspaceFiles } from "../files.js";
import type { GitHub } from "../github.js";
import type { Annotation } from "../log.js";
import { problemBlocks } from "../problem-markdown.js";
import { rawInputs, type ActionDefinition, type ActionStep, type ActionResult } from "../start.js";
import { annotationsOf, tellAnnotations } from "./annotations.js";
import { checkSummary, conclusionOf, tellCheckRun } from "./check-run.js";
import { credentialsAbsent } from "./credentials.js";
import { readReviewedCommit, type ReviewedCommit } from "./event.js";
import { makeReportFolder, REPORT_FILES, writeReportFile } from "./folder.js";
import { INPUT_NAMES, readInputs, type DiffInputs } from "./inputs.js";
import { hasFailed, type NoDiff, type DiffOutcome } from "./outcome.js";
import { outputsOf, outputsOfNothing } from "./outputs.js";
import { run } from "./run.js";
import { workflowFile } from "./workflow.js";

/** GitHub takes 1,048,576 bytes as a step's summary: so many characters are fewer, whatever they are. */
const MAX_SUMMARY = 330_000;

export const diffAction: ActionDefinition = {
  async work(step) {
    const raw = rawInputs(INPUT_NAMES);
    const read = await readInputs(raw, workspaceFiles, workflowFile(step.env), (message) => step.log.warn(message));
    if ("inputs" in read) return compareAll(read.inputs, step);
    for (const problem of read.problems) step.log.problem(problem);
    return nothing({ problems: read.problems }, step.run.errorsPage);
  },
  lost: (problem) => nothing({ problems: [problem] }, undefined),
};

function nothing({ problems }: NoDiff, errorsPage: string | undefined): ActionResult {
  const blocks = ["## ❌ Nothing was compared", ...problemBlocks(problems, errorsPage)];
  return { failed: true, outputs: outputsOfNothing({ problems }), summary: `${blocks.join("\n\n")}\n` };
}

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
      findLob: (aws, lob, catalogTable) => findLob(aws, lob, catalogTable === undefined ? {} : { catalogTable }),
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
          rules: { ...(better && { better }), ...(tolerance !== undefined && { tolerance }) },
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
  tellAnnotations(annotations, report.models.filter(({ kind }) => kind === "failed").length, log);
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
  return reportMarkdown(report, { budget, ...(provenance.runUrl !== undefined && { fullReport: { text, url: provenance.runUrl } }) });
}

/** The check run, where the workflow has not switched it off and gives what it takes. */
async function checkRun(
  outcome: DiffOutcome,
  inputs: DiffInputs,
  { headSha }: ReviewedCommit,
  annotations: readonly Annotation[],
  step: ActionStep,
): Promise<void> {
  const { log, run: { provenance: { repository, runUrl } } } = step; // prettier-ignore
  if (inputs.checkRun === "never") return;
  if (inputs.token === "" || headSha === undefined || repository === undefined) {
    log.info(`No check run: ${inputs.token === "" ? "the input github-token is empty" : "it is not known of which commit"}`);
    return;
  }
  const connectApi = async (): Promise<GitHub> => {
    setSecret(inputs.token);
    const { connectGitHub } = await import(/* webpackMode: "eager" */ "../github.js");
    const apiUrl = step.env["GITHUB_API_URL"] || "https://api.github.com";
    return connectGitHub({ token: inputs.token, apiUrl, signal: step.signal, debug: (line) => log.debug(line) });
  };
  const run = {
    repository,
    headSha,
    name: inputs.checkName,
    ...conclusionOf(outcome),
    summary: checkSummary((budget) => markdownOf(outcome.report, step, budget)),
    ...(runUrl !== undefined && { detailsUrl: runUrl }),
    annotations,
  };
  await tellCheckRun(connectApi, run, log);
}
