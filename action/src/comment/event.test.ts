import { createRequire } from "node:module";
import { describe, expect, test } from "@jest/globals";
import { readTarget } from "./event.js";

type Json = Record<string, any>;
const examples = createRequire(import.meta.url)("@octokit/webhooks-examples") as { name: string; examples: Json[] }[];
function payload(name: string, action: string): Json {
  const found = examples.find((event) => event.name === name)?.examples.find((example) => example["action"] === action);
  if (!found) throw new Error(`no example of ${name} ${action}`);
  return structuredClone(found);
}
const on = (name: string, event: unknown) => readTarget({ GITHUB_EVENT_NAME: name }, event);

describe("a pull request", () => {
  test("of the same repository", () => {
    const event = payload("pull_request", "synchronize");
    expect(on("pull_request", event)).toEqual({ kind: "pull", number: event["number"], headSha: event["pull_request"].head.sha });
  });

  test("from a fork, and from a deleted fork", () => {
    const event = payload("pull_request", "opened");
    event["pull_request"].head.repo = { ...event["pull_request"].head.repo, id: 1, full_name: "mallory/fraud-models" };
    expect(on("pull_request", event)).toMatchObject({ kind: "pull", fork: "mallory/fraud-models" });
    event["pull_request"].head.repo = null;
    expect(on("pull_request", event)).toMatchObject({ kind: "pull", fork: "a deleted fork" });
  });

  test("with a new comment; an issue is not a pull request", () => {
    const event = payload("issue_comment", "created");
    expect(on("issue_comment", event)).toMatchObject({ kind: "none", mayBeGiven: true });
    event["issue"].pull_request = { url: "https://api.github.com/x" };
    expect(on("issue_comment", event)).toEqual({ kind: "pull", number: event["issue"].number });
  });
});

test.each([
  ["push", payload("release", "published")],
  ["schedule", undefined],
  ["push", "text"],
  ["pull_request", { pull_request: { number: "7", head: {}, base: {} } }],
])("%s is not about a pull request (%#)", (name, event) => {
  expect(on(name, event)).toMatchObject({ kind: "none", mayBeGiven: true, reason: `the event ${name} is not about a pull request` });
});

describe("a previous run", () => {
  const run = (changes: Json = {}): Json => {
    const event = payload("workflow_run", "completed");
    Object.assign(event["workflow_run"], { event: "pull_request", conclusion: "success", head_branch: "change", ...changes });
    return event;
  };
  const fork = { id: 9, full_name: "mallory/fraud-models", owner: { login: "mallory" } };

  test("is identified by its head, never by the numbers in its payload", () => {
    const event = run({ head_repository: fork, pull_requests: [{ number: 666 }] });
    event["pull_request"] = { number: 667, head: { sha: "a".repeat(40), repo: null }, base: { repo: fork } };
    expect(on("workflow_run", event)).toEqual({
      kind: "run",
      fork: "mallory/fraud-models",
      head: { sha: event["workflow_run"].head_sha, branch: "change", owner: "mallory", repositoryId: 9 },
    });
  });

  test("of the same repository is not from a fork", () => {
    expect(on("workflow_run", run())).not.toHaveProperty("fork");
    expect(on("workflow_run", run())).toMatchObject({ kind: "run", head: { owner: "octo-org" } });
  });

  test("with failed gates counts", () => {
    expect(on("workflow_run", run({ conclusion: "failure" }))).toMatchObject({ kind: "run" });
  });

  test.each([
    ["was for another event", { event: "push" }],
    ["was cancelled", { conclusion: "cancelled" }],
    ["has not ended", { conclusion: null }],
    ["lost its fork", { head_repository: null }],
    ["has a commit that is none", { head_sha: "main" }],
    ["has a branch over two lines", { head_branch: "a\nb" }],
    ["has an owner that is none", { head_repository: { ...fork, owner: { login: "a:b?c" } } }],
  ])("that %s has no pull request, and the workflow cannot set one", (_, changes) => {
    expect(on("workflow_run", run(changes))).toEqual({ kind: "none", mayBeGiven: false, reason: expect.any(String) });
  });

  test("without a payload has no pull request", () => {
    expect(on("workflow_run", undefined)).toMatchObject({ kind: "none", mayBeGiven: false });
  });
});
