/** Runs the bundle of the action that compares like GitHub does, against the sandbox and a fake GitHub on this machine. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { parseReport, type Compared, type Report } from "lob-registry-core";
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { FaultProxy, onOperation } from "../support/fault-proxy.ts";
import { pullRequestEvent, workflowRunEvent } from "../support/github/events.ts";
import { GitHubServer } from "../support/github/server.ts";
import type { Permissions, Pull, Repository } from "../support/github/state.ts";
import { declareLob, type DeclaredLob } from "../support/lob.ts";
import { newRun, runStep, type Event, type StepResult } from "../support/runner.ts";
import { annotationsOf, writeFiles } from "./support.ts";

const INSTALLING = 300_000;
const OUTPUTS = ["changed", "gates-passed", "report", "markdown", "html", "report-dir", "json"];

let sandbox: Sandbox;
let fraud: DeclaredLob;
let github: GitHubServer;
let repository: Repository;
let fork: Repository;
let workspace: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  fraud = await declareLob(sandbox, "fraud");
  github = await GitHubServer.start();
  repository = github.addRepository("acme/fraud-models", 700100200);
  fork = github.addRepository("stranger/fraud-models", 700100201, "acme/fraud-models");
}, INSTALLING);
afterAll(async () => {
  await sandbox?.stop();
  await github?.stop();
});
beforeEach(async () => void (workspace = await mkdtemp(join(tmpdir(), "lob-diff-"))));
afterEach(() => rm(workspace, { recursive: true, force: true }));

/** The content of the registry, to check that comparing writes nothing. */
let before: unknown;

