/** Runs the bundle of the action that comments like GitHub does, against a fake GitHub on this machine. */
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Compared, Report } from "lob-registry-core";
import { marked, type Token } from "marked";
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pullRequestEvent, workflowRunEvent } from "../support/github/events.ts";
import { BAD_GATEWAY, SECONDARY_LIMIT } from "../support/github/refusals.ts";
import { GitHubServer } from "../support/github/server.ts";
import { ACTIONS_BOT, type Account, type Comment, type Permissions, type Pull, type Repository } from "../support/github/state.ts";
import { newRun, runStep, type Event, type StepResult } from "../support/runner.ts";
import { reportOf } from "./reports.ts";
import { annotationsOf } from "./support.ts";

const OUTPUTS = ["comment-id", "comment-url", "action", "json"];
const WRITER: Permissions = { "pull-requests": "write" };
const READER: Permissions = { "pull-requests": "read", contents: "read" };
/** The marker without a key, about all models. It must never change: new releases find the comments of older ones by it. */
const MARKER = "<!-- lob-registry-comment key=f7ba81db8e661ff7 about=df2624a4136e9847 -->";
const MALLORY: Account = { login: "mallory", id: 666, type: "User" };
const HOSTILE = `<!-- lob-registry-comment key=0000000000000000 about=0000000000000000 --><img src=x> @octocat #1 [x](https://evil.example) \``;

let github: GitHubServer;
let repository: Repository;
let pull: Pull;
let workspace: string;
beforeEach(async () => {
  github = await GitHubServer.start();
  repository = github.addRepository("acme/fraud-models", 700100200);
  github.addPull(repository);
  pull = github.addPull(repository);
  workspace = await mkdtemp(join(tmpdir(), "lob-comment-"));
});
afterEach(async () => {
  await Promise.all([github.stop(), rm(workspace, { recursive: true })]);
});

interface Options {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly permissions?: Permissions;
  readonly event?: Event;
  readonly env?: Readonly<Record<string, string>>;
}

const onPull = (of = pull): Event => ({ name: "pull_request", payload: pullRequestEvent(of), ref: `refs/pull/${of.number}/merge` });
const onRun = (of: Pull, changes: Readonly<Record<string, unknown>> = {}): Event => ({
  name: "workflow_run",
  payload: workflowRunEvent(of, changes),
  ref: "refs/heads/main",
});

/** Runs one step with the report in a folder, as a job has it after downloading. */
async function step(
  report: Report | string,
  { inputs = {}, permissions = WRITER, event = onPull(), env = {} }: Options = {},
): Promise<StepResult> {
  await mkdir(join(workspace, "report"), { recursive: true });
  await writeFile(join(workspace, "report", "report.json"), typeof report === "string" ? report : JSON.stringify(report));
  return run({ inputs, permissions, event, env });
}

function run({ inputs = {}, permissions = WRITER, event = onPull(), env = {} }: Options): Promise<StepResult> {
  return runStep({
    action: "action/comment",
    event,
    inputs: { report: "report", "github-token": github.addToken(repository, permissions), ...inputs },
    run: newRun("v1.0.0"),
    workspace,
    env: { GITHUB_API_URL: github.url, ...env },
  });
}

const comments = (of = pull): Comment[] => github.state.commentsOf(of);
const bodies = (of = pull): string[] => comments(of).map(({ body }) => body);
const writes = (): string[] =>
  github.requests.filter(({ method, path }) => method !== "GET" && path !== "/graphql").map(({ method }) => method);
const report = (change: Partial<Parameters<typeof reportOf>[0][number]> = {}, of = pull): Report =>
  reportOf([{ model: "churn", ...change }], of.head.sha);

