/**
 * GitHub's API as the Action uses it: requests that say what they are for and which permission they need, answers that are parsed,
 * a few patient retries, and errors in words. The runner names the server (GITHUB_API_URL), its variables the proxy.
 */
import { setTimeout as delay } from "node:timers/promises";
import type * as GitHubToolkit from "@actions/github";
import type { Endpoints } from "@octokit/types";
import { LobError, RELEASE } from "lob-registry-core";
import type { z } from "zod";
import { describeFailure, errorOf, type GitHubFailure } from "./github-failures.js";

/** What a request is for. */
export interface GitHubCall<T> {
  /** As a message says it: `creating the comment`. */
  readonly what: string;
  /** The line under `permissions:` that it needs: `pull-requests: write`. */
  readonly permission: string;
  /** What the answer has to be; the rest of it is left alone. */
  readonly answer: z.ZodType<T>;
}

export interface GitHub {
  /**
   * One request to the REST API. What may be sent twice is retried when GitHub fails; a POST only where GitHub says that it did nothing.
   *
   * @throws LobError LOB2011 where GitHub refuses, `details.status` has the status; LOB2012 where it cannot be reached, fails, or asks for
   *   a longer wait than there is patience for
   */
  rest<R extends keyof Endpoints, T>(route: R, parameters: Endpoints[R]["parameters"], call: GitHubCall<T>): Promise<T>;
  /** One query of the GraphQL API; no mutations, for it may be sent twice. @throws LobError as `rest` does */
  graphql<T>(query: string, variables: Readonly<Record<string, unknown>>, call: GitHubCall<T>): Promise<T>;
}

export interface GitHubOptions {
  readonly token: string;
  /** Such as `https://api.github.com`. */
  readonly apiUrl: string;
  readonly signal?: AbortSignal;
  readonly debug?: (line: string) => void;
  /** Waits so many milliseconds; rejects when the signal is aborted. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<unknown>;
}

/** Longest wait for one answer. */
const TIMEOUT = 30_000;
const ATTEMPTS = 5;
/** Milliseconds that all waits between the attempts of one request may take: GitHub's secondary limits ask for a minute. */
const PATIENCE = 150_000;

/** @throws LobError LOB1002 where `apiUrl` is no address, or `token` can be none. Nothing is sent. */
export async function connectGitHub(options: GitHubOptions): Promise<GitHub> {
  const { token, apiUrl, signal, debug = () => undefined, sleep = wait } = options;
  const baseUrl = checkedUrl(apiUrl);
  checkToken(token);
  const { getOctokit } = await toolkit();
  const log = { debug, info: debug, warn: debug, error: debug };
  const octokit = getOctokit(token, { baseUrl, userAgent: `lob-registry-action/${RELEASE}`, log });

  /** What `send` gives, tried again where that is of use and allowed. */
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
      debug(`${what}: ${failure.message}; again in ${pause} ms`);
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

/** What cannot be sent in a header, the client would repeat in its error, on one line and so past the runner's mask. */
function checkToken(token: string): void {
  if (/^[\x21-\x7e]+$/.test(token)) return;
  throw new LobError("LOB1002", 'the input "github-token" holds a blank, a line feed or another character that no token has', {
    hint: "Look at how the secret was stored: it has to be the token alone.",
  });
}

/** @throws LobError LOB1002 where the variable does not hold an address */
function checkedUrl(apiUrl: string): string {
  const url = URL.parse(apiUrl);
  if (!url || !["https:", "http:"].includes(url.protocol) || url.username !== "" || url.search !== "" || url.hash !== "") {
    throw new LobError("LOB1002", `GITHUB_API_URL is ${JSON.stringify(apiUrl.slice(0, 200))}, which is no address of GitHub's API`, {
      hint: "The runner sets it, such as https://api.github.com: do not set it in the workflow.",
    });
  }
  return apiUrl.replace(/\/+$/, "");
}

/**
 * GitHub's own toolkit, which goes through the proxy that the runner's variables (https_proxy, http_proxy, no_proxy) name. When it is
 * imported it parses the event's payload, and throws where that is not JSON: it is not let near, for we read the payload ourselves.
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
  throw new LobError(
    "LOB2012",
    `${what}: GitHub answers something else than is known (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""})`,
    {
      hint: "Does GITHUB_API_URL lead to GitHub? A proxy may answer in its place. On GitHub Enterprise Server, is its release a recent one?",
    },
  );
}

function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<unknown> {
  return delay(milliseconds, undefined, signal === undefined ? {} : { signal });
}
