import { createRequire } from "node:module";
import { describe, expect, test } from "@jest/globals";
import { readRun, type Env, type WorkflowRun } from "./provenance.js";

type Payload = Readonly<Record<string, unknown>>;
/** Payloads of GitHub by event. */
const examples = createRequire(import.meta.url)("@octokit/webhooks-examples") as { name: string; examples: Payload[] }[];

/** The first matching payload of an event. */
function payload(name: string, matches: (example: Payload) => boolean = () => true): Payload {
  const found = examples.find((event) => event.name === name)?.examples.find(matches);
  if (!found) throw new Error(`no example of ${name}`);
  return found;
}

const ENV: Env = {
  GITHUB_ACTOR: "octocat",
  GITHUB_EVENT_NAME: "push",
  GITHUB_REF: "refs/heads/main",
  GITHUB_REPOSITORY: "acme/fraud-models",
  GITHUB_REPOSITORY_ID: "186853002",
  GITHUB_RUN_ATTEMPT: "2",
  GITHUB_RUN_ID: "9876543210",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_SHA: "860c1904a1ce19322e91ac35af1ab07466440c37",
};

function read(env: Env, event?: unknown): WorkflowRun & { warnings: string[] } {
  const warnings: string[] = [];
  return { ...readRun(env, event, (message) => warnings.push(message)), warnings };
}

describe("payloads of GitHub", () => {
  test("records tag, commit, run and person of a release", () => {
    const event = payload("release", ({ action }) => action === "published");
    const { provenance, attempt, keyFor, mayHaveIdentity, warnings } = read(
      { ...ENV, GITHUB_EVENT_NAME: "release", GITHUB_REF: "refs/tags/0.0.1", ACTIONS_ID_TOKEN_REQUEST_URL: "https://token.example" },
      event,
    );
    expect(provenance).toEqual({
      gitCommit: "860c1904a1ce19322e91ac35af1ab07466440c37",
      gitRef: "refs/tags/0.0.1",
      releaseTag: "0.0.1",
      runUrl: "https://github.com/acme/fraud-models/actions/runs/9876543210/attempts/2",
      repository: "acme/fraud-models",
      actor: "octocat",
      event: "release",
    });
    expect(attempt).toBe(2);
    expect(keyFor?.("churn")).toBe("186853002/9876543210/churn");
    expect(mayHaveIdentity).toBe(true);
    expect(warnings).toEqual([]);
  });

  test.each([
    ["push", payload("push", ({ ref }) => ref === "refs/heads/master")],
    ["push", payload("push", ({ ref }) => ref === "refs/tags/simple-tag")],
    ["workflow_dispatch", payload("workflow_dispatch")],
    ["workflow_run", payload("workflow_run")],
    // The runner writes the cron line of a schedule, and the repository as in other events.
    ["schedule", { schedule: "*/10 * * * *", repository: payload("push")["repository"] }],
  ])("%s has no release", (name, event) => {
    const { provenance, warnings } = read({ ...ENV, GITHUB_EVENT_NAME: name }, event);
    expect(provenance).toMatchObject({ event: name, gitRef: "refs/heads/main" });
    expect(provenance).not.toHaveProperty("releaseTag");
    expect(warnings).toEqual([]);
  });

  test("records the head commit of a pull request, not the merge commit that GitHub makes for the run", () => {
    const event = payload("pull_request", ({ action }) => action === "opened") as {
      number: number;
      pull_request: { head: { sha: string } };
    };
    const env = { ...ENV, GITHUB_EVENT_NAME: "pull_request", GITHUB_REF: `refs/pull/${event.number}/merge` };
    const { provenance, warnings } = read(env, event);
    expect(event.pull_request.head.sha).toMatch(/^[0-9a-f]{40}$/);
    expect(provenance).toMatchObject({ gitCommit: event.pull_request.head.sha, gitRef: `refs/pull/${event.number}/head` });
    expect(warnings).toEqual([]);
    const forged = read(env, { ...event, pull_request: { head: { sha: "x; rm" } } });
    expect(forged.provenance).not.toHaveProperty("gitCommit");
    expect(forged.warnings).toEqual(["the head commit of the pull request is invalid and was not recorded"]);
  });

  test("takes the repository's id from the payload if the runner does not set it", () => {
    const { GITHUB_REPOSITORY_ID: _, ...env } = ENV;
    expect(read(env, payload("push")).keyFor?.("churn")).toBe("186853002/9876543210/churn");
    expect(read(env, undefined).keyFor).toBeUndefined();
  });

  test("one key for all attempts, another one for each model", () => {
    const first = read({ ...ENV, GITHUB_RUN_ATTEMPT: "1" });
    expect(first.keyFor?.("churn")).toBe(read(ENV).keyFor?.("churn"));
    expect(first.keyFor?.("churn")).not.toBe(first.keyFor?.("chargeback"));
    expect(first.provenance.runUrl).not.toBe(read(ENV).provenance.runUrl);
  });

  test("supports GitHub Enterprise Server and SHA-256 repositories", () => {
    const sha = "a".repeat(64);
    expect(read({ ...ENV, GITHUB_SERVER_URL: "https://git.acme.example/", GITHUB_SHA: sha }).provenance).toMatchObject({
      gitCommit: sha,
      runUrl: "https://git.acme.example/acme/fraud-models/actions/runs/9876543210/attempts/2",
    });
  });

  test("links the page of errors of the release in use", () => {
    const env = { ...ENV, GITHUB_ACTION_REPOSITORY: "acme/lob-registry", GITHUB_ACTION_REF: "feature/a b" };
    expect(read(env).errorsPage).toBe("https://github.com/acme/lob-registry/blob/feature%2Fa%20b/docs/errors.md");
    expect(read({ ...env, GITHUB_ACTION_REF: "" }).errorsPage).toBeUndefined();
  });

  test("records nothing and warns of nothing outside a workflow", () => {
    const { provenance, warnings, ...rest } = read({ GITHUB_REF: "" });
    expect({ provenance, warnings, ...rest }).toEqual({ provenance: {}, warnings: [], mayHaveIdentity: false });
  });
});

