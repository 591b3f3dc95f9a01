// Writes doctor.md from the issues in core/src/doctor/issues.ts, so that each issue of `lobreg doctor` is on the page.
//   node docs/doctor.mjs           writes the page
//   node docs/doctor.mjs --check   fails if the page is stale
// Runs on the pinned Node, without dependencies.
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ISSUES } from "../core/src/doctor/issues.ts";

/** @typedef {import("../core/src/doctor/issues.ts").FixedBy} FixedBy */

const path = join(dirname(fileURLToPath(import.meta.url)), "doctor.md");

const INTRODUCTION = `[Documentation](README.md)

# Doctor

<!-- Written by docs/doctor.mjs from core/src/doctor/issues.ts. Change it there. -->

\`lobreg doctor LOB\` compares S3 with the tables, finishes interrupted publishes, and restores deleted rows. A published version *is* its
object in S3: the tables are an index over the objects, and nearly everything in them can be rebuilt.

\`\`\`console
$ lobreg doctor fraud
STATUS     ISSUE         WHERE          DETAILS
needs you  stray         fraud/ltv      not a version: ml-models/fraud/ltv/versions/notes.txt
repaired   unindexed     fraud/churn@1  version 1 has no row
repaired   unfinished    fraud/churn@3  version 3 was reserved at 2026-11-26T01:37:14.559Z and its object exists
repaired   unindexed     fraud/ltv@1    version 1 was published by the Python library
noted      latest-draft  fraud/ltv      LATEST holds 3 bytes of unpublished work, written at 2026-11-26T01:37:15.000Z
\`\`\`

Each kind of issue is explained below the table. \`lobreg doctor fraud/churn\` checks one model. \`--json\` prints a document with
\`issues\` and \`needsManualAction\`.

| Option | |
|---|---|
| \`--dry-run\` | change nothing; the table says what would be repaired |
| \`--clean\` | delete uploads that no version needs and that are older than \`--age\`; without it they are reported |
| \`--rebuild\` | rebuild rows that disagree with their object or cannot be parsed; without it they are reported, because someone should find out which of the two is right |
| \`--busy MINUTES\` | how long to treat an unfinished publish as still running (default 15) |
| \`--age HOURS\` | how long before unfinished work is abandoned (default 24) |

Exits 0 if everything is healthy or was repaired, and 1 if something needs manual action, so that a nightly workflow fails
([example](../examples/workflows/doctor-nightly.yml)). An issue that someone needs to know only once (a lost version) is noted in later runs.

## When to run it

Run it nightly, and after rows, objects or tables were deleted or restored by hand. It is safe during publishes and in parallel: each
step is one transaction or one conditional copy, and whichever process loses a race looks again. It needs the [permissions](permissions.md) of a publisher.

It costs one HEAD per version, one BatchGetItem per 100 version and pointer rows, and a few listings per model: about one cent for 20,000 versions. A repair costs
what its publisher would have paid.

## What cannot be restored

Values that only rows hold are lost with them: tags, description, commit, run and actor of a version (its metrics are in its manifest), its idempotency
keys, and a model's owner, description and tags. Point-in-time recovery of the tables, which the component turns on, keeps them for 35 days.
A version whose object is gone can be copied back from the bucket's noncurrent versions while its lifecycle keeps them; doctor then restores the version.

## Issues
`;

/** @type {Record<FixedBy, string>} */
const GROUPS = {
  doctor: "Repaired unless `--dry-run`",
  clean: "Repaired with `--clean`",
  rebuild: "Repaired with `--rebuild`",
  manual: "Needs manual action",
  none: "Noted only",
};

/** The whole page. */
export function doctorPage() {
  const groups = /** @type {[FixedBy, string][]} */ (Object.entries(GROUPS)).map(([fixedBy, title]) => {
    const rows = Object.entries(ISSUES)
      .filter(([, spec]) => spec.fixedBy === fixedBy)
      .map(([kind, { meaning, fix }]) => `| \`${kind}\` | ${meaning} | ${fix} |`);
    return [`### ${title}\n`, "| Issue | Meaning | Fix |", "|---|---|---|", ...rows, ""].join("\n");
  });
  return [INTRODUCTION, ...groups].join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const page = doctorPage();
  if (!process.argv.includes("--check")) {
    await writeFile(path, page);
  } else if ((await readFile(path, "utf8").catch(() => "")) !== page) {
    process.stderr.write("error: docs/doctor.md is stale: run `node docs/doctor.mjs` and commit it\n");
    process.exitCode = 1;
  }
}
