/** Classifies what GitHub's client throws: whether and when to retry, and the error to report. Pure. */
import { LobError } from "lob-registry-core";
import { oneLine } from "./format.js";

export interface GitHubFailure {
  /**
   * `refused`: a retry will be refused too. `busy`: GitHub did nothing and asks for fewer requests. `broken`: no response or an error of
   * GitHub, which may have done what was requested.
   */
  readonly kind: "refused" | "busy" | "broken";
  readonly message: string;
  /** HTTP status, or the one that a GraphQL error stands for; undefined without a response. */
  readonly status?: number;
  /** Milliseconds that GitHub asks to wait. */
  readonly retryAfter?: number;
}

interface Thrown {
  readonly status?: unknown;
  readonly message?: unknown;
  readonly response?: unknown;
  readonly errors?: unknown;
  readonly headers?: unknown;
}

type Headers = Readonly<Record<string, unknown>>;

/** @param now milliseconds since 1970, to compute how long until a limit resets */
export function describeFailure(error: unknown, now = Date.now()): GitHubFailure {
  const thrown = (typeof error === "object" && error !== null ? error : {}) as Thrown;
  const message = oneLine(typeof thrown.message === "string" ? thrown.message : String(error), 500);
  if (Array.isArray(thrown.errors)) return ofGraphql(thrown.errors, message, headersOf(thrown), now);
  const response = typeof thrown.response === "object" && thrown.response !== null ? (thrown.response as { headers?: unknown }) : undefined;
  // Without a response, the client makes up status 500.
  if (!response || typeof thrown.status !== "number") return { kind: "broken", message };
  const headers = headersOf(response);
  const { status } = thrown;
  if (isLimit(status, message, headers)) return { kind: "busy", message, status, ...waitOf(headers, now) };
  return { kind: status >= 500 ? "broken" : "refused", message, status, ...(status >= 500 && waitOf(headers, now)) };
}

/** A query that GitHub answered with errors and status 200. */
function ofGraphql(errors: readonly unknown[], message: string, headers: Headers, now: number): GitHubFailure {
  const types = errors.map((each) => (typeof each === "object" && each !== null && "type" in each ? each.type : undefined));
  if (types.includes("RATE_LIMITED") || types.includes("RATE_LIMIT"))
    return { kind: "busy", message, status: 429, ...waitOf(headers, now) };
  if (types.includes("NOT_FOUND")) return { kind: "refused", message, status: 404 };
  if (types.includes("FORBIDDEN") || types.includes("INSUFFICIENT_SCOPES")) return { kind: "refused", message, status: 403 };
  return { kind: "broken", message, status: 500 };
}

function headersOf({ headers }: { readonly headers?: unknown }): Headers {
  return typeof headers === "object" && headers !== null ? (headers as Headers) : {};
}

/** Rate limits come as 429 or 403. A header, or the text for secondary limits, distinguishes the latter from a missing permission. */
function isLimit(status: number, message: string, headers: Headers): boolean {
  if (status === 429) return true;
  return (
    status === 403 && (headers["retry-after"] !== undefined || headers["x-ratelimit-remaining"] === "0" || /rate limit/i.test(message))
  );
}

function waitOf(headers: Headers, now: number): { retryAfter?: number } {
  const after = Number(headers["retry-after"] ?? Number.NaN);
  if (Number.isFinite(after) && after >= 0) return { retryAfter: Math.ceil(after) * 1000 };
  const reset = Number(headers["x-ratelimit-reset"] ?? Number.NaN);
  // GitHub's clock and this one may differ a little.
  if (headers["x-ratelimit-remaining"] === "0" && Number.isFinite(reset)) return { retryAfter: Math.max(0, reset * 1000 - now) + 1000 };
  return {};
}

/** The error to report. */
export function errorOf(
  { kind, message, status, retryAfter }: GitHubFailure,
  { what, permission, apiUrl }: { readonly what: string; readonly permission: string; readonly apiUrl: string },
): LobError {
  const details = status === undefined ? {} : { status };
  if (kind === "refused") {
    return new LobError("LOB2011", `${what}: GitHub refused it (${status ?? "no status"}: ${message})`, {
      hint: refusalHint(status, permission, message),
      details: { ...details, permission },
    });
  }
  if (kind === "busy") {
    const wait = retryAfter === undefined ? "" : ` and a wait of ${Math.ceil(retryAfter / 1000)} s`;
    return new LobError("LOB2012", `${what}: GitHub asks for fewer requests${wait} (${message})`, {
      hint: "Run the job again later. All jobs with the same token share its limit.",
      details,
    });
  }
  const answered = status === undefined ? `does not respond (${message})` : `failed (${status}: ${message})`;
  return new LobError("LOB2012", `${what}: GitHub at ${apiUrl} ${answered}`, {
    hint:
      status === undefined
        ? "Check the runner's network and its proxy variables (https_proxy, no_proxy), then run the job again."
        : "Run the job again; githubstatus.com shows outages.",
    details,
  });
}

function refusalHint(status: number | undefined, permission: string, message: string): string {
  switch (status) {
    case 401:
      return "The token is invalid or has expired: check the input github-token. The job's own, ${{ github.token }}, expires with the job.";
    case 403:
      // Archived repositories and very long conversations also give 403, and no permission helps there.
      return /not accessible|must have|permission/i.test(message) ? missing(permission) : words(permission);
    case 404:
      return missing(permission);
    default:
      return words(permission);
  }
}

const missing = (permission: string): string =>
  `Add the line "${permission}" under "permissions:" of the job. A token other than the job's own needs the same permission and access to this repository.`;
const words = (permission: string): string => `The message quotes GitHub. The job needs the line "${permission}" under "permissions:".`;