describe("the one comment", () => {
  test("is created, updated in place, and not written if it is up to date", async () => {
    const first = await step(report());
    expect(first).toMatchObject({ code: 0, outputs: { action: "created", "comment-id": expect.stringMatching(/^\d+$/) } });
    expect(Object.keys(first.outputs)).toEqual(OUTPUTS);
    const [comment] = comments();
    expect(first.outputs["comment-url"]).toBe(`https://github.com/acme/fraud-models/pull/2#issuecomment-${comment!.id}`);
    expect(comment!.body.startsWith(`${MARKER}\n**`)).toBe(true);
    expect(comment!.body).toContain("fraud/churn");
    expect(comment!.body).toMatch(/\[Full report\]\(https:\/\/github\.com\/acme\/fraud-models\/actions\/runs\/\d+\/attempts\/1\)/);
    expect(first.summary).toContain(first.outputs["comment-url"]);

    for (let n = 0; n < 250; n++) github.state.addComment(pull, pull.author, `${n}`);
    const second = await step(report({ gate: "failed" }));
    expect(second).toMatchObject({ code: 0, outputs: { action: "updated", "comment-id": String(comment!.id) } });
    expect(comments()).toHaveLength(251);
    expect(bodies()[0]).toContain("gate");

    const inputs = { "report-url": "https://ci.example/report" };
    await step(report(), { inputs });
    const before = writes().length;
    expect(await step(report(), { inputs })).toMatchObject({
      code: 0,
      outputs: { action: "unchanged", "comment-id": String(comment!.id) },
    });
    expect(writes()).toHaveLength(before);
    expect(bodies()[0]).toContain("[Full report](https://ci.example/report)");
    expect(comments(github.state.pulls[0])).toEqual([]);
  });

  test("is found on any of three pages", async () => {
    for (let n = 0; n < 230; n++) github.state.addComment(pull, pull.author, `${n}`);
    await step(report());
    for (let n = 0; n < 230; n++) github.state.addComment(pull, pull.author, `${n}`);
    const before = github.requests.length;
    expect(await step(report({ gate: "passed" }))).toMatchObject({ outputs: { action: "updated" } });
    expect(github.requests.slice(before).filter(({ path }) => path === "/graphql")).toHaveLength(5);
    expect(comments()).toHaveLength(461);
  });

  test("is never another author's with any marker, nor one of ours that quotes a marker", async () => {
    github.state.addComment(pull, MALLORY, `${MARKER}\nSee https://evil.example`);
    github.state.addComment(pull, ACTIONS_BOT, `> ${MARKER}\n\nquoted`);
    expect(await step(report())).toMatchObject({ outputs: { action: "created" } });
    expect(bodies()).toEqual([`${MARKER}\nSee https://evil.example`, `> ${MARKER}\n\nquoted`, expect.stringContaining("fraud/churn")]);
  });

  test("is the one with its key", async () => {
    await step(report());
    await step(report(), { inputs: { key: "nightly" } });
    expect(comments()).toHaveLength(2);
    expect(await step(report({ gate: "passed" }), { inputs: { key: "nightly" } })).toMatchObject({
      outputs: { action: "updated", "comment-id": String(comments()[1]!.id) },
    });
  });

  test("is not created if nothing changes and no gate failed, but is kept up to date", async () => {
    const unchanged = await step(report({ different: false, gate: "passed" }));
    expect(unchanged).toMatchObject({ code: 0, outputs: { action: "skipped", "comment-id": "", "comment-url": "" } });
    expect(Object.keys(unchanged.outputs)).toEqual(OUTPUTS);
    expect(comments()).toEqual([]);
    expect(await step(report({ different: false, gate: "failed" }))).toMatchObject({ outputs: { action: "created" } });
    expect(await step(report({ different: false, gate: "passed" }))).toMatchObject({ outputs: { action: "updated" } });
    github.state.comments = [];
    expect(await step(report({ different: false }), { inputs: { "skip-unchanged": "false" } })).toMatchObject({
      outputs: { action: "created" },
    });
  });

  test("fits the longest report", async () => {
    const models = Array.from({ length: 300 }, (_, n) => ({
      model: `m${n}`,
      gate: "failed" as const,
      file: HOSTILE.repeat(8),
      text: "x".repeat(990),
    }));
    expect(await step(reportOf(models, pull.head.sha))).toMatchObject({ code: 0, outputs: { action: "created" } });
    expect(bodies()[0]!.length).toBeLessThanOrEqual(64_000);
    expect(bodies()[0]!.length).toBeGreaterThan(32_000);
  });
});

