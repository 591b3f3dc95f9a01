/**
 * GitHub's API for the Action: each request states its purpose and permission, responses are parsed, and failures are retried and explained.
 * GITHUB_API_URL names the server, and the runner's variables name the proxy.
 */
import { setTimeout as delay } from "node:timers/promises";
import type * as GitHubToolkit from "@actions/github";
import type { Endpoints } from "@octokit/types";
import { LobError, RELEASE } from "lob-registry-core";
import type { z } from "zod";
import { describeFailure, errorOf, type GitHubFailure } from "./github-failures.js";

/** Purpose, permission and response of a request. */
export interface GitHubCall<T> {
  /** For messages: `creating the comment`. */
  readonly what: string;
  /** The required line under `permissions:`, e.g. `pull-requests: write`. */
  readonly permission: string;
  /** The parts of the response that are used. */
  readonly answer: z.ZodType<T>;
}

export interface GitHub {
  /**
   * Sends one request to the REST API. Retries it if GitHub fails, but a POST only if GitHub says that it did nothing.
   *
   * @throws LobError LOB2011 if GitHub refuses, with the status in `details.status`; LOB2012 if it cannot be reached, fails, or asks for a
   *   wait that is too long
   */
  rest<R extends keyof Endpoints, T>(route: R, parameters: Endpoints[R]["parameters"], call: GitHubCall<T>): Promise<T>;
  /** Sends one GraphQL query. Not for mutations, because it may be sent twice. @throws LobError like `rest` */
  graphql<T>(query: string, variables: Readonly<Record<string, unknown>>, call: GitHubCall<T>): Promise<T>;
}

export interface GitHubOptions {
  readonly token: string;
  /** E.g. `https://api.github.com`. */
  readonly apiUrl: string;
  readonly signal?: AbortSignal;
  readonly debug?: (line: string) => void;
  /** Waits this many milliseconds; rejects if the signal is aborted. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<unknown>;
}

/** Longest wait for one response, in milliseconds. */
const TIMEOUT = 30_000;
const ATTEMPTS = 5;
/** Longest total wait between the attempts of one request, in milliseconds. GitHub's secondary limits ask for a minute. */
const PATIENCE = 150_000;

/** Sends no request. @throws LobError LOB1002 if `apiUrl` is not a URL or `token` cannot be a token */
export async function connectGitHub(options: GitHubOptions): Promise<GitHub> {
  const { token, apiUrl, signal, debug = () => undefined, sleep = wait } = options;
  const baseUrl = checkedUrl(apiUrl);
  checkToken(token);
  const { getOctokit } = await toolkit();
  const log = { debug, info: debug, warn: debug, error: debug };
  const octokit = getOctokit(token, { baseUrl, userAgent: `lob-registry-action/${RELEASE}`, log });

  /** Returns the result of `send`. Retries it if that is useful and safe. */
  async function patiently(
    { what, permission }: GitHubCall<unknown>,
    repeatable: boolean,
    send: (signal: AbortSignal) => Promise<unknown>,
  ): Promise<unknown> {
    for (let attempt = 1, waited = 0; ; attempt++) {
      signal?.throwIfAborted();
      let failure: GitHubFailure;
      try {
        return await send(AbortSignal.any([AbortSignal.timeout(TIMEOUT), ...(signal ? [signal] : [])]));
      } catch (error) {
        signal?.throwIfAborted();
        failure = describeFailure(error);
      }
      const pause = failure.retryAfter ?? 1000 * 2 ** (attempt - 1);
      const again = failure.kind === "busy" || (failure.kind === "broken" && repeatable);
      if (!again || attempt === ATTEMPTS || waited + pause > PATIENCE) throw errorOf(failure, { what, permission, apiUrl });
      debug(`${what}: ${failure.message}; retrying in ${pause} ms`);
      await sleep(pause, signal);
      waited += pause;
    }
  }

  return {
    async rest<R extends keyof Endpoints, T>(route: R, parameters: Endpoints[R]["parameters"], call: GitHubCall<T>): Promise<T> {
      const answer = await patiently(call, !route.startsWith("POST "), async (each) => {
        const response = (await octokit.request(route as string, {
          ...parameters,
          headers: { "x-github-api-version": "2022-11-28" },
          request: { signal: each, log },
        })) as { readonly data: unknown };
        return response.data;
      });
      return parsed(answer, call);
    },
    async graphql<T>(query: string, variables: Readonly<Record<string, unknown>>, call: GitHubCall<T>): Promise<T> {
      return parsed(await patiently(call, true, (each) => octokit.graphql(query, { ...variables, request: { signal: each, log } })), call);
    },
  };
}

/** The client repeats a token that is not a valid header in its error, on one line, so that the runner's mask does not match it. */
function checkToken(token: string): void {
  if (/^[\x21-\x7e]+$/.test(token)) return;
  throw new LobError("LOB1002", 'the input "github-token" contains a space, a line feed or another character that no token has', {
    hint: "Check how the secret was stored: it must contain only the token.",
  });
}

/** @throws LobError LOB1002 if it is not a URL */
function checkedUrl(apiUrl: string): string {
  const url = URL.parse(apiUrl);
  if (!url || !["https:", "http:"].includes(url.protocol) || url.username !== "" || url.search !== "" || url.hash !== "") {
    throw new LobError("LOB1002", `GITHUB_API_URL is ${JSON.stringify(apiUrl.slice(0, 200))}, which is not the URL of GitHub's API`, {
      hint: "The runner sets it, e.g. to https://api.github.com: do not set it in the workflow.",
    });
  }
  return apiUrl.replace(/\/+$/, "");
}

/**
 * GitHub's own toolkit, which uses the proxy of the runner's variables (https_proxy, http_proxy, no_proxy). On import it parses the event's
 * payload and throws if that is not JSON, so the payload is hidden from it; start.ts reads the payload.
 */
async function toolkit(): Promise<Pick<typeof GitHubToolkit, "getOctokit">> {
  const path = process.env["GITHUB_EVENT_PATH"];
  delete process.env["GITHUB_EVENT_PATH"];
  try {
    return await import(/* webpackMode: "eager" */ "@actions/github");
  } finally {
    if (path !== undefined) process.env["GITHUB_EVENT_PATH"] = path;
  }
}

function parsed<T>(answer: unknown, { what, answer: schema }: GitHubCall<T>): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new LobError("LOB2012", `${what}: unexpected response from GitHub (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""})`, {
    hint: "Check that GITHUB_API_URL points to GitHub, that no proxy responds in its place, and that GitHub Enterprise Server is a recent release.",
  });
}

function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<unknown> {
  return delay(milliseconds, undefined, signal === undefined ? {} : { signal });
}
