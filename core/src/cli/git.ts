/** Where a model that is published from a terminal comes from: the git checkout at hand and the user of this machine. */
import { execFile } from "node:child_process";
import { userInfo } from "node:os";
import { promisify } from "node:util";
import type { Provenance } from "../types.js";
import { printable } from "../format.js";

/** Runs `git` with arguments; its output, or undefined when it fails or there is no git. */
export type Git = (args: readonly string[]) => Promise<string | undefined>;

/** git as it is installed, in a folder. Never waits for a person, and not for long. */
export function gitIn(folder: string): Git {
  const run = promisify(execFile);
  return async (args) => {
    try {
      const env = { ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0" };
      const { stdout } = await run("git", ["-C", folder, ...args], { timeout: 5_000, maxBuffer: 1_048_576, env, windowsHide: true });
      return stdout.trim();
    } catch {
      return undefined;
    }
  };
}

/** Commit, branch or tag, repository and user, as far as they are known. */
export async function localProvenance(git: Git, actor: string | undefined = systemUser()): Promise<Provenance> {
  const commit = await git(["rev-parse", "--verify", "HEAD"]);
  if (commit === undefined || !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return actor === undefined ? {} : { actor };
  const [branch, tag, remote] = await Promise.all([
    git(["symbolic-ref", "--quiet", "HEAD"]),
    git(["describe", "--tags", "--exact-match", "HEAD"]),
    git(["remote", "get-url", "origin"]),
  ]);
  const ref = clean(branch, 1000) ?? (tag === undefined ? undefined : clean(`refs/tags/${tag}`, 1000));
  const repository = clean(repositoryOf(remote), 300);
  return {
    gitCommit: commit,
    ...(ref !== undefined && { gitRef: ref }),
    ...(repository !== undefined && { repository }),
    ...(actor !== undefined && { actor }),
  };
}

/** Whether the checkout holds changes that its commit does not. Files that git does not know do not count. */
export async function hasUncommittedChanges(git: Git): Promise<boolean> {
  return Boolean(await git(["status", "--porcelain", "--untracked-files=no"]));
}

/** `owner/name` of a remote's address, of whatever kind; never the credentials that it may hold. */
export function repositoryOf(remote: string | undefined): string | undefined {
  return /^(?:(?:https?|ssh|git):\/\/[^/\s]+\/|[^/\s]+@[^/:\s]+:)([^\s?#]+?)(?:\.git)?\/?$/.exec(remote ?? "")?.[1];
}

/** The operating system's user, where it has a name. */
export function systemUser(): string | undefined {
  try {
    return clean(userInfo().username, 300);
  } catch {
    return undefined; // a container's user may have no name
  }
}

function clean(text: string | undefined, max: number): string | undefined {
  const plain = text === undefined ? "" : printable(text).trim();
  return plain === "" || plain.length > max ? undefined : plain;
}
