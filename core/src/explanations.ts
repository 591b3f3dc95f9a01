/**
 * Causes and fix of each error, for a user who has never seen the code. `lobreg explain` prints them, and docs/errors.md is generated from
 * them. Backticks mark what the user types; LOB and MODEL are placeholders.
 */
import type { ErrorCode } from "./errors.js";

export interface Explanation {
  /** Possible causes, each as a sentence, the most frequent first. */
  readonly causes: readonly [string, ...string[]];
  readonly fix: string;
  /** A command and its output on a terminal that is wide enough. A test runs it. */
  readonly example?: string;
}

export const EXPLANATIONS: Readonly<Record<ErrorCode, Explanation>> = {
  LOB1001: {
    causes: [
      "LOB and model are in the wrong form: `lobreg` takes one name (`fraud/churn`), the Action two inputs (`lob: fraud` and `model: churn`).",
      "The name contains a character that is not allowed, e.g. a capital letter in a LOB's name or a slash in a model's name.",
    ],
    fix: "Correct the name; the message says which characters are allowed.",
    example: `$ lobreg list Fraud
lobreg: a LOB name is 1 to 40 characters: a lower-case letter, then lower-case letters, digits, "-" and "_"; got "Fraud" [LOB1001]
  Write LOB, LOB/MODEL or LOB/MODEL@VERSION, such as fraud/churn@7, fraud/churn@LATEST, fraud/churn@prod or fraud/churn@tree:<64 hexadecimal characters>.`,
  },
  LOB1002: {
    causes: [
      "An option, argument or input is missing, unknown or has the wrong format.",
      "The region in use is not the LOB's region.",
      "`AWS_ENDPOINT_URL` or another environment variable has an invalid value.",
    ],
    fix: "Correct the option, argument, input or variable that the message names. `lobreg help COMMAND` lists options and arguments; action/README.md lists inputs.",
    example: `$ lobreg pull fraud/churn --forc
lobreg: unknown option '--forc' (Did you mean --force?) [LOB1002]
  Run \`lobreg pull --help\` for usage.`,
  },
  LOB1003: {
    causes: ["The file named by the Action's input `config` is not valid YAML, has an unknown key, or lists a model twice."],
    fix: "Correct the line that the message and the annotation name. Nothing in the file was published. action/README.md has an example.",
  },
  LOB1004: {
    causes: [
      "The path is misspelt, or relative to another folder: the Action resolves paths from the workspace, `lobreg` from the current folder.",
      "The step that writes the model did not run in this job. Files of other jobs are not available.",
      "The current user may not read the path, or it is a broken link.",
    ],
    fix: "Check the spelling, and that an earlier step of the same job writes the model. Use artifacts to pass files between jobs.",
    example: `$ lobreg publish fraud/churn biuld/churn
lobreg: there is nothing to publish at "biuld/churn": it does not exist [LOB1004]
  Name the folder or file of the built model. Looked for: {folder}/biuld/churn`,
  },
  LOB1005: {
    causes: ["The folder or the file is empty because the step that writes the model stopped early.", "`.lobignore` excludes every file."],
    fix: "Check the folder and the log of the step that writes it.",
  },
  LOB1006: {
    causes: [
      "The folder contains symbolic links, which are not packed by default.",
      "Two names differ only by case or Unicode form, so that they would be the same file on some computers.",
      "The folder contains a device, a socket, a pipe, or a name that some operating systems do not allow.",
      "A name (`.env`, `.aws`, `.ssh`, `.netrc`) or the content says that a file holds credentials or a private key.",
      "A file is a Git LFS pointer: the checkout did not fetch the content.",
    ],
    fix: "The message names each path and what to do with it. `.lobignore` leaves out what a line names; a line `!/NAME` packs a file with credentials. A Hugging Face snapshot consists of links: publish it with `--follow-links-to` (the input `follow-links-to`) and the folder `blobs` beside it.",
    example: `$ lobreg publish fraud/churn linked
lobreg: in "{folder}/linked", "best.bin" is a symbolic link (to "weights.bin") [LOB1006]
  Pack the target of "best.bin": \`--follow-links\` (the input \`follow-links\`) follows links inside the folder, \`--follow-links-to FOLDER\` (\`follow-links-to\`) also those that lead into that folder.`,
  },
  LOB1007: {
    causes: ["A training, a copy or a download was still writing to the folder while it was packed."],
    fix: "Nothing was published. Publish when the other process is done, or publish a copy.",
  },
  LOB1008: {
    causes: [
      "A metrics file is not a JSON object, or `--metrics` is neither a file nor `name=number`. NaN and infinity do not fail a publish; they are skipped with a warning.",
      "A tag is not in the form `key=value`, or a tag is given twice.",
      "There are more than 50 tags, or the description is longer than 1,024 characters.",
    ],
    fix: "Correct the value that the message names. Put longer texts into a file of the model.",
    example: `$ lobreg publish fraud/churn build --tag team
lobreg: --tag holds "team", which is not name=value [LOB1008]
  Write each tag like "team=risk".`,
  },
  LOB1009: {
    causes: ["The target of a pull already exists, and is not overwritten by default."],
    fix: "Name a target that does not exist, or an empty folder. `lobreg pull --force` replaces the target.",
  },
  LOB1010: {
    causes: [
      "A gate has a syntax error: a misspelt word, a missing bracket, or `=` instead of `==`.",
      "A metric name with a slash, a dash or a space is not in quotes.",
      "`base` is used alone in a gate of several metrics, or a value without units is compared with one that has a unit, e.g. `auc >= 5MB`.",
    ],
    fix: "The message names the column and what was expected there. docs/gates.md describes the syntax, with examples to copy.",
    example: `$ lobreg diff old new --gate files=3
lobreg: the gate "files=3" is invalid at column 6: expected a comparison (>= <= == != > <), but found "=" [LOB1010]
  Write "==" for equal. Gates look like "auc >= base - 0.005", "size <= 200MB" or "signature: compatible".`,
  },
  LOB1011: {
    causes: [
      "The argument is neither an existing file or folder nor a version in the form LOB/MODEL[@VERSION].",
      "A file or folder whose name contains `@` was read as a version. Write it as `./a@b`.",
      "A file whose name ends in `.tar.gz` or `.tgz` is compared by its contents, but this one is not an archive.",
    ],
    fix: "Check the spelling, and that the step that builds the model ran. To compare a model that is itself a `.tar.gz`, put it into a folder and compare the folder.",
    example: `$ lobreg diff fraud/churn dist/fraud/churn
lobreg: "dist/fraud/churn" is neither an existing file or folder nor LOB/MODEL[@VERSION] [LOB1011]
  Check the spelling, and that the step that builds it ran.`,
  },
  LOB1012: {
    causes: [
      "Weights are cut off, a shard or the external data of a model is missing, or a file does not have the structure of its format.",
      "A name in the model cannot exist on Windows.",
    ],
    fix: "Nothing was uploaded. Repair the files that the message names. Without `--fail-on warnings` (the input `fail-on`) the same publish succeeds and reports the warnings.",
  },
  LOB2001: {
    causes: [
      "In a workflow: the job lacks `permissions: id-token: write`, or no step with `aws-actions/configure-aws-credentials` ran before. Pull requests from forks can have neither.",
      "At a terminal: you are not logged in, or `AWS_PROFILE` names the wrong profile.",
      "The keys are wrong, belong to another AWS partition, or contain a copied line break; or this machine's clock is wrong.",
    ],
    fix: "In a workflow, add what is missing. At a terminal, run `aws sso login`, or set `AWS_PROFILE` or the access key variables. `aws sts get-caller-identity` shows whose credentials are in use.",
  },
  LOB2002: {
    causes: ["No option, environment variable or AWS profile sets a region."],
    fix: "Give `--region` (the input `region`), set `AWS_REGION`, or set a region in the AWS profile.",
  },
  LOB2003: {
    causes: [
      "The role in use lacks a permission, or belongs to another LOB.",
      "The bucket does not belong to the account in the LOB's row. Each request names the account that must own the bucket.",
      "A policy of the bucket, the organization or a VPC endpoint denies access. The bucket's own policy denies deletions and unconditional writes to version numbers.",
    ],
    fix: "The message contains the request id, and the action and the resource if AWS names them. docs/permissions.md lists the permissions of each role. Ask the platform team to add this repository or principal to the LOB.",
  },
  LOB2004: {
    causes: [
      "The role's session ended while the command ran. Sessions last one hour by default.",
      "The credentials in the environment are from an earlier login.",
    ],
    fix: "Get new credentials and run the same command again: it keeps what is already published or uploaded. For publishes longer than an hour, raise `role-duration-seconds` and the role's MaxSessionDuration.",
  },
  LOB2005: {
    causes: [
      "There is no network, name resolution fails, or a firewall blocks AWS.",
      "A required proxy is not set, or the proxy that is set cannot be reached.",
      "A company proxy re-encrypts connections with a certificate that Node does not trust.",
      "`AWS_ENDPOINT_URL` points to a server that is not running.",
    ],
    fix: "Check the network, the region, `HTTPS_PROXY`, `NO_PROXY` and `AWS_ENDPOINT_URL`. Set `NODE_EXTRA_CA_CERTS` to the company's certificate. Then run the same command again.",
    example: `$ AWS_ENDPOINT_URL=http://127.0.0.1:9 lobreg list fraud
lobreg: looking for LOB fraud in table fraud-model-catalog: AWS cannot be reached (ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:9) [LOB2005]
  Check the network, the region, the proxy variables (HTTPS_PROXY, NO_PROXY) and AWS_ENDPOINT_URL.`,
  },
  LOB2006: {
    causes: ["The bucket in the LOB's row was deleted, or is in another region.", "The credentials in use belong to another account."],
    fix: "Check the account and the region. If they are right, deploy the LOB's Pulumi stack again.",
  },
  LOB2007: {
    causes: [
      "The account or the region in use is not the LOB's.",
      "The LOB's stack was removed, or a table or an index was removed by hand.",
    ],
    fix: "Check the account and the region, or deploy the stack again.",
  },
  LOB2008: {
    causes: [
      "AWS had an internal error or limited the request rate for longer than the retries last.",
      "The bucket's KMS key is disabled or was deleted.",
      "AWS refused a request for a reason that this release does not know.",
    ],
    fix: "The message quotes AWS; the details contain the request id. Run the same command again. If the error persists, send the request id to AWS support.",
  },
  LOB2009: {
    causes: [
      "The disk is full, or the current user may not write there.",
      "The temporary folder is too small for the file list of a large model.",
    ],
    fix: "Free some space, or name a target on another disk. `TMPDIR` sets the folder for temporary files.",
  },
  LOB2010: {
    causes: ["Someone pressed Ctrl-C or cancelled the workflow run, or the run timed out."],
    fix: "Run the same command again: it resumes or repeats unfinished work.",
  },
  LOB2011: {
    causes: [
      "The job lacks a permission: comments need `permissions: pull-requests: write`, check runs need `checks: write`. A job with `permissions:` has only the permissions listed there.",
      "The pull request comes from a fork or from Dependabot, so the token is read-only.",
      "The token in `github-token` is wrong, has expired, or has no access to this repository.",
      "The pull request's conversation is locked.",
    ],
    fix: "The message quotes GitHub; the hint shows the missing line. For pull requests from forks, examples/workflows/comment-on-forks.yml comments from a separate job. If settings of the repository or the organization limit workflow permissions, ask an administrator to change them.",
  },
  LOB2012: {
    causes: [
      "There is no network, name resolution fails, or a firewall blocks GitHub.",
      "A required proxy is not set, or the proxy that is set cannot be reached. The runner reads `https_proxy`, `http_proxy` and `no_proxy`.",
      "GitHub had an outage or limited the request rate for longer than the retries last.",
      "`GITHUB_API_URL` does not point to GitHub.",
    ],
    fix: "Run the job again: it updates an existing comment and never adds a second one. If the error persists, check the runner's network and proxy, and githubstatus.com.",
  },
  LOB2013: {
    causes: ["The first `node` on the PATH, often the operating system's, is older than the minimum in the package's `engines`."],
    fix: "Install a newer Node; the message names the version found and the version needed. In a clone, `npx lobreg` runs on the Node version that `npm ci` installs.",
  },
  LOB3001: {
    causes: [
      "The name is misspelt, or the account or the region is not the LOB's.",
      "The LOB's row is in a catalog table with a custom name.",
      "The role in use may not read the table.",
    ],
    fix: "The message says what was found in each catalog table. Check the LOB's name, the account and the region. If the catalog table has a custom name, give it with `--catalog-table` (the input `catalog-table`).",
    example: `$ lobreg list fruad
lobreg: LOB fruad was not found in us-east-1: fruad-model-catalog does not exist; model-catalog does not exist [LOB3001]
  Check the LOB's name, the region and the account (\`aws sts get-caller-identity\`). If the catalog table has another name, pass it (--catalog-table, the input \`catalog-table\`).`,
  },
  LOB3002: {
    causes: ["The name is misspelt.", "Nothing was published to the model yet, or only the Python library published to it."],
    fix: "`lobreg list LOB` shows the models.",
    example: `$ lobreg show fraud/chrun
lobreg: LOB fraud has no model chrun [LOB3002]
  Check the name: \`lobreg list fraud\` shows the models.`,
  },
  LOB3003: {
    causes: [
      "The model has no version with this number or digest.",
      "The version is still being published, or its publisher was interrupted.",
      "The version was removed.",
    ],
    fix: "`lobreg list LOB/MODEL` shows the versions. A version that is being published becomes readable when its publisher is done. If the publisher was interrupted, publish the same content again to finish the version.",
    example: `$ lobreg pull fraud/churn@12
lobreg: fraud/churn has no version 12 [LOB3003]
  \`lobreg list fraud/churn\` shows the versions. The newest is 2.`,
  },
  LOB3004: {
    causes: ["The platform team deployed the LOB with a newer release of the component than this program supports."],
    fix: "Use a newer release of the Action or of `lobreg`. Nothing was written.",
  },
  LOB3005: {
    causes: [
      "The same key was used for other content before.",
      "An old workflow run was run again, and its training produced different content. The Action uses the run as the key.",
    ],
    fix: "A key stays with the content it was first used for. Use another key, or no key, or accept its version with `--if-key-used keep` (the input `if-key-used`). In a workflow, use a key that contains `github.run_attempt` to publish each attempt.",
    example: `$ lobreg publish fraud/churn other --idempotency-key november
lobreg: the idempotency key november was used for other content, which is version 2 [LOB3005]
  A key stays with the content it was first used for. Use another key or none; in a workflow, make training deterministic or publish what the first attempt built.`,
  },
  LOB3006: {
    causes: [
      "Someone put work into LATEST with the Python library and did not publish it. Publishing now would hide that work from readers of LATEST.",
    ],
    fix: "Publish that work first with the library (`publish_artifact_version`), or replace it with `--take-over` (the input `take-over`). The bucket's versioning keeps the older LATEST for a day.",
  },
  LOB3007: {
    causes: ["So many publishers write to the model that this one lost every race for minutes."],
    fix: "Run the same command again to resume. A `concurrency` group in the workflow makes publishes of one model run one after another.",
  },
  LOB3008: {
    causes: ["The model has 999,999 version numbers, the most that object names allow."],
    fix: "Publish under another model name.",
  },
  LOB3009: {
    causes: ["The owner withdrew or removed the version.", "The idempotency key belongs to a version that was removed."],
    fix: "Use another version. `lobreg pull --yanked` still reads a withdrawn version. To publish, use another key than that of the removed version.",
  },
  LOB3010: {
    causes: ["The Python library published the version, so there is no file list to verify its files against."],
    fix: "`lobreg pull --archive` fetches the stored file and verifies its sha256.",
  },
  LOB3020: {
    causes: [
      "Another model of this name was published to the LOB before, or both LOB and source received new versions after a migration.",
      "An alias was moved in the LOB, or created there before the migration.",
    ],
    fix: "`lobreg migrate` never overwrites. At the first number with different content the two histories diverge, and no version from there on is migrated. Compare both with `lobreg show` and the Python library, and give one of them another model name. Aliases of the LOB stay unchanged.",
  },
  LOB3021: {
    causes: [
      "Someone put work into LATEST with the Python library and did not publish it.",
      "The source's newest version has the bytes of an older one, and the LOB already has newer versions, so it cannot become the newest there.",
    ],
    fix: "The work is migrated as a draft. Publish it with the library (`publish_artifact_version`), or replace it with `lobreg publish --take-over`.",
  },
  LOB3022: {
    causes: [
      "The model's `versions/` folder has numbers but no LATEST, because someone deleted it.",
      "The model's `versions/` folder contains a name that is not a version.",
    ],
    fix: "A missing LATEST is restored from the newest number. Move other objects that the message names out of the folder; a migration that copies leaves them behind.",
  },
  LOB3023: {
    causes: [
      "The table was not created by the Pulumi component, which declares every index.",
      "The credentials in use may not read the table's indexes.",
    ],
    fix: "Run the command in the message to add the index. DynamoDB creates one index at a time and fills it from existing rows. Until then only `lobreg list` fails.",
  },
  LOB3024: {
    causes: [
      "The Python library allows names that a LOB does not.",
      "The source's files have another suffix than the LOB's. This is only a note.",
    ],
    fix: "The message says which characters are allowed. Rename the model or alias with the Python library, and migrate again.",
  },
  LOB3025: {
    causes: [
      "The alias follows LATEST, but an alias of the registry points to a number.",
      "The version that the alias points to was deleted, or is not migrated.",
    ],
    fix: "If the alias follows LATEST, do nothing: its file stays, and the Python library keeps reading it. Otherwise move the alias first with the library's `put_alias`.",
  },
  LOB3026: {
    causes: [
      "Bucket, prefix or suffix differ from the library's `Repository`.",
      "The source uses the library's S3 and DynamoDB back end, and its table was not named.",
    ],
    fix: 'Check `--from` and `--suffix` (the library\'s default is no suffix: `--suffix ""`), and give `--table` for its S3 and DynamoDB back end.',
  },
  LOB3027: {
    causes: ["Versions were deleted in the source.", "An object or a record in the source has a number far above all others."],
    fix: "A gap needs no action: it stays empty, and its numbers are never reused. If a number is more than 1,000 above the previous one, it and all higher numbers are skipped, because they would use up the model's numbers. Remove that number from the source, and migrate again.",
  },
  LOB3028: {
    causes: ["The Python library's S3 and DynamoDB back end deletes a version by a mark in its table, and keeps the bytes."],
    fix: "No action is needed: the number stays unused, and the bytes stay in the source. To migrate such a version, publish its bytes again.",
  },
  LOB3029: {
    causes: ["Someone deleted the row, or the table was restored from an older backup than the bucket."],
    fix: "`lobreg doctor` restores the row from the object.",
  },
  LOB3030: {
    causes: [
      "The name is misspelt.",
      "The alias was not created yet. No command of this release creates aliases; `lobreg migrate` copies those of the Python library.",
    ],
    fix: "The message names the model's aliases. You can also name a version by its number, or as LATEST.",
    example: `$ lobreg show fraud/churn@prod
lobreg: fraud/churn has no alias prod [LOB3030]
  The model has no aliases. You can also name a version by its number, or as LATEST: \`lobreg list fraud/churn\` shows the versions.`,
  },
  LOB4001: {
    causes: [
      "Something other than this program wrote to the bucket or the table.",
      "The artifact or its row was deleted, or one was restored from an older backup than the other.",
    ],
    fix: "Do not use this version. `lobreg show` names each difference. Contact the owner of the LOB: the bucket's versioning may still hold the original.",
  },
  LOB4002: {
    causes: ["The archive was cut short or altered, or was built to write outside its folder or to fill the disk."],
    fix: "Do not use the archive; nothing of it was kept. Contact the owner of the LOB.",
  },
  LOB4003: {
    causes: [
      "The stored manifest differs from the published one, or was read incompletely.",
      "A newer release wrote the manifest in a format that this release does not know.",
    ],
    fix: "Try again with the newest release. If the error persists, contact the owner of the LOB. `lobreg pull --archive` does not need the manifest.",
  },
  LOB4004: {
    causes: ["Someone changed or deleted a row by hand, or another program wrote it."],
    fix: "The message names the row. Objects in S3 are not affected. Contact the owner of the LOB.",
  },
  LOB4005: {
    causes: [
      "The file is not a report of a model comparison, or was cut off between two jobs.",
      "A newer release wrote the report.",
      "Someone forged it to mislead the job that reads it: a pull request from a fork controls what its own jobs write.",
    ],
    fix: "Nothing of the report was used. Use the same release in both jobs, and run the comparing job again. If the error persists, check what the pull request changes in the workflow.",
  },
  LOB4020: {
    causes: [
      "Someone replaced or damaged the object after the Python library had written it.",
      "Something wrote to the source during the migration.",
    ],
    fix: "The version is not migrated. Restore the object from the bucket's noncurrent versions or a backup, or delete it, and migrate again.",
  },
  LOB4021: {
    causes: [
      "Something other than the Python library wrote the object. The library sets `artifact_name` and `artifact_sha256` on each object, and fails if they are missing.",
      "The model's folder was copied from a model of another name.",
    ],
    fix: "Write the object again with the library, or copy it over itself with these two as metadata, and migrate again. A migration that copies computes a missing checksum from the bytes, because there is no expected value.",
  },
  LOB4022: {
    causes: [
      "The table has a record but the bucket has no object, or the reverse: the library did not finish publishing or deleting.",
      "`--table` names the table of another `Repository`.",
    ],
    fix: "The table decides what a version is. Restore a missing object, publish an object without a record again, or correct the wrong one of two checksums. Then migrate again.",
  },
  LOB4023: {
    causes: ["Someone wrote the alias by hand, or another program wrote it."],
    fix: "The message says what is wrong. Write the alias again with the library's `put_alias`, and migrate again.",
  },
  LOB4024: {
    causes: ["A lifecycle rule moved the object to Glacier, which allows neither reads nor copies."],
    fix: "Restore the object (`aws s3api restore-object`), wait until that is done, and migrate again. Versions that are already migrated are skipped.",
  },
  LOB9001: {
    causes: ["This program has a bug."],
    fix: "Please report it with the output of the same command run with `--verbose`, or the log of a workflow run with debug logging. Neither contains secrets. It is safe to run a publish again.",
  },
};
