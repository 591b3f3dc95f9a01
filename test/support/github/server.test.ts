/** The local GitHub, asked by GitHub's own client. */
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Octokit } from "@octokit/core";
import { BAD_GATEWAY, SECONDARY_LIMIT } from "./refusals.ts";
import { GitHubServer } from "./server.ts";
import type { Permissions, Pull, Repository } from "./state.ts";

let github: GitHubServer;
let repository: Repository;
let pull: Pull;
beforeEach(async () => {
  github = await GitHubServer.start();
  repository = github.addRepository("acme/fraud-models", 700100200);
  pull = github.addPull(repository);
});
afterEach(() => github.stop());

const WRITER: Permissions = { "pull-requests": "write", checks: "write" };
const HERE = { owner: "acme", repo: "fraud-models" };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const as = (permissions: Permissions, baseUrl = github.url): Octokit =>
  new Octokit({ baseUrl, auth: github.addToken(repository, permissions), log: quiet });
const comment = (octokit: Octokit, body: string, issue_number = pull.number): Promise<any> =>
  octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", { ...HERE, issue_number, body });
const checkRun = (octokit: Octokit, change: object = {}): Promise<any> =>
  octokit.request("POST /repos/{owner}/{repo}/check-runs", {
    ...HERE,
    name: "model diff",
    head_sha: pull.head.sha,
    conclusion: "success",
    output: { title: "t", summary: "s" },
    ...change,
  });

describe("comments", () => {
  test("are written, changed and deleted", async () => {
    const octokit = as(WRITER);
    const { data: made } = await comment(octokit, "first");
    expect(made).toMatchObject({
      body: "first",
      user: { login: "github-actions[bot]" },
      html_url: expect.stringContaining("/pull/1#issuecomment-"),
    });
    await octokit.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...HERE, comment_id: made.id, body: "second" });
    expect(github.state.commentsOf(pull)).toMatchObject([{ id: made.id, body: "second" }]);
    await octokit.request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...HERE, comment_id: made.id });
    expect(github.state.commentsOf(pull)).toEqual([]);
  });

  test("have pages, linked to each other", async () => {
    for (let n = 0; n < 65; n++) github.state.addComment(pull, pull.author, String(n));
    const page = (number: number) =>
      as({ issues: "read" }).request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        ...HERE,
        issue_number: 1,
        page: number,
      });
    const [first, last] = [await page(1), await page(3)];
    expect([first.data.length, last.data.length]).toEqual([30, 5]);
    expect(first.headers.link).toBe(
      ["next", "last"]
        .map((rel, index) => `<${github.url}/repos/acme/fraud-models/issues/1/comments?page=${index + 2}>; rel="${rel}"`)
        .join(", "),
    );
    expect(last.headers.link).toMatch(/page=2>; rel="prev".*page=1>; rel="first"$/);
  });

  test.each([
    ["x".repeat(65_537), 422, /too long \(maximum is 65536 characters\)/],
    [" \n", 422, /blank/],
  ])("that GitHub refuses (%#)", async (body, status, message) => {
    await expect(comment(as(WRITER), body)).rejects.toMatchObject({ status, message: expect.stringMatching(message) });
  });

  test("of 65,536 characters are taken", async () => {
    expect((await comment(as(WRITER), "🙂".repeat(65_536))).status).toBe(201);
  });

  test.each([
    [{ "pull-requests": "read" }, 403, "Resource not accessible by integration"],
    [{}, 403, "Resource not accessible by integration"],
  ] as const)("need a permission: %j has not", async (permissions, status, message) => {
    await expect(comment(as(permissions), "x")).rejects.toMatchObject({ status, message: expect.stringContaining(message) });
    expect(github.state.comments).toEqual([]);
  });
});

test("without a token that is known, nothing", async () => {
  await expect(comment(new Octokit({ baseUrl: github.url, auth: "ghs_other" }), "x")).rejects.toMatchObject({ status: 401 });
});

test("another repository looks like a missing one", async () => {
  github.addRepository("acme/other", 5);
  for (const repo of ["other", "none"]) {
    const work = as(WRITER).request("GET /repos/{owner}/{repo}/pulls", { owner: "acme", repo });
    await expect(work).rejects.toMatchObject({ status: 404 });
  }
});

test("pull requests are found by their head; without an owner every one is", async () => {
  const fork = github.addRepository("mallory/fraud-models", 9, "acme/fraud-models");
  github.addPull(repository, { head: { repository: fork, ref: "change-1", sha: "f".repeat(40) } });
  const numbers = async (head: string): Promise<number[]> =>
    (await as({ "pull-requests": "read" }).request("GET /repos/{owner}/{repo}/pulls", { ...HERE, head })).data.map(({ number }) => number);
  expect(await numbers("mallory:change-1")).toEqual([2]);
  expect(await numbers("acme:change-1")).toEqual([1]);
  expect(await numbers("change-1")).toEqual([2, 1]);
});

