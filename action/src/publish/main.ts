/** The action that publishes: from its inputs through `run` to what it tells. */
import { findLob, publish, readModel } from "lob-registry-core";
import { openAws } from "../aws.js";
import { workspaceFiles } from "../files.js";
import type { WorkflowRun } from "../provenance.js";
import { rawInputs, type ActionDefinition, type ActionStep, type ActionResult } from "../start.js";
import { INPUT_NAMES, readInputs } from "./inputs.js";
import { outputsOf } from "./outputs.js";
import { run, type PublishReport } from "./run.js";
import { renderSummary } from "./summary.js";

export const publishAction: ActionDefinition = {
  async work(step) {
    return told(await reportOf(step), step.run);
  },
  lost: (problem) =>
    told({ lob: "", dryRun: false, several: false, outcomes: [], problems: [problem] }, { provenance: {}, mayHaveIdentity: false }),
};

async function reportOf(step: ActionStep): Promise<PublishReport> {
  const { log, now, signal } = step;
  const raw = rawInputs(INPUT_NAMES);
  const read = await readInputs(raw, workspaceFiles, (message) => log.warn(message));
  if ("problems" in read) {
    for (const problem of read.problems) log.problem(problem);
    return { lob: raw.lob, dryRun: false, several: raw.config !== "", outcomes: [], problems: read.problems };
  }
  return run(read.inputs, step.run, {
    connect: (region) => openAws(step, region),
    findLob: (aws, lob, catalogTable) => findLob(aws, lob, catalogTable === undefined ? {} : { catalogTable }),
    readModel,
    publish,
    log,
    now,
    signal,
  });
}

function told(report: PublishReport, runFacts: WorkflowRun): ActionResult {
  return {
    failed: report.problems.length > 0 || report.outcomes.some(({ kind }) => kind !== "done"),
    outputs: outputsOf(report),
    summary: renderSummary(report, runFacts),
  };
}
