/** The outputs of the action that comments. All of them are always set, so that later steps can rely on them. Pure. */
import type { ActionProblem } from "../problem.js";
import type { SettledComment } from "./settle.js";

/** Every output of action/comment/action.yml; a test checks it. */
export const OUTPUT_NAMES = ["comment-id", "comment-url", "action", "json"] as const;
export type CommentOutputName = (typeof OUTPUT_NAMES)[number];

export type CommentDone = SettledComment & { /** `lob/model` */ readonly name?: string | undefined };

export interface CommentOutcome {
  readonly pullRequest?: number;
  readonly comments: readonly CommentDone[];
  /** Number of deleted comments about models that are no longer in the report. */
  readonly deleted: number;
  /** Why nothing was written, if that is not an error. */
  readonly reason?: string;
  readonly problems: readonly ActionProblem[];
}

/** The output `action` is the first of these that applies to a comment. */
const ACTIONS = ["created", "updated", "unchanged", "skipped"] as const;

export function outputsOf({ pullRequest, comments, deleted, reason, problems }: CommentOutcome): Record<CommentOutputName, string> {
  const [only] = comments.length === 1 ? comments : [];
  const written = only && only.action !== "skipped" ? only : undefined;
  const action =
    problems.length > 0 ? "failed" : (ACTIONS.find((each) => comments.some((comment) => comment.action === each)) ?? "skipped");
  return {
    "comment-id": written ? String(written.id) : "",
    "comment-url": written?.url ?? "",
    action,
    json: JSON.stringify({
      action,
      pullRequest,
      comments: comments.map(({ name, ...comment }) => ({ model: name, ...comment })),
      deleted,
      reason,
      problems: problems.length > 0 ? problems : undefined,
    }),
  };
}
