/** Every kind of issue that doctor reports: its meaning, and who fixes it. */

/**
 * Fixer of an issue. `doctor`: doctor, except with `--dry-run`. `clean`, `rebuild`: doctor with that option, because it deletes or replaces
 * something. `manual`: a person, who must decide. `none`: no action is needed.
 */
export type FixedBy = "doctor" | "clean" | "rebuild" | "manual" | "none";

export interface IssueMeaning {
  readonly fixedBy: FixedBy;
  /** One sentence. */
  readonly meaning: string;
  /** Action of doctor, or advice for a person. */
  readonly fix: string;
}

const spec = (fixedBy: FixedBy, meaning: string, fix: string): IssueMeaning => ({ fixedBy, meaning, fix });

export const ISSUES = {
  "in-progress": spec(
    "none",
    "A version is being published right now.",
    "No action needed: its publisher finishes it, or doctor does later.",
  ),
  unfinished: spec("doctor", "A publisher stopped half-way, after it had uploaded the bytes.", "Doctor finishes the version."),
  abandoned: spec(
    "doctor",
    "A publisher stopped before it had uploaded the bytes, at least a day ago.",
    "Doctor marks the number as ABANDONED. Publishing the same content again under the same key reuses it.",
  ),
  displaced: spec(
    "doctor",
    "Another writer put an object at a number that a publisher of this program had reserved.",
    "Doctor indexes the object at its number, and moves the reserved version to the next free number.",
  ),
  unindexed: spec(
    "doctor",
    "A number has an object but no row: the Python library published it, or its row was deleted.",
    "Doctor restores the row from the object and its manifest. Tags, description, commit and run were stored only in the row, and are lost.",
  ),
  restorable: spec("doctor", "A number's object is missing, and LATEST is a copy of it.", "Doctor restores the object from LATEST."),
  lost: spec(
    "manual",
    "A version's object is missing, and no other object has its bytes.",
    "Doctor marks the row as MISSING, so that readers do not get this version. Restore the object from the bucket's noncurrent versions; then doctor marks the version as READY again.",
  ),
  missing: spec(
    "none",
    "A version was marked as MISSING earlier, and its object is still missing.",
    "No action needed, unless you can restore the object.",
  ),
  "came-back": spec("doctor", "The object of a MISSING version was restored.", "Doctor marks the version as READY."),
  disagrees: spec(
    "rebuild",
    "A row and its object do not match: something other than this program changed one of them.",
    "Find out which is right. `--rebuild` rebuilds the row from the object.",
  ),
  "unreadable-row": spec(
    "rebuild",
    "A row cannot be parsed because someone changed it by hand.",
    "`--rebuild` rebuilds the row from the object. If the object is missing as well, restore the row from the table's point-in-time recovery.",
  ),
  unknown: spec(
    "manual",
    "An object has the name of a version, but neither this program nor the Python library wrote it.",
    "Remove the object, or add the metadata that the Python library writes.",
  ),
  stray: spec(
    "manual",
    "An object in the versions folder is not a version. The Python library refuses to work with such a model.",
    "Move the object elsewhere, or delete it.",
  ),
  incomplete: spec(
    "doctor",
    "A row was restored while the manifest was missing, and lacks the values from it: files, bytes, metrics.",
    "Doctor completes the row from the manifest.",
  ),
  unlisted: spec("doctor", "A version's row is not in its index, so that lists do not show it.", "Doctor adds the row to its index."),
  far: spec(
    "manual",
    "An object has a number far above all others. Indexing it would use up the numbers between.",
    "Move the object to the right number, or delete it.",
  ),
  elsewhere: spec(
    "manual",
    "A model's versions are in another bucket or folder than the LOB's row says: someone changed `bucketName`, `prefix` or `suffix` of the LOB.",
    "Set the argument back and run `pulumi up`, as [recovery](recovery.md#a-lob-was-moved) explains. Doctor changes nothing in this model until then.",
  ),
  gap: spec("none", "Numbers have neither a row nor an object: both were deleted.", "No action needed: these numbers are never reused."),
  "model-row": spec(
    "doctor",
    "The model's row is missing, or does not cover every version.",
    "Doctor restores or corrects the row. Owner, tags and description of a model are stored only in its row, and are lost with it.",
  ),
  pointer: spec(
    "doctor",
    "A pointer from a content digest or an idempotency key does not lead to its version.",
    "Doctor sets the pointer, so that publishing the same content again finds the version.",
  ),
  "latest-behind": spec("doctor", "LATEST is missing, or is older than the newest version.", "Doctor moves LATEST to the newest version."),
  "latest-differs": spec(
    "doctor",
    "LATEST claims to be a version, but has different bytes.",
    "Doctor copies that version to LATEST again.",
  ),
  "latest-draft": spec(
    "none",
    "LATEST holds work that was written with the Python library and not published.",
    "No action needed: doctor keeps the work. Publish it from Python, or replace it with `--take-over`.",
  ),
  "no-manifest": spec(
    "manual",
    "A version's manifest is missing: its contents cannot be verified or compared.",
    "Restore the manifest from the bucket's noncurrent versions. `lobreg pull --archive` does not need it.",
  ),
  "old-upload": spec(
    "clean",
    "An upload that no version needs is older than a day.",
    "`--clean` deletes it now; otherwise the bucket's lifecycle deletes it.",
  ),
  "not-listed": spec(
    "none",
    "The caller may not list unfinished uploads: AWS cannot limit that permission to one LOB of a shared bucket.",
    "No action needed: the bucket's lifecycle deletes them.",
  ),
  "no-index": spec(
    "manual",
    "A table lacks an index, so that lists and doctor may miss rows.",
    "Add the index with the command in the details, which is shown if the caller may describe the table.",
  ),
  failed: spec("manual", "Doctor could not repair something.", "Fix the cause that the details name, and run doctor again."),
} as const satisfies Record<string, IssueMeaning>;

export type IssueKind = keyof typeof ISSUES;

/**
 * Outcome of an issue: `repaired`; `planned` if a run without `--dry-run`, or with `--clean`, would repair it; `manual` if a person must
 * act; `noted` if no action is needed.
 */
export type IssueOutcome = "repaired" | "planned" | "manual" | "noted";

/** One issue that doctor found. */
export interface DoctorIssue {
  readonly kind: IssueKind;
  readonly outcome: IssueOutcome;
  readonly lob: string;
  readonly model?: string;
  readonly version?: number;
  /** The S3 key concerned. */
  readonly key?: string;
  /** One sentence, without the names of LOB and model. */
  readonly message: string;
}
