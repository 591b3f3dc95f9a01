/**
 * Reads the provenance of a publish from the runner's GITHUB_ variables and the event's payload. Both are untrusted until parsed: whoever
 * pushes a branch, a tag or a fork chooses its name. Pure.
 */
import { z } from "zod";
import { defined, type Provenance } from "lob-registry-core";

export type Env = Readonly<Record<string, string | undefined>>;

/** Largest payload of an event in bytes: GitHub's limit for webhooks. */
export const MAX_PAYLOAD_BYTES = 25 * 1024 * 1024;

/** The workflow run, as far as it is known. */
export interface WorkflowRun {
  readonly provenance: Provenance;
  /** Number of the attempt; above 1 if the run was repeated. */
  readonly attempt?: number | undefined;
  /** Whether the job may request an identity from GitHub (`permissions: id-token: write`). */
  readonly mayHaveIdentity: boolean;
  /** URL of the page that explains the errors of the release in use. */
  readonly errorsPage?: string | undefined;
  /** The idempotency key of a model in this run, the same in each attempt. Undefined outside a workflow. */
  readonly keyFor?: ((model: string) => string) | undefined;
}

/** Printable text on one line, up to a length. */
const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u);

export const FIELDS = {
  commit: z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/),
  ref: line(255),
  tag: line(255),
  repository: z
    .string()
    .max(140)
    .regex(/^[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+$/),
  id: z.string().regex(/^[1-9]\d{0,19}$/),
  actor: line(100),
  event: z.string().regex(/^[a-z_]{1,50}$/),
  server: z.url({ protocol: /^https?$/ }).max(255),
} as const;

/** The parts of a payload that are read. */
const PAYLOAD = z.object({
  release: z.object({ tag_name: z.unknown() }).optional(),
  repository: z.object({ id: z.number().int().positive() }).optional(),
  number: z.unknown().optional(),
  pull_request: z.object({ head: z.object({ sha: z.unknown() }) }).optional(),
});

/**
 * @param env the process's environment
 * @param payload the event's payload as parsed JSON, or undefined
 * @param warn gets the name of each value that is ignored because it is invalid
 */
export function readRun(env: Env, payload: unknown, warn: (message: string) => void): WorkflowRun {
  const take = <T>(type: z.ZodType<T>, value: unknown, name: string): T | undefined => {
    if (value === undefined || value === "") return undefined;
    const parsed = type.safeParse(value);
    if (!parsed.success) warn(`${name} is invalid and was not recorded`);
    return parsed.data;
  };
  const variable = <T>(type: z.ZodType<T>, name: string): T | undefined => take(type, env[name], name);

  const event = variable(FIELDS.event, "GITHUB_EVENT_NAME");
  const { release, repository: payloadRepository, number, pull_request: pullRequest } = take(PAYLOAD, payload, "the event's payload") ?? {};
  const releaseTag = event === "release" ? take(FIELDS.tag, release?.tag_name, "the tag of the release") : undefined;
  // On a pull request GITHUB_SHA is a merge commit that GitHub made for the run and that no branch keeps.
  const onPullRequest = event?.startsWith("pull_request") === true && pullRequest !== undefined;
  const head = onPullRequest ? take(FIELDS.commit, pullRequest.head.sha, "the head commit of the pull request") : undefined;
  const headRef = onPullRequest && Number.isSafeInteger(number) ? `refs/pull/${String(number)}/head` : undefined;
  const repository = variable(FIELDS.repository, "GITHUB_REPOSITORY");
  const repositoryId = variable(FIELDS.id, "GITHUB_REPOSITORY_ID") ?? payloadRepository?.id.toString();
  const runId = variable(FIELDS.id, "GITHUB_RUN_ID");
  const attempt = variable(FIELDS.id, "GITHUB_RUN_ATTEMPT");
  const server = variable(FIELDS.server, "GITHUB_SERVER_URL")?.replace(/\/+$/, "");
  const action = variable(FIELDS.repository, "GITHUB_ACTION_REPOSITORY");
  const actionRef = variable(FIELDS.ref, "GITHUB_ACTION_REF");
  const runUrl =
    server !== undefined && repository !== undefined && runId !== undefined
      ? `${server}/${repository}/actions/runs/${runId}${attempt === undefined ? "" : `/attempts/${attempt}`}`
      : undefined;

  const errorsPage =
    server !== undefined && action !== undefined && actionRef !== undefined
      ? `${server}/${action}/blob/${encodeURIComponent(actionRef)}/docs/errors.md`
      : undefined;

  return {
    provenance: defined({
      gitCommit: onPullRequest ? head : variable(FIELDS.commit, "GITHUB_SHA"),
      gitRef: headRef ?? variable(FIELDS.ref, "GITHUB_REF"),
      releaseTag,
      runUrl,
      repository,
      actor: variable(FIELDS.actor, "GITHUB_ACTOR"),
      event,
    }),
    attempt: attempt === undefined ? undefined : Number(attempt),
    errorsPage,
    mayHaveIdentity: Boolean(env["ACTIONS_ID_TOKEN_REQUEST_URL"]),
    keyFor: repositoryId === undefined || runId === undefined ? undefined : (model) => `${repositoryId}/${runId}/${model}`,
  };
}
