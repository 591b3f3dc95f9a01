// Writes errors.md from the codes in core/src/errors.ts and their explanations in core/src/explanations.ts.
//   node docs/errors.mjs           writes the page
//   node docs/errors.mjs --check   fails if the page is stale
// Runs on the pinned Node, without dependencies.
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CODES } from "../core/src/errors.ts";
import { EXPLANATIONS } from "../core/src/explanations.ts";

/** @typedef {import("../core/src/errors.ts").ErrorCode} Code */

const path = join(dirname(fileURLToPath(import.meta.url)), "errors.md");

const INTRODUCTION = `[Documentation](README.md)

# Errors

<!-- Written by docs/errors.mjs from core/src/errors.ts and core/src/explanations.ts. Change it there. -->

Every error has a stable code, says what happened, names the thing concerned, and gives the next step. The Action reports errors as
annotations and in the job summary. \`lobreg\` writes them to stderr; with \`--json\`, as an object with \`code\`, \`message\`,
\`hint\` and \`details\`. \`lobreg explain CODE\` prints the entry on this page. A failed publish can always be run again: it resumes
and does nothing twice.

AWS errors include the request id, which AWS support asks for. With \`--verbose\`, or with debug logging in a workflow
(\`RUNNER_DEBUG\`), the ids of all S3 and DynamoDB requests are logged. Headers, signatures and credentials never are.
`;

/** Titles by a code's first digit, which says who can fix the error. */
const GROUPS = {
  1: "Wrong input; nothing was published",
  2: "AWS or this machine refuses",
  3: "The registry does not contain what you asked for, or its state prevents the command",
  4: "Data is damaged or inconsistent",
  9: "A bug in this program",
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
  const { causes, fix, example } = EXPLANATIONS[code];
  const why = causes.length === 1 ? `Cause: ${causes[0]}` : `Causes:\n\n${causes.map((cause) => `- ${cause}`).join("\n")}`;
  const shown = example === undefined ? "" : `\n\`\`\`console\n${example.replaceAll("{folder}", "/home/ada")}\n\`\`\`\n`;
  return `### ${code}\n\n**${sentence(CODES[code])}**\n\n${why}\n\nFix: ${fix}\n${shown}`;
}

/** @param {string} words */
const sentence = (words) => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const page = errorsPage();
  if (!process.argv.includes("--check")) {
    await writeFile(path, page);
  } else if ((await readFile(path, "utf8").catch(() => "")) !== page) {
    process.stderr.write("error: docs/errors.md is stale: run `node docs/errors.mjs` and commit it\n");
    process.exitCode = 1;
  }
}
