/** The inputs of the action that comments: strings from the workflow in, one typed object out, or everything that is wrong at once. Pure. */
import { readFlag } from "../common-inputs.js";
import { ProblemList, type ActionProblem } from "../problem.js";
import { quote } from "../reading.js";

/** Every input of action/comment/action.yml; a test keeps the two equal. */
export const INPUT_NAMES = ["report", "pull-request", "per-model", "skip-unchanged", "key", "report-url", "github-token"] as const;
export type InputName = (typeof INPUT_NAMES)[number];
export type RawInputs = Readonly<Record<InputName, string>>;

export interface CommentInputs {
  /** Path of the report, or of the folder that it is in. */
  readonly report: string;
  /** Number of the pull request, where the workflow says it. */
  readonly pullRequest?: number;
  readonly perModel: boolean;
  readonly skipUnchanged: boolean;
  /** Tells the comments of several uses in one repository apart; empty for the first of them. */
  readonly key: string;
  /** Page with the whole report, where it is not the run's. */
  readonly reportUrl?: string;
  readonly token: string;
}

export function readInputs(raw: RawInputs): { readonly inputs: CommentInputs } | { readonly problems: readonly ActionProblem[] } {
  const problems = new ProblemList();
  const wrong = (name: InputName, hint: string): void => problems.add("LOB1002", `the input "${name}" is ${quote(raw[name])}`, hint);

  if (raw.report === "") {
    problems.add(
      "LOB1002",
      'the input "report" is missing',
      "Give the folder that the step before wrote: report: ${{ steps.diff.outputs.report-dir }}.",
    );
  }
  if (raw["github-token"] === "") {
    problems.add(
      "LOB1002",
      'the input "github-token" is empty',
      "Leave it out: by default it is the job's own token, ${{ github.token }}.",
    );
  }
  if (raw["pull-request"] !== "" && !/^[1-9]\d{0,9}$/.test(raw["pull-request"]))
    wrong("pull-request", "Give the number of a pull request.");
  if (!/^[A-Za-z0-9._-]{0,50}$/.test(raw.key)) wrong("key", 'Give at most 50 letters, digits, ".", "_" and "-".');
  if (raw["report-url"] !== "" && !isPage(raw["report-url"])) wrong("report-url", "Give an address that begins with https://.");
  const flags = {
    perModel: readFlag(raw, "per-model", problems),
    skipUnchanged: readFlag(raw, "skip-unchanged", problems, true),
  };
  if (problems.all.length > 0) return { problems: problems.all };
  return {
    inputs: {
      report: raw.report,
      ...flags,
      key: raw.key,
      token: raw["github-token"],
      ...(raw["pull-request"] !== "" && { pullRequest: Number(raw["pull-request"]) }),
      ...(raw["report-url"] !== "" && { reportUrl: raw["report-url"] }),
    },
  };
}

function isPage(address: string): boolean {
  const url = address.length > 2000 ? undefined : URL.parse(address);
  return (url?.protocol === "https:" || url?.protocol === "http:") && url.username === "" && url.password === "";
}
