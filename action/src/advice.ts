/** Hints for readers of a workflow's log. They name steps and inputs, which core's hints cannot. Pure. */
import { defined, type ErrorCode } from "lob-registry-core";
import { problemOf, type ActionProblem } from "./problem.js";

const CONFIGURE = "aws-actions/configure-aws-credentials";

export interface Situation {
  /** Whether the job may request an identity from GitHub (`permissions: id-token: write`). */
  readonly mayHaveIdentity: boolean;
  /** Whether the workflow sets the idempotency key. */
  readonly ownKey: boolean;
}

/** An error as the annotation, the summary and the outputs show it. */
export function explain(error: unknown, situation: Situation): ActionProblem {
  const problem = problemOf(error);
  return { ...problem, ...defined({ hint: hintFor(problem.code, situation) ?? problem.hint }) };
}

function hintFor(code: ErrorCode, { mayHaveIdentity, ownKey }: Situation): string | undefined {
  switch (code) {
    case "LOB2001":
      return mayHaveIdentity
        ? `The job has id-token: write but no valid AWS credentials: add a step with ${CONFIGURE} before this one (role-to-assume, aws-region), and check that it succeeded.`
        : `Add "permissions: { id-token: write, contents: read }" to the job, and add a step with ${CONFIGURE} before this one (role-to-assume, aws-region).`;
    case "LOB2002":
      return `Set the input region, or aws-region in the step with ${CONFIGURE}.`;
    case "LOB2004":
      return `Run the job again: it resumes the work. For long publishes, increase role-duration-seconds of ${CONFIGURE}, up to the role's MaxSessionDuration.`;
    case "LOB3005":
      return ownKey
        ? "Use another idempotency-key, publish the content that belongs to this one, or accept its version with if-key-used: keep."
        : 'This run already published other content for this model, and one run creates one version. To create one in each attempt, set "idempotency-key: ${{ github.run_id }}-${{ github.run_attempt }}".';
    case "LOB3006":
      return 'Check what the other writer put there. To replace it, set "take-over: true" once.';
    default:
      return undefined;
  }
}