describe("ignores invalid values with a warning", () => {
  test.each<[name: string, value: string, lost: string[]]>([
    ["GITHUB_SHA", "HEAD; rm -rf /", ["gitCommit"]],
    ["GITHUB_REF", "refs/heads/a\nb", ["gitRef"]],
    ["GITHUB_REF", `refs/heads/${"x".repeat(300)}`, ["gitRef"]],
    ["GITHUB_REF", "refs/heads/\u202Egnp", ["gitRef"]],
    ["GITHUB_REPOSITORY", "acme/fraud/models", ["repository", "runUrl"]],
    ["GITHUB_RUN_ID", "0", ["runUrl"]],
    ["GITHUB_RUN_ID", "1/../../evil", ["runUrl"]],
    ["GITHUB_RUN_ATTEMPT", "second", []],
    ["GITHUB_REPOSITORY_ID", "7 ", []],
    ["GITHUB_SERVER_URL", "javascript:alert(1)", ["runUrl"]],
    ["GITHUB_ACTOR", "a\u0000b", ["actor"]],
    ["GITHUB_EVENT_NAME", "release\n::error::x", ["event"]],
  ])("%s = %j", (name, value, lost) => {
    const { provenance, keyFor, warnings } = read({ ...ENV, [name]: value });
    expect(warnings).toEqual([`${name} is invalid and was not recorded`]);
    const all = Object.keys(read(ENV).provenance);
    expect(Object.keys(provenance)).toEqual(all.filter((key) => !lost.includes(key)));
    expect(provenance.runUrl ?? "").not.toContain("second");
    if (name.endsWith("_ID")) expect(keyFor).toBeUndefined();
  });

  const RELEASE = { ...ENV, GITHUB_EVENT_NAME: "release" };

  test.each([
    [{ tag_name: 7 }],
    [{ tag_name: "x".repeat(300) }],
    [{ tag_name: "v1\nv2" }],
    [{ tag_name: { $ne: 1 } }],
    [{ tag_name: null }],
  ])("a release whose tag is %j", (release) => {
    const { provenance, warnings } = read(RELEASE, { release });
    expect(provenance).not.toHaveProperty("releaseTag");
    expect(warnings).toEqual(["the tag of the release is invalid and was not recorded"]);
  });

  test.each([["text"], [[]], [null], [{ release: "v1" }], [{ repository: { id: "7" } }]])("a payload that is %j", (event) => {
    const { provenance, warnings } = read(RELEASE, event);
    expect(provenance).toMatchObject({ event: "release", repository: "acme/fraud-models" });
    expect(warnings).toEqual(["the event's payload is invalid and was not recorded"]);
  });

  test("ignores a release in the payload of another event", () => {
    expect(read(ENV, { release: { tag_name: "v9" } }).provenance).not.toHaveProperty("releaseTag");
  });
});
