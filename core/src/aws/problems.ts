/** What AWS answers when it refuses, and what keeps a request from being sent, in words for the person at the other end. */
import type { ErrorCode } from "../errors.js";

/** One kind of failure: its code, what happened, and what to do next. */
export interface AwsProblem {
  readonly code: ErrorCode;
  readonly what: string;
  readonly hint: string;
}

const CREDENTIALS: AwsProblem = {
  code: "LOB2001",
  what: "there are no AWS credentials",
  hint:
    "In a workflow: give the job `permissions: id-token: write` and run aws-actions/configure-aws-credentials with the publisher role before this step. " +
    "At a terminal: run `aws sso login`, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
};
const EXPIRED: AwsProblem = {
  code: "LOB2004",
  what: "the AWS credentials have expired",
  hint:
    "Get new ones and run the same command again: it goes on where it can. For long publishes raise `role-duration-seconds` in " +
    "aws-actions/configure-aws-credentials, up to the role's MaxSessionDuration.",
};
export const UNREADABLE: AwsProblem = {
  code: "LOB2001",
  what: "a file that the AWS credentials come from cannot be read",
  hint: "Check the paths in AWS_WEB_IDENTITY_TOKEN_FILE, AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE and in the profile, and who may read them.",
};
export const UNSENDABLE: AwsProblem = {
  code: "LOB2001",
  what: "the AWS credentials hold a character that cannot be sent",
  hint: "Often a line feed was stored with a secret or an environment variable. Set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN again without it.",
};
const INVALID: AwsProblem = {
  code: "LOB2001",
  what: "AWS does not accept the credentials",
  hint: "Check that they are of the right account and still valid: `aws sts get-caller-identity` tells whose they are.",
};
export const DENIED: AwsProblem = {
  code: "LOB2003",
  what: "access is denied",
  hint: "The role in use lacks a permission, or the bucket belongs to another account than the LOB's row says. Ask the platform team to add this repository or principal to the LOB.",
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
    "Where a proxy of the company encrypts anew, give its certificate to Node by NODE_EXTRA_CA_CERTS (a PEM file); else check AWS_ENDPOINT_URL " +
    "and this machine's clock.",
};

const THROTTLED: AwsProblem = {
  code: "LOB2008",
  what: "AWS asks for fewer requests, also after several tries",
  hint: "Run the same command again in a while: it goes on where it stands. If it stays, see which quota or limit of the table AWS names.",
};
/** Any other answer that is an error. */
export const REFUSED: AwsProblem = {
  code: "LOB2008",
  what: "AWS answered with an error",
  hint: "Run the same command again. If it stays, take the request id to AWS.",
};
export const KMS: AwsProblem = {
  code: "LOB2008",
  what: "the bucket's KMS key cannot be used",
  hint: "The key is disabled, is being deleted, or does not exist: ask the platform team, who set it for the LOB.",
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
    what: "AWS does not accept the time of this machine",
    hint: "Set this machine's clock: AWS refuses requests that are more than 15 minutes off.",
  },
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
  ...Object.fromEntries(
    ["SlowDown", "ThrottlingException", "Throttling", "ProvisionedThroughputExceededException", "RequestLimitExceeded"].map((name) => [
      name,
      THROTTLED,
    ]),
  ),
};
