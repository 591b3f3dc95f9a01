/**
 * Errors that a person can act on: each has a stable code, names the thing concerned, and says what to do next.
 * Codes are grouped by what is needed to mend them; once released, a code keeps its meaning.
 */

/** Exit codes of `lobreg`, documented in core/README.md. */
export const EXIT = { ok: 0, failed: 1, usage: 2, notFound: 3 } as const;

/** Every code: what it means, in the fewest words. The message of an error says what happened this time. */
export const CODES = {
  // 1xxx: the input is wrong; nothing was sent anywhere
  LOB1001: "a name is not allowed",
  LOB1002: "an option or argument is missing or wrong",
  LOB1003: "the configuration file is wrong",
  LOB1004: "the path does not exist or cannot be read",
  LOB1005: "there is nothing to publish",
  LOB1006: "the folder holds something that cannot be packed",
  LOB1007: "a file changed while it was being read",
  LOB1008: "metrics, tags or description are wrong",
  LOB1009: "the target exists already",
  LOB1010: "a gate is wrong",
  LOB1011: "an argument of diff is no model",
  // 2xxx: AWS, GitHub or this machine refuses
  LOB2001: "no AWS credentials",
  LOB2002: "no AWS region",
  LOB2003: "AWS refuses access",
  LOB2004: "the credentials have expired",
  LOB2005: "AWS cannot be reached",
  LOB2006: "the bucket is missing, or is another account's",
  LOB2007: "a table is missing",
  LOB2008: "an AWS request failed",
  LOB2009: "the disk is full or cannot be written",
  LOB2010: "the work was interrupted",
  LOB2011: "GitHub refuses access",
  LOB2012: "GitHub cannot be reached",
  LOB2013: "this Node is too old",
  // 3xxx: the registry does not hold what was asked for, or stands in the way
  LOB3001: "the LOB is not found",
  LOB3002: "the model is not found",
  LOB3003: "the version is not found",
  LOB3004: "the registry's layout is newer than this release",
  LOB3005: "the idempotency key was used for other content",
  LOB3006: "LATEST holds unpublished work of another writer",
  LOB3007: "too many others publish this model at once",
  LOB3008: "the model has used all its version numbers",
  LOB3009: "the version was withdrawn",
  LOB3010: "the version has no manifest",
  LOB3020: "the LOB holds something else than the source",
  LOB3021: "LATEST of the source is not published",
  LOB3022: "the Python library calls the model contaminated",
  LOB3023: "a table lacks an index",
  LOB3024: "a name of the source is not allowed here",
  LOB3025: "an alias of the source has no number to point to",
  LOB3026: "the source holds no model",
  LOB3027: "the source lacks version numbers",
  LOB3028: "a version is deleted in the source's table",
  LOB3029: "a version has lost its row",
  LOB3030: "the alias is not found",
  // 4xxx: what was read is not what it should be
  LOB4001: "an object is not what its row says",
  LOB4002: "an archive is damaged or hostile",
  LOB4003: "a manifest is damaged or hostile",
  LOB4004: "a row of the registry cannot be understood",
  LOB4005: "a report is damaged or hostile",
  LOB4020: "an object's bytes are not what their checksum says",
  LOB4021: "an object lacks what the Python library writes",
  LOB4022: "table and bucket of the source disagree",
  LOB4023: "an alias of the source cannot be understood",
  LOB4024: "an object of the source is archived",
  // 9xxx: a mistake in this program
  LOB9001: "an internal error",
} as const;

export type ErrorCode = keyof typeof CODES;

/** One of the things that an error concerns. */
type Detail = string | number | boolean | undefined;

export interface LobErrorOptions {
  /** What the reader should do next, as one sentence. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  /** The things concerned, for `--json` and for annotations: lob, model, version, key, file, line and so on. */
  readonly details?: Readonly<Record<string, Detail>> | undefined;
}

/** An error with a stable {@link ErrorCode}. `message` says what happened, `hint` what to do next. */
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

/** What cannot be unless this program is wrong: LOB9001, with how to report it. */
export function internalError(what: string, cause?: unknown): LobError {
  return new LobError("LOB9001", what, {
    hint: "This is a mistake in this program. Please report it with the output of the same command with --verbose, or the log of the job run with debug logging.",
    ...(cause !== undefined && { cause }),
  });
}

/** The ids of the AWS request behind an error, which AWS support asks for, in words; undefined where it has none. */
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

/** The exit code that belongs to an error. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof LobError)) return EXIT.failed;
  if (error.code.startsWith("LOB1")) return EXIT.usage;
  return NOT_FOUND.has(error.code) ? EXIT.notFound : EXIT.failed;
}
