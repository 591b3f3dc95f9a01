/**
 * Finds the pull request that the event is about. A payload is untrusted until parsed. For `workflow_run`, only what GitHub says about the
 * previous run counts, never its artifacts: those of a fork contain whatever somebody put there. Pure.
 */
import { z } from "zod";
import { FIELDS, type Env } from "../provenance.js";

export type PullRequestTarget =
  /** The event names the pull request. */
  | { readonly kind: "pull"; readonly number: number; readonly headSha?: string | undefined; readonly fork?: string | undefined }
  /** The previous run was for a pull request, which its head identifies. */
  | { readonly kind: "run"; readonly head: PullRequestHead; readonly fork?: string | undefined }
  | {
      readonly kind: "none";
      readonly reason: string;
      /** Whether the workflow may set the number. Not after `workflow_run`: the previous run could choose any number. */
      readonly mayBeGiven: boolean;
    };

/** The newest commit of a pull request when the previous run started. */
export interface PullRequestHead {
  readonly sha: string;
  readonly branch: string;
  /** Owner of the head's repository. It and the id come from GitHub, not from the run. */
  readonly owner: string;
  readonly repositoryId: number;
}

const repository = z.object({ id: z.int().positive(), full_name: FIELDS.repository });
const number = z
  .int()
  .min(1)
  .max(2 ** 31);

const PULL_REQUEST = z.object({
  pull_request: z.object({
    number,
    // The repository of a fork may be deleted.
    head: z.object({ sha: FIELDS.commit, repo: repository.nullable() }),
    base: z.object({ repo: repository }),
  }),
});
/** A comment on a pull request; plain issues lack this key. */
const ISSUE = z.object({ issue: z.object({ number, pull_request: z.object({}) }) });
const WORKFLOW_RUN = z.object({
  workflow_run: z.object({
    event: FIELDS.event,
    conclusion: z.string().max(50).nullable(),
    head_sha: FIELDS.commit,
    head_branch: FIELDS.ref.nullable(),
    head_repository: z.object({ ...repository.shape, owner: z.object({ login: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/) }) }).nullable(),
    repository,
  }),
});

/** Conclusions of runs that leave a report. A failed gate fails the run. */
const ENDED: ReadonlySet<string | null> = new Set(["success", "failure"]);

/** @param payload the event's payload as parsed JSON, or undefined */
export function readTarget(env: Env, payload: unknown): PullRequestTarget {
  const event = env["GITHUB_EVENT_NAME"];
  if (event === "workflow_run") return ofRun(payload);
  const pull = PULL_REQUEST.safeParse(payload);
  if (pull.success) {
    const { head, base, number } = pull.data.pull_request;
    return { kind: "pull", number, headSha: head.sha, ...forkOf(head.repo, base.repo) };
  }
  const issue = ISSUE.safeParse(payload);
  if (issue.success) return { kind: "pull", number: issue.data.issue.number };
  return { kind: "none", reason: `the event${event === undefined ? "" : ` ${event}`} is not about a pull request`, mayBeGiven: true };
}

function ofRun(payload: unknown): PullRequestTarget {
  const none = (reason: string): PullRequestTarget => ({ kind: "none", reason, mayBeGiven: false });
  const parsed = WORKFLOW_RUN.safeParse(payload);
  if (!parsed.success) return none("the event's payload is not a workflow_run payload of GitHub");
  const run = parsed.data.workflow_run;
  if (run.event !== "pull_request") return none(`the previous run was for the event ${run.event}, not pull_request`);
  if (!ENDED.has(run.conclusion)) return none(`the previous run ended with ${JSON.stringify(run.conclusion)}`);
  if (!run.head_repository || run.head_branch === null) return none("the fork of the pull request was deleted");
  const { id, owner } = run.head_repository;
  const head = { sha: run.head_sha, branch: run.head_branch, owner: owner.login, repositoryId: id };
  return { kind: "run", head, ...forkOf(run.head_repository, run.repository) };
}

type NamedRepository = z.infer<typeof repository>;

/** The name of the repository that the commits come from, if it is a fork. */
function forkOf(head: NamedRepository | null, base: NamedRepository): { fork?: string } {
  return head?.id === base.id ? {} : { fork: head?.full_name ?? "a deleted fork" };
}
