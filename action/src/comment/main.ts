/** The action that comments on a pull request: connects `run` to the inputs, GitHub and the outputs. */
import { setSecret } from "@actions/core";
import { connectGitHub } from "../github.js";
import { rawInputs } from "../inputs.js";
import { link } from "../markdown.js";
import { problemBlocks } from "../problem-markdown.js";
import type { ActionDefinition, ActionResult } from "../start.js";
import { readTarget } from "./event.js";
import { COMMENT_INPUTS, readInputs, type CommentInputs } from "./inputs.js";
import { outputsOf, type CommentOutcome } from "./outputs.js";
import { readReport } from "./report.js";
import { run } from "./run.js";

export const commentAction: ActionDefinition<CommentInputs> = {
  readInputs: () => Promise.resolve(readInputs(rawInputs(COMMENT_INPUTS))),

  async run(inputs, { env, payload, run: { provenance, errorsPage }, log, signal }) {
    setSecret(inputs.githubToken);
    const outcome = await run(
      inputs,
      { ...provenance, target: readTarget(env, payload) },
      {
        connect: (token) =>
          connectGitHub({ token, apiUrl: env["GITHUB_API_URL"] || "https://api.github.com", signal, debug: (line) => log.debug(line) }),
        readReport,
        log,
      },
    );
    return resultOf(outcome, errorsPage);
  },

  failed: (problems, workflowRun) => resultOf({ comments: [], deleted: 0, problems }, workflowRun?.errorsPage),
};

function resultOf(outcome: CommentOutcome, errorsPage: string | undefined): ActionResult {
  return { failed: outcome.problems.length > 0, outputs: outputsOf(outcome), summary: summaryOf(outcome, errorsPage) };
}

/** The summary of the step that compared already shows the report. */
function summaryOf({ pullRequest, comments, problems }: CommentOutcome, errorsPage: string | undefined): string {
  if (problems.length > 0) return ["## ❌ No comment was written", ...problemBlocks(problems, errorsPage), ""].join("\n\n");
  const links = comments.flatMap((each) => (each.action === "skipped" ? [] : [link(each.name ?? each.action, each.url)]));
  return links.length === 0 ? "" : `Comment on pull request ${pullRequest ?? ""}: ${links.join(", ")}\n`;
}
