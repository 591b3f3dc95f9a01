/** The action that publishes: connects `run` to the inputs, AWS and the outputs. */
import { defined, findLob, publish, readModel } from "lob-registry-core";
import { openAws } from "../aws.js";
import { workspaceFiles } from "../files.js";
import { rawInputs } from "../inputs.js";
import type { WorkflowRun } from "../provenance.js";
import type { ActionProblem } from "../problem.js";
import type { ActionDefinition, ActionResult } from "../start.js";
import { PUBLISH_INPUTS, readInputs, type PublishInputs } from "./inputs.js";
import { outputsOf } from "./outputs.js";
import { run, type PublishReport } from "./run.js";
import { renderSummary } from "./summary.js";

export const publishAction: ActionDefinition<PublishInputs> = {
  readInputs: ({ log }) => readInputs(rawInputs(PUBLISH_INPUTS), workspaceFiles, (message) => log.warn(message)),

  async run(inputs, step) {
    const problem = pullRequestProblem(inputs, step.run);
    if (problem) {
      step.log.problem(problem);
      return this.failed([problem], step.run);
    }
    const report = await run(inputs, step.run, {
      ...step,
      connect: (region) => openAws(step, region),
      findLob: (aws, lob, catalogTable) => findLob(aws, lob, defined({ catalogTable })),
      readModel,
      publish,
    });
    return resultOf(report, step.run);
  },

  failed(problems, workflowRun) {
    const several = workflowRun !== undefined && rawInputs(PUBLISH_INPUTS).config !== "";
    const report = { lob: "", dryRun: false, several, outcomes: [], problems };
    return resultOf(report, workflowRun ?? { provenance: {}, mayHaveIdentity: false });
  },
};

/** A publish from a pull request would be the newest version before anybody has approved its code. */
export function pullRequestProblem(
  { allowPullRequest, dryRun }: Pick<PublishInputs, "allowPullRequest" | "dryRun">,
  { provenance: { event = "" } }: WorkflowRun,
): ActionProblem | undefined {
  if (allowPullRequest || dryRun || !/^pull_request(_|$)/.test(event)) return undefined;
  return {
    code: "LOB1002",
    message: `this job runs on ${event}, and publishing would make unapproved code the newest version`,
    hint: "Publish on release or on push to the main branch, and show what changes with the action in action/diff. If pull requests are to publish, set allow-pull-request: true.",
  };
}

function resultOf(report: PublishReport, workflowRun: WorkflowRun): ActionResult {
  return {
    failed: report.problems.length > 0 || report.outcomes.some(({ kind }) => kind !== "done"),
    outputs: outputsOf(report),
    summary: renderSummary(report, workflowRun),
  };
}
