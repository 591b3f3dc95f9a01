/** Messages and hints for answers in which AWS refuses a request, and for failures to send one. */
import type { ErrorCode } from "../errors.js";

/** Kind of failure: its code, the message and the hint. */
export interface AwsProblem {
  readonly code: ErrorCode;
  readonly what: string;
  readonly hint: string;
}

const CREDENTIALS: AwsProblem = {
  code: "LOB2001",
  what: "no AWS credentials found",
  hint:
    "In a workflow: give the job `permissions: id-token: write` and run aws-actions/configure-aws-credentials with the publisher role before this step. " +
    "At a terminal: run `aws sso login`, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
};
const EXPIRED: AwsProblem = {
  code: "LOB2004",
  what: "the AWS credentials have expired",
  hint:
    "Get new credentials and run the same command again to resume. For long publishes, raise `role-duration-seconds` in " +
    "aws-actions/configure-aws-credentials, up to the role's MaxSessionDuration.",
};
export const UNREADABLE: AwsProblem = {
  code: "LOB2001",
  what: "cannot read a file with AWS credentials",
  hint: "Check the paths in AWS_WEB_IDENTITY_TOKEN_FILE, AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE and in the profile, and the permissions of these files.",
};
export const UNSENDABLE: AwsProblem = {
  code: "LOB2001",
  what: "the AWS credentials contain a character that cannot be sent",
  hint: "Often a line break was stored with a secret or an environment variable. Set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN again without it.",
};
const INVALID: AwsProblem = {
  code: "LOB2001",
  what: "AWS does not accept the credentials",
  hint: "Check that they belong to the right account and are still valid: `aws sts get-caller-identity` shows whose they are.",
};
export const DENIED: AwsProblem = {
  code: "LOB2003",
  what: "access is denied",
  hint: "The role in use lacks a permission, or the bucket does not belong to the account in the LOB's row. Ask the platform team to add this repository or principal to the LOB.",
};
export const UNREACHABLE: AwsProblem = {
  code: "LOB2005",
  what: "AWS cannot be reached",
  hint: "Check the network, the region, the proxy variables (HTTPS_PROXY, NO_PROXY) and AWS_ENDPOINT_URL.",
};

export const UNTRUSTED: AwsProblem = {
  code: "LOB2005",
  what: "the connection to AWS cannot be encrypted or is not trusted",
  hint:
    "If a company proxy re-encrypts connections, set NODE_EXTRA_CA_CERTS to its certificate (a PEM file). Otherwise check AWS_ENDPOINT_URL " +
    "and this machine's clock.",
};

const THROTTLED: AwsProblem = {
  code: "LOB2008",
  what: "AWS limits the request rate, even after several retries",
  hint: "Run the same command again later to resume. If the error persists, check the quota or table limit that AWS names.",
};
/** Any other error in an answer. */
export const REFUSED: AwsProblem = {
  code: "LOB2008",
  what: "AWS answered with an error",
  hint: "Run the same command again. If the error persists, send the request id to AWS support.",
};
export const KMS: AwsProblem = {
  code: "LOB2008",
  what: "the bucket's KMS key cannot be used",
  hint: "The key is disabled, is being deleted, or does not exist. Ask the platform team, which set it for the LOB.",
};

export const BY_NAME: Readonly<Record<string, AwsProblem>> = {
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
  InvalidIdentityToken: INVALID,
  InvalidToken: INVALID,
  RequestTimeTooSkewed: {
    code: "LOB2001",
    what: "AWS does not accept this machine's clock",
    hint: "Set the clock: AWS refuses requests from clocks that are more than 15 minutes off.",
  },
  MissingAuthenticationTokenException: CREDENTIALS,
  AccessDenied: DENIED,
  AccessDeniedException: DENIED,
  Forbidden: DENIED,
  AllAccessDisabled: DENIED,
  NoSuchBucket: {
    code: "LOB2006",
    what: "the bucket does not exist",
    hint: "The LOB's row names a bucket that does not exist. Check the account and the region, or deploy the LOB's Pulumi stack again.",
  },
  PermanentRedirect: {
    code: "LOB2006",
    what: "the bucket is in another region",
    hint: "Set the region to the LOB's region.",
  },
  ResourceNotFoundException: {
    code: "LOB2007",
    what: "a table or index does not exist",
    hint: "Check the account and the region, or deploy the LOB's Pulumi stack again.",
  },
  TimeoutError: UNREACHABLE,
  ...Object.fromEntries(
    ["SlowDown", "ThrottlingException", "Throttling", "ProvisionedThroughputExceededException", "RequestLimitExceeded"].map((name) => [
      name,
      THROTTLED,
    ]),
  ),
};