describe("GraphQL", () => {
  const QUERY = `query ($after: String) { viewer { login } repository(owner: "acme", name: "fraud-models") { pullRequest(number: 1) {
    headRefOid comments(first: 2, after: $after) { nodes { fullDatabaseId viewerDidAuthor author { login } body } pageInfo { hasNextPage endCursor } } } } }`;

  test("marks the viewer's comments, page by page", async () => {
    const octokit = as(WRITER);
    github.state.addComment(pull, pull.author, "a");
    await comment(octokit, "b");
    await comment(octokit, "c");
    const first = await octokit.graphql<any>(QUERY);
    expect(first.viewer.login).toBe("github-actions[bot]");
    const { comments, headRefOid } = first.repository.pullRequest;
    expect(headRefOid).toBe(pull.head.sha);
    expect(comments.nodes).toMatchObject([
      { viewerDidAuthor: false, author: { login: "octocat" }, body: "a" },
      { viewerDidAuthor: true, author: { login: "github-actions" }, body: "b" },
    ]);
    const second = await octokit.graphql<any>(QUERY, { after: comments.pageInfo.endCursor });
    expect(second.repository.pullRequest.comments).toMatchObject({ nodes: [{ body: "c" }], pageInfo: { hasNextPage: false } });
  });

  test.each([
    ["a field that there is not", "{ viewer { nickname } }", undefined],
    ["a list without a length", `{ repository(owner: "acme", name: "fraud-models") { pullRequest(number: 1) { comments { totalCount } } } }`, "MISSING_PAGINATION_BOUNDARIES"],
    ["a long page", `{ repository(owner: "acme", name: "fraud-models") { pullRequest(number: 1) { comments(first: 101) { totalCount } } } }`, "EXCESSIVE_PAGINATION"],
    ["a repository that there is not", `{ repository(owner: "acme", name: "none") { name } }`, "NOT_FOUND"],
  ])("refuses %s", async (_, query, type) => {
    await expect(as(WRITER).graphql(query)).rejects.toMatchObject({ errors: [type === undefined ? expect.anything() : { type }] });
  }); // prettier-ignore

  test("is at /api/graphql too, as on GitHub Enterprise Server", async () => {
    expect(await as(WRITER, `${github.url}/api/v3`).graphql("{ viewer { login } }")).toEqual({ viewer: { login: "github-actions[bot]" } });
  });
});

describe("check runs", () => {
  test("are made, are changed, keep their annotations, and are listed", async () => {
    const octokit = as(WRITER);
    const annotation = { path: "models.yml", start_line: 1, end_line: 1, annotation_level: "failure", message: "m" };
    const { data } = await checkRun(octokit, { output: { title: "t", summary: "s", annotations: [annotation] } });
    expect(data).toMatchObject({ status: "completed", conclusion: "success", output: { annotations_count: 1 } });
    const changed = await octokit.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
      ...HERE,
      check_run_id: data.id,
      output: { title: "t2", summary: "s2", annotations: [annotation as any] },
    });
    expect(changed.data.output).toMatchObject({ title: "t2", annotations_count: 2 });
    const list = await octokit.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", { ...HERE, ref: pull.head.sha });
    expect(list.data).toMatchObject({ total_count: 1, check_runs: [{ id: data.id }] });
  });

  test.each([
    ["a commit that there is not", { head_sha: "0".repeat(40) }],
    ["no summary", { output: { title: "t" } }],
    ["too long a summary", { output: { title: "t", summary: "x".repeat(65_536) } }],
    ["51 annotations", { output: { title: "t", summary: "s", annotations: Array.from({ length: 51 }, () => ({ path: "a", start_line: 1, end_line: 1, annotation_level: "notice", message: "m" })) } }],
    ["a field that there is not", { conclution: "success" }],
    ["completed without a conclusion", { conclusion: undefined, status: "completed" }],
  ])("refuses %s", async (_, change) => {
    await expect(checkRun(as(WRITER), change)).rejects.toMatchObject({ status: 422 });
    expect(github.state.checkRuns).toEqual([]);
  }); // prettier-ignore

  test("need checks: write", async () => {
    await expect(checkRun(as({ checks: "read", "pull-requests": "write" }))).rejects.toMatchObject({ status: 403 });
  });
});

test("faults are met once, in their order", async () => {
  const octokit = as(WRITER);
  github.inject("POST", /comments$/, SECONDARY_LIMIT);
  github.inject("POST", /comments$/, BAD_GATEWAY);
  github.inject("POST", /comments$/, "break-after");
  github.inject("POST", /comments$/, () => github.state.addComment(pull, pull.author, "meanwhile"));
  await expect(comment(octokit, "1")).rejects.toMatchObject({ status: 403, response: { headers: { "retry-after": "1" } } });
  await expect(comment(octokit, "2")).rejects.toMatchObject({ status: 502 });
  await expect(comment(octokit, "3")).rejects.toThrow();
  await comment(octokit, "4");
  expect(github.state.comments.map(({ body }) => body)).toEqual(["3", "meanwhile", "4"]);
  expect(github.pending).toBe(0);
});
