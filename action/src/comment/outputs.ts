/** The outputs of the action that comments: always all of them, so that a later step can rely on each. Pure. */
import type { ActionProblem } from "../problem.js";
import type { SettledComment } from "./settle.js";

/** Every output of action/comment/action.yml; a test keeps the two equal. */
export const OUTPUT_NAMES = ["comment-id", "comment-url", "action", "json"] as const;
export type OutputName = (typeof OUTPUT_NAMES)[number];

export type CommentDone = SettledComment & { /** `lob/model` */ readonly name?: string };

export interface CommentOutcome {
  readonly pullRequest?: number;
  readonly comments: readonly CommentDone[];
  /** How many comments of models that are no longer in the report were deleted. */
  readonly deleted: number;
  /** Why nothing was written, where that is no mistake. */
  readonly reason?: string;
  readonly problems: readonly ActionProblem[];
}

/** What was done says more than that nothing had to be. */
const ACTIONS = ["created", "updated", "unchanged", "skipped"] as const;

export function outputsOf({ pullRequest, comments, deleted, reason, problems }: CommentOutcome): Record<OutputName, string> {
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
      ...(pullRequest !== undefined && { pullRequest }),
      comments: comments.map(({ name, ...comment }) => ({ ...(name !== undefined && { model: name }), ...comment })),
      deleted,
      ...(reason !== undefined && { reason }),
      ...(problems.length > 0 && { problems }),
    }),
  };
}
