/**
 * Which pull request the event is about. A payload is hostile until parsed. Of a run that another one started (`workflow_run`) only what
 * GitHub says of it counts, never what it left in its artifacts: from a fork, those hold whatever somebody put there. Pure.
 */
import { z } from "zod";
import { FIELDS, type Env } from "../provenance.js";

export type PullRequestTarget =
  /** The event names it. */
  | { readonly kind: "pull"; readonly number: number; readonly headSha?: string; readonly fork?: string }
  /** The run before was for a pull request, which is to be found by its head. */
  | { readonly kind: "run"; readonly head: PullRequestHead; readonly fork?: string }
  | {
      readonly kind: "none";
      readonly reason: string;
      /** Whether the workflow may say the number: not after a run before, which may have named any. */
      readonly mayBeGiven: boolean;
    };

/** The newest commit of a pull request, when the run before was started. */
export interface PullRequestHead {
  readonly sha: string;
  readonly branch: string;
  /** Of the head's repository; it and the id are GitHub's word, not the run's. */
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
    // The repository of a fork may be gone.
    head: z.object({ sha: FIELDS.commit, repo: repository.nullable() }),
    base: z.object({ repo: repository }),
  }),
});
/** A comment on a pull request; issues have no such key. */
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

/** Ends of a run that leave a report behind: a gate that fails lets the run fail. */
const ENDED: ReadonlySet<string | null> = new Set(["success", "failure"]);

/** @param payload The event's payload as parsed JSON; undefined where there is none. */
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
  return { kind: "none", reason: `the event${event === undefined ? "" : ` ${event}`} is about no pull request`, mayBeGiven: true };
}

function ofRun(payload: unknown): PullRequestTarget {
  const none = (reason: string): PullRequestTarget => ({ kind: "none", reason, mayBeGiven: false });
  const parsed = WORKFLOW_RUN.safeParse(payload);
  if (!parsed.success) return none("the event's payload is not what GitHub sends for workflow_run");
  const run = parsed.data.workflow_run;
  if (run.event !== "pull_request") return none(`the run before was for the event ${run.event}, not pull_request`);
  if (!ENDED.has(run.conclusion)) return none(`the run before ended as ${JSON.stringify(run.conclusion)}`);
  if (!run.head_repository || run.head_branch === null) return none("the fork of the pull request is gone");
  const { id, owner } = run.head_repository;
  const head = { sha: run.head_sha, branch: run.head_branch, owner: owner.login, repositoryId: id };
  return { kind: "run", head, ...forkOf(run.head_repository, run.repository) };
}

type NamedRepository = z.infer<typeof repository>;

/** The name of the repository that the commits come from, where it is another one. */
function forkOf(head: NamedRepository | null, base: NamedRepository): { fork?: string } {
  return head?.id === base.id ? {} : { fork: head?.full_name ?? "a fork that is gone" };
}
