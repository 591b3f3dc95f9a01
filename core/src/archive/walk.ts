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
import { errnoOf, named, type PathProblem, type PathProblems, readProblem } from "./problems.js";
import { credentialsProblem, isLeftOut } from "./unmeant.js";

const MAX_IGNORE_FILE = 1 << 20;

export interface WalkedEntry {
  /** Path in the model. */
  readonly path: string;
  /** File to open: the target if a link is followed. */
  readonly from: string;
  /** Whether a line of the ignore file says to pack it, or a folder that it is in. */
  readonly asked: boolean;
}

export interface WalkOptions {
  /** The folder to walk, with no link in its path. */
  readonly root: string;
  /** Whether links to files inside the folder are packed as those files. */
  readonly follow: boolean;
  /** Other folders that links may lead into, with no link in their paths. */
  readonly followTo: readonly string[];
  /** Name of the file in `root` that lists, in gitignore syntax, what to leave out. It is left out as well. */
  readonly ignoreFile: string;
  /** Collects entries that cannot be packed; the walk continues until it is full. */
  readonly problems: PathProblems;
  /** Collects what was left out. */
  readonly tally: Tally;
}

/** Entries that a walk left out. */
export interface Tally {
  /** Number of entries that the ignore file names, for a message about an empty result. */
  ignored: number;
  /** Paths that are left out unless the ignore file packs them; a folder's ends in "/". */
  readonly unmeant: string[];
}

interface Entry {
  readonly dirent: Dirent;
  /** The name as it sorts: a folder's ends in "/". */
  readonly key: string;
}

export async function* walk(options: WalkOptions): AsyncGenerator<WalkedEntry, void, undefined> {
  const { root, problems, tally } = options;
  const rules = await readRules(root, options.ignoreFile);
  const stack = [await readFolder(root, "", rules, false, options)];
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
    const shown = dirent.isDirectory() ? `${path}/` : path;
    const rule = folder.rules?.test(shown);
    const asked = folder.asked || rule?.unignored === true;
    if (rule?.ignored === true) {
      tally.ignored++;
      continue;
    }
    if (!asked && isLeftOut(path, name)) {
      tally.unmeant.push(shown);
      continue;
    }
    const wrong = nameProblem(path) ?? (asked ? undefined : credentialsProblem(name)) ?? collisionProblem(name, folder.seen.add(name));
    const from = join(root, ...path.split("/"));
    if (wrong !== undefined) problems.add(path, wrong);
    else if (dirent.isDirectory()) stack.push(await readFolder(from, path, rules, asked, options));
    else if (dirent.isFile()) yield { path, from, asked };
    else if (dirent.isSymbolicLink()) {
      const target = await followLink(from, options);
      if (typeof target === "string") yield { path, from: target, asked };
      else problems.add(path, target);
    } else problems.add(path, special(dirent));
  }
}

interface Folder {
  readonly path: string;
  readonly entries: Entry[];
  next: number;
  readonly seen: FoldedNames;
  /** Whether the ignore file says to pack it. */
  readonly asked: boolean;
  /** Rules with a cache per folder, because the library remembers every path it was asked about. */
  readonly rules: Ignore | undefined;
}

async function readFolder(from: string, path: string, rules: Ignore | undefined, asked: boolean, options: WalkOptions): Promise<Folder> {
  let entries: Entry[] = [];
  try {
    entries = (await readdir(from, { withFileTypes: true }))
      .filter((dirent) => path !== "" || dirent.name !== options.ignoreFile || !(dirent.isFile() || dirent.isSymbolicLink()))
      .map((dirent) => ({ dirent, key: dirent.isDirectory() ? `${dirent.name}/` : dirent.name }))
      .sort((a, b) => comparePaths(a.key, b.key));
  } catch (error) {
    options.problems.add(path, readProblem(error));
  }
  return { path, entries, next: 0, seen: new FoldedNames(), asked, rules: rules && rulesFrom(rules) };
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
  return what === undefined ? undefined : { code: "LOB1006", what, fix: RENAME };
};

const collisionProblem = (name: string, earlier: string | undefined): PathProblem | undefined =>
  earlier === undefined ? undefined : { code: "LOB1006", what: collision(name, earlier), fix: RENAME };

const RENAME = (...paths: string[]): string => `Rename ${named(paths)}, or list it in .lobignore.`;
const REMOVE = (...paths: string[]): string => `Remove ${named(paths)}, or list it in .lobignore.`;
const COPY = (...paths: string[]): string => `Replace ${named(paths)} with a copy of what it names, or list it in .lobignore.`;
const FOLLOW = (...paths: string[]): string =>
  `Pack the target of ${named(paths)}: \`--follow-links\` (the input \`follow-links\`) follows links inside the folder, \`--follow-links-to FOLDER\` (\`follow-links-to\`) also those that lead into that folder.`;

/** Returns the file that a link names, or why the link cannot be packed. */
async function followLink(from: string, options: WalkOptions): Promise<string | PathProblem> {
  const refuse = (what: string, fix: PathProblem["fix"] = COPY): PathProblem => ({ code: "LOB1006", what, fix });
  try {
    const link = showPath(await readlink(from));
    if (!options.follow) return refuse(`is a symbolic link (to ${link})`, FOLLOW);
    const target = await realpath(from).catch(() => undefined);
    if (target === undefined) return refuse(`is a symbolic link to ${link}, which does not exist`);
    if (![options.root, ...options.followTo].some((folder) => isIn(folder, target)))
      return refuse(`is a symbolic link to ${link}, which is outside the folder`, FOLLOW);
    const kind = await stat(target);
    if (kind.isFile()) return target;
    return refuse(`is a symbolic link to ${link}, which is ${kind.isDirectory() ? "a folder" : "not a file"}`);
  } catch (error) {
    return readProblem(error);
  }
}

const isIn = (folder: string, path: string): boolean => path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** Returns why an entry that is not a file, folder or link cannot be packed. */
export function special(kind: { isFIFO(): boolean; isSocket(): boolean }): PathProblem {
  const what = kind.isFIFO() ? "a named pipe" : kind.isSocket() ? "a socket" : "a device";
  return { code: "LOB1006", what: `is ${what}, not a file`, fix: REMOVE };
}
