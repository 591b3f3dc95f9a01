/** Runs the workflows and the models.yml of docs/pull-requests.md, unchanged, on a repository with two models. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "../sandbox/python.ts";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { pullRequestEvent, workflowRunEvent } from "../support/github/events.ts";
import { GitHubServer } from "../support/github/server.ts";
import { repositoryOf } from "../support/github/shapes.ts";
import type { Pull, Repository } from "../support/github/state.ts";
import { declareLob } from "../support/lob.ts";
import { Act, type WorkflowResult, type WorkflowRun } from "./act.ts";

let sandbox: Sandbox;
let act: Act;
let github: GitHubServer;
let repository: Repository;
let folder: string;
/** Commit of the default branch. */
let main: string;
let runs = 0;

beforeAll(async () => {
  [sandbox, act, github] = await Promise.all([startSandbox(), Act.prepare(), GitHubServer.start()]);
  await declareLob(sandbox, "fraud");
  repository = github.addRepository("acme/fraud-models", 700100200);
  folder = await mkdtemp(join(tmpdir(), "lob-documented-"));
  const page = await readFile(join(ROOT, "docs", "pull-requests.md"), "utf8");
  for (const [, text, name] of page.matchAll(/^```yaml\n(# (.+\.yml)\n[\s\S]*?)^```/gm)) await put(join(folder, name!), text!);
  await put(join(folder, "publish.yml"), (await readFile(join(ROOT, "examples", "workflows", "publish-several.yml"), "utf8")).replace("train-all", "train"));
  main = await commit({ auc: 0.91, weight: 1 });
  const event = { name: "push", payload: { ref: "refs/heads/main", repository: repositoryOf(repository) } };
  const { code, log } = await run({ file: join(folder, "publish.yml"), event, commit: main, sha: "a".repeat(40) });
  expect([log, code]).toEqual([expect.any(String), 0]);
}, 300_000); // prettier-ignore
afterAll(async () => {
  await Promise.all([sandbox?.stop(), act?.dispose(), github?.stop(), folder && rm(folder, { recursive: true })]);
});

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

const run = (of: Pick<WorkflowRun, "file" | "event" | "commit" | "sha" | "trusted">): Promise<WorkflowResult> =>
  act.run({ id: ++runs, repository, github, env: sandbox.env, ...of });

const MLMODEL = `flavors:
  python_function: { loader_module: mlflow.sklearn, model_path: model.bin }
signature:
  inputs: '[{"name": "age", "type": "double", "required": true}]'
  outputs: '[{"type": "double", "required": true}]'
`;

/** A commit with churn, which has a signature and metrics, and with embedder, one tensor. */
async function commit({ auc, weight }: { readonly auc: number; readonly weight: number }): Promise<string> {
  const at = join(folder, `commit-${++runs}`);
  const header = Buffer.from(JSON.stringify({ "emb.weight": { dtype: "F32", shape: [2], data_offsets: [0, 8] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const data = new Uint8Array(new Float32Array([weight, 2]).buffer);
  await Promise.all([
    put(join(at, "src/embedder/model.safetensors"), Buffer.concat([length, header, data])),
    put(join(at, "src/churn/MLmodel"), MLMODEL),
    put(join(at, "src/churn/model.bin"), `model with an auc of ${auc}`),
    put(join(at, "src/churn/metrics.json"), JSON.stringify({ auc })),
    put(join(at, "models.yml"), await readFile(join(folder, "models.yml"))),
    put(join(at, "Makefile"), "train:\n\tmkdir -p build\n\tcp -r src/. build/\n"),
  ]);
  return at;
}

const WORKFLOW = join(".github", "workflows", "model-diff.yml");
async function push(pull: Pull, build: { auc: number; weight: number }, trusted = true): Promise<WorkflowResult & { id: number }> {
  pull.head.sha = (++runs).toString(16).padStart(40, "0");
  const event = { name: "pull_request", payload: pullRequestEvent(pull) };
  const result = await run({ file: join(folder, WORKFLOW), event, commit: await commit(build), sha: pull.head.sha, trusted });
  return { ...result, id: runs };
}

const bodies = (pull: Pull): string[] => github.state.commentsOf(pull).map(({ body }) => body);
const conclusions = (pull: Pull): unknown[] =>
  github.state.checkRuns
    .filter(({ fields }) => fields["head_sha"] === pull.head.sha && fields["name"] === "Models of fraud")
    .map(({ fields }) => fields["conclusion"]);

test("a pull request is compared at each push; one that changes nothing gets no comment", async () => {
  const pull = github.addPull(repository);
  const same = await push(pull, { auc: 0.91, weight: 1 });
  expect([same.log, same.code]).toEqual([expect.any(String), 0]);
  expect([bodies(pull), conclusions(pull)]).toEqual([[], ["success"]]);
  const better = await push(pull, { auc: 0.93, weight: 1 });
  expect([better.log, better.code]).toEqual([expect.any(String), 0]);
  expect(bodies(pull)).toEqual([expect.stringContaining("**✅ 1 of 2 models changes; gates pass** — `fraud`")]);
  const worse = await push(pull, { auc: 0.8, weight: 3 });
  expect([worse.code, conclusions(pull)]).toEqual([1, ["failure"]]);
  expect(bodies(pull)).toEqual([expect.stringContaining("**❌ 2 of 2 models change; 1 gate fails** — `fraud`")]);
  expect(bodies(pull)[0]).toContain("emb.weight");
});

test("a fork's pull request has no check run before the second workflow, and that one's comment", async () => {
  const fork = github.addRepository("mallory/fraud-models", 9, "acme/fraud-models");
  const pull = github.addPull(repository, { head: { repository: fork, ref: "better", sha: "" } });
  const built = await push(pull, { auc: 0.94, weight: 1 }, false);
  expect([built.log, built.code, built.summary]).toEqual([expect.any(String), 0, expect.stringContaining("2 models not compared")]);
  expect([bodies(pull), conclusions(pull)]).toEqual([[], []]);
  const event = { name: "workflow_run", payload: workflowRunEvent(pull, { id: built.id }) };
  const { code, log } = await run({
    file: join(folder, ".github/workflows/model-diff-of-forks.yml"),
    event,
    commit: main,
    sha: pull.base.sha,
  });
  expect([log, code]).toEqual([expect.any(String), 0]);
  expect(bodies(pull)).toEqual([expect.stringContaining("Built by the fork <code>mallory/fraud-models</code>")]);
  expect(bodies(pull)[0]).toContain("**✅ 1 of 2 models changes; gates pass** — `fraud`");
  expect(conclusions(pull)).toEqual(["success"]);
});
