/** From the report to the comment: which pull request, whether it is still about its newest commit, what is there, what is wanted. */
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
  readonly repository: string | undefined;
  /** Address of the workflow run. */
  readonly runUrl: string | undefined;
  /** Who started the run. */
  readonly actor: string | undefined;
}

export interface CommentDeps {
  connect(token: string): Promise<GitHub>;
  readReport(path: string): Promise<Report>;
  readonly log: Log;
}

/** What ends the work early, and is no mistake. */
class Skipped extends Error {}

export async function run(inputs: CommentInputs, facts: CommentTrigger, deps: CommentDeps): Promise<CommentOutcome> {
  const nothing = { comments: [], deleted: 0, problems: [] };
  try {
    return await comment(inputs, facts, deps);
  } catch (error) {
    const reason = error instanceof Skipped ? error.message : undefined;
    if (reason !== undefined) {
      deps.log.annotate({ level: "notice", title: "No comment", message: reason });
      return { ...nothing, reason };
    }
    const readOnly = readOnlyReason(error, facts);
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

async function comment(inputs: CommentInputs, facts: CommentTrigger, deps: CommentDeps): Promise<CommentOutcome> {
  const { target } = facts;
  if (target.kind === "none" && (inputs.pullRequest === undefined || !target.mayBeGiven)) throw new Skipped(target.reason);
  const report = await deps.readReport(inputs.report);
  if (inputs.perModel && report.models.length > MAX_COMMENTS) {
    throw new LobError("LOB1002", `the input "per-model" is true, and the report has ${report.models.length} models`, {
      hint: `There are at most ${MAX_COMMENTS} comments: leave per-model out, and one comment tells of all models.`,
    });
  }
  const github = await deps.connect(inputs.token);
  const { place, headSha } = await findPlace(github, report, inputs, facts, deps.log);
  const conversation = await readConversation(github, place);
  if (headSha !== undefined && conversation.headSha !== headSha) {
    throw new Skipped(
      `pull request ${place.number} is at ${conversation.headSha.slice(0, 12)} now, and the report is about ${headSha.slice(0, 12)}: the run for the newer commit comments`,
    );
  }
  const reportUrl = inputs.reportUrl ?? facts.runUrl;
  const wanted = commentsFor(report, {
    key: inputs.key,
    perModel: inputs.perModel,
    skipUnchanged: inputs.skipUnchanged,
    ...(reportUrl !== undefined && { reportUrl }),
    ...("fork" in target && { fork: target.fork }),
  });
  const { kept, deleted } = await settle(commentsOf(github, place), markerOf(inputs.key, undefined).key, wanted, conversation);
  const comments = kept.map((each, index): CommentDone => {
    const name = wanted[index]?.name;
    return { ...each, ...(name !== undefined && { name }) };
  });
  for (const each of comments) deps.log.info(sentenceOf(each, place.number));
  if (deleted > 0) deps.log.info(`${counted(deleted, "comment")} deleted: of models that are not in the report any more`);
  return { pullRequest: place.number, comments, deleted, problems: [] };
}

const commentsOf = (github: GitHub, place: PullRequestRef): Comments => ({
  read: () => readConversation(github, place),
  create: (body) => createComment(github, place, body),
  update: (id, body) => updateComment(github, place, id, body),
  remove: (id) => deleteComment(github, place, id),
});

interface LocatedPullRequest {
  readonly place: PullRequestRef;
  /** The commit that the report is about; undefined where nothing says it. */
  readonly headSha?: string;
}

async function findPlace(
  github: GitHub,
  report: Report,
  inputs: CommentInputs,
  { target, repository }: CommentTrigger,
  log: Log,
): Promise<LocatedPullRequest> {
  const [owner, repo] = repository?.split("/") ?? [];
  if (owner === undefined || repo === undefined) {
    throw new LobError("LOB1002", "GITHUB_REPOSITORY names no repository", { hint: "The runner sets it: do not set it in the workflow." });
  }
  if (target.kind !== "run") {
    const own = target.kind === "pull" && (inputs.pullRequest ?? target.number) === target.number ? target : undefined;
    const number = inputs.pullRequest ?? (target.kind === "pull" ? target.number : undefined);
    if (number === undefined) throw new Skipped("no pull request is known");
    const headSha = report.commit ?? own?.headSha;
    return { place: { owner, repo, number }, ...(headSha !== undefined && { headSha }) };
  }
  const { head } = target;
  if (report.commit !== undefined && report.commit !== head.sha) {
    throw new LobError("LOB4005", `the report is about commit ${report.commit}, and the run before was for ${head.sha}`, {
      hint: "Does the download step take the artifact of the run before, by run-id: ${{ github.event.workflow_run.id }}? Else somebody wrote another commit into it.",
    });
  }
  const name = `${head.owner}:${head.branch}`;
  const open = await findPulls(github, { owner, repo }, head);
  if (open.length === 0) throw new Skipped(`no pull request from ${name} is open`);
  const current = open.filter(({ headSha }) => headSha === head.sha);
  if (current.length === 0)
    throw new Skipped(`the pull request from ${name} has moved on from ${head.sha.slice(0, 12)}: the run for the newer commit comments`);
  const meant = inputs.pullRequest === undefined ? current : current.filter(({ number }) => number === inputs.pullRequest);
  const [found, ...others] = meant;
  if (!found) {
    throw new LobError("LOB1002", `the input "pull-request" is ${inputs.pullRequest ?? ""}, and the run before was not for it`, {
      hint: "Leave it out: after workflow_run the pull request is found by the commit that GitHub names.",
    });
  }
  if (others.length > 0) {
    // GitHub does not say which of them the run was for.
    const numbers = others.map(({ number }) => number).join(", ");
    log.warn(
      `The commit is the newest one of pull requests ${found.number}, ${numbers}: the comment is on the first. The input pull-request can name another of them.`,
    );
  }
  return { place: { owner, repo, number: found.number }, headSha: head.sha };
}

/** Why the token may only read, where that is nobody's mistake. */
function readOnlyReason(error: unknown, { target, actor }: CommentTrigger): string | undefined {
  if (!(error instanceof LobError) || error.code !== "LOB2011" || error.details["status"] !== 403) return undefined;
  if (/\blocked\b/.test(error.message)) return "the conversation of the pull request is locked";
  const elsewhere = "the report is in the job summary, and a job of its own can comment (examples/workflows/comment-on-forks.yml)";
  if (target.kind === "pull" && target.fork !== undefined) return `the token of a pull request from a fork may only read; ${elsewhere}`;
  if (actor === "dependabot[bot]") return `the token of a run that Dependabot started may only read; ${elsewhere}`;
  return undefined;
}

function sentenceOf(done: CommentDone, number: number): string {
  const what = done.name === undefined ? "Comment" : `Comment about ${done.name}`;
  if (done.action === "skipped") return `${what}: not written, because nothing changes and no gate failed`;
  return `${what} on pull request ${number} ${done.action}: ${done.url}`;
}
