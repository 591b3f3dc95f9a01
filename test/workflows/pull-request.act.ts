/** examples/workflows/diff-on-pull-request.yml and comment-on-forks.yml, run by act on the sandbox and a GitHub of this machine. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { pullRequestEvent, workflowRunEvent } from "../support/github/events.ts";
import { GitHubServer } from "../support/github/server.ts";
import { repositoryOf } from "../support/github/shapes.ts";
import type { Pull, Repository } from "../support/github/state.ts";
import { declareLob, type DeclaredLob } from "../support/lob.ts";
import { Act, type WorkflowResult } from "./act.ts";
import { commitOf, type Build } from "./commits.ts";

const EXAMPLES = join(import.meta.dirname, "..", "..", "examples", "workflows");
const READER = "arn:aws:iam::123456789012:role/reader";
let sandbox: Sandbox;
let fraud: DeclaredLob;
let act: Act;
let folder: string;
let github: GitHubServer;
let repository: Repository;
let base: string;
/** All that is stored, but for what reading leaves: nothing. */
let stored: unknown;
let runs = 0;
const commit = (build: Build): Promise<string> => commitOf(join(folder, `commit-${++runs}`), build);

beforeAll(async () => {
  [sandbox, act] = await Promise.all([startSandbox(), Act.prepare()]);
  fraud = await declareLob(sandbox, "fraud");
  folder = await mkdtemp(join(tmpdir(), "lob-commits-"));
  base = await commit({ weights: "one", auc: 0.91 });
  await freshGitHub();
  const published = await act.run({
    ...common(),
    file: "publish-on-release.yml",
    event: { name: "release", payload: { action: "published", release: { tag_name: "v1" }, repository: repositoryOf(repository) } },
    commit: base,
    sha: "a".repeat(40),
  });
  expect([published.log, published.code]).toEqual([expect.any(String), 0]);
  await github.stop();
  stored = await fraud.contents();
}, 300_000);
afterAll(async () => {
  await Promise.all([sandbox?.stop(), act?.dispose(), folder && rm(folder, { recursive: true })]);
});
beforeEach(freshGitHub);
afterEach(async () => {
  await github.stop();
  expect(await fraud.contents()).toEqual(stored);
});

async function freshGitHub(): Promise<void> {
  github = await GitHubServer.start();
  repository = github.addRepository("acme/fraud-models", 700100200);
}

const common = () => ({ id: ++runs, repository, github, env: sandbox.env });
const bodies = (pull: Pull): string[] => github.state.commentsOf(pull).map(({ body }) => body);

/** A push to a pull request. */
async function push(pull: Pull, build: Build, trusted = true): Promise<WorkflowResult & { id: number }> {
  pull.head.sha = (++runs).toString(16).padStart(40, "0");
  const run = { ...common(), trusted, commit: await commit(build), sha: pull.head.sha };
  const event = { name: "pull_request", payload: pullRequestEvent(pull) };
  return { id: run.id, ...(await act.run({ ...run, file: "diff-on-pull-request.yml", event })) };
}

describe("a pull request of the repository", () => {
  test("has one comment, which follows its pushes, a check run for each, and the report as an artifact", async () => {
    const pull = github.addPull(repository);
    const one = await push(pull, { weights: "two", auc: 0.92 });
    expect([one.log, one.code]).toEqual([expect.any(String), 0]);
    expect(one.roles).toEqual([READER]);
    expect(bodies(pull)).toEqual([expect.stringContaining("fraud/churn")]);
    expect(bodies(pull)[0]).toMatch(/weights\.bin/);
    expect(bodies(pull)[0]).toMatch(/auc/);
    expect(bodies(pull)[0]).toContain("against version 1");
    expect(one.summary).toContain("weights.bin");
    expect(await readdir(act.artifact(one.id, "model-diff"))).toEqual(expect.arrayContaining(["report.json", "report.md", "report.html"]));
    expect(github.state.checkRuns.map(({ fields }) => [fields["head_sha"], fields["conclusion"]])).toEqual([[pull.head.sha, "success"]]);

    const [before] = github.state.commentsOf(pull);
    const two = await push(pull, { weights: "three", auc: 0.93 });
    expect([two.log, two.code]).toEqual([expect.any(String), 0]);
    expect(github.state.commentsOf(pull)).toEqual([expect.objectContaining({ id: before!.id })]);
    expect(bodies(pull)[0]).toContain("0.93");
    expect(bodies(pull)[0]).toContain(pull.head.sha.slice(0, 12));
    expect(github.state.checkRuns).toHaveLength(2);
  });

  test("with a failed gate is red, and its comment names the gate", async () => {
    const pull = github.addPull(repository);
    const result = await push(pull, { weights: "four", auc: 0.8 });
    expect(result.code).toBe(1);
    expect(bodies(pull)).toEqual([expect.stringContaining("auc >= base - 0.005")]);
    expect(github.state.checkRuns.map(({ fields }) => fields["conclusion"])).toEqual(["failure"]);
    expect(await readdir(act.artifact(result.id, "model-diff"))).toContain("report.json");
  });

  test("that changes nothing gets no comment", async () => {
    const pull = github.addPull(repository);
    const result = await push(pull, { weights: "one", auc: 0.91 });
    expect([result.log, result.code]).toEqual([expect.any(String), 0]);
    expect(bodies(pull)).toEqual([]);
  });
});

