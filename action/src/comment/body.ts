/** The text of the comments. Pure. */
import { defined, gatesVerdict, isChanged, reportMarkdown, type Report } from "lob-registry-core";
import { code } from "../markdown.js";
import { markerLine, markerOf } from "./marker.js";
import type { WantedComment } from "./settle.js";

/** Longest comment in UTF-16 code units: GitHub accepts 262,144 bytes, which it documents as 65,536 characters. */
export const MAX_COMMENT = 64_000;
/** Maximum number of comments if each model has its own. GitHub notifies every follower of the pull request about each comment. */
export const MAX_COMMENTS = 25;

export interface BodyOptions {
  readonly key?: string | undefined;
  readonly perModel: boolean;
  readonly skipUnchanged: boolean;
  /** URL of the full report. */
  readonly reportUrl?: string | undefined;
  /** Name of the fork whose workflow built the models. */
  readonly fork?: string | undefined;
}

export interface NamedComment extends WantedComment {
  /** `lob/model`; undefined for all models. */
  readonly name?: string | undefined;
}

/** The comments for a report: one, or one per model. */
export function commentsFor(report: Report, options: BodyOptions): NamedComment[] {
  if (!options.perModel) return [commentFor(report, undefined, options)];
  return report.models.map((model) => commentFor({ ...report, models: [model] }, nameOf(model), options));
}

const nameOf = ({ lob, model }: Report["models"][number]): string => `${lob}/${model}`;

function commentFor(report: Report, name: string | undefined, { key, skipUnchanged, reportUrl, fork }: BodyOptions): NamedComment {
  const marker = markerOf(key, name);
  const options = {
    budget: MAX_COMMENT,
    intro: [markerLine(marker), ...(fork === undefined ? [] : [forkNote(fork), ""])],
    fullReport: reportUrl === undefined ? undefined : { text: "Full report", url: reportUrl },
  };
  const body = reportMarkdown(report, defined(options));
  const worthNew = !skipUnchanged || report.models.some(isChanged) || gatesVerdict(report) === "failed";
  return { name, marker, body, worthNew };
}

const forkNote = (fork: string): string =>
  `> Built by the fork ${code(fork)}: everything about the new model, including its metrics, is what that build claims.`;
