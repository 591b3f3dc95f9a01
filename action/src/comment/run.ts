/** Writes the comments for a report: finds the pull request, checks that the report is about its newest commit, and updates its comments. */
import { counted, LobError, type Report } from "lob-registry-core";
import type { GitHub } from "../github.js";
import type { Log } from "../log.js";
import { problemOf, tracesOf } from "../problem.js";
import { createComment, deleteComment, findPulls, readConversation, updateComment, type PullRequestRef } from "./api.js";
import { commentsFor, MAX_COMMENTS } from "./body.js";
import type { PullRequestTarget } from "./event.js";
import type { CommentInputs } from "./inputs.js";
import { markerOf } from "./marker.js";
import type { CommentDone, CommentOutcome } from "./outputs.js";
import { settle, type Comments } from "./settle.js";

export interface CommentTrigger {
  readonly target: PullRequestTarget;
  /** `owner/name` of the repository that the workflow runs in. */
  readonly repository?: string | undefined;
  /** URL of the workflow run. */
  readonly runUrl?: string | undefined;
  /** Who started the run. */
  readonly actor?: string | undefined;
}

export interface CommentDeps {
  connect(token: string): Promise<GitHub>;
  readReport(path: string): Promise<Report>;
  readonly log: Log;
}

/** Ends the work early, without an error. */
class Skipped extends Error {}

export async function run(inputs: CommentInputs, trigger: CommentTrigger, deps: CommentDeps): Promise<CommentOutcome> {
  const nothing = { comments: [], deleted: 0, problems: [] };
  try {
    return await comment(inputs, trigger, deps);
  } catch (error) {
    const reason = error instanceof Skipped ? error.message : undefined;
    if (reason !== undefined) {
      deps.log.annotate({ level: "notice", title: "No comment", message: reason });
      return { ...nothing, reason };
    }
    const readOnly = readOnlyReason(error, trigger);
    if (readOnly !== undefined) {
      deps.log.warn(`No comment: ${readOnly}`);
      return { ...nothing, reason: readOnly };
    }
    const problem = problemOf(error);
    deps.log.debug(tracesOf(error));
    deps.log.problem(problem);
    return { ...nothing, problems: [problem] };
  }
}

async function comment(inputs: CommentInputs, trigger: CommentTrigger, deps: CommentDeps): Promise<CommentOutcome> {
  const { target } = trigger;
  if (target.kind === "none" && (inputs.pullRequest === undefined || !target.mayBeGiven)) throw new Skipped(target.reason);
  const report = await deps.readReport(inputs.report);
  if (inputs.perModel && report.models.length > MAX_COMMENTS) {
    throw new LobError("LOB1002", `the input "per-model" is true, but the report has ${report.models.length} models`, {
      hint: `At most ${MAX_COMMENTS} comments are written: remove per-model to get one comment about all models.`,
    });
  }
  const github = await deps.connect(inputs.githubToken);
  const { pull, headSha } = await findPullRequest(github, report, inputs, trigger, deps.log);
  const conversation = await readConversation(github, pull);
  if (headSha !== undefined && conversation.headSha !== headSha) {
    throw new Skipped(
      `pull request ${pull.number} is now at ${conversation.headSha.slice(0, 12)}, but the report is about ${headSha.slice(0, 12)}: the run for the newer commit comments`,
    );
  }
  const reportUrl = inputs.reportUrl ?? trigger.runUrl;
  const fork = "fork" in target ? target.fork : undefined;
  const wanted = commentsFor(report, { ...inputs, reportUrl, fork });
  const { kept, deleted } = await settle(commentsOf(github, pull), markerOf(inputs.key).key, wanted, conversation);
  const comments = kept.map((each, index): CommentDone => ({ ...each, name: wanted[index]?.name }));
  for (const each of comments) deps.log.info(sentenceOf(each, pull.number));
  if (deleted > 0) deps.log.info(`${counted(deleted, "comment")} deleted, about models that are no longer in the report`);
  return { pullRequest: pull.number, comments, deleted, problems: [] };
}