describe("a pull request from a fork", () => {
  let pull: Pull;
  beforeEach(() => {
    const fork = github.addRepository("mallory/fraud-models", 9, "acme/fraud-models");
    pull = github.addPull(repository, { head: { repository: fork, ref: "better", sha: "" } });
  });

  /** Runs the workflow that GitHub starts on the default branch after the fork's run. */
  const afterwards = (run: number, changes: Readonly<Record<string, unknown>> = {}): Promise<WorkflowResult> =>
    act.run({
      ...common(),
      file: "comment-on-forks.yml",
      event: { name: "workflow_run", payload: workflowRunEvent(pull, { id: run, ...changes }) },
      commit: base,
      sha: pull.base.sha,
    });

  test("is built without credentials and ends well; the job after it comments with the whole difference", async () => {
    const built = await push(pull, { weights: "two", auc: 0.92 }, false);
    expect([built.log, built.code]).toEqual([expect.any(String), 0]);
    expect(built.roles).toEqual([]);
    expect(bodies(pull)).toEqual([]);
    expect(github.state.checkRuns).toEqual([]);
    expect(built.summary).toContain("fraud/churn");

    const one = await afterwards(built.id);
    expect([one.log, one.code]).toEqual([expect.any(String), 0]);
    expect(one.roles).toEqual([READER]);
    expect(bodies(pull)).toEqual([expect.stringContaining("Built by the fork <code>mallory/fraud-models</code>")]);
    expect(bodies(pull)[0]).toContain("against version 1");
    expect(bodies(pull)[0]).toMatch(/weights\.bin/);
    expect(bodies(pull)[0]).toContain("auc >= base - 0.005");
    expect(github.state.checkRuns.map(({ fields }) => [fields["head_sha"], fields["conclusion"]])).toEqual([[pull.head.sha, "success"]]);

    const again = await push(pull, { weights: "three", auc: 0.8 }, false);
    const two = await afterwards(again.id);
    expect(two.code).toBe(1);
    expect(bodies(pull)).toHaveLength(1);
    expect(bodies(pull)[0]).toContain("0.8");
  });

  test("has a second job that needs all of its permissions", async () => {
    const { jobs } = parse(await readFile(join(EXAMPLES, "comment-on-forks.yml"), "utf8")) as {
      jobs: { comment: { permissions: object } };
    };
    const built = await push(pull, { weights: "two", auc: 0.92 }, false);
    for (const without of Object.keys(jobs.comment.permissions)) {
      const event = { name: "workflow_run", payload: workflowRunEvent(pull, { id: built.id }) };
      const result = await act.run({ ...common(), file: "comment-on-forks.yml", event, commit: base, sha: pull.base.sha, without });
      expect([without, result.code === 0 && bodies(pull).length === 1 && github.state.checkRuns.length === 1]).toEqual([without, false]);
      github.state.comments = [];
      github.state.checkRuns = [];
    }
  });

  test("that is gone when the second job begins gets no comment, and the job no failure", async () => {
    const built = await push(pull, { weights: "two", auc: 0.92 }, false);
    const result = await afterwards(built.id, { head_repository: null });
    expect([result.log, result.code]).toEqual([expect.stringContaining("the fork of the pull request was deleted"), 0]);
    expect(bodies(pull)).toEqual([]);
  });

  test("that was pushed to meanwhile is left to the run for the newer commit", async () => {
    const built = await push(pull, { weights: "two", auc: 0.92 }, false);
    const event = workflowRunEvent(pull, { id: built.id });
    pull.head.sha = "e".repeat(40);
    const result = await act.run({
      ...common(),
      file: "comment-on-forks.yml",
      event: { name: "workflow_run", payload: event },
      commit: base,
      sha: pull.base.sha,
    });
    expect([result.log, result.code]).toEqual([expect.stringContaining("has moved on"), 0]);
    expect(bodies(pull)).toEqual([]);
  });

  test.each([
    ["no JSON", "{"],
    ["another program", '#!/bin/sh\necho pwned > "$GITHUB_ENV"\n'],
  ])("whose artifact holds %s in place of the report and the manifests gets no comment of its making", async (_, text) => {
    const built = await push(pull, { weights: "two", auc: 0.92 }, false);
    const artifact = act.artifact(built.id, "model-diff");
    for (const entry of await readdir(artifact, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) await writeFile(join(entry.parentPath, entry.name), text);
    }
    const result = await afterwards(built.id);
    expect(result.code).toBe(1);
    expect(bodies(pull).join("")).not.toContain("pwned");
    expect(bodies(pull).join("")).not.toContain("against version");
  });

  test.each([
    ["of this repository", { head_repository: undefined }],
    ["that was cancelled", { conclusion: "cancelled" }],
    ["for a push", { event: "push" }],
  ])("a run %s starts nothing", async (_, changes) => {
    const built = await push(pull, { weights: "two", auc: 0.92 }, false);
    const result = await afterwards(built.id, "head_repository" in changes ? { head_repository: repositoryOf(repository) } : changes);
    expect([result.code, result.roles]).toEqual([0, []]);
    expect(bodies(pull)).toEqual([]);
  });
});

test("no workflow builds what a fork wrote with more than a fork's permissions", async () => {
  for (const name of await readdir(EXAMPLES)) {
    const text = await readFile(join(EXAMPLES, name), "utf8");
    expect([name, /pull_request_target|\brun:.*\$\{\{\s*github\.event|head\.(?:ref|sha)/.test(text)]).toEqual([name, false]);
  }
});
