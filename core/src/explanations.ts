/**
 * Why each error comes up, and how to mend it, for a person who has never seen the code. `lobreg explain` prints it, and docs/errors.md is
 * written from it. Backticks set off what is typed; LOB and MODEL stand for the names at hand.
 */
import type { Code } from "./errors.js";

export interface Explanation {
  /** What has happened when this comes up, each as a sentence: the most frequent one first. */
  readonly causes: readonly [string, ...string[]];
  readonly mend: string;
  /** A command and what it says, as at a terminal that is wide enough. A test runs it. */
  readonly example?: string;
}

export const EXPLANATIONS: Readonly<Record<Code, Explanation>> = {
  LOB1001: {
    causes: [
      "A LOB and its model were given as one name, or as two, where it has to be the other: `lobreg` takes `fraud/churn`, the Action the inputs `lob: fraud` and `model: churn`.",
      "The name has a character that is not allowed, such as a capital letter in a LOB's name or a slash in a model's.",
    ],
    mend: "Correct the name; the message says which characters are allowed.",
    example: `$ lobreg list Fraud
lobreg: a LOB name is 1 to 22 characters: a lower-case letter, then lower-case letters, digits and "-"; got "Fraud" [LOB1001]
  Write LOB, LOB/MODEL or LOB/MODEL@VERSION, such as fraud/churn@7, fraud/churn@LATEST, fraud/churn@prod or fraud/churn@tree:<64 hexadecimal characters>.`,
  },
  LOB1002: {
    causes: [
      "An option, argument or input is missing, unknown, or not of the form that it takes.",
      "The region in use is not the one in which the LOB was declared.",
      "`AWS_ENDPOINT_URL` or another variable that is read holds something else than what belongs there.",
    ],
    mend: "The message names the option, argument, input or variable and what it should be. `lobreg help COMMAND` lists them, action/README.md the inputs.",
    example: `$ lobreg pull fraud/churn --forc
lobreg: unknown option '--forc' (Did you mean --force?) [LOB1002]
  Run \`lobreg pull --help\` for usage.`,
  },
  LOB1003: {
    causes: ["The file that the Action's input `config` names is not valid YAML, has a key that does not exist, or lists a model twice."],
    mend: "The message and the annotation name the line and what is wrong. Nothing in the file was published. action/README.md shows such a file.",
  },
  LOB1004: {
    causes: [
      "The path is misspelt, or taken from another folder: the Action takes paths from the workspace, `lobreg` from the current folder.",
      "The step that writes the model did not run in this job: another job's files are not there.",
      "The user that runs this may not read it, or a link leads nowhere.",
    ],
    mend: "Check the spelling, and that the model is written before it is published, in the same job. To carry files from job to job, use artifacts.",
    example: `$ lobreg publish fraud/churn biuld/churn
lobreg: there is nothing to publish at "biuld/churn": it does not exist [LOB1004]
  Name the folder or file of the built model. Looked for: {folder}/biuld/churn`,
  },
  LOB1005: {
    causes: [
      "The folder holds no file, or the file no byte: the step that writes the model stopped early.",
      "`.lobignore` leaves every file out.",
    ],
    mend: "Look into the folder, and at the log of the step that writes it.",
  },
  LOB1006: {
    causes: [
      "The folder holds symbolic links, which are not packed unless asked for.",
      "Two names differ only by case or Unicode form: on some computers they would be one file.",
      "There is a device, a socket or a pipe, or a name that some system cannot have.",
    ],
    mend: "The message names each path. Links to something inside the folder are packed with `--follow-links` (the input `follow-links`). Rename the others, or name them in `.lobignore`.",
    example: `$ lobreg publish fraud/churn linked
lobreg: In "{folder}/linked", "best.bin" is a symbolic link (to "weights.bin"). [LOB1006]
  Put a copy of the file in its place, ignore it in .lobignore, or let links inside the folder be followed.`,
  },
  LOB1007: {
    causes: ["A training, a copy or a download still writes to the folder while it is packed."],
    mend: "Publish when it is done, or publish a copy. Nothing was published.",
  },
  LOB1008: {
    causes: [
      "A metric is not a finite number: NaN of a failed evaluation, for example.",
      "A tag is not `key=value`, or one is given twice.",
      "There are more than 200 metrics or 50 tags, or the description has more than 1,024 characters.",
    ],
    mend: "The message names the one that is wrong. Longer texts belong into a file of the model.",
    example: `$ lobreg publish fraud/churn build --metrics auc=nan
lobreg: --metrics gives "auc" the value NaN, which is not a finite number [LOB1008]
  Leave the metric out, or give it a finite number.`,
  },
  LOB1009: {
    causes: ["Something stands at the target of a pull already, and is not overwritten unasked."],
    mend: "Name a target that does not exist, or an empty folder. `lobreg pull --force` replaces what is there.",
  },
  LOB1010: {
    causes: [
      "A gate is not in the language of gates: a word is misspelt, a bracket is missing, `=` stands for `==`.",
      "A metric's name has a slash, a dash or a space, and is not in quotes.",
      "`base` stands alone in a gate of several metrics, or a unit with what has none.",
    ],
    mend: "The message names the column and what should be there. docs/gates.md has the language, with examples to copy.",
    example: `$ lobreg diff old new --gate files=3
lobreg: the gate "files=3" is wrong at column 6: there is "=" where a comparison (>= <= == != > <) should be [LOB1010]
  Write "==" for equal. Gates look like "auc >= base - 0.005", "size <= 200MB" or "signature: compatible".`,
  },
  LOB1011: {
    causes: [
      "What is named is neither a file or folder that is there, nor a version as LOB/MODEL[@VERSION].",
      "What is named has an `@`, which makes it a version, and is a file or folder: that is written as `./a@b`.",
      "A file whose name ends in `.tar.gz` or `.tgz` is compared by what it holds, and this one is no archive.",
    ],
    mend: "Check the spelling, and that the step that makes it ran. A model that is itself a `.tar.gz` goes into a folder, and the folder is compared.",
    example: `$ lobreg diff fraud/churn dist/fraud/churn
lobreg: "dist/fraud/churn" is neither an existing file or folder nor LOB/MODEL[@VERSION] [LOB1011]
  Check the spelling, and that the step that builds it ran.`,
  },
  LOB2001: {
    causes: [
      "In a workflow: the job lacks `permissions: id-token: write`, or no step with `aws-actions/configure-aws-credentials` ran before. A pull request from a fork can have neither.",
      "At a terminal: nobody is logged in, or `AWS_PROFILE` names another profile than you think.",
      "The keys are wrong, of another partition, or hold a line feed that was copied along; or this machine's clock is wrong.",
    ],
    mend: "In a workflow, add what is missing. At a terminal, `aws sso login`, or set `AWS_PROFILE` or the access key variables. `aws sts get-caller-identity` tells whose credentials are in use.",
  },
  LOB2002: {
    causes: ["Neither an option nor a variable nor the AWS profile names a region."],
    mend: "Give `--region` (the input `region`), set `AWS_REGION`, or put a region into the AWS profile.",
  },
  LOB2003: {
    causes: [
      "The role in use lacks a permission, or is not one of this LOB's.",
      "The bucket belongs to another account than the LOB's row says: each request names the account that must own it.",
      "A policy of the bucket, the organization or a VPC endpoint denies it. The bucket's own policy denies every write to a number that is not conditional, and every deletion.",
    ],
    mend: "The message has the action and the resource where AWS tells them, and the request id. docs/permissions.md has the permissions of each role; ask the platform team to add this repository or principal to the LOB.",
  },
  LOB2004: {
    causes: [
      "A role's session ended while the command ran: after an hour by default.",
      "The credentials in the environment are those of an earlier login.",
    ],
    mend: "Get new credentials and run the same command again: what is published stays, and bytes that a row names are not uploaded twice. For publishes longer than an hour raise `role-duration-seconds` and the role's MaxSessionDuration.",
  },
  LOB2005: {
    causes: [
      "No network, no name resolution, or a firewall between here and AWS.",
      "A proxy is needed and not set, or one is set that cannot be reached.",
      "A proxy of the company encrypts anew, with a certificate that Node does not know.",
      "`AWS_ENDPOINT_URL` points to something that is not running.",
    ],
    mend: "Check the network, the region, `HTTPS_PROXY` and `NO_PROXY`, and `AWS_ENDPOINT_URL` where it is set. Give Node the company's certificate by `NODE_EXTRA_CA_CERTS`. Then run the same command again.",
    example: `$ AWS_ENDPOINT_URL=http://127.0.0.1:9 lobreg list fraud
lobreg: looking for LOB fraud in table fraud-model-catalog: AWS cannot be reached (ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:9) [LOB2005]
  Check the network, the region, the proxy variables (HTTPS_PROXY, NO_PROXY) and AWS_ENDPOINT_URL.`,
  },
  LOB2006: {
    causes: ["The bucket that the LOB's row names was deleted, or is in another region.", "The account in use is another one."],
    mend: "Check account and region; if they are right, deploy the LOB's Pulumi stack again.",
  },
  LOB2007: {
    causes: ["Account or region are not the LOB's.", "The LOB's stack was removed, or a table or an index of it by hand."],
    mend: "Check both, or deploy the stack again.",
  },
  LOB2008: {
    causes: [
      "AWS has an error of its own, or asks for fewer requests, for longer than the retries last.",
      "The bucket's KMS key is disabled or was deleted.",
      "A request is refused for a reason that this release does not know.",
    ],
    mend: "The message has AWS's own words, the details the request id. Run the same command again; if it stays, take the request id to AWS.",
  },
  LOB2009: {
    causes: [
      "The disk is full, or the user may not write there.",
      "The temporary folder is too small for the list of a large model's files.",
    ],
    mend: "Free some space, or name a target on another disk. Temporary files go to the folder that `TMPDIR` names.",
  },
  LOB2010: {
    causes: ["Somebody pressed Ctrl-C, cancelled the workflow run, or its time was up."],
    mend: "Run the same command again: what was begun is finished or done anew.",
  },
  LOB2011: {
    causes: [
      "The job lacks a permission: comments need `permissions: pull-requests: write`, check runs `checks: write`. Once a job has `permissions:`, all that is not listed there is taken away.",
      "The pull request comes from a fork, whose token may only read; so does that of a pull request by Dependabot.",
      "The token in `github-token` is wrong, has expired, or has no access to this repository.",
      "The conversation of the pull request is locked.",
    ],
    mend: "The message has GitHub's words, the hint the line that is missing. For pull requests from forks, examples/workflows/comment-on-forks.yml comments from a job of its own. Where the repository's or the organization's settings cap what workflows may do, ask who may change them.",
  },
  LOB2012: {
    causes: [
      "No network, no name resolution, or a firewall between the runner and GitHub.",
      "A proxy is needed and not set, or one is set that cannot be reached; the runner reads `https_proxy`, `http_proxy` and `no_proxy`.",
      "GitHub has an outage, or asks for fewer requests for longer than the retries last.",
      "`GITHUB_API_URL` leads to something else than GitHub.",
    ],
    mend: "Run the job again: a comment that is there is updated, and none is written twice. If it stays, check the runner's network and proxy, and githubstatus.com.",
  },
  LOB2013: {
    causes: ["The first `node` on the PATH is older than the minimum in the package's `engines`, often the one of the operating system."],
    mend: "Install a newer Node; the message names the version found and the version needed. In a clone, `npx lobreg` runs on the Node that the clone installs.",
  },
  LOB3001: {
    causes: [
      "The name is misspelt, or account or region are not the LOB's.",
      "The LOB's row is in a catalog table with a name of its own.",
      "The role in use may not read the table.",
    ],
    mend: "The message says what each catalog table answered. Check the LOB's name, the account and the region; give `--catalog-table` (the input `catalog-table`) where the table has a name of its own.",
    example: `$ lobreg list fruad
lobreg: LOB fruad is not found in us-east-1: fruad-model-catalog does not exist; model-catalog does not exist [LOB3001]
  Check the LOB's name, the region and the account (\`aws sts get-caller-identity\`); where the catalog table has another name, give it (--catalog-table, the input \`catalog-table\`).`,
  },
  LOB3002: {
    causes: ["The name is misspelt.", "Nothing was published to the model yet, or only by the Python library."],
    mend: "`lobreg list LOB` shows the models.",
    example: `$ lobreg show fraud/chrun
lobreg: LOB fraud has no model chrun [LOB3002]
  Check the name: \`lobreg list fraud\` shows the models.`,
  },
  LOB3003: {
    causes: [
      "The model has no version with this number or digest.",
      "It is still being published, or its publisher was interrupted.",
      "It was removed.",
    ],
    mend: "`lobreg list LOB/MODEL` shows the versions. One that is still being published can be read when its publisher is done; if that was interrupted, publishing the same content again finishes it.",
    example: `$ lobreg pull fraud/churn@12
lobreg: fraud/churn has no version 12 [LOB3003]
  \`lobreg list fraud/churn\` shows the versions. The newest is 2.`,
  },
  LOB3004: {
    causes: ["The platform team deployed the LOB with a newer release of the component than this program is of."],
    mend: "Use a newer release of the Action or of `lobreg`. Nothing was written.",
  },
  LOB3005: {
    causes: [
      "The same key was given for other content before.",
      "An old workflow run was run again, and its training gave something else: the key of the Action is the run.",
    ],
    mend: "A key stands for one content. Use another key, or none. In a workflow, give a key with `github.run_attempt` in it to publish each attempt.",
    example: `$ lobreg publish fraud/churn other --idempotency-key november
lobreg: the idempotency key november was used for other content: it gave version 2 [LOB3005]
  A key stands for one content. Use another key, or none; in a workflow, let training be deterministic or publish what the first attempt built.`,
  },
  LOB3006: {
    causes: [
      "Somebody put work into LATEST with the Python library and did not publish it; publishing here would hide it from everybody who reads LATEST.",
    ],
    mend: "Publish it there first (`publish_artifact_version`), or publish over it with `--take-over` (the input `take-over`). The bucket's versioning keeps the older LATEST for a day.",
  },
  LOB3007: {
    causes: ["So many publishers write to one model that this one lost every race for minutes."],
    mend: "Run the same command again: it goes on where it stands. A `concurrency` group in the workflow keeps publishes of one model apart.",
  },
  LOB3008: {
    causes: ["The model has 999,999 version numbers, which is all that the names of the objects have room for."],
    mend: "Go on under another model name.",
  },
  LOB3009: {
    causes: ["The owner withdrew the version, or removed it.", "The idempotency key belongs to a version that was removed."],
    mend: "Take another version. A withdrawn one can still be read with `lobreg pull --yanked`; publishing under a key that gave a removed version takes another key.",
  },
  LOB3010: {
    causes: ["The Python library published it, so there is no list of what is in it to verify its files against."],
    mend: "`lobreg pull --archive` fetches the file as it is stored, verified against its sha256.",
  },
  LOB3020: {
    causes: [
      "Another model of this name was published to the LOB before, or both places went on to publish after they were equal.",
      "An alias was moved in the LOB, or made there before the migration.",
    ],
    mend: "`lobreg migrate` never overwrites. From the first number on that holds something else, the two histories have parted, and nothing above is migrated: compare both with `lobreg show` and the Python library, and give one of them another model name. An alias of the LOB stays as it is.",
  },
  LOB3021: {
    causes: [
      "Somebody put work into LATEST with the Python library and did not publish it.",
      "The source's newest version has the bytes of an older one, and newer versions came to the LOB before it: it cannot become the newest there.",
    ],
    mend: "It stays a draft, and is brought along as one. Publish it with the library (`publish_artifact_version`), or over it with `lobreg publish --take-over`.",
  },
  LOB3022: {
    causes: [
      "The model's `versions/` has numbers and no LATEST: somebody deleted it.",
      "The model's `versions/` holds a name that is no version.",
    ],
    mend: "A missing LATEST is made anew from the newest number. What else the message names has to be moved away by you; where it is copied, nothing of that comes along.",
  },
  LOB3023: {
    causes: [
      "The table was brought from elsewhere: the Pulumi component declares every index.",
      "Its indexes may not be looked at with these credentials.",
    ],
    mend: "The message has the command that adds it. DynamoDB makes one index at a time, and fills it with the rows that are there. Until then `lobreg list` fails; nothing else does.",
  },
  LOB3024: {
    causes: [
      "The Python library takes names that a LOB does not.",
      "The files of the source have another suffix than those of the LOB, which is only told.",
    ],
    mend: "The message says which characters are allowed. Put the model or alias under another name with the Python library, and migrate again.",
  },
  LOB3025: {
    causes: [
      "The alias follows LATEST: an alias of the registry points to a number.",
      "The version that it points to was deleted, or is not migrated.",
    ],
    mend: "One that follows LATEST keeps its file, which the Python library goes on reading; there is nothing to do. Any other has to be moved first, with the library's `put_alias`.",
  },
  LOB3026: {
    causes: [
      "Bucket, prefix or suffix are not those of the library's `Repository`.",
      "The source is of the library's S3 and DynamoDB back end, and its table was not named.",
    ],
    mend: 'Check `--from` and `--suffix` (the library\'s default is none: `--suffix ""`), and give `--table` for its S3 and DynamoDB back end.',
  },
  LOB3027: {
    causes: ["Versions were deleted in the source.", "An object or a record of the source has a number far above all others."],
    mend: "Of a gap there is nothing to do: it is not filled, and no number is given out again. A number more than 1,000 above the one before is left with all above it, because it would use up the model's numbers: take it away in the source, and migrate again.",
  },
  LOB3028: {
    causes: ["The Python library deletes a version of its S3 and DynamoDB back end by a mark in its table; the bytes stay."],
    mend: "There is nothing to do: its number is kept free, and its bytes stay in the source. To bring one along, publish its bytes anew.",
  },
  LOB3029: {
    causes: ["Somebody deleted the row, or the table is older than the bucket."],
    mend: "`lobreg doctor` makes the row anew from the object.",
  },
  LOB3030: {
    causes: [
      "The alias has another name.",
      "It was not made yet: no command of this release makes one, but `lobreg migrate` brings those of the Python library.",
    ],
    mend: "The message names the aliases that the model has. A version is also named by its number, or as LATEST.",
    example: `$ lobreg show fraud/churn@prod
lobreg: fraud/churn has no alias prod [LOB3030]
  It has none. A version is also named by its number, or as LATEST: \`lobreg list fraud/churn\` shows them.`,
  },
  LOB4001: {
    causes: [
      "Something wrote to the bucket or the table past this program.",
      "The artifact or its row was deleted, or restored from a backup that is older than the other.",
    ],
    mend: "Do not use this version. `lobreg show` names each difference. The bucket's versioning may still hold what was there: tell the owner of the LOB.",
  },
  LOB4002: {
    causes: ["The archive is not what it was made to be: cut short, altered, or built to write outside its folder or to fill the disk."],
    mend: "Do not use it; nothing of it was kept. Tell the owner of the LOB.",
  },
  LOB4003: {
    causes: [
      "The stored manifest is not what was published, or was read incompletely.",
      "A newer release wrote it, in a form that this one does not know.",
    ],
    mend: "Try once more, with the newest release. If it stays, tell the owner of the LOB. `lobreg pull --archive` does without it.",
  },
  LOB4004: {
    causes: ["Somebody changed or deleted a row by hand, or it was written by another program."],
    mend: "The message names the row. What S3 holds is not touched by this: tell the owner of the LOB.",
  },
  LOB4005: {
    causes: [
      "The file is no report of a comparison of models, or was cut off on its way from one job to the other.",
      "A newer release wrote it.",
      "Somebody made it to mislead the job that reads it: a pull request from a fork decides what its own jobs write.",
    ],
    mend: "Nothing of the report was used. Run both jobs with the same release, and the one that compares again; if the message stays, look at what the pull request changes in the workflow.",
  },
  LOB4020: {
    causes: [
      "Somebody replaced the object after the Python library had put it, or damaged it.",
      "The source is written to while it is migrated.",
    ],
    mend: "The version is not migrated. Restore the object from the bucket's noncurrent versions or a backup, or delete it, and migrate again.",
  },
  LOB4021: {
    causes: [
      "The object was put by other means than the Python library: it gives each `artifact_name` and `artifact_sha256`, and fails on one without.",
      "The model's folder was copied from one of another name.",
    ],
    mend: "Put the object anew with the library, or copy it over itself with these two as metadata, and migrate again. Where it is copied from another place, the checksum of its bytes is taken, because nothing says what it must be.",
  },
  LOB4022: {
    causes: [
      "The table has a record, and the bucket no object, or the other way round: the library never finished publishing or deleting.",
      "`--table` names the table of another Repository.",
    ],
    mend: "The table decides what a version is. Restore a missing object; publish again what has no record; of two checksums see which is right. Then migrate again.",
  },
  LOB4023: {
    causes: ["Somebody wrote the alias by hand, or another program did."],
    mend: "The message says what is wrong. Make the alias anew with the library's `put_alias`, and migrate again.",
  },
  LOB4024: {
    causes: ["A lifecycle rule moved the object to Glacier, where it can be neither read nor copied."],
    mend: "Restore it (`aws s3api restore-object`), wait until that is done, and migrate again: the rest is there already.",
  },
  LOB9001: {
    causes: ["This program does not do what it should."],
    mend: "Please report it, with the output of the same command with `--verbose`, or the log of a workflow run with debug logging. Neither holds secrets. A publish can be run again safely.",
  },
};
