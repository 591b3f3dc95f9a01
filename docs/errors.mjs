// Writes errors.md from the codes in core/src/errors.ts and what core/src/explanations.ts says of each.
//   node docs/errors.mjs           writes the page
//   node docs/errors.mjs --check   fails when the page is not what this would write
// Runs on the pinned Node, without dependencies.
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CODES } from "../core/src/errors.ts";
import { EXPLANATIONS } from "../core/src/explanations.ts";

/** @typedef {import("../core/src/errors.ts").Code} Code */

const path = join(dirname(fileURLToPath(import.meta.url)), "errors.md");

const INTRODUCTION = `# Errors

<!-- Written by docs/errors.mjs from core/src/errors.ts and core/src/explanations.ts. Change it there. -->

Every error has a code that keeps its meaning, says what happened, names the thing concerned, and gives the next step. The Action shows
it as an annotation and in the job summary; \`lobreg\` writes it to standard error, with \`--json\` as an object with \`code\`, \`message\`,
\`hint\` and \`details\`. \`lobreg explain CODE\` prints what stands here. A publish that failed can always be run again: it goes on from where
it stands, and does nothing twice.

An error of AWS carries the request's id, which AWS support asks for. With \`--verbose\`, or in a workflow with debug logging
(\`RUNNER_DEBUG\`), each request to S3 and DynamoDB is told with its ids. Headers, signatures and credentials are never written.
`;

/** What the first digit of a code says about who can mend it. */
const GROUPS = {
  1: "What was given is wrong, and nothing was published",
  2: "AWS or this machine refuses",
  3: "The registry does not hold what was asked for, or stands in the way",
  4: "What was read is not what it should be",
  9: "A mistake in this program",
};

/** The whole page. */
export function errorsPage() {
  const codes = /** @type {Code[]} */ (Object.keys(CODES));
  const groups = Object.entries(GROUPS).map(([digit, title]) => {
    const entries = codes.filter((code) => code[3] === digit).map(entry);
    return `## ${digit}xxx: ${title}\n\n${entries.join("\n")}`;
  });
  return [INTRODUCTION, ...groups].join("\n");
}

/** @param {Code} code */
function entry(code) {
  const { causes, mend, example } = EXPLANATIONS[code];
  const why = causes.length === 1 ? `Cause: ${causes[0]}` : `Causes:\n\n${causes.map((cause) => `- ${cause}`).join("\n")}`;
  const shown = example === undefined ? "" : `\n\`\`\`console\n${example.replaceAll("{folder}", "/home/ada")}\n\`\`\`\n`;
  return `### ${code}\n\n**${sentence(CODES[code])}**\n\n${why}\n\nMend: ${mend}\n${shown}`;
}

/** @param {string} words */
const sentence = (words) => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const page = errorsPage();
  if (!process.argv.includes("--check")) {
    await writeFile(path, page);
  } else if ((await readFile(path, "utf8").catch(() => "")) !== page) {
    process.stderr.write("error: docs/errors.md is not what the sources say: run `node docs/errors.mjs` and commit it\n");
    process.exitCode = 1;
  }
}
