// Writes errors.md from the codes in core/src/errors.ts, so that a code without a mend, or a mend without a code, cannot be.
//   node docs/errors.mjs           writes the page
//   node docs/errors.mjs --check   fails when the page is not what this would write
// Plain Node >= 22.18, no dependency.
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CODES } from "../core/src/errors.ts";

/** @typedef {import("../core/src/errors.ts").Code} Code */

const path = join(dirname(fileURLToPath(import.meta.url)), "errors.md");

const INTRODUCTION = `# Errors

<!-- Written by docs/errors.mjs from core/src/errors.ts. Change it there. -->

Every error has a code that keeps its meaning, says what happened, names the thing concerned, and gives the next step. The Action shows
it as an annotation and in the job summary; \`lobreg\` writes it to standard error, with \`--json\` as an object with \`code\`, \`message\`,
\`hint\` and \`details\`. A publish that failed can always be run again: it goes on from where it stands, and does nothing twice.
`;

/** What the first digit of a code says about who can mend it. */
const GROUPS = {
  1: "What was given is wrong, and nothing was published",
  2: "AWS or this machine refuses",
  3: "The registry does not hold what was asked for, or stands in the way",
  4: "What was read is not what it should be",
  9: "A mistake in this program",
};

/**
 * What to do, in words for a person who has never seen the code.
 *
 * @type {Record<Code, string>}
 */
const MENDS = {
  LOB1001:
    "Correct the name; the message says which characters are allowed. A LOB and a model are two names: `lobreg` takes `fraud/churn`, the Action the inputs `lob: fraud` and `model: churn`.",
  LOB1002: "The message names the option, argument or input and what it should be. `lobreg help COMMAND` lists them.",
  LOB1003: "The message and the annotation name the file, the line and what is wrong. Nothing in the file was published.",
  LOB1004:
    "Check the spelling, and that the step that writes the model ran in this job. The Action takes paths from the workspace, `lobreg` from the current folder.",
  LOB1005: "The folder or file is empty, or `.lobignore` leaves every file out. Check that the step that writes the model ran to its end.",
  LOB1006:
    "The message names each path. Links are packed with `--follow-links` (the input `follow-links`) when they lead to something inside the folder. Devices, sockets and names that differ only by case or Unicode form have to go: rename them, or name them in `.lobignore`.",
  LOB1007: "Something still writes to the folder. Publish when it is done, or publish a copy.",
  LOB1008:
    "Metrics are finite numbers in a JSON object, or `name=number`. Tags are `key=value`. A description has at most 1,024 characters. The message names the one that is wrong.",
  LOB1009: "Name a target that does not exist, or an empty folder. `lobreg pull --force` replaces what is there.",
  LOB2001:
    "In a workflow: give the job `permissions: id-token: write`, and run `aws-actions/configure-aws-credentials` before. At a terminal: `aws sso login`, or set `AWS_PROFILE` or the access key variables. `aws sts get-caller-identity` tells whose credentials are in use.",
  LOB2002: "Give `--region` (the input `region`), set `AWS_REGION`, or put a region into the AWS profile.",
  LOB2003:
    "The message has the action and the resource where AWS tells them. The README lists the permissions that publishing and reading need; the bucket may also belong to another account than the LOB's row says.",
  LOB2004:
    "Get new credentials and run the same command again: what is uploaded already is not uploaded twice. For publishes longer than an hour raise `role-duration-seconds` and the role's MaxSessionDuration.",
  LOB2005: "Check the network, the region, `HTTPS_PROXY` and `NO_PROXY`, and `AWS_ENDPOINT_URL` where it is set.",
  LOB2006: "The LOB's row and the bucket do not agree. Check account and region; if they are right, deploy the LOB's Pulumi stack again.",
  LOB2007: "Account or region are not the LOB's, or its stack was removed. Check both, or deploy the stack again.",
  LOB2008:
    "The message has AWS's own words, and the details the request id. Run the same command again; if it stays, take the request id to AWS.",
  LOB2009: "Free some space, or name a target on another disk. Temporary files go to the folder that `TMPDIR` names.",
  LOB2010: "Run the same command again: what was begun is finished or done anew.",
  LOB3001:
    "The message says what each catalog table answered. Check the LOB's name, the account and the region; where the catalog table has a name of its own, give `--catalog-table` (the input `catalog-table`).",
  LOB3002: "`lobreg list LOB` shows the models.",
  LOB3003:
    "`lobreg list LOB/MODEL` shows the versions. One that is still being published can be read when its publisher is done; if that was interrupted, publishing the same content again finishes it.",
  LOB3004: "The LOB was upgraded by its Pulumi stack. Use a newer release of the Action or of `lobreg`.",
  LOB3005:
    "A key stands for one content. Use another key, or none. In a workflow, an old run was run again and its training gave something else: give a key with `github.run_attempt` in it to publish each attempt.",
  LOB3006:
    "Somebody put work into LATEST with the Python library and did not publish it. Publish it there first (`publish_artifact_version`), or publish over it with `--take-over` (the input `take-over`).",
  LOB3007:
    "Run the same command again: it goes on where it stands. A `concurrency` group in the workflow keeps publishes of one model apart.",
  LOB3008: "A model has 999,999 version numbers. Go on under another model name.",
  LOB3009:
    "Take another version. A withdrawn one can still be read with `lobreg pull --yanked`; publishing under a key that gave a removed version takes another key.",
  LOB3010:
    "The Python library published it, so what is in it is not known. `lobreg pull --archive` fetches the file as it is stored, verified against its sha256.",
  LOB4001:
    "Do not use this version. Something wrote to the bucket or the table past this program; `lobreg show` names each difference. The bucket's versioning may still hold what was there.",
  LOB4002: "Do not use it, and nothing of it was kept. Tell the owner of the LOB.",
  LOB4003:
    "Try once more. If it stays, the stored manifest is not what was published: tell the owner of the LOB. `lobreg pull --archive` does without it.",
  LOB4004: "Somebody changed a row by hand; the message names it. What S3 holds is not touched by this.",
  LOB9001: "Please report it, with the output of the same command with `--verbose`, or the log of a workflow run with debug logging.",
};

/** The whole page. */
export function errorsPage() {
  const codes = /** @type {Code[]} */ (Object.keys(CODES));
  const groups = Object.entries(GROUPS).map(([digit, title]) => {
    const entries = codes.filter((code) => code[3] === digit).map((code) => `### ${code}\n\n**${sentence(CODES[code])}** ${MENDS[code]}\n`);
    return `## ${digit}xxx: ${title}\n\n${entries.join("\n")}`;
  });
  return [INTRODUCTION, ...groups].join("\n");
}

/** @param {string} words */
const sentence = (words) => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const page = errorsPage();
  if (!process.argv.includes("--check")) {
    await writeFile(path, page);
  } else if ((await readFile(path, "utf8").catch(() => "")) !== page) {
    process.stderr.write("error: docs/errors.md is not what core/src/errors.ts says: run `node docs/errors.mjs` and commit it\n");
    process.exitCode = 1;
  }
}
