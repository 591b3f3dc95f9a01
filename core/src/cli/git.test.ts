import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gitIn, localProvenance, repositoryOf } from "./git.js";

test.each([
  ["git@github.com:acme/fraud-models.git", "acme/fraud-models"],
  ["https://github.com/acme/fraud-models.git", "acme/fraud-models"],
  ["https://user:secret@github.com/acme/fraud-models", "acme/fraud-models"],
  ["https://x-access-token:secret@git.acme.example:8443/group/sub/models.git/", "group/sub/models"],
  ["ssh://git@github.com:22/acme/fraud-models.git", "acme/fraud-models"],
  ["/srv/git/models.git", undefined],
  ["../models", undefined],
  ["file:///srv/models", undefined],
  [undefined, undefined],
])("reads the repository from %s", (remote, repository) => {
  expect(repositoryOf(remote)).toBe(repository);
});

describe("provenance of a folder", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lobreg-git-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  // Ignores this machine's git configuration and any checkout around the folder.
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null", GIT_CEILING_DIRECTORIES: tmpdir() };
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", folder, "-c", "user.name=A", "-c", "user.email=a@example.com", ...args], {
      env,
      stdio: ["ignore", "pipe", "ignore"],
    })
      .toString()
      .trim();

  test("without a checkout: only the user", async () => {
    expect(await localProvenance(gitIn(folder), "ada")).toEqual({ actor: "ada" });
    expect(await localProvenance(() => Promise.resolve(undefined), undefined)).toMatchObject({});
  });

  test("without a commit: only the user", async () => {
    git("init", "--quiet");
    expect(await localProvenance(gitIn(folder), "ada")).toEqual({ actor: "ada" });
  });

  test("with a checkout: commit, repository, and branch or tag", async () => {
    git("init", "--quiet", "--initial-branch=main");
    git("commit", "--quiet", "--allow-empty", "-m", "one");
    git("remote", "add", "origin", "https://token:secret@github.com/acme/models.git");
    const commit = git("rev-parse", "HEAD");
    const provenance = await localProvenance(gitIn(folder), "ada");
    expect(provenance).toEqual({
      gitCommit: commit,
      gitStatus: "clean",
      gitRef: "refs/heads/main",
      repository: "acme/models",
      actor: "ada",
    });
    await writeFile(join(folder, "new.txt"), "new");
    expect(await localProvenance(gitIn(folder))).toMatchObject({ gitStatus: "clean" });
    git("add", "new.txt");
    expect(await localProvenance(gitIn(folder))).toMatchObject({ gitStatus: "modified" });
    git("tag", "v1.2.0");
    git("checkout", "--quiet", "--detach");
    expect(await localProvenance(gitIn(folder), "ada")).toMatchObject({ gitCommit: commit, gitRef: "refs/tags/v1.2.0" });
  });

  test("a checkout of another user, which git does not read, is reported once", async () => {
    git("init", "--quiet");
    git("commit", "--quiet", "--allow-empty", "-m", "one");
    let told = 0;
    const before = process.env["GIT_TEST_ASSUME_DIFFERENT_OWNER"];
    process.env["GIT_TEST_ASSUME_DIFFERENT_OWNER"] = "1"; // git's own switch for testing this
    try {
      expect(
        await localProvenance(
          gitIn(folder, () => told++),
          "ada",
        ),
      ).toEqual({ actor: "ada" });
    } finally {
      if (before === undefined) delete process.env["GIT_TEST_ASSUME_DIFFERENT_OWNER"];
      else process.env["GIT_TEST_ASSUME_DIFFERENT_OWNER"] = before;
    }
    expect(told).toBe(1);
  });

  test("without git, or with unexpected output of git", async () => {
    expect(await localProvenance((args) => Promise.resolve(args[0] === "rev-parse" ? "not a commit" : "x"), "ada")).toEqual({
      actor: "ada",
    });
    const answers: Record<string, string> = { "rev-parse": "a".repeat(40), "symbolic-ref": "refs/heads/\u001b[31m" };
    expect(await localProvenance((args) => Promise.resolve(answers[args[0]!]), "ada")).toEqual({
      gitCommit: "a".repeat(40),
      gitRef: "refs/heads/\ufffd[31m",
      actor: "ada",
    });
  });
});
