/** The action that comments on a pull request: from its inputs through `run` to what it tells. */
import { setSecret } from "@actions/core";
import { connectGitHub } from "../github.js";
import { link } from "../markdown.js";
import { problemBlocks } from "../problem-markdown.js";
import { rawInputs, type ActionDefinition, type ActionStep, type ActionResult } from "../start.js";
import { readTarget } from "./event.js";
import { INPUT_NAMES, readInputs } from "./inputs.js";
import { outputsOf, type CommentOutcome } from "./outputs.js";
import { readReport } from "./report.js";
import { run } from "./run.js";

export const commentAction: ActionDefinition = {
  async work(step) {
    return told(await outcomeOf(step), step.run.errorsPage);
  },
  lost: (problem) => told({ comments: [], deleted: 0, problems: [problem] }, undefined),
};

async function outcomeOf({ env, payload, run: runFacts, log, signal }: ActionStep): Promise<CommentOutcome> {
  const read = readInputs(rawInputs(INPUT_NAMES));
  if ("problems" in read) {
    for (const problem of read.problems) log.problem(problem);
    return { comments: [], deleted: 0, problems: read.problems };
  }
  setSecret(read.inputs.token);
  const { repository, runUrl, actor } = runFacts.provenance;
  return run(
    read.inputs,
    { target: readTarget(env, payload), repository, runUrl, actor },
    {
      connect: (token) =>
        connectGitHub({ token, apiUrl: env["GITHUB_API_URL"] || "https://api.github.com", signal, debug: (line) => log.debug(line) }),
      readReport,
      log,
    },
  );
}

function told(outcome: CommentOutcome, errorsPage: string | undefined): ActionResult {
  return { failed: outcome.problems.length > 0, outputs: outputsOf(outcome), summary: summaryOf(outcome, errorsPage) };
}

/** The report itself is in the summary of the step that compared. */
function summaryOf({ pullRequest, comments, problems }: CommentOutcome, errorsPage: string | undefined): string {
  if (problems.length > 0) return ["## ❌ No comment was written", ...problemBlocks(problems, errorsPage), ""].join("\n\n");
  const links = comments.flatMap((each) => (each.action === "skipped" ? [] : [link(each.name ?? each.action, each.url)]));
  return links.length === 0 ? "" : `Comment on pull request ${pullRequest ?? ""}: ${links.join(", ")}\n`;
}