describe("two jobs at once", () => {
  test("leave one comment", async () => {
    await Promise.all(["one", "two", "three"].map((text) => step(report({ gate: "passed", text }))));
    // The last one to look leaves one.
    await step(report());
    expect(comments()).toHaveLength(1);
  });

  test("keep the older one", async () => {
    github.inject("POST", /comments$/, () => void github.state.addComment(pull, ACTIONS_BOT, `${MARKER}\nanother job's`));
    expect(await step(report())).toMatchObject({ code: 0, outputs: { action: "updated", "comment-id": String(comments()[0]!.id) } });
    expect(bodies()).toEqual([expect.stringContaining("fraud/churn")]);
    expect(github.pending).toBe(0);
  });
});

describe("behaviour of GitHub", () => {
  test("creates a comment again that somebody deletes meanwhile", async () => {
    await step(report());
    github.inject("PATCH", /comments/, () => void (github.state.comments = []));
    expect(await step(report({ gate: "failed" }))).toMatchObject({ code: 0, outputs: { action: "created" } });
    expect(comments()).toHaveLength(1);
  });

  test("leaves one comment after a lost response", async () => {
    github.inject("POST", /comments$/, "break-after");
    expect(await step(report())).toMatchObject({ code: 0, outputs: { action: "created" } });
    expect(comments()).toHaveLength(1);
    github.state.comments = [];
    github.inject("POST", /comments$/, BAD_GATEWAY);
    expect(await step(report())).toMatchObject({ code: 0, outputs: { action: "created" } });
    expect(comments()).toHaveLength(1);
    expect(github.pending).toBe(0);
  });

  test("ignores a comment that GitHub does not show", async () => {
    const page = { headRefOid: pull.head.sha, comments: { nodes: [null], pageInfo: { hasNextPage: false, endCursor: null } } };
    github.inject("POST", /graphql$/, { status: 200, body: { data: { repository: { pullRequest: page } } } });
    expect(await step(report())).toMatchObject({ code: 0, outputs: { action: "created" } });
    expect(github.pending).toBe(0);
  });

  test("waits for rate limits and outages", async () => {
    github.inject("POST", /graphql$/, BAD_GATEWAY);
    github.inject("POST", /comments$/, SECONDARY_LIMIT);
    expect(await step(report())).toMatchObject({ code: 0, outputs: { action: "created" } });
    expect(comments()).toHaveLength(1);
    expect(github.pending).toBe(0);
  });

  test("names a missing permission", async () => {
    const result = await step(report(), { permissions: READER });
    expect(result).toMatchObject({ code: 1, outputs: { action: "failed" } });
    expect(Object.keys(result.outputs)).toEqual(OUTPUTS);
    expect(annotationsOf(result.log)).toEqual([
      { title: "LOB2011: GitHub denied access", message: expect.stringContaining('Add the line "pull-requests: write" under "permissions:"') },
    ]); // prettier-ignore
    expect(result.summary).toContain("LOB2011");
  });

  test("reports an unreachable server", async () => {
    await github.stop();
    const result = await step(report(), { env: { GITHUB_API_URL: "http://127.0.0.1:9" } });
    expect(result).toMatchObject({ code: 1, outputs: { action: "failed" } });
    expect(annotationsOf(result.log)).toMatchObject([{ title: "LOB2012: GitHub cannot be reached" }]);
    github = await GitHubServer.start();
  });

  test.each([
    ["a fork", {}],
    ["Dependabot", { GITHUB_ACTOR: "dependabot[bot]" }],
  ])("the token of %s may only read, so only the job summary has the report", async (who, env) => {
    const forked = who === "a fork" ? fork() : pull;
    const result = await step(report({}, forked), { permissions: READER, event: onPull(forked), env });
    expect(result).toMatchObject({ code: 0, outputs: { action: "skipped" } });
    expect(result.log).toMatch(/^::warning::No comment: the token .* may only read/m);
    expect(annotationsOf(result.log)).toEqual([]);
  });

  test("does not write to a locked conversation", async () => {
    pull.locked = true;
    const result = await step(report());
    expect(result).toMatchObject({ code: 0, outputs: { action: "skipped" } });
    expect(result.log).toContain("::warning::No comment: the conversation of the pull request is locked");
  });

  test("never shows the token", async () => {
    const result = await step(report(), { permissions: READER, env: { RUNNER_DEBUG: "1" } });
    const [secret = ""] = [...github.state.tokens.keys()];
    expect(result.log.split("\n").filter((line) => line.includes(secret))).toEqual([`::add-mask::${secret}`]);
  });
});

