import { LobError, type Code } from "../errors.js";

/** The parts of an AWS SDK error that are looked at; all of it is foreign input. */
interface AwsErrorLike {
  name?: string;
  message?: string;
  code?: string;
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

interface Explanation {
  readonly code: Code;
  readonly what: string;
  readonly hint: string;
}

const CREDENTIALS: Explanation = {
  code: "LOB2001",
  what: "there are no AWS credentials",
  hint:
    "In a workflow: give the job `permissions: id-token: write` and run aws-actions/configure-aws-credentials with the publisher role before this step. " +
    "At a terminal: run `aws sso login`, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
};
const EXPIRED: Explanation = {
  code: "LOB2004",
  what: "the AWS credentials have expired",
  hint:
    "Get new ones and run the same command again: it goes on where it can. For long publishes raise `role-duration-seconds` in " +
    "aws-actions/configure-aws-credentials, up to the role's MaxSessionDuration.",
};
const INVALID: Explanation = {
  code: "LOB2001",
  what: "AWS does not accept the credentials",
  hint: "Check that they are of the right account and still valid: `aws sts get-caller-identity` tells whose they are.",
};
const DENIED: Explanation = {
  code: "LOB2003",
  what: "access is denied",
  hint: "The role in use lacks a permission, or the bucket belongs to another account than the LOB's row says. Ask the platform team to add this repository or principal to the LOB.",
};
const UNREACHABLE: Explanation = {
  code: "LOB2005",
  what: "AWS cannot be reached",
  hint: "Check the network, the region, the proxy variables (HTTPS_PROXY, NO_PROXY) and AWS_ENDPOINT_URL.",
};

const UNTRUSTED: Explanation = {
  code: "LOB2005",
  what: "the connection to AWS cannot be encrypted or is not trusted",
  hint:
    "Where a proxy of the company encrypts anew, give its certificate to Node by NODE_EXTRA_CA_CERTS (a PEM file); else check AWS_ENDPOINT_URL " +
    "and this machine's clock.",
};

const BY_NAME: Readonly<Record<string, Explanation>> = {
  CredentialsProviderError: CREDENTIALS,
  TokenProviderError: CREDENTIALS,
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  RequestExpired: EXPIRED,
  InvalidAccessKeyId: INVALID,
  InvalidClientTokenId: INVALID,
  InvalidSignatureException: INVALID,
  SignatureDoesNotMatch: INVALID,
  UnrecognizedClientException: INVALID,
  MissingAuthenticationTokenException: CREDENTIALS,
  AccessDenied: DENIED,
  AccessDeniedException: DENIED,
  Forbidden: DENIED,
  AllAccessDisabled: DENIED,
  NoSuchBucket: {
    code: "LOB2006",
    what: "the bucket does not exist",
    hint: "The LOB's row names a bucket that is not there: check account and region, or deploy the LOB's Pulumi stack again.",
  },
  PermanentRedirect: {
    code: "LOB2006",
    what: "the bucket is in another region",
    hint: "Set the region to the one in which the LOB was declared.",
  },
  ResourceNotFoundException: {
    code: "LOB2007",
    what: "a table or index does not exist",
    hint: "Check account and region, or deploy the LOB's Pulumi stack again.",
  },
  TimeoutError: UNREACHABLE,
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
  const known = connectionProblem(like.code) ?? BY_NAME[name] ?? (statusOf(error) === 403 ? DENIED : undefined);
  const said = [name && name !== "Error" ? name : like.code, cleaned(like.message)].filter(Boolean).join(": ");
  const details = {
    awsError: name || like.code,
    status: statusOf(error),
    requestId: like.$metadata?.requestId,
    extendedRequestId: like.$metadata?.extendedRequestId,
  };
  if (!known && like.$metadata === undefined && like.$fault === undefined) {
    return new LobError("LOB9001", `${doing}: ${cleaned(like.message) ?? String(error)}`, { cause: error });
  }
  if (!known)
    return new LobError("LOB2008", `${doing}: AWS answered with an error (${said || "no reason given"})`, { cause: error, details });
  return new LobError(known.code, `${doing}: ${known.what}${said ? ` (${said})` : ""}`, { cause: error, hint: known.hint, details });
}

function connectionProblem(code: string | undefined): Explanation | undefined {
  if (code === undefined) return undefined;
  return NETWORK_CODES.has(code) ? UNREACHABLE : TLS_CODES.test(code) ? UNTRUSTED : undefined;
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