interface Options {
  readonly pull?: Pull;
  /** A pull request by default. */
  readonly event?: Event;
  /** None by default, like a workflow without permissions. */
  readonly permissions?: Permissions;
  /** The sandbox's by default. */
  readonly aws?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Without these, the SDK finds no credentials on this machine and does not ask a cloud's metadata service. */
const NO_CREDENTIALS = { AWS_EC2_METADATA_DISABLED: "true" };

/** Runs one step that compares, by default in a pull request of this repository. Its report is in the folder `out`. */
async function diff(
  inputs: Readonly<Record<string, string>>,
  { pull = github.addPull(repository), event, permissions = {}, aws = sandbox.env, env = {} }: Options = {},
): Promise<StepResult & { report: Report | undefined; pull: Pull }> {
  before = await fraud.contents();
  const step = await runStep({
    action: join("action", "diff"),
    event: event ?? { name: "pull_request", payload: pullRequestEvent(pull), ref: `refs/pull/${pull.number}/merge` },
    inputs: { "report-dir": "out", "github-token": github.addToken(repository, permissions), ...inputs },
    workspace,
    run: newRun("v1"),
    env: { ...aws, HOME: workspace, GITHUB_API_URL: github.url, ...env },
  });
  expect(await fraud.contents()).toEqual(before);
  expect(Object.keys(step.outputs)).toEqual(OUTPUTS);
  const path = step.outputs["report"]!;
  return { ...step, pull, report: path === "" ? undefined : parseReport(await readFile(join(workspace, path), "utf8")) };
}

const jsonOf = ({ outputs }: StepResult): any => JSON.parse(outputs["json"]!);
const first = ({ report }: { report: Report | undefined }): Compared => {
  const [model] = report?.models ?? [];
  if (model?.kind !== "compared") throw new Error(`not compared: ${JSON.stringify(model)}`);
  return model;
};

/** Publishes the workspace. */
async function publish(inputs: Readonly<Record<string, string>>): Promise<void> {
  const { code, log } = await runStep({
    inputs: { lob: "fraud", ...inputs },
    workspace,
    run: newRun("v1"),
    env: { ...sandbox.env, HOME: workspace },
  });
  if (code !== 0) throw new Error(log);
}

let models = 0;
const newModel = (): string => `model-${++models}`;

/** A published model with an AUC of 0.91, built again. */
async function publishedModel(): Promise<string> {
  const model = newModel();
  await writeFiles(workspace, { "build/m/weights.bin": "one", "build/m/requirements.txt": "numpy==2.0.0\n" });
  await publish({ model, path: "build/m", metrics: "auc=0.91" });
  return model;
}

describe("a model of a pull request", () => {
  test("without changes", async () => {
    const model = await publishedModel();
    const { pull, ...step } = await diff({ lob: "fraud", model, path: "build/m", metrics: "auc=0.91", gates: "auc >= base" });
    expect(step).toMatchObject({ code: 0, outputs: { changed: "false", "gates-passed": "true", "report-dir": "out" } });
    expect(step.report).toMatchObject({
      commit: pull.head.sha,
      models: [{ lob: "fraud", model, base: { kind: "version", version: 1, ref: "LATEST" } }],
    });
    expect(first(step)).toMatchObject({ diff: { different: false }, gates: [{ gate: "auc >= base", outcome: "passed" }] });
    expect(jsonOf(step)).toMatchObject({ changed: false, models: [{ model, status: "unchanged" }] });
    expect(step.log).toContain(`::group::Compare fraud/${model} from build/m`);
    expect(annotationsOf(step.log)).toEqual([]);
  });

  test("with changes: report, page, Markdown, summary, manifest", async () => {
    const model = await publishedModel();
    await writeFiles(workspace, { "build/m/weights.bin": "two", "build/m/requirements.txt": "numpy==2.1.0\n" });
    const step = await diff({ lob: "fraud", model, path: "build/m", metrics: "auc=0.93", base: "1" });
    expect(step).toMatchObject({ code: 0, outputs: { changed: "true", "gates-passed": "true" } });
    const compared = first(step);
    expect(compared.base).toEqual({ kind: "version", version: 1, ref: "1" });
    expect(compared.diff).toMatchObject({
      different: true,
      files: { changed: { count: 2 } },
      metrics: [{ name: "auc", before: 0.91, after: 0.93, verdict: "better" }],
      requirements: [{ name: "numpy" }],
    });
    expect((await readdir(join(workspace, "out"), { recursive: true })).sort()).toEqual(
      ["models", `models/${model}.manifest.json.gz`, "report.html", "report.json", "report.md"].sort(),
    );
    const markdown = await readFile(join(workspace, step.outputs["markdown"]!), "utf8");
    expect(step.summary).toBe(markdown);
    expect(markdown.split("\n")[0]).toContain(`fraud/${model}`);
    expect(markdown).toContain("numpy");
    expect(markdown).toContain("/actions/runs/");
    expect(await readFile(join(workspace, step.outputs["html"]!), "utf8")).toContain(`fraud/${model}`);
  });

  test("without a version: gates that compare are skipped, others are checked", async () => {
    const model = newModel();
    await writeFiles(workspace, { "build/m/weights.bin": "one" });
    const inputs = { lob: "fraud", model, path: "build/m", metrics: "auc=0.5", base: "prod" };
    const step = await diff({ ...inputs, gates: "auc >= base - 0.1\nauc >= 0.4" });
    expect(step).toMatchObject({ code: 0, outputs: { changed: "true", "gates-passed": "true" } });
    expect(first(step)).toMatchObject({ base: { kind: "none" }, gates: [{ outcome: "skipped" }, { outcome: "passed" }] });
    expect(step.log).toContain("::notice title=Gate skipped");
    expect(await diff({ ...inputs, gates: "auc >= 0.6" })).toMatchObject({ code: 1, outputs: { "gates-passed": "false" } });
  });

  test("with a missing base fails and lists the existing ones", async () => {
    const model = await publishedModel();
    const step = await diff({ lob: "fraud", model, path: "build/m", base: "7" });
    expect(step).toMatchObject({ code: 1, outputs: { "gates-passed": "unknown" } });
    expect(jsonOf(step)).toMatchObject({ models: [{ status: "failed", code: "LOB3003" }] });
    expect(annotationsOf(step.log)).toMatchObject([
      { title: "LOB3003: the version is not found", message: expect.stringContaining(model) },
    ]);
    expect(step.summary).toContain("LOB3003");
  });
});

describe("gates", () => {
  test("that fail are annotated at their lines in the file for every model, and fail the step", async () => {
    const [one, two] = [await publishedModel(), await publishedModel()];
    await writeFiles(workspace, {
      "build/m/weights.bin": "two",
      "models.yml": `lob: fraud
gates:
  - files <= 1
models:
  - model: ${one}
    path: build/m
    metrics: { auc: 0.9 }
    gates:
      - auc >= base
      - auc >= base - 0.05
  - { model: ${two}, path: build/m, metrics: { auc: 0.92 } }
  - { model: ${newModel()}, path: build/m }
`,
    });
    const step = await diff({ config: "./models.yml" });
    expect(step).toMatchObject({ code: 1, outputs: { changed: "true", "gates-passed": "false" } });
    const place = (line: number): object => ({ file: "models.yml", line });
    expect(annotationsOf(step.log)).toMatchObject([
      { title: `Gate failed: fraud/${one}`, ...place(3) },
      { title: `Gate failed: fraud/${one}`, ...place(9), message: expect.stringMatching(/^auc >= base: .*0\.9\b/) },
      { title: `Gate failed: fraud/${two}`, ...place(3) },
      { title: `Gate failed: fraud/model-${models}`, ...place(3) },
    ]);
    expect(jsonOf(step)).toMatchObject({ gates: { passed: 1, failed: 4 }, models: [{ model: one }, { model: two }, { status: "first" }] });

    const told = await diff({ config: "models.yml", "fail-on-gates": "false" });
    expect(told).toMatchObject({ code: 0, outputs: { "gates-passed": "false" } });
    expect(annotationsOf(told.log)).toHaveLength(4);
  });

  test("of the input are annotated in the workflow", async () => {
    const model = await publishedModel();
    const file = ".github/workflows/models.yml";
    await writeFiles(workspace, { [file]: "jobs:\n  models:\n    steps:\n      - with:\n          gates: |\n            auc >= 0.99\n" });
    const env = { GITHUB_WORKFLOW_REF: `acme/fraud-models/${file}@refs/pull/1/merge` };
    const step = await diff({ lob: "fraud", model, path: "build/m", metrics: "auc=0.91", gates: "auc >= 0.99" }, { env });
    expect(annotationsOf(step.log)).toMatchObject([{ title: `Gate failed: fraud/${model}`, file, line: 6 }]);
  });

  test("with errors are reported at their lines with all other errors, and nothing is compared", async () => {
    await writeFiles(workspace, { "models.yml": "models:\n  - model: churn\n    path: absent\n    gates:\n      - auc >=\n" });
    const step = await diff({ config: "models.yml", tolerance: "x" });
    expect(step).toMatchObject({
      code: 1,
      report: undefined,
      outputs: { changed: "false", "gates-passed": "unknown", report: "", "report-dir": "" },
    });
    expect(annotationsOf(step.log)).toMatchObject([
      { title: expect.stringContaining("LOB1002"), message: expect.stringContaining("tolerance") },
      { title: expect.stringContaining("LOB1010"), file: "models.yml", line: 5 },
    ]);
    expect(step.summary).toMatch(/^## ❌ Nothing was compared\n/);
    expect(jsonOf(step)).toMatchObject({ status: "failed", problems: [{ code: "LOB1002" }, { code: "LOB1010" }] });
  });
});

describe("a pull request from a fork", () => {
  /** A build of a fork that its job could not compare. */
  async function fromFork(inputs: Readonly<Record<string, string>>): ReturnType<typeof diff> {
    return diff(inputs, {
      pull: github.addPull(repository, { head: { repository: fork, ref: "main", sha: "f".repeat(40) } }),
      aws: NO_CREDENTIALS,
    });
  }

  test("has no credentials: shows what the build contains and does not fail", async () => {
    const model = await publishedModel();
    const step = await fromFork({ lob: "fraud", model, path: "build/m", metrics: "auc=0.5", gates: "auc >= base\nauc >= 0.4" });
    expect(step).toMatchObject({ code: 0, outputs: { changed: "true", "gates-passed": "unknown" } });
    expect(first(step)).toMatchObject({
      base: { kind: "unknown" },
      candidate: { files: 2 },
      gates: [{ outcome: "unknown" }, { outcome: "passed" }],
    });
    expect(annotationsOf(step.log)).toEqual([]);
    expect(step.summary).toContain("fork");
    // A gate that needs no base is still checked.
    expect(await fromFork({ lob: "fraud", model, path: "build/m", metrics: "auc=0.5", gates: "auc >= 0.6" })).toMatchObject({ code: 1 });
  });

  test("is compared by a trusted run later, from the manifest only and with gates that the fork cannot change", async () => {
    const model = await publishedModel();
    await writeFiles(workspace, { "build/m/weights.bin": "two" });
    const { pull } = await fromFork({ lob: "fraud", model, path: "build/m", metrics: "auc=0.5" });
    await cp(join(workspace, "out"), join(workspace, "given"), { recursive: true });
    await rm(join(workspace, "build"), { recursive: true });
    await writeFile(
      join(workspace, "models.yml"),
      `lob: fraud\nmodels:\n  - model: ${model}\n    path: build/m\n    metrics: build/m/absent.json\n    gates: [auc >= base]\n`,
    );

    const event = { name: "workflow_run", payload: workflowRunEvent(pull), ref: "refs/heads/main" };
    const step = await diff({ config: "models.yml", manifests: "given" }, { event, permissions: { checks: "write" } });
    expect(step).toMatchObject({ code: 1, outputs: { changed: "true", "gates-passed": "false" }, report: { commit: pull.head.sha } });
    expect(first(step)).toMatchObject({
      base: { version: 1 },
      diff: {
        files: { changed: { count: 1, items: [{ after: { path: "weights.bin" } }] } },
        metrics: [{ name: "auc", before: 0.91, after: 0.5 }],
      },
    });
    expect(annotationsOf(step.log)).toMatchObject([{ title: `Gate failed: fraud/${model}`, file: "models.yml", line: 6 }]);
    expect(github.state.checkRuns.at(-1)?.fields).toMatchObject({ head_sha: pull.head.sha, conclusion: "failure" });
  });

  test("with a hostile artifact fails its models and reads nothing else", async () => {
    const [damaged, link, bomb, absent] = [newModel(), newModel(), newModel(), newModel()];
    const name = (model: string): string => join(workspace, "given", "models", `${model}.manifest.json.gz`);
    await writeFiles(workspace, {
      [`given/models/${damaged}.manifest.json.gz`]: "<script>",
      secret: "secret words",
      "given/report.json": "{}",
    });
    await symlink(join(workspace, "secret"), name(link));
    await writeFile(name(bomb), gzipSync(`{"schema":1,"lob":"${"x".repeat(1e8)}`));
    const listed = [damaged, link, bomb, absent].map((model) => `  - { model: ${model}, path: p }\n`).join("");
    await writeFile(join(workspace, "models.yml"), `lob: fraud\nmodels:\n${listed}`);
    const step = await diff({ config: "models.yml", manifests: "given" });
    expect(step.code).toBe(1);
    expect(jsonOf(step)).toMatchObject({ models: ["LOB4003", "LOB1004", "LOB4003", "LOB1004"].map((code) => ({ code })) });
    expect(step.log + step.summary).not.toContain("secret words");
  });

  test("with credentials that AWS refuses", async () => {
    const model = await publishedModel();
    const proxy = await FaultProxy.start(sandbox.endpoint);
    try {
      const refuse = {
        kind: "answer",
        status: 400,
        body: '{"__type":"UnrecognizedClientException","message":"The security token is invalid"}',
      } as const;
      const aws = { ...sandbox.env, AWS_ENDPOINT_URL: proxy.endpoint };
      const inputs = { lob: "fraud", model, path: "build/m" };
      proxy.use(onOperation("GetItem", 1, refuse));
      const ours = await diff(inputs, { aws });
      expect(ours).toMatchObject({ code: 1, outputs: { "gates-passed": "unknown" } });
      expect(annotationsOf(ours.log)).toMatchObject([{ title: "LOB2001: no AWS credentials" }]);
      proxy.use(onOperation("GetItem", 1, refuse));
      const theirs = await diff(inputs, {
        aws,
        pull: github.addPull(repository, { head: { repository: fork, ref: "main", sha: "e".repeat(40) } }),
      });
      expect(theirs.code).toBe(0);
      expect(first(theirs).base.kind).toBe("unknown");
    } finally {
      await proxy.stop();
    }
  });
});

test("a trusted job without credentials gets a warning and does not fail", async () => {
  await writeFiles(workspace, { m: "one" });
  const step = await diff({ lob: "fraud", model: newModel(), path: "m", gates: "size <= base" }, { aws: NO_CREDENTIALS });
  expect(step).toMatchObject({ code: 0, outputs: { "gates-passed": "unknown" } });
  expect(step.log).toMatch(/^::warning::Not compared with the registry: the job has no AWS credentials\. .*configure-aws-credentials/m);
});

describe("the check run", () => {
  const inputs = { lob: "fraud", path: "m", metrics: "auc=0.5" };
  const compare = async (given: Readonly<Record<string, string>>, permissions: Permissions): ReturnType<typeof diff> => {
    github.state.checkRuns = [];
    await writeFiles(workspace, { m: "one" });
    return diff({ ...inputs, model: newModel(), ...given }, { permissions });
  };

  test("is created on the pull request's commit, with permission", async () => {
    const { pull, summary } = await compare({}, { checks: "write" });
    expect(github.state.checkRuns.map(({ fields }) => fields)).toMatchObject([
      {
        name: expect.stringMatching(/^Model fraud\/model-\d+$/),
        head_sha: pull.head.sha,
        status: "completed",
        conclusion: "success",
        output: { summary },
      },
    ]);
    await compare({ "check-name": "Churn", gates: "auc >= 0.9" }, { checks: "write" });
    expect(github.state.checkRuns[0]?.fields).toMatchObject({ name: "Churn", conclusion: "failure" });
  });

  test("fits names of three bytes per character", async () => {
    const models = [newModel(), newModel(), newModel(), newModel()];
    const config = (path: string): string =>
      `lob: fraud\nmodels:\n${models.map((model) => `  - { model: ${model}, path: ${path} }\n`).join("")}`;
    await writeFiles(workspace, { "old/weights.bin": "one", "models.yml": config("old") });
    await publish({ config: "models.yml" });
    const names = Array.from({ length: 100 }, (_, n) => `new/${"模".repeat(70)}${n}`);
    await writeFiles(workspace, { ...Object.fromEntries(names.map((name) => [name, name])), "models.yml": config("new") });
    github.state.checkRuns = [];
    const { code, log } = await diff({ config: "models.yml" }, { permissions: { checks: "write" } });
    expect([code, log]).toEqual([0, expect.not.stringContaining("::warning")]);
    const { summary } = github.state.checkRuns[0]?.fields["output"] as { summary: string };
    expect(Buffer.byteLength(summary)).toBeGreaterThan(40_000);
  });

  test("is skipped with one line without permission, without a token, and if disabled", async () => {
    const refused = await compare({}, { checks: "read" });
    expect(refused).toMatchObject({
      code: 0,
      log: expect.stringContaining("No check run: the job may not write checks (checks: write)\n"),
    });
    expect(refused.log).not.toContain("::warning");
    expect(await compare({ "github-token": "" }, {})).toMatchObject({
      code: 0,
      log: expect.stringContaining("No check run: the input github-token is empty"),
    });
    const asked = github.requests.length;
    expect(await compare({ "check-run": "never" }, { checks: "write" })).toMatchObject({ code: 0 });
    expect(github.state.checkRuns).toEqual([]);
    expect(github.requests).toHaveLength(asked);
  });

  test("that GitHub fails to create is a warning", async () => {
    github.inject("POST", /\/check-runs$/, { status: 500, body: { message: "Server Error" } });
    const step = await compare({}, { checks: "write" });
    expect(step).toMatchObject({ code: 0, log: expect.stringContaining("::warning::No check run: ") });
  });
});