describe("the pull request", () => {
  test("with a newer commit is left to the run for that commit", async () => {
    await step(report());
    const before = bodies();
    const old = report({ gate: "failed" });
    const event = onPull();
    pull.head.sha = "e".repeat(40);
    const result = await step(old, { event });
    expect(result).toMatchObject({ code: 0, outputs: { action: "skipped" } });
    expect(result.log).toMatch(/^::notice title=No comment::pull request 2 is now at eeeeeeeeeeee/m);
    expect(bodies()).toEqual(before);
  });

  test("can be set by the input", async () => {
    const [other] = github.state.pulls as [Pull];
    expect(await step(report({}, other), { inputs: { "pull-request": "1" } })).toMatchObject({ outputs: { action: "created" } });
    expect([comments(other).length, comments().length]).toEqual([1, 0]);
  });

  test("is missing in some events, which is not an error", async () => {
    const event = { name: "push", payload: { ref: "refs/heads/main" }, ref: "refs/heads/main" };
    const result = await step(report(), { event });
    expect(result).toMatchObject({ code: 0, outputs: { action: "skipped" } });
    expect(result.log).toContain("::notice title=No comment::the event push is not about a pull request");
    expect(await step(report(), { event, inputs: { "pull-request": "2" } })).toMatchObject({ outputs: { action: "created" } });
  });
});

/** A pull request from a fork, and one with the same branch name from this repository. */
function fork(): Pull {
  const forked =
    github.state.repositories.get("mallory/fraud-models") ?? github.addRepository("mallory/fraud-models", 9, "acme/fraud-models");
  return github.addPull(repository, { author: MALLORY, head: { repository: forked, ref: pull.head.ref, sha: "f".repeat(40) } });
}

describe("after the run of a fork", () => {
  let forked: Pull;
  beforeEach(() => void (forked = fork()));

  test("finds the pull request by its commit and names the fork in the comment", async () => {
    expect(await step(report({}, forked), { event: onRun(forked) })).toMatchObject({ code: 0, outputs: { action: "created" } });
    expect([comments(forked).length, comments().length]).toEqual([1, 0]);
    expect(bodies(forked)[0]).toContain("Built by the fork <code>mallory/fraud-models</code>");
    expect(await step(report({ gate: "failed" }, forked), { event: onRun(forked) })).toMatchObject({ outputs: { action: "updated" } });
  });

  test("comments on the first of two pull requests with the commit, unless the input names the other", async () => {
    const other = github.addPull(repository, { author: MALLORY, head: forked.head, base: { ref: "release", sha: "d".repeat(40) } });
    const first = await step(report({}, forked), { event: onRun(forked) });
    expect(first).toMatchObject({ code: 0, outputs: { action: "created" } });
    expect(first.log).toContain(`::warning::The commit is the newest one of pull requests ${forked.number}, ${other.number}:`);
    expect([comments(forked).length, comments(other).length]).toEqual([1, 0]);
    const named = await step(report({}, forked), { event: onRun(forked), inputs: { "pull-request": String(other.number) } });
    expect(named.log).not.toContain("::warning");
    expect([comments(forked).length, comments(other).length]).toEqual([1, 1]);
  });

  test("nothing in the artifact leads to another pull request", async () => {
    const evil = { ...report({}, forked), pullRequest: 2, pull_request: 2 };
    await writeFile(join(workspace, "pr-number"), "2");
    const result = await step(JSON.stringify(evil), {
      event: onRun(forked, { pull_requests: [{ number: 2 }] }),
      inputs: { "pull-request": "2" },
    });
    expect(result).toMatchObject({ code: 1, outputs: { action: "failed" } });
    expect(annotationsOf(result.log)).toMatchObject([
      { message: expect.stringContaining('the input "pull-request" is 2, but the previous run was not for it') },
    ]);
    expect(github.state.comments).toEqual([]);
  });

  test.each([
    ["another commit than GitHub says", () => step(report({}, pull), { event: onRun(forked) }), { code: 1, outputs: { action: "failed" } }],
    ["an older commit of the pull request", () => step(report({}, { ...forked, head: { ...forked.head, sha: "1".repeat(40) } }), { event: onRun(forked, { head_sha: "1".repeat(40) }) }), { code: 0, outputs: { action: "skipped" } }],
    ["a repository with the same owner and branch, and another id", () => step(report({}, forked), { event: onRun({ ...forked, head: { ...forked.head, repository: { ...forked.head.repository, id: 10 } } }) }), { code: 0, outputs: { action: "skipped" } }],
    ["a run for another event", () => step(report({}, forked), { event: onRun(forked, { event: "push" }) }), { code: 0, outputs: { action: "skipped" } }],
    ["a run that was cancelled", () => step(report({}, forked), { event: onRun(forked, { conclusion: "cancelled" }) }), { code: 0, outputs: { action: "skipped" } }],
    ["an invalid payload", () => step(report({}, pull), { event: { ...onRun(forked), payload: { workflow_run: { event: "pull_request", pull_requests: [{ number: 2 }] } } }, inputs: { "pull-request": "2" } }), { code: 0, outputs: { action: "skipped" } }],
    ["a pull request that is closed", () => { forked.state = "closed"; return step(report({}, forked), { event: onRun(forked) }); }, { code: 0, outputs: { action: "skipped" } }],
  ])("%s creates no comment", async (_, work, result) => {
    expect(await work()).toMatchObject(result);
    expect(github.state.comments).toEqual([]);
  }); // prettier-ignore
});

