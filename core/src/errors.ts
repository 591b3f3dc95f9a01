/**
 * Errors that a person can act on: each has a stable code, names the object concerned, and says what to do next.
 * The first digit groups codes by who can fix them. A released code keeps its meaning.
 */

/** Exit codes of `lobreg`, documented in core/README.md. */
export const EXIT = { ok: 0, failed: 1, usage: 2, notFound: 3 } as const;

/** Every error code with a short title. The message of an error says what happened this time. */
export const CODES = {
  // 1xxx: the input is wrong; nothing was published
  LOB1001: "a name is not allowed",
  LOB1002: "an option or argument is missing or invalid",
  LOB1003: "the configuration file is invalid",
  LOB1004: "the path does not exist or cannot be read",
  LOB1005: "there is nothing to publish",
  LOB1006: "the folder contains something that cannot be packed",
  LOB1007: "a file changed while it was being read",
  LOB1008: "metrics, tags or description are invalid",
  LOB1009: "the target already exists",
  LOB1010: "a gate is invalid",
  LOB1011: "an argument of diff is not a model",
  LOB1012: "the inspection of the files has warnings",
  // 2xxx: AWS, GitHub or this machine refuses
  LOB2001: "no AWS credentials",
  LOB2002: "no AWS region",
  LOB2003: "AWS denied access",
  LOB2004: "the credentials have expired",
  LOB2005: "AWS cannot be reached",
  LOB2006: "the bucket is missing or belongs to another account",
  LOB2007: "a table is missing",
  LOB2008: "an AWS request failed",
  LOB2009: "the disk is full or cannot be written",
  LOB2010: "the command was interrupted",
  LOB2011: "GitHub denied access",
  LOB2012: "GitHub cannot be reached",
  LOB2013: "this Node is too old",
  // 3xxx: the registry does not contain what was asked for, or its state prevents the command
  LOB3001: "the LOB is not found",
  LOB3002: "the model is not found",
  LOB3003: "the version is not found",
  LOB3004: "the registry's layout is newer than this release",
  LOB3005: "the idempotency key was already used for other content",
  LOB3006: "LATEST holds unpublished work of another writer",
  LOB3007: "too many publishers write to this model at once",
  LOB3008: "the model has used all its version numbers",
  LOB3009: "the version was withdrawn",
  LOB3010: "the version has no manifest",
  LOB3020: "the LOB and the source hold different content",
  LOB3021: "LATEST of the source is not published",
  LOB3022: "the Python library calls the model contaminated",
  LOB3023: "a table lacks an index",
  LOB3024: "a name in the source is not allowed in a LOB",
  LOB3025: "an alias in the source does not point to a migrated version",
  LOB3026: "the source contains no model",
  LOB3027: "the source lacks version numbers",
  LOB3028: "a version is marked as deleted in the source's table",
  LOB3029: "a version's row is missing",
  LOB3030: "the alias is not found",
  // 4xxx: data is damaged or inconsistent
  LOB4001: "an object does not match its row",
  LOB4002: "an archive is damaged or hostile",
  LOB4003: "a manifest is damaged or hostile",
  LOB4004: "a registry row cannot be parsed",
  LOB4005: "a report is damaged or hostile",
  LOB4020: "an object's bytes do not match their checksum",
  LOB4021: "an object lacks metadata that the Python library writes",
  LOB4022: "the source's table and bucket disagree",
  LOB4023: "an alias in the source cannot be parsed",
  LOB4024: "an object in the source is archived",
  // 9xxx: a bug in this program
  LOB9001: "an internal error",
} as const;

export type ErrorCode = keyof typeof CODES;

/** Value of one detail of an error. */
type Detail = string | number | boolean | undefined;

export interface LobErrorOptions {
  /** Next step for the user, in full sentences. Default: none. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  /** Context for `--json` and for annotations: lob, model, version, key, file, line and so on. Default: none. */
  readonly details?: Readonly<Record<string, Detail>> | undefined;
}

/** An error with a stable {@link ErrorCode}. `message` says what happened; `hint` says what to do next. */
export class LobError extends Error {
  override readonly name = "LobError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, Detail>>;

  constructor(code: ErrorCode, message: string, options: LobErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }
}

/** Returns LOB9001 for a state that only a bug can cause, with a hint how to report it. */
export function internalError(what: string, cause?: unknown): LobError {
  return new LobError("LOB9001", what, {
    hint: "This is a bug in this program. Please report it with the output of the same command run with --verbose, or the log of the job run with debug logging.",
    cause,
  });
}

/** Formats the ids of a failed AWS request, which AWS support asks for; undefined if both are missing. */
export function requestIdWords({
  requestId,
  extendedRequestId,
}: {
  readonly requestId?: Detail;
  readonly extendedRequestId?: Detail;
}): string | undefined {
  const ids = [
    ...(requestId === undefined ? [] : [`AWS request id ${requestId}`]),
    ...(extendedRequestId === undefined ? [] : [`extended request id ${extendedRequestId}`]),
  ];
  return ids.length === 0 ? undefined : ids.join(", ");
}

const NOT_FOUND: ReadonlySet<ErrorCode> = new Set(["LOB3001", "LOB3002", "LOB3003", "LOB3030"]);

/** Returns the exit code for an error. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof LobError)) return EXIT.failed;
  if (error.code.startsWith("LOB1")) return EXIT.usage;
  return NOT_FOUND.has(error.code) ? EXIT.notFound : EXIT.failed;
}
