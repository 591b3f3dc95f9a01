// Writes doctor.md from the findings in core/src/doctor/findings.ts, so that each finding of `lobreg doctor` is on the page.
//   node docs/doctor.mjs           writes the page
//   node docs/doctor.mjs --check   fails when the page is not what this would write
// Runs on the pinned Node, without dependencies.
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { FINDINGS } from "../core/src/doctor/findings.ts";

/** @typedef {import("../core/src/doctor/findings.ts").Mender} Mender */

const path = join(dirname(fileURLToPath(import.meta.url)), "doctor.md");

const INTRODUCTION = `# Doctor

<!-- Written by docs/doctor.mjs from core/src/doctor/findings.ts. Change it there. -->

\`lobreg doctor LOB\` compares what S3 holds with what the tables say, finishes what publishers left half done, and makes rows anew that were
deleted. A published version *is* its object in S3: the tables are an index over the objects, and everything but a few facts can be made anew
from them.

\`\`\`console
$ lobreg doctor fraud
WHAT       FINDING       WHERE          DETAILS
needs you  stray         fraud/ltv      no version's name: ml-models/fraud/ltv/versions/notes.txt
mended     unindexed     fraud/churn@1  version 1 lost its row
mended     unfinished    fraud/churn@3  version 3 was reserved at 2026-11-26T01:37:14.559Z, and its object is there
mended     unindexed     fraud/ltv@1    version 1 was published by the Python library
noted      latest-draft  fraud/ltv      LATEST holds unpublished work of 3 bytes since 2026-11-26T01:37:15.000Z
\`\`\`

Below the table it says what each finding means. \`lobreg doctor fraud/churn\` looks at one model. \`--json\` gives a document with
\`findings\` and \`needsPerson\`.

| option | |
|---|---|
| \`--dry-run\` | nothing is changed; the table says what would be mended |
| \`--clean\` | deletes uploads that no version waits for and that are older than \`--age\`; without it they are named |
| \`--rebuild\` | makes rows anew that disagree with their object or cannot be understood; without it they are named, because somebody should find out which of the two is right |
| \`--busy MINUTES\` | a version on its way is left to its publisher for so long; 15 by default |
| \`--age HOURS\` | what nobody goes on with is given up after so long; 24 by default |

It ends with 0 when all is well or was mended, and with 1 when something needs a person, so that a nightly workflow turns red then
([example](../examples/workflows/doctor-nightly.yml)). A finding that a person has to know once (a version that was lost) is only noted in
later runs.

## When to run it

Every night, and after anything was deleted or restored by hand: rows, objects, a table from a backup. It needs no pause: publishers may be at
work, and other doctors. Each of its steps is one transaction or one conditional copy that names what was read. Whoever loses looks again. It
needs the permissions of a publisher, and a few for reading ([permissions](permissions.md)).

It costs one HEAD a version, a hundredth of a BatchGetItem a version and row pointer, and a few listings a model: about a cent for 20,000 versions. What it mends costs
what its publisher would have.

## What cannot be made anew

What only rows say is lost with them: tags, description, commit, run and actor of a version (its metrics are in its manifest), idempotency keys
that named it, and owner, description and tags of a model. Point-in-time recovery of the tables, which the component switches on, has them for 35 days.
A version whose object is gone can be had again from the bucket's noncurrent versions, as long as its lifecycle keeps them; doctor then takes it back.

## What it finds
`;

/** @type {Record<Mender, string>} */
const GROUPS = {
  doctor: "Mended whenever doctor may write",
  clean: "Mended with `--clean`",
  rebuild: "Mended with `--rebuild`",
  person: "Needs a person",
  nobody: "Only noted",
};

/** The whole page. */
export function doctorPage() {
  const groups = /** @type {[Mender, string][]} */ (Object.entries(GROUPS)).map(([mender, title]) => {
    const rows = Object.entries(FINDINGS)
      .filter(([, spec]) => spec.mender === mender)
      .map(([kind, { meaning, mend }]) => `| \`${kind}\` | ${meaning} | ${mend} |`);
    return [`### ${title}\n`, "| finding | what it means | what is done |", "|---|---|---|", ...rows, ""].join("\n");
  });
  return [INTRODUCTION, ...groups].join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const page = doctorPage();
  if (!process.argv.includes("--check")) {
    await writeFile(path, page);
  } else if ((await readFile(path, "utf8").catch(() => "")) !== page) {
    process.stderr.write("error: docs/doctor.md is not what core/src/doctor/findings.ts says: run `node docs/doctor.mjs` and commit it\n");
    process.exitCode = 1;
  }
}