const commentsOf = (github: GitHub, pull: PullRequestRef): Comments => ({
  read: () => readConversation(github, pull),
  create: (body) => createComment(github, pull, body),
  update: (id, body) => updateComment(github, pull, id, body),
  remove: (id) => deleteComment(github, pull, id),
});

interface LocatedPullRequest {
  readonly pull: PullRequestRef;
  /** The commit that the report is about; undefined if unknown. */
  readonly headSha?: string | undefined;
}

async function findPullRequest(
  github: GitHub,
  report: Report,
  inputs: CommentInputs,
  { target, repository }: CommentTrigger,
  log: Log,
): Promise<LocatedPullRequest> {
  const [owner, repo] = repository?.split("/") ?? [];
  if (owner === undefined || repo === undefined) {
    throw new LobError("LOB1002", "GITHUB_REPOSITORY is not owner/name", { hint: "The runner sets it: do not set it in the workflow." });
  }
  if (target.kind !== "run") {
    const own = target.kind === "pull" && (inputs.pullRequest ?? target.number) === target.number ? target : undefined;
    const number = inputs.pullRequest ?? (target.kind === "pull" ? target.number : undefined);
    if (number === undefined) throw new Skipped("the pull request is unknown");
    return { pull: { owner, repo, number }, headSha: report.commit ?? own?.headSha };
  }
  const { head } = target;
  if (report.commit !== undefined && report.commit !== head.sha) {
    throw new LobError("LOB4005", `the report is about commit ${report.commit}, but the previous run was for ${head.sha}`, {
      hint: "Check that the download step uses run-id: ${{ github.event.workflow_run.id }}. If it does, somebody changed the commit in the report.",
    });
  }
  const name = `${head.owner}:${head.branch}`;
  const open = await findPulls(github, { owner, repo }, head);
  if (open.length === 0) throw new Skipped(`there is no open pull request from ${name}`);
  const current = open.filter(({ headSha }) => headSha === head.sha);
  if (current.length === 0)
    throw new Skipped(`the pull request from ${name} has moved on from ${head.sha.slice(0, 12)}: the run for the newer commit comments`);
  const meant = inputs.pullRequest === undefined ? current : current.filter(({ number }) => number === inputs.pullRequest);
  const [found, ...others] = meant;
  if (!found) {
    throw new LobError("LOB1002", `the input "pull-request" is ${inputs.pullRequest ?? ""}, but the previous run was not for it`, {
      hint: "Remove it: after workflow_run, the commit that GitHub names identifies the pull request.",
    });
  }
  if (others.length > 0) {
    // GitHub does not say which of them the run was for.
    const numbers = others.map(({ number }) => number).join(", ");
    log.warn(
      `The commit is the newest one of pull requests ${found.number}, ${numbers}: the comment goes to the first. Set the input pull-request to choose another one.`,
    );
  }
  return { pull: { owner, repo, number: found.number }, headSha: head.sha };
}

/** Why the token may only read, if that is not an error. */
function readOnlyReason(error: unknown, { target, actor }: CommentTrigger): string | undefined {
  if (!(error instanceof LobError) || error.code !== "LOB2011" || error.details["status"] !== 403) return undefined;
  if (/\blocked\b/.test(error.message)) return "the conversation of the pull request is locked";
  const elsewhere = "the report is in the job summary, and a separate workflow can comment (examples/workflows/comment-on-forks.yml)";
  if (target.kind === "pull" && target.fork !== undefined) return `the token of a pull request from a fork may only read; ${elsewhere}`;
  if (actor === "dependabot[bot]") return `the token of a run that Dependabot started may only read; ${elsewhere}`;
  return undefined;
}

function sentenceOf(done: CommentDone, number: number): string {
  const what = done.name === undefined ? "Comment" : `Comment about ${done.name}`;
  if (done.action === "skipped") return `${what}: not written because nothing changes and no gate failed`;
  return `${what} on pull request ${number} ${done.action}: ${done.url}`;
}
