/** Reads from the event which commit is under review. A payload is untrusted until parsed. Pure. */
import { z } from "zod";
import { FIELDS, type Env } from "../provenance.js";

export interface ReviewedCommit {
  /** The newest commit of the pull request; without a pull request, the commit that the workflow runs for. */
  readonly headSha?: string | undefined;
  /** Whether the pull request comes from a fork, whose runs have no secrets and no identity for AWS. */
  readonly isFork: boolean;
}

const repository = z.object({ id: z.int().positive() });
const PULL_REQUEST = z.object({
  pull_request: z.object({
    // The repository of a fork may be deleted.
    head: z.object({ sha: FIELDS.commit, repo: repository.nullable() }),
    base: z.object({ repo: repository }),
  }),
});
/** Events with a whole pull request in their payload. Their workflows run for the merge commit, which nobody looks at. */
const OF_PULL_REQUEST: ReadonlySet<string> = new Set([
  "pull_request",
  "pull_request_target",
  "pull_request_review",
  "pull_request_review_comment",
]);
/** A run started by the end of another run, which was for the pull request. */
const WORKFLOW_RUN = z.object({ workflow_run: z.object({ head_sha: FIELDS.commit }) });

/**
 * @param payload the event's payload as parsed JSON, or undefined
 * @param warn gets a message if the payload is invalid
 */
export function readReviewedCommit(env: Env, payload: unknown, warn: (message: string) => void): ReviewedCommit {
  const event = env["GITHUB_EVENT_NAME"];
  if (event !== undefined && OF_PULL_REQUEST.has(event)) {
    const parsed = PULL_REQUEST.safeParse(payload);
    if (parsed.success) {
      const { head, base } = parsed.data.pull_request;
      return { headSha: head.sha, isFork: head.repo?.id !== base.repo.id };
    }
    warn("the event's payload has no pull request: the commit is not recorded");
    return { isFork: false };
  }
  if (event === "workflow_run") {
    const parsed = WORKFLOW_RUN.safeParse(payload);
    if (parsed.success) return { headSha: parsed.data.workflow_run.head_sha, isFork: false };
    warn("the event's payload names no commit of the previous run: it is not recorded");
    return { isFork: false };
  }
  const sha = FIELDS.commit.safeParse(env["GITHUB_SHA"]);
  return { headSha: sha.data, isFork: false };
}