describe("a forged report", () => {
  test("puts no markup, no mention, no link and no marker into the comment", async () => {
    expect(await step(report({ file: HOSTILE, gate: "failed", text: HOSTILE }))).toMatchObject({ code: 0, outputs: { action: "created" } });
    const [body = ""] = bodies();
    expect(body).toContain("evil.example");
    const tokens: Token[] = [];
    void marked.walkTokens(marked.lexer(body, { gfm: true }), (token) => void tokens.push(token));
    const html = tokens.filter(({ type }) => type === "html").flatMap(({ raw }) => raw.match(/<[^>]*>/g) ?? []);
    expect(html.filter((tag) => tag.startsWith("<!"))).toEqual([body.split("\n")[0]]);
    expect(html.slice(1).filter((tag) => !/^<\/?(?:b|br|code|details|sub|summary)>$|^<details open>$/.test(tag))).toEqual([]);
    expect(tokens.filter(({ type }) => type === "link" || type === "image").map(({ raw }) => raw)).toEqual([
      expect.stringMatching(/^\[Full report\]/),
    ]);
    // Everything outside code, where GitHub looks for mentions and issues.
    expect(
      tokens
        .filter((token) => token.type === "text" && !("tokens" in token))
        .map(({ raw }) => raw)
        .join("\n"),
    ).not.toMatch(/@octocat|#1\b/);
    // It is still ours.
    expect(await step(report())).toMatchObject({ outputs: { action: "updated" } });
    expect(comments()).toHaveLength(1);
  });

  test.each([
    ["no JSON", "{", /LOB4005/],
    ["an unknown schema", '{"schema": 1, "createdBy": "x", "models": [{"kind": "compared"}]}', /LOB4005/],
    ["more than 16 MiB", `{"schema": 1, "createdBy": "${"x".repeat(17 * 1024 * 1024)}"}`, /LOB1004.*larger than/s],
  ])("is refused: %s", async (_, text, said) => {
    const result = await step(text);
    expect(result).toMatchObject({ code: 1, outputs: { action: "failed" } });
    expect(result.log).toMatch(said);
    expect(github.state.comments).toEqual([]);
  });

  test("puts no command into the log", async () => {
    const evil = "##[error]x\n::add-path::x\r::set-output name=a::x\u2028::error::x";
    const [model, ...others] = report().models;
    for (const made of [
      { ...report(), models: [{ ...model, candidate: { ...(model as Compared).candidate, metrics: { [evil]: "no number" } } }, ...others] },
      { ...report(), models: [{ kind: "failed", lob: "fraud", model: evil, code: "LOB1004", message: evil }] },
      { ...report(), createdBy: evil },
      { ...report(), schema: evil },
      { ...report(), commit: evil },
    ]) {
      const { code, log } = await step(JSON.stringify(made), { env: { RUNNER_DEBUG: "1" } });
      expect(code).toBe(1);
      const said = log.split(/[\r\n\u2028]/).filter((line) => /^\s*::|##\[/.test(line));
      expect(said.filter((line) => !/^::(?:add-mask|debug)::|^::error title=LOB4005/.test(line))).toEqual([]);
      expect(log).not.toContain("##[");
    }
  });

  test.each([
    ["a link to a file outside", (path: string) => symlink(join(workspace, "secret"), path), "it is a link"],
    ["a folder", (path: string) => mkdir(path), "it is not a file"],
    ["nothing", () => Promise.resolve(), "it does not exist"],
    ["a file with holes", (path: string) => writeFile(path, "").then(() => truncate(path, 2 ** 36)), "it is larger than"],
  ])("is not read if it is %s", async (_, put, reason) => {
    await writeFile(join(workspace, "secret"), JSON.stringify(report()));
    await mkdir(join(workspace, "report"));
    await put(join(workspace, "report", "report.json"));
    const result = await run({});
    expect(result).toMatchObject({ code: 1, outputs: { action: "failed" } });
    expect(annotationsOf(result.log)).toMatchObject([{ message: expect.stringContaining(reason) }]);
    expect(github.state.comments).toEqual([]);
  });

  test("an invalid payload of the event does not stop the step", async () => {
    const result = await step(report(), {
      env: { GITHUB_EVENT_PATH: join(workspace, "report", "report.json") },
      inputs: { "pull-request": "2" },
    });
    expect(result).toMatchObject({ code: 0, outputs: { action: "created" } });
    await writeFile(join(workspace, "event"), "{");
    const broken = await step(report(), { env: { GITHUB_EVENT_PATH: join(workspace, "event") } });
    expect(broken).toMatchObject({ code: 0, outputs: { action: "skipped" } });
    expect(broken.log).toContain("::warning::cannot read the event's payload");
  });
});

describe("one comment per model", () => {
  const inputs = { "per-model": "true" };
  const models = (...names: string[]): Report =>
    reportOf(
      names.map((model) => ({ model })),
      pull.head.sha,
    );

  test("is kept up to date, and deleted with its model", async () => {
    const first = await step(models("churn", "fees"), { inputs });
    expect(first).toMatchObject({ code: 0, outputs: { action: "created", "comment-id": "", "comment-url": "" } });
    expect(JSON.parse(first.outputs["json"] ?? "")).toMatchObject({
      pullRequest: 2,
      comments: [{ model: "fraud/churn", action: "created" }, { model: "fraud/fees", action: "created" }],
    }); // prettier-ignore
    const [churn] = comments();
    const second = await step(models("risk", "churn"), { inputs });
    expect(JSON.parse(second.outputs["json"] ?? "")).toMatchObject({
      deleted: 1,
      comments: [{ action: "created" }, { action: "updated", id: churn!.id }],
    });
    expect(second.log).toContain("1 comment deleted, about models that are no longer in the report");
    expect(bodies()).toEqual([expect.stringContaining("fraud/churn"), expect.stringContaining("fraud/risk")]);
    expect(await step(models("risk", "churn"))).toMatchObject({ outputs: { action: "created" } });
    expect(comments()).toHaveLength(1);
  });

  test("is refused for more than 25 models", async () => {
    const result = await step(models(...Array.from({ length: 26 }, (_, n) => `m${n}`)), { inputs });
    expect(result).toMatchObject({ code: 1, outputs: { action: "failed" } });
    expect(annotationsOf(result.log)).toMatchObject([
      { title: expect.stringContaining("LOB1002"), message: expect.stringContaining("26 models") },
    ]);
    expect(github.state.comments).toEqual([]);
  });
});

test("reports everything that is wrong with the inputs at once, without requests", async () => {
  const result = await step(report(), { inputs: { key: "a b", "pull-request": "x", "per-model": "maybe" } });
  expect(result).toMatchObject({ code: 1, outputs: { action: "failed" } });
  expect(annotationsOf(result.log).map(({ title }) => title.slice(0, 7))).toEqual(["LOB1002", "LOB1002", "LOB1002"]);
  expect(github.requests).toEqual([]);
});
