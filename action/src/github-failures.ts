/** Why a request to GitHub failed, from what the client throws: what may be tried again, after how long, and in which words it is told. Pure. */
import { LobError } from "lob-registry-core";
import { oneLine } from "./format.js";

export interface GitHubFailure {
  /**
   * `refused`: it will be again. `busy`: GitHub did nothing, and asks for fewer requests. `broken`: no answer or an error of its own;
   * GitHub may have done what was asked for.
   */
  readonly kind: "refused" | "busy" | "broken";
  readonly message: string;
  /** HTTP status, or that which a GraphQL error stands for; undefined where no answer came. */
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

/** @param now milliseconds since 1970, against which a limit's reset is reckoned */
export function describeFailure(error: unknown, now = Date.now()): GitHubFailure {
  const thrown = (typeof error === "object" && error !== null ? error : {}) as Thrown;
  const message = oneLine(typeof thrown.message === "string" ? thrown.message : String(error), 500);
  if (Array.isArray(thrown.errors)) return ofGraphql(thrown.errors, message, headersOf(thrown), now);
  const response = typeof thrown.response === "object" && thrown.response !== null ? (thrown.response as { headers?: unknown }) : undefined;
  // Without an answer the client calls it a 500 of its own.
  if (!response || typeof thrown.status !== "number") return { kind: "broken", message };
  const headers = headersOf(response);
  const { status } = thrown;
  if (isLimit(status, message, headers)) return { kind: "busy", message, status, ...waitOf(headers, now) };
  return { kind: status >= 500 ? "broken" : "refused", message, status, ...(status >= 500 && waitOf(headers, now)) };
}

/** A query that GitHub answered with errors, by status 200. */
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

/** Limits come as 429 or 403, the latter told from a missing permission by a header or, for the secondary ones, by the words. */
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
  // GitHub's clock and this one differ by a little.
  if (headers["x-ratelimit-remaining"] === "0" && Number.isFinite(reset)) return { retryAfter: Math.max(0, reset * 1000 - now) + 1000 };
  return {};
}

/** The error that a person reads. */
export function errorOf(
  { kind, message, status, retryAfter }: GitHubFailure,
  { what, permission, apiUrl }: { readonly what: string; readonly permission: string; readonly apiUrl: string },
): LobError {
  const details = status === undefined ? {} : { status };
  if (kind === "refused") {
    return new LobError("LOB2011", `${what}: GitHub refuses it (${status ?? "no status"}: ${message})`, {
      hint: refusalHint(status, permission, message),
      details: { ...details, permission },
    });
  }
  if (kind === "busy") {
    const asked = retryAfter === undefined ? "" : `, and to wait ${Math.ceil(retryAfter / 1000)} s`;
    return new LobError("LOB2012", `${what}: GitHub asks for fewer requests${asked} (${message})`, {
      hint: "Run the job again later. Many jobs with one token share its limit.",
      details,
    });
  }
  const answered = status === undefined ? `does not answer (${message})` : `has an error of its own (${status}: ${message})`;
  return new LobError("LOB2012", `${what}: GitHub at ${apiUrl} ${answered}`, {
    hint:
      status === undefined
        ? "Check the runner's network and its proxy variables (https_proxy, no_proxy); then run the job again."
        : "Run the job again; githubstatus.com tells of outages.",
    details,
  });
}

function refusalHint(status: number | undefined, permission: string, message: string): string {
  switch (status) {
    case 401:
      return "The token is not valid, or no longer: check the input github-token. The job's own, ${{ github.token }}, ends with the job.";
    case 403:
      // Also of a repository that is archived, or a conversation that is too long: no permission helps there.
      return /not accessible|must have|permission/i.test(message) ? missing(permission) : words(permission);
    case 404:
      return missing(permission);
    default:
      return words(permission);
  }
}

const missing = (permission: string): string =>
  `Give the job the line "${permission}" under "permissions:". Another token than the job's own needs the same permission, and access to this repository.`;
const words = (permission: string): string =>
  `The message has GitHub's own words. The job needs the line "${permission}" under "permissions:".`;
