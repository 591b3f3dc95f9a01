/** Payloads of events as GitHub sends them, with the facts of what a local GitHub holds. */
import { pullOf, repositoryOf, userOf, webhook } from "./shapes.ts";
import type { Pull } from "./state.ts";

const API = "https://api.github.com";

/** `on: pull_request`. */
export function pullRequestEvent(pull: Pull, action = "synchronize"): object {
  return {
    ...webhook("pull_request", "synchronize"),
    action,
    number: pull.number,
    pull_request: pullOf(API, pull),
    repository: repositoryOf(pull.repository),
    sender: userOf(pull.author),
  };
}

/** `on: workflow_run`, completed, for a run that a pull request started. From a fork, `pull_requests` is empty. */
export function workflowRunEvent(pull: Pull, changes: Readonly<Record<string, unknown>> = {}): object {
  const event = webhook("workflow_run", "completed");
  const fork = pull.head.repository !== pull.repository;
  const run = event["workflow_run"] as Record<string, unknown>;
  return {
    ...event,
    workflow_run: {
      ...run,
      event: "pull_request",
      status: "completed",
      conclusion: "success",
      head_branch: pull.head.ref,
      head_sha: pull.head.sha,
      html_url: `https://github.com/${pull.repository.fullName}/actions/runs/${String(run["id"])}`,
      pull_requests: fork ? [] : [{ id: pull.number, number: pull.number, url: "", head: {}, base: {} }],
      repository: repositoryOf(pull.repository),
      head_repository: repositoryOf(pull.head.repository),
      ...changes,
    },
    repository: repositoryOf(pull.repository),
    sender: userOf(pull.author),
  };
}
