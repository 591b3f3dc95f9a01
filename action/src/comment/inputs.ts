/** The inputs of the action that comments: texts from the workflow in, one typed object out, or everything that is wrong with them. Pure. */
import {
  checked,
  flag,
  matching,
  parseInputs,
  requiredText,
  requiredToken,
  wholeNumber,
  type InputValues,
  type RawInputs,
} from "../inputs.js";
import { ProblemList, type ActionProblem } from "../problem.js";

/** The inputs of action/comment/action.yml, in its order. */
export const COMMENT_INPUTS = {
  /** Path of the report, or of the folder that contains it. */
  report: requiredText("Set it to the folder that the previous step wrote: report: ${{ steps.diff.outputs.report-dir }}."),
  /** Number of the pull request, if the workflow sets it. */
  "pull-request": wholeNumber("Use the number of a pull request."),
  "per-model": flag(),
  "skip-unchanged": flag(true),
  /** Distinguishes the comments of several uses in one repository. */
  key: matching(/^[A-Za-z0-9._-]{1,50}$/, 'Use at most 50 letters, digits, ".", "_" and "-".'),
  /** A page with the full report, instead of the page of the run. */
  "report-url": checked(isPage, "Use a URL that starts with https://."),
  "github-token": requiredToken(),
};

export type CommentInputs = InputValues<typeof COMMENT_INPUTS>;
export type RawCommentInputs = RawInputs<typeof COMMENT_INPUTS>;

export function readInputs(raw: RawCommentInputs): { readonly inputs: CommentInputs } | { readonly problems: readonly ActionProblem[] } {
  const problems = new ProblemList();
  const inputs = parseInputs(COMMENT_INPUTS, raw, problems);
  return problems.all.length > 0 ? { problems: problems.all } : { inputs };
}

function isPage(address: string): boolean {
  const url = address.length > 2000 ? undefined : URL.parse(address);
  return (url?.protocol === "https:" || url?.protocol === "http:") && url.username === "" && url.password === "";
}
