/**
 * Finds the files of a folder in the bytewise order of their paths. Memory is bounded by the entries of the folders on the way
 * down to the current file: a folder's names are sorted as if those of folders ended in "/", which makes a depth-first
 * walk yield whole paths in order.
 */
import { constants, type Dirent } from "node:fs";
import { open, readdir, readlink, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import { LobError } from "../errors.js";
import { collision, comparePaths, FoldedNames, pathProblem, showPath } from "./paths.js";
import { errnoOf, type PathProblem, type PathProblems, readProblem } from "./problems.js";

const MAX_IGNORE_FILE = 1 << 20;

export interface WalkedEntry {
  /** Path in the model. */
  readonly path: string;
  /** File to open: the target if a link is followed. */
  readonly from: string;
}

export interface WalkOptions {
  /** The folder to walk, with no link in its path. */
  readonly root: string;
  /** Whether links to files inside the folder are packed as those files. */
  readonly follow: boolean;
  /** Name of the file in `root` that lists, in gitignore syntax, what to leave out. It is left out as well. */
  readonly ignoreFile: string;
  /** Collects entries that cannot be packed; the walk continues until it is full. */
  readonly problems: PathProblems;
  /** Counts ignored entries, for a message about an empty result. */
  readonly tally: { ignored: number };
}

interface Entry {
  readonly dirent: Dirent;
  /** The name as it sorts: a folder's ends in "/". */
  readonly key: string;
}

export async function* walk(options: WalkOptions): AsyncGenerator<WalkedEntry, void, undefined> {
  const { root, problems, tally } = options;
  const rules = await readRules(root, options.ignoreFile);
  const stack = [await readFolder(root, "", rules, options)];
  while (stack.length > 0 && !problems.full) {
    const folder = stack.at(-1)!;
    const entry = folder.entries[folder.next++];
    if (entry === undefined) {
      stack.pop();
      continue;
    }
    const { dirent } = entry;
    const { name } = dirent;
    const path = folder.path === "" ? name : `${folder.path}/${name}`;
    if (folder.rules?.ignores(dirent.isDirectory() ? `${path}/` : path) === true) {
      tally.ignored++;
      continue;
    }
    const wrong = nameProblem(path) ?? collisionProblem(name, folder.seen.add(name));
    const from = join(root, ...path.split("/"));
    if (wrong !== undefined) problems.add(path, wrong);
    else if (dirent.isDirectory()) stack.push(await readFolder(from, path, rules, options));
    else if (dirent.isFile()) yield { path, from };
    else if (dirent.isSymbolicLink()) {
      const target = await followLink(from, options);
      if (typeof target === "string") yield { path, from: target };
      else problems.add(path, target);
    } else problems.add(path, special(dirent));
  }
}

interface Folder {
  readonly path: string;
  readonly entries: Entry[];
  next: number;
  readonly seen: FoldedNames;
  /** Rules with a cache per folder, because the library remembers every path it was asked about. */
  readonly rules: Ignore | undefined;
}

async function readFolder(from: string, path: string, rules: Ignore | undefined, options: WalkOptions): Promise<Folder> {
  let entries: Entry[] = [];
  try {
    entries = (await readdir(from, { withFileTypes: true }))
      .filter((dirent) => path !== "" || dirent.name !== options.ignoreFile || !(dirent.isFile() || dirent.isSymbolicLink()))
      .map((dirent) => ({ dirent, key: dirent.isDirectory() ? `${dirent.name}/` : dirent.name }))
      .sort((a, b) => comparePaths(a.key, b.key));
  } catch (error) {
    options.problems.add(path, readProblem(error));
  }
  return { path, entries, next: 0, seen: new FoldedNames(), rules: rules && rulesFrom(rules) };
}

// Case-sensitive on every system, so that the same folder is the same model everywhere.
const rulesFrom = (patterns: string | Ignore): Ignore => ignore({ ignorecase: false, allowRelativePaths: true }).add(patterns);

async function readRules(root: string, name: string): Promise<Ignore | undefined> {
  const path = join(root, name);
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK); // A named pipe must not make us wait.
    try {
      const found = await handle.stat();
      if (!found.isFile()) return undefined;
      if (found.size > MAX_IGNORE_FILE) {
        throw new LobError("LOB1004", `the ignore file ${showPath(path)} is larger than 1 MiB`, {
          hint: "Use patterns instead of individual names.",
          details: { path },
        });
      }
      return rulesFrom((await handle.readFile("utf8")).replace(/^\ufeff/, ""));
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof LobError) throw error;
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "EISDIR") return undefined;
    throw new LobError("LOB1004", `the ignore file ${showPath(path)} cannot be read (${code ?? String(error)})`, {
      hint: "Make it readable, or remove it.",
      cause: error,
      details: { path },
    });
  }
}

const nameProblem = (path: string): PathProblem | undefined => {
  const what = pathProblem(path);
  return what === undefined ? undefined : { code: "LOB1006", what, fix: "Rename it, or ignore it in .lobignore." };
};

const collisionProblem = (name: string, earlier: string | undefined): PathProblem | undefined =>
  earlier === undefined
    ? undefined
    : { code: "LOB1006", what: collision(name, earlier), fix: "Rename one of the two, or ignore it in .lobignore." };

const LINK_FIX =
  "Replace it with a copy of the file, ignore it in .lobignore, or follow links inside the folder (--follow-links, the input `follow-links`).";

/** Returns the file that a link names, or why the link cannot be packed. */
async function followLink(from: string, options: WalkOptions): Promise<string | PathProblem> {
  const refuse = (what: string): PathProblem => ({ code: "LOB1006", what, fix: LINK_FIX });
  try {
    const named = showPath(await readlink(from));
    if (!options.follow) return refuse(`is a symbolic link (to ${named})`);
    const target = await realpath(from).catch(() => undefined);
    if (target === undefined) return refuse(`is a symbolic link to ${named}, which does not exist`);
    const { root } = options;
    if (!target.startsWith(root.endsWith(sep) ? root : root + sep))
      return refuse(`is a symbolic link to ${named}, which is outside the folder`);
    const kind = await stat(target);
    if (kind.isFile()) return target;
    return refuse(`is a symbolic link to ${named}, which is ${kind.isDirectory() ? "a folder" : "not a file"}`);
  } catch (error) {
    return readProblem(error);
  }
}

/** Returns why an entry that is not a file, folder or link cannot be packed. */
export function special(kind: { isFIFO(): boolean; isSocket(): boolean }): PathProblem {
  const what = kind.isFIFO() ? "a named pipe" : kind.isSocket() ? "a socket" : "a device";
  return { code: "LOB1006", what: `is ${what}, not a file`, fix: "Remove it, or ignore it in .lobignore." };
}
