import { defined } from "../defined.js";
import { internalError, LobError } from "../errors.js";
import { BY_NAME, DENIED, KMS, REFUSED, UNREACHABLE, UNREADABLE, UNSENDABLE, UNTRUSTED, type AwsProblem } from "./problems.js";

/** Fields of an AWS SDK error that are read. Every one may be missing, because any value can be thrown. */
interface AwsErrorLike {
  name?: string;
  message?: string;
  code?: string;
  path?: string;
  Code?: string;
  $metadata?: { httpStatusCode?: number; requestId?: string; extendedRequestId?: string; attempts?: number };
  $fault?: string;
}

/** Returns the HTTP status of an SDK error; undefined if there was no answer. */
export const statusOf = (error: unknown): number | undefined => (error as AwsErrorLike | undefined)?.$metadata?.httpStatusCode;
/** Returns the name of an SDK error, e.g. `NoSuchKey`; an empty string if it has no name. */
export const nameOf = (error: unknown): string => {
  const { name, Code: code } = (error ?? {}) as AwsErrorLike;
  return (name === undefined || name === "Error" || name === "UnknownError" ? code : name) ?? name ?? "";
};

const NETWORK_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EPIPE",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ECONNABORTED",
]);

/** Error codes of OpenSSL and of TLS in Node, e.g. SELF_SIGNED_CERT_IN_CHAIN. */
const TLS_CODES = /CERT|^EPROTO$|^ERR_(SSL|TLS)_/;

/** Whether an error means that no answer came, so that the request may or may not have taken effect. */
export function isLostAnswer(error: unknown): boolean {
  const { code, name, $metadata } = (error ?? {}) as AwsErrorLike;
  if (code !== undefined && NETWORK_CODES.has(code)) return true;
  if (name === "TimeoutError") return true;
  const status = $metadata?.httpStatusCode;
  // For an error in the body of a 200 the SDK sets a status of 5xx, but the name shows that S3 did answer.
  return status !== undefined && status >= 500 && !ANSWERS.has(nameOf(error));
}

/** Names of S3 errors that answer a request, regardless of their status. */
const ANSWERS = new Set([
  "AccessDenied",
  "BadDigest",
  "ConditionalRequestConflict",
  "EntityTooSmall",
  "ExpiredToken",
  "InvalidArgument",
  "InvalidPart",
  "InvalidPartOrder",
  "InvalidRequest",
  "MalformedXML",
  "NoSuchBucket",
  "NoSuchKey",
  "NoSuchUpload",
  "PreconditionFailed",
]);

/**
 * Converts an SDK error to an error with a code and a hint for the user.
 * @param doing current action for the message, e.g. "reading the row of LOB fraud"
 */
export function explainAwsError(error: unknown, doing: string): LobError {
  if (error instanceof LobError) return error;
  const like = (error ?? {}) as AwsErrorLike;
  const name = nameOf(error);
  const known = localProblem(like) ?? BY_NAME[name] ?? (statusOf(error) === 403 ? DENIED : name.startsWith("KMS") ? KMS : undefined);
  const said = [name && name !== "Error" ? name : like.code, cleaned(like.message)].filter(Boolean).join(": ");
  const details = { awsError: name || like.code, status: statusOf(error), ...requestIdsOf(error) };
  if (!known && like.$metadata === undefined && like.$fault === undefined) {
    return internalError(`${doing}: ${cleaned(like.message) ?? String(error)}`, error);
  }
  const { code, what, hint } = known ?? REFUSED;
  const reason = said || (known ? "" : "no reason given");
  return new LobError(code, `${doing}: ${what}${reason && ` (${reason})`}`, { cause: error, hint, details });
}

/** Returns the ids of the failed request, which AWS support asks for; empty if there was no answer. */
export function requestIdsOf(error: unknown): { readonly requestId?: string; readonly extendedRequestId?: string } {
  const { requestId, extendedRequestId } = (error as AwsErrorLike | undefined)?.$metadata ?? {};
  return defined({ requestId, extendedRequestId });
}

/** Returns the problem on this machine or the network that prevented an answer. */
function localProblem({ code, path }: AwsErrorLike): AwsProblem | undefined {
  if (code === undefined) return undefined;
  if (NETWORK_CODES.has(code)) return UNREACHABLE;
  if (TLS_CODES.test(code)) return UNTRUSTED;
  if (code === "ERR_INVALID_CHAR") return UNSENDABLE;
  // The SDK opens only files with credentials.
  return path !== undefined ? UNREADABLE : undefined;
}

/** Runs a request. @throws LobError for an SDK error, as {@link explainAwsError} converts it */
export async function explained<T>(doing: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw explainAwsError(error, doing);
  }
}

function cleaned(message: string | undefined): string | undefined {
  const text = message?.replaceAll(/\s+/g, " ").trim();
  if (!text || text === "UnknownError") return undefined;
  return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}
