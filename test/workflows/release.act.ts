/** examples/workflows/publish-on-release.yml, run by act on the sandbox. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { GitHubServer } from "../support/github/server.ts";
import { repositoryOf } from "../support/github/shapes.ts";
import type { Repository } from "../support/github/state.ts";
import { declareLob, type DeclaredLob } from "../support/lob.ts";
import { Act } from "./act.ts";
import { commitOf } from "./commits.ts";

let sandbox: Sandbox;
let fraud: DeclaredLob;
let github: GitHubServer;
let repository: Repository;
let act: Act;
let folder: string;
beforeAll(async () => {
  [sandbox, github, act] = await Promise.all([startSandbox(), GitHubServer.start(), Act.prepare()]);
  fraud = await declareLob(sandbox, "fraud");
  repository = github.addRepository("acme/fraud-models", 700100200);
  folder = await mkdtemp(join(tmpdir(), "lob-commits-"));
}, 300_000);
afterAll(async () => {
  await Promise.all([sandbox?.stop(), github?.stop(), act?.dispose(), folder && rm(folder, { recursive: true })]);
});

const release = (tag: string, id: number, commit: string, sha = "a".repeat(40)) =>
  act.run({
    file: "publish-on-release.yml",
    event: { name: "release", payload: { action: "published", release: { tag_name: tag }, repository: repositoryOf(repository) } },
    id,
    commit,
    sha,
    repository,
    github,
    env: sandbox.env,
  });

test("a release publishes a version, running it again publishes none, the next release the next", async () => {
  const first = await commitOf(join(folder, "first"), { weights: "one", auc: 0.91 });
  const one = await release("v1.0.0", 1, first);
  expect([one.log, one.code]).toEqual([expect.stringContaining("version 1, which is new (true)"), 0]);
  expect(one.roles).toEqual(["arn:aws:iam::123456789012:role/publisher"]);
  expect(one.summary).toMatch(/^## ✅ Published fraud\/churn version 1; its first version\n/);
  expect(await fraud.versionRow("churn", 1)).toMatchObject({
    status: "READY",
    gitCommit: "a".repeat(40),
    gitRef: "refs/tags/v1.0.0",
    releaseTag: "v1.0.0",
    repository: "acme/fraud-models",
    runUrl: "https://github.com/acme/fraud-models/actions/runs/1/attempts/1",
    event: "release",
  });

  const before = await fraud.versionRow("churn", 2);
  expect(before).toBeUndefined();
  const again = await release("v1.0.0", 1, first);
  expect([again.log, again.code]).toEqual([expect.stringContaining("version 1, which is new (false)"), 0]);
  expect(await fraud.versionRow("churn", 2)).toBeUndefined();

  const two = await release("v1.1.0", 2, await commitOf(join(folder, "second"), { weights: "two", auc: 0.92 }), "b".repeat(40));
  expect([two.log, two.code]).toEqual([expect.stringContaining("version 2, which is new (true)"), 0]);
  expect(await fraud.versionRow("churn", 2)).toMatchObject({ status: "READY", releaseTag: "v1.1.0", gitCommit: "b".repeat(40) });
});

test("a build that fails publishes nothing, and the run fails", async () => {
  const broken = await commitOf(join(folder, "broken"), { weights: "three", auc: 0.9 });
  await writeFile(join(broken, "Makefile"), "train:\n\tfalse\n");
  const result = await release("v1.2.0", 3, broken);
  expect(result.code).toBe(1);
  expect(result.roles).toEqual([]);
  expect(await fraud.versionRow("churn", 3)).toBeUndefined();
});
