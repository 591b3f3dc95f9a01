/** The part of GitHub's REST API that is used: comments of pull requests, pull requests, check runs. */
import type { z } from "zod";
import { changedCheckRun, commentBody, newCheckRun } from "./bodies.ts";
import { demand, invalid, notFound, Refusal } from "./refusals.ts";
import { checkRunOf, commentOf, ownerOf, pullOf, userOf } from "./shapes.ts";
import type { CheckRun, Comment, Permission, Pull, Repository, State, Token } from "./state.ts";

export interface RestRequest {
  readonly state: State;
  readonly token: Token;
  /** Address of the API, without a slash at its end. */
  readonly api: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Parsed JSON, or undefined without a body. */
  readonly body: unknown;
}

export interface RestAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

type Handler = (request: RestRequest & { readonly repository: Repository }, ...parts: string[]) => RestAnswer;

const COMMENT_DOCS = "/issues/comments";
const COMMENTERS: readonly Permission[] = ["issues", "pull-requests"];

/** By method and what follows `/repos/OWNER/NAME`; the first that matches. */
const ROUTES: readonly (readonly [method: string, path: RegExp, handler: Handler])[] = [
  ["GET", /^\/pulls$/, listPulls],
  ["GET", /^\/pulls\/(\d+)$/, (request, number) => ok(pullOf(request.api, pullFor(request, number, ["pull-requests"])))],
  ["GET", /^\/issues\/(\d+)\/comments$/, listComments],
  ["POST", /^\/issues\/(\d+)\/comments$/, createComment],
  ["GET", /^\/issues\/comments\/(\d+)$/, (request, id) => ok(commentOf(request.api, commentFor(request, id, "read")))],
  ["PATCH", /^\/issues\/comments\/(\d+)$/, updateComment],
  ["DELETE", /^\/issues\/comments\/(\d+)$/, deleteComment],
  ["POST", /^\/check-runs$/, createCheckRun],
  ["PATCH", /^\/check-runs\/(\d+)$/, updateCheckRun],
  ["GET", /^\/commits\/([^/]+)\/check-runs$/, listCheckRuns],
];

export function answerRest(request: RestRequest): RestAnswer {
  if (request.path === "/user" && request.method === "GET") {
    // A job's token is an installation's, which is no user.
    if (request.token.account.type === "Bot") throw new Refusal(403, { message: "Resource not accessible by integration" }, "/users/users");
    return ok(userOf(request.token.account));
  }
  const [, fullName = "", rest = ""] = /^\/repos\/([^/]+\/[^/]+)(\/.*)$/.exec(request.path) ?? [];
  const repository = request.state.repositories.get(fullName);
  // GitHub answers the same for a missing resource and for one that the token may not see.
  if (!repository || request.token.repository !== fullName) throw notFound();
  for (const [method, path, handler] of ROUTES) {
    const match = path.exec(rest);
    if (match && method === request.method) return handler({ ...request, repository }, ...match.slice(1).map(decodeURIComponent));
  }
  throw notFound();
}

const ok = (body: unknown): RestAnswer => ({ status: 200, body });

function listPulls(request: RestRequest & { readonly repository: Repository }): RestAnswer {
  const { state, token, api, query, repository } = request;
  demand(token, ["pull-requests"], "read", "/pulls/pulls#list-pull-requests");
  const [head, wanted] = [query.get("head"), query.get("state") ?? "open"];
  const found = state.pulls.filter(
    (pull) =>
      pull.repository === repository &&
      (wanted === "all" || pull.state === wanted) &&
      // A head without an owner is not looked at.
      (head === null || !head.includes(":") || `${ownerOf(pull.head.repository)}:${pull.head.ref}` === head) &&
      (query.get("base") === null || pull.base.ref === query.get("base")),
  );
  return paged(request, found.reverse().map((pull) => pullOf(api, pull))); // prettier-ignore
}

function listComments(request: RestRequest & { readonly repository: Repository }, number = ""): RestAnswer {
  const comments = request.state.commentsOf(pullFor(request, number, COMMENTERS));
  return paged(request, comments.map((comment) => commentOf(request.api, comment))); // prettier-ignore
}

function createComment(request: RestRequest & { readonly repository: Repository }, number = ""): RestAnswer {
  const { state, token, api, body } = request;
  const pull = pullFor(request, number, COMMENTERS, "write");
  if (pull.locked) {
    throw new Refusal(403, { message: "Unable to create comment because issue is locked." }, `${COMMENT_DOCS}#create-an-issue-comment`);
  }
  const comment = state.addComment(pull, token.account, checkedComment(body));
  const answer = commentOf(api, comment);
  return { status: 201, body: answer, headers: { location: answer.url } };
}

function updateComment(request: RestRequest & { readonly repository: Repository }, id = ""): RestAnswer {
  const comment = commentFor(request, id, "write");
  comment.body = checkedComment(request.body);
  comment.updatedAt = new Date();
  return ok(commentOf(request.api, comment));
}

function deleteComment(request: RestRequest & { readonly repository: Repository }, id = ""): RestAnswer {
  const comment = commentFor(request, id, "write");
  request.state.comments = request.state.comments.filter((other) => other !== comment);
  return { status: 204 };
}

