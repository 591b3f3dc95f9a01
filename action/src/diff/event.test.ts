import { createRequire } from "node:module";
import { expect, test } from "@jest/globals";
import { readReviewedCommit } from "./event.js";

/** Payloads of GitHub. */
const examples = createRequire(import.meta.url)("@octokit/webhooks-examples") as { name: string; examples: any[] }[];
const payload = (name: string): any => structuredClone(examples.find((event) => event.name === name)!.examples[0]);
const SHA = "860c1904a1ce19322e91ac35af1ab07466440c37";

function source(event: string, given: unknown): { source: ReturnType<typeof readReviewedCommit>; warnings: string[] } {
  const warnings: string[] = [];
  return {
    source: readReviewedCommit({ GITHUB_EVENT_NAME: event, GITHUB_SHA: SHA }, given, (message) => warnings.push(message)),
    warnings,
  };
}

test("a pull request: its newest commit, not the merge commit of the job", () => {
  const event = payload("pull_request");
  const head = { headSha: event.pull_request.head.sha, isFork: false };
  expect(head.headSha).not.toBe(SHA);
  expect(source("pull_request", event)).toEqual({ source: head, warnings: [] });
  expect(source("pull_request_target", event)).toEqual({ source: head, warnings: [] });
  const review = payload("pull_request_review");
  const { sha } = review.pull_request.head;
  for (const name of ["pull_request_review", "pull_request_review_comment"])
    expect(source(name, review).source).toMatchObject({ headSha: sha });
  review.pull_request.head.repo = null;
  expect(source("pull_request_review", review).source.isFork).toBe(true);
});

test("a fork is another or a deleted repository", () => {
  const event = payload("pull_request");
  event.pull_request.head.repo.id = 1;
  expect(source("pull_request", event).source.isFork).toBe(true);
  event.pull_request.head.repo = null;
  expect(source("pull_request", event).source.isFork).toBe(true);
});

test("workflow_run: the commit of the previous run, trusted", () => {
  const event = payload("workflow_run");
  expect(source("workflow_run", event)).toEqual({ source: { headSha: event.workflow_run.head_sha, isFork: false }, warnings: [] });
});

test("any other event: the commit that the workflow runs for", () => {
  expect(source("push", payload("push"))).toEqual({ source: { headSha: SHA, isFork: false }, warnings: [] });
  expect(readReviewedCommit({}, undefined, () => undefined)).toEqual({ isFork: false });
});

test.each([
  ["pull_request", undefined],
  ["pull_request", { pull_request: { head: { sha: "main; rm -rf /" } } }],
  ["pull_request", { pull_request: "x" }],
  ["workflow_run", { workflow_run: { head_sha: SHA.slice(1) } }],
])("warns of a %s with %j and returns no commit", (event, given) => {
  expect(source(event, given)).toEqual({ source: { isFork: false }, warnings: [expect.stringContaining("not recorded")] });
});
