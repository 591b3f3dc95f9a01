/** Everything that doctor can find: what it means, and who fixes it. */

/**
 * Who fixes it: `doctor` does, whenever it may write; `clean` and `rebuild` doctor does when told so, because something is removed or
 * replaced; `person` somebody has to decide; `nobody` it is only said.
 */
export type FixedBy = "doctor" | "clean" | "rebuild" | "manual" | "none";

export interface IssueMeaning {
  readonly fixedBy: FixedBy;
  /** What it means, in one sentence. */
  readonly meaning: string;
  /** What doctor does about it, or what a person can do. */
  readonly fix: string;
}

const spec = (fixedBy: FixedBy, meaning: string, fix: string): IssueMeaning => ({ fixedBy, meaning, fix });

export const ISSUES = {
  "in-progress": spec("none", "A version is being published right now.", "Nothing: its publisher finishes it. Later, doctor would."),
  unfinished: spec("doctor", "A publisher stopped half-way; the bytes are there.", "The version is finished, as its publisher would have."),
  abandoned: spec(
    "doctor",
    "A publisher stopped before its bytes were safe, a day ago or earlier.",
    "The number is marked ABANDONED. Publishing the same content again, under the same key, takes it up.",
  ),
  displaced: spec(
    "doctor",
    "Another writer put its object at a number that a publisher of ours had reserved.",
    "The object is indexed where it is, and what was reserved moves to a number above all others.",
  ),
  unindexed: spec(
    "doctor",
    "A number is in S3 and has no row: the Python library published it, or a row was deleted.",
    "The row is made from the object and its manifest. Tags, description, commit and run are only in rows, and are lost with them.",
  ),
  restorable: spec("doctor", "A number's object is gone, and LATEST is a copy of it.", "The object is made anew from LATEST."),
  lost: spec(
    "manual",
    "A version's object is gone, and nothing in the bucket has its bytes.",
    "The row is marked MISSING, so that nobody is given it. Restore the object from the bucket's noncurrent versions; doctor then takes it back.",
  ),
  missing: spec("none", "A version was marked MISSING before, and its object is still gone.", "Nothing, unless the object is restored."),
  "came-back": spec("doctor", "The object of a MISSING version is there again.", "The version is READY again."),
  disagrees: spec(
    "rebuild",
    "A row and its object are not the same version: somebody changed one of them past this program.",
    "Find out which is right. `--rebuild` makes the row anew from the object.",
  ),
  "unreadable-row": spec(
    "rebuild",
    "A row cannot be understood: somebody changed it by hand.",
    "`--rebuild` makes it anew from its object. Where that is gone too, restore the row from the table's point-in-time recovery.",
  ),
  unknown: spec(
    "manual",
    "An object has a version's name and was written neither by this program nor by the Python library.",
    "Remove it, or give it the metadata that the Python library writes.",
  ),
  stray: spec(
    "manual",
    "Something in the folder of versions is no version. The Python library refuses to work with such a model.",
    "Move it elsewhere, or delete it.",
  ),
  incomplete: spec(
    "doctor",
    "A row was made anew while the manifest was gone, and lacks what it says: files, bytes, metrics.",
    "The row is filled in from the manifest.",
  ),
  unlisted: spec("doctor", "A version's row is in no index, so that no list shows it.", "The row is put into its index."),
  far: spec(
    "manual",
    "An object has a number far above all others, which would use up the numbers between.",
    "Move it to the number that it should have, or delete it.",
  ),
  gap: spec("none", "Numbers have neither row nor object: both were deleted.", "Nothing: they are never given out again."),
  "model-row": spec(
    "doctor",
    "The model's row is gone, or does not know every version.",
    "It is made anew, or corrected. Owner, tags and description of a model are only in its row.",
  ),
  pointer: spec(
    "doctor",
    "A content or an idempotency key does not lead to its version.",
    "The pointer is set, so that publishing the same again finds it.",
  ),
  "latest-behind": spec("doctor", "LATEST is not there, or is older than the newest version.", "LATEST moves to the newest version."),
  "latest-differs": spec("doctor", "LATEST says that it is a version, and has other bytes.", "LATEST is copied anew from that version."),
  "latest-draft": spec(
    "none",
    "LATEST holds work that the Python library put and did not publish.",
    "Nothing: it is kept. Publish it from Python, or publish over it with `--take-over`.",
  ),
  "no-manifest": spec(
    "manual",
    "A version's manifest is gone: what is in the version cannot be verified or compared.",
    "Restore the manifest from the bucket's noncurrent versions. `lobreg pull --archive` does without it.",
  ),
  "old-upload": spec(
    "clean",
    "An upload that no version waits for is older than a day.",
    "`--clean` deletes it; the bucket's lifecycle would too.",
  ),
  "not-listed": spec(
    "none",
    "The caller may not list unfinished uploads: in a bucket of several LOBs, AWS cannot limit that to one.",
    "Nothing: the bucket's lifecycle gives them up.",
  ),
  "no-index": spec(
    "manual",
    "A table lacks an index, so that lists and doctor miss what it would show.",
    "Add it with the command that is given, where the caller may look at the table.",
  ),
  failed: spec("manual", "Doctor could not fix something.", "The message says why."),
} as const satisfies Record<string, IssueMeaning>;

export type IssueKind = keyof typeof ISSUES;

/**
 * What became of a issue: `repaired`; `planned` it would be, without `--dry-run`, or with `--clean` or `--rebuild`; `person` somebody has
 * to decide; `noted` there is nothing to do.
 */
export type IssueOutcome = "repaired" | "planned" | "manual" | "noted";

/** One thing that doctor found. */
export interface DoctorIssue {
  readonly kind: IssueKind;
  readonly outcome: IssueOutcome;
  readonly lob: string;
  readonly model?: string;
  readonly version?: number;
  /** The S3 key concerned. */
  readonly key?: string;
  /** What is so, in one sentence without names of LOB and model. */
  readonly message: string;
}
