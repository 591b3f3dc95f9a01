/** Problems in the job summary. Pure. Every name is untrusted until markdown.ts has escaped it. */
import { requestIdWords } from "lob-registry-core";
import { code, link, text } from "./markdown.js";
import { explanationOf, type ActionProblem } from "./problem.js";

/** Maximum number of problems in the summary; the log has all of them. */
const PROBLEMS_SHOWN = 50;

/**
 * Lists the problems in at most one block of Markdown.
 *
 * @param problems each with the model that it concerns, if any
 * @param errorsPage URL of the page that explains errors, if known
 */
export function problemBlocks(problems: readonly (ActionProblem & { readonly name?: string })[], errorsPage: string | undefined): string[] {
  if (problems.length === 0) return [];
  const lines = problems.slice(0, PROBLEMS_SHOWN).map((problem) => {
    const { code: errorCode, message, hint, file, line, name } = problem;
    const ids = requestIdWords(problem);
    const where = file === undefined ? "" : ` (${code(line === undefined ? file : `${file}:${line}`)})`;
    const next = hint === undefined ? "" : `<br>**Next:** ${text(hint, 500)}`;
    const support = ids === undefined ? "" : `<br>${text(ids, 500)}`;
    return `- ${name === undefined ? "" : `${code(name)}: `}**${link(errorCode, explanationOf(problem, errorsPage))}** ${text(message, 1000)}${where}${next}${support}`;
  });
  const more = problems.length - lines.length;
  return [[...lines, ...(more > 0 ? [`- and ${more} more in the log`] : [])].join("\n")];
}
