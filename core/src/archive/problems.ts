/** Collects the problems of a folder, so that a person can fix all of them at once instead of one per run. */
import { LobError, type ErrorCode } from "../errors.js";
import { showPath } from "./paths.js";

const MOST = 10;

export interface PathProblem {
  /** LOB1004 cannot be read, LOB1006 cannot be packed, LOB1007 changed while it was read. */
  readonly code: Extract<ErrorCode, "LOB1004" | "LOB1006" | "LOB1007">;
  /** Problem, to complete a sentence that begins with the path. */
  readonly what: string;
  /** Returns a sentence on how to fix it. Entries with the same function share a sentence, which names them if it depends on them. */
  readonly fix: (...paths: string[]) => string;
}

export class PathProblems {
  readonly #root: string;
  readonly #found: (PathProblem & { path: string })[] = [];

  /** @param root the folder as the person named it */
  constructor(root: string) {
    this.#root = root;
  }

  /** @param path relative to the root, "" for the root itself */
  add(path: string, problem: PathProblem): void {
    if (!this.full) this.#found.push({ ...problem, path });
  }

  get any(): boolean {
    return this.#found.length > 0;
  }

  /** Whether enough problems were found to stop looking. */
  get full(): boolean {
    return this.#found.length >= MOST;
  }

  /** Throws one error that names every problem. Its code is that of the first. */
  throwIfAny(): void {
    const [first, ...others] = this.#found;
    if (!first) return;
    if (others.length === 0) throw refusal(this.#root, first.path, first);
    const count = this.full ? `at least ${MOST} entries` : `${this.#found.length} entries`;
    const lines = this.#found.map(({ path, what }) => `  ${showPath(path || this.#root)} ${what}`);
    throw new LobError(first.code, `${count} of ${showPath(this.#root)} cannot be packed:\n${lines.join("\n")}`, {
      hint: fixes(this.#found, this.#root).join(" "),
      details: { path: this.#root, file: first.path },
    });
  }
}

/** Returns the error for one problem. @param path relative to the root, "" for the root itself */
export function refusal(root: string, path: string, problem: PathProblem): LobError {
  const where = path === "" ? "" : `in ${showPath(root)}, `;
  return new LobError(problem.code, `${where}${showPath(path || root)} ${problem.what}`, {
    hint: problem.fix(path || root),
    details: { path: root, file: path },
  });
}

function fixes(found: readonly (PathProblem & { path: string })[], root: string): string[] {
  const byFix = new Map<PathProblem["fix"], string[]>();
  for (const { fix, path } of found) byFix.set(fix, [...(byFix.get(fix) ?? []), path || root]);
  return [...byFix].map(([fix, paths]) => fix(...paths));
}

/** Names several entries in a sentence. */
export const named = (paths: readonly string[]): string => paths.map(showPath).join(", ");

const ALLOW = (...paths: string[]): string => `Give the publishing user permission to read ${named(paths)}, or list it in .lobignore.`;
const CHECK_DISK = (): string => "Check the disk and the limits of this machine, then publish again.";
const STOP_WRITING = (): string => "Publish when nothing writes to the folder, or publish a copy of it.";

/** Explains a failed open, read or listing of a file or folder under the root. */
export function readProblem(error: unknown): PathProblem {
  const code = errnoOf(error);
  if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP" || code === "ESTALE") return changed("vanished or was replaced");
  if (code === "EACCES" || code === "EPERM") {
    return {
      code: "LOB1004",
      what: "cannot be read: permission denied",
      fix: ALLOW,
    };
  }
  if (code === undefined) throw error;
  return { code: "LOB1004", what: `cannot be read (${code})`, fix: CHECK_DISK };
}

/** Returns the problem of a file that changed during the run. */
export function changed(how: string, when = "while it was being read"): PathProblem {
  return { code: "LOB1007", what: `${how} ${when}`, fix: STOP_WRITING };
}

/** Returns the operating system's name of an error, such as `ENOENT`; undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  // Not instanceof: under jest, errors of Node's own modules belong to another realm.
  if (typeof error !== "object" || error === null || !("syscall" in error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
