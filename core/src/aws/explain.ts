import { internalError, LobError } from "../errors.js";
import { BY_NAME, DENIED, KMS, REFUSED, UNREACHABLE, UNREADABLE, UNSENDABLE, UNTRUSTED, type AwsProblem } from "./problems.js";

/** The parts of an AWS SDK error that are looked at; all of it is foreign input. */
interface AwsErrorLike {
  name?: string;
  message?: string;
  code?: string;
  path?: string;
  Code?: string;
  $metadata?: { httpStatusCode?: number; requestId?: string; extendedRequestId?: string; attempts?: number };
  $fault?: string;
}

/** HTTP status of an SDK error, where there was an answer. */
export const statusOf = (error: unknown): number | undefined => (error as AwsErrorLike | undefined)?.$metadata?.httpStatusCode;
/** Name of an SDK error, such as `NoSuchKey`. */
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

/** Codes of OpenSSL and of Node's TLS, such as SELF_SIGNED_CERT_IN_CHAIN. */
const TLS_CODES = /CERT|^EPROTO$|^ERR_(SSL|TLS)_/;

/** Whether an error means that no answer came: the request may or may not have taken effect. */
export function isLostAnswer(error: unknown): boolean {
  const { code, name, $metadata } = (error ?? {}) as AwsErrorLike;
  if (code !== undefined && NETWORK_CODES.has(code)) return true;
  if (name === "TimeoutError") return true;
  const status = $metadata?.httpStatusCode;
  // The SDK gives an error in the body of a 200 a status of 5xx: by its name it is an answer all the same.
  return status !== undefined && status >= 500 && !ANSWERS.has(nameOf(error));
}

/** Errors of S3 that say what is wrong with a request, whatever their status. */
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
 * An SDK error in words for the person at the other end.
 * @param doing what was being done, as "reading the row of LOB fraud", so that the message can say which thing failed.
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

/** The ids of the request behind an SDK error, for AWS support; empty where there was no answer. */
export function requestIdsOf(error: unknown): { readonly requestId?: string; readonly extendedRequestId?: string } {
  const { requestId, extendedRequestId } = (error as AwsErrorLike | undefined)?.$metadata ?? {};
  return { ...(requestId !== undefined && { requestId }), ...(extendedRequestId !== undefined && { extendedRequestId }) };
}

/** What went wrong before an answer came. */
function localProblem({ code, path }: AwsErrorLike): AwsProblem | undefined {
  if (code === undefined) return undefined;
  if (NETWORK_CODES.has(code)) return UNREACHABLE;
  if (TLS_CODES.test(code)) return UNTRUSTED;
  if (code === "ERR_INVALID_CHAR") return UNSENDABLE;
  // The SDK opens no other files than those.
  return path !== undefined ? UNREADABLE : undefined;
}

/** Runs a request; an SDK error comes out explained. */
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