function createCheckRun({ state, token, api, repository, body }: RestRequest & { readonly repository: Repository }): RestAnswer {
  const docs = "/checks/runs#create-a-check-run";
  demand(token, ["checks"], "write", docs);
  const { output, ...facts } = checked(newCheckRun, body, "CheckRun", docs);
  const known = state.pulls.some((pull) => pull.repository === repository && [pull.head.sha, pull.base.sha].includes(facts.head_sha));
  if (!known) throw new Refusal(422, { message: `No commit found for SHA: ${facts.head_sha}` }, docs);
  const checkRun: CheckRun = { id: state.newId(), repository, fields: withOutput({ status: "queued", ...concluded(facts) }, output) };
  state.checkRuns.push(checkRun);
  return { status: 201, body: checkRunOf(api, checkRun) };
}

function updateCheckRun({ state, token, api, body }: RestRequest, id = ""): RestAnswer {
  const docs = "/checks/runs#update-a-check-run";
  demand(token, ["checks"], "write", docs);
  const before = state.checkRuns.find((run) => run.id === Number(id));
  if (!before) throw notFound(docs);
  const { output, ...facts } = checked(changedCheckRun, body, "CheckRun", docs);
  const checkRun = { ...before, fields: withOutput({ ...before.fields, ...concluded(facts) }, output) };
  state.checkRuns = state.checkRuns.map((run) => (run === before ? checkRun : run));
  return ok(checkRunOf(api, checkRun));
}

function listCheckRuns({ state, token, api, query, repository }: RestRequest & { readonly repository: Repository }, ref = ""): RestAnswer {
  demand(token, ["checks"], "read", "/checks/runs#list-check-runs-for-a-git-reference");
  const name = query.get("check_name");
  const runs = state.checkRuns.filter(
    (run) => run.repository === repository && run.fields["head_sha"] === ref && (name === null || run.fields["name"] === name),
  );
  return ok({ total_count: runs.length, check_runs: runs.map((run) => checkRunOf(api, run)) });
}

/** A conclusion completes a run. */
const concluded = <T extends { conclusion?: string | undefined }>(facts: T): T =>
  facts.conclusion === undefined ? facts : { ...facts, status: "completed" };

/** Annotations are added to those that are there; the rest of an output takes its place. */
function withOutput(fields: Record<string, unknown>, output: { annotations?: object[] | undefined } | undefined): Record<string, unknown> {
  if (!output) return fields;
  const { annotations = [], ...rest } = output;
  return { ...fields, output: rest, annotations: [...((fields["annotations"] as object[] | undefined) ?? []), ...annotations] };
}

function pullFor(
  { state, token, repository }: RestRequest & { readonly repository: Repository },
  number: string | undefined,
  needed: readonly Permission[],
  level: "read" | "write" = "read",
): Pull {
  demand(token, needed, level, level === "write" ? `${COMMENT_DOCS}#create-an-issue-comment` : COMMENT_DOCS);
  const pull = state.pull(repository.fullName, Number(number));
  if (!pull) throw notFound(COMMENT_DOCS);
  return pull;
}

/** A comment of this repository; GitHub lets a token with write access change those of others too. */
function commentFor(
  { state, token, repository }: RestRequest & { readonly repository: Repository },
  id: string | undefined,
  level: "read" | "write",
): Comment {
  demand(token, COMMENTERS, level, COMMENT_DOCS);
  const comment = state.comments.find((each) => each.id === Number(id) && each.pull.repository === repository);
  if (!comment) throw notFound(COMMENT_DOCS);
  return comment;
}

function checkedComment(body: unknown): string {
  const docs = `${COMMENT_DOCS}#create-an-issue-comment`;
  const text = checked(commentBody, body, "IssueComment", docs).body;
  if (text.trim() === "") throw invalid(docs, { resource: "IssueComment", code: "unprocessable", field: "data", message: "Body cannot be blank" }); // prettier-ignore
  return text;
}

function checked<T>(schema: z.ZodType<T>, body: unknown, resource: string, docs: string): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw invalid(
    docs,
    ...result.error.issues.map(({ path, message }) => ({ resource, code: "unprocessable" as const, field: path.join("."), message })),
  );
}

/** One page of a list, with a Link header to the others. */
function paged({ api, path, query }: RestRequest, items: readonly unknown[]): RestAnswer {
  const size = Math.min(Math.max(Number(query.get("per_page") ?? 30) || 30, 1), 100);
  const page = Math.max(Number(query.get("page") ?? 1) || 1, 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const link = (to: number, rel: string): string => {
    const parameters = new URLSearchParams(query);
    parameters.set("page", String(to));
    return `<${api}${path}?${parameters.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, "prev"), link(1, "first")] : []),
    ...(page < last ? [link(page + 1, "next"), link(last, "last")] : []),
  ];
  return {
    status: 200,
    body: items.slice((page - 1) * size, page * size),
    ...(links.length > 0 && { headers: { link: links.join(", ") } }),
  };
}
