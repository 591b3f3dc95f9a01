/** What to do next, for a person who reads a workflow's log: the hints of core are for all its users, these name steps and inputs. Pure. */
import type { Code } from "lob-registry-core";
import { problemOf, type ActionProblem } from "./problem.js";

const CONFIGURE = "aws-actions/configure-aws-credentials";

export interface Situation {
  /** Whether the job may ask GitHub for an identity (`permissions: id-token: write`). */
  readonly mayHaveIdentity: boolean;
  /** Whether the idempotency key was given as an input. */
  readonly ownKey: boolean;
}

/** An error as the annotation, the summary and the outputs tell it. */
export function explain(error: unknown, situation: Situation): ActionProblem {
  const problem = problemOf(error);
  const hint = hintFor(problem.code, situation) ?? problem.hint;
  return { ...problem, ...(hint !== undefined && { hint }) };
}

function hintFor(code: Code, { mayHaveIdentity, ownKey }: Situation): string | undefined {
  switch (code) {
    case "LOB2001":
      return mayHaveIdentity
        ? `The job has id-token: write, but no AWS credentials that work: add a step with ${CONFIGURE} before this one (role-to-assume, aws-region), and check that it succeeded.`
        : `Give the job "permissions: { id-token: write, contents: read }", and add a step with ${CONFIGURE} before this one (role-to-assume, aws-region).`;
    case "LOB2002":
      return `Give the input region, or aws-region in the step with ${CONFIGURE}.`;
    case "LOB2004":
      return `Run the job again: it goes on where it can. For long publishes give ${CONFIGURE} a longer role-duration-seconds, up to the role's MaxSessionDuration.`;
    case "LOB3005":
      return ownKey
        ? "Give another idempotency-key, or publish the content that belongs to this one."
        : 'This run published other content of this model before, and running it again changes nothing. To publish each time, give "idempotency-key: ${{ github.run_id }}-${{ github.run_attempt }}".';
    case "LOB3006":
      return 'Look at what the other writer left there. To publish over it, give "take-over: true" once.';
    default:
      return undefined;
  }
}
