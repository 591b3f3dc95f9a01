/** Provenance of a model published from a terminal: the git checkout of the current folder and the user of this machine. */
import { execFile } from "node:child_process";
import { userInfo } from "node:os";
import { promisify } from "node:util";
import { defined } from "../defined.js";
import { printable } from "../format.js";
import type { Provenance } from "../types.js";

/** Runs `git` with arguments. Returns its output, or undefined if it fails or git is not installed. */
export type Git = (args: readonly string[]) => Promise<string | undefined>;

/**
 * The installed git, run in a folder. Never prompts, and times out.
 *
 * @param onDistrust called once if git refuses to read the checkout because it belongs to another user, as in a container
 */
export function gitIn(folder: string, onDistrust?: () => void): Git {
  let told = false;
  const run = promisify(execFile);
  return async (args) => {
    try {
      const env = { ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0" };
      const { stdout } = await run("git", ["-C", folder, ...args], { timeout: 5_000, maxBuffer: 1_048_576, env, windowsHide: true });
      return stdout.trim();
    } catch (error) {
      if (!told && String((error as { stderr?: unknown }).stderr).includes("dubious ownership")) {
        told = true;
        onDistrust?.();
      }
      return undefined;
    }
  };
}

/** Commit and whether tracked files differ from it, branch or tag, repository and user, if known. */
export async function localProvenance(git: Git, actor: string | undefined = systemUser()): Promise<Provenance> {
  const commit = await git(["rev-parse", "--verify", "HEAD"]);
  if (commit === undefined || !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return defined({ actor });
  const [branch, tag, remote, status] = await Promise.all([
    git(["symbolic-ref", "--quiet", "HEAD"]),
    git(["describe", "--tags", "--exact-match", "HEAD"]),
    git(["remote", "get-url", "origin"]),
    git(["status", "--porcelain", "--untracked-files=no"]),
  ]);
  const gitStatus = status === undefined ? undefined : status === "" ? "clean" : "modified";
  const ref = clean(branch, 1000) ?? (tag === undefined ? undefined : clean(`refs/tags/${tag}`, 1000));
  const repository = clean(repositoryOf(remote), 300);
  return defined({ gitCommit: commit, gitStatus, gitRef: ref, repository, actor });
}

/** `owner/name` of a remote's URL of any kind, never the credentials it may contain. */
export function repositoryOf(remote: string | undefined): string | undefined {
  return /^(?:(?:https?|ssh|git):\/\/[^/\s]+\/|[^/\s]+@[^/:\s]+:)([^\s?#]+?)(?:\.git)?\/?$/.exec(remote ?? "")?.[1];
}

/** The name of the operating system's user, if it has one. */
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
