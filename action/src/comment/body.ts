/** What the comments say. Pure. */
import { gatesVerdict, isChanged, reportMarkdown, type Report } from "lob-registry-core";
import { code } from "../markdown.js";
import { markerLine, markerOf } from "./marker.js";
import type { WantedComment } from "./settle.js";

/** Most UTF-16 code units of a comment: GitHub takes 262,144 bytes, and says that they are 65,536 characters. */
export const MAX_COMMENT = 64_000;
/** Most comments, one for each model. Everybody who follows the pull request is told of each. */
export const MAX_COMMENTS = 25;

export interface BodyOptions {
  readonly key: string;
  readonly perModel: boolean;
  readonly skipUnchanged: boolean;
  /** Page with the whole report. */
  readonly reportUrl?: string;
  /** Name of the fork whose workflow built the models. */
  readonly fork?: string;
}

export interface NamedComment extends WantedComment {
  /** `lob/model`; undefined where it is about all of them. */
  readonly name?: string;
}

/** The comments for a report: one, or one for each model. */
export function commentsFor(report: Report, options: BodyOptions): NamedComment[] {
  if (!options.perModel) return [commentFor(report, undefined, options)];
  return report.models.map((model) => commentFor({ ...report, models: [model] }, nameOf(model), options));
}

const nameOf = ({ lob, model }: Report["models"][number]): string => `${lob}/${model}`;

function commentFor(report: Report, name: string | undefined, { key, skipUnchanged, reportUrl, fork }: BodyOptions): NamedComment {
  const marker = markerOf(key, name);
  const body = reportMarkdown(report, {
    budget: MAX_COMMENT,
    intro: [markerLine(marker), ...(fork === undefined ? [] : [forkNote(fork), ""])],
    ...(reportUrl !== undefined && { fullReport: { text: "Full report", url: reportUrl } }),
  });
  const worthNew = !skipUnchanged || report.models.some(isChanged) || gatesVerdict(report) === "failed";
  return { ...(name !== undefined && { name }), marker, body, worthNew };
}

const forkNote = (fork: string): string =>
  `> Built by the fork ${code(fork)}: what is said of the new model, its metrics among it, is what that build says.`;
