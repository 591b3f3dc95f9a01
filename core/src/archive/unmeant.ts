/**
 * Finds entries of a model's folder that nobody means to publish. Caches and version control are left out; credentials are refused, because
 * leaving them out in silence would hide that they are there. Lines in .lobignore overrule both. One list for publish and diff.
 */
import type { PathProblem } from "./problems.js";
import { showPath } from "./paths.js";

/** Names of files and folders at any depth. A checkout may have a file `.git` in place of the folder. */
const LEFT_OUT = new Set([".git", ".hg", ".svn", "__pycache__", ".ipynb_checkpoints", ".DS_Store"]);
/** Folder in which huggingface_hub keeps what it knows of a download into a folder of the user. */
const HUB_CACHE = /(^|\/)\.cache\/huggingface$/;

/** Names with credentials. Compared without case, because some file systems ignore it. */
const CREDENTIALS = new Set([".aws", ".ssh", ".netrc"]);
const DOTENV = /^\.env/i;

const PRIVATE_KEY = /^\ufeff?\s*-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/;
/** The first line of every version of the format, and what else it must have. A pointer has less than 1,024 bytes. */
const LFS_POINTER = /^version https:\/\/(?:git-lfs\.github\.com|hawser\.github\.com)\/spec\/v\d+\r?\n[^]*^oid sha256:[0-9a-f]{64}\r?$/m;
const MOST_POINTER = 1024;

/** Bytes of a file's beginning that {@link contentProblem} needs. */
export const HEAD_BYTES = 1024;

/** Whether an entry is left out unless .lobignore packs it. */
export const isLeftOut = (path: string, name: string): boolean => LEFT_OUT.has(name) || HUB_CACHE.test(path);

/** Why the name of an entry says that it holds credentials; undefined if it does not. */
export function credentialsProblem(name: string): PathProblem | undefined {
  const folded = name.toLowerCase();
  const credentials = CREDENTIALS.has(folded) || (DOTENV.test(name) && folded !== ".env.example");
  return credentials ? { code: "LOB1006", what: "has a name of files with credentials", fix: IGNORE_OR_PACK } : undefined;
}

/**
 * Why the content of a file says that nobody means to publish it; undefined if it does not.
 *
 * @param head the first {@link HEAD_BYTES} of the file, or all of it
 * @param size bytes of the file
 * @param asked whether .lobignore says to pack it: then a key may be in it
 */
export function contentProblem(head: Uint8Array, size: number, asked: boolean): PathProblem | undefined {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("utf8");
  if (size < MOST_POINTER && LFS_POINTER.test(text))
    return { code: "LOB1006", what: "is a Git LFS pointer, not the file itself", fix: FETCH_LFS };
  if (!asked && PRIVATE_KEY.test(text)) return { code: "LOB1006", what: "holds a private key", fix: IGNORE_OR_PACK };
  return undefined;
}

const FETCH_LFS = (): string => "Fetch the files of Git LFS: `lfs: true` at actions/checkout, or `git lfs pull`.";

const IGNORE_OR_PACK = (...paths: string[]): string => {
  const lines = paths.map((path) => `\`${pattern(path)}\` leaves ${showPath(path)} out, \`!${pattern(path)}\` packs it`);
  return `In .lobignore, the line ${lines.join("; ")}.`;
};

/** The line of an ignore file that names exactly this path. */
const pattern = (path: string): string => `/${path.replace(/[\\*?[\]]/g, "\\$&").replace(/ $/, "\\ ")}`;
