/**
 * Rules for paths inside a model: which are allowed, their order, and which would collide on another machine.
 *
 * A path is relative, with "/" between its names, in the Unicode form that it has on disk. The rules hold for packing, for
 * manifests and for unpacking alike, so that what one machine publishes, any other can unpack. Refused are names that
 * - cannot be stored everywhere: over 255 bytes of UTF-8, or a path over 1,024 bytes (the least of the usual platforms),
 * - are not Unicode: lone surrogates, and U+FFFD, which stands for bytes that could not be decoded,
 * - mean another path somewhere: empty, "." and "..", and any with a backslash, which is a separator on Windows,
 * - lie to a person who reads a log: control characters, line and paragraph separators, marks that reverse the direction.
 * Names that only Windows cannot hold (such as `a:b` or `nul`) are packed, and refused when unpacking on Windows.
 */
import { createHash } from "node:crypto";

export const MAX_PATH_BYTES = 1024;
export const MAX_NAME_BYTES = 255;

// C0 controls, DEL and C1; line and paragraph separators; bidirectional marks, embeddings, overrides and isolates.
// eslint-disable-next-line no-control-regex
const DECEIVING = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
// Device names, whatever the extension; characters that mean a stream, a pattern or a pipe; trailing dots and spaces, which vanish.
const NOT_ON_WINDOWS = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])(\..*)?$|[<>:"|?*]|[. ]$/i;

/** Returns why a path is not allowed, to complete a sentence that begins with the path; undefined if it is allowed. */
export function pathProblem(path: string): string | undefined {
  if (path === "") return "is empty";
  if (path.includes("\ufffd") || !path.isWellFormed()) return "has a name that is not valid UTF-8";
  if (DECEIVING.test(path)) return "has a name with a control, line break or text direction character";
  if (path.includes("\\")) return "has a name with a backslash, which separates folders on Windows";
  if (path.startsWith("/")) return "is an absolute path";
  for (const name of path.split("/")) {
    if (name === "") return "has an empty name between two slashes";
    if (name === "." || name === "..") return `has the name "${name}", which is another folder`;
    if (name.length > MAX_NAME_BYTES / 3 && Buffer.byteLength(name) > MAX_NAME_BYTES)
      return `has a name of more than ${MAX_NAME_BYTES} bytes, which many file systems cannot hold`;
  }
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `is longer than ${MAX_PATH_BYTES} bytes, which many systems cannot hold`;
  return undefined;
}

/** Returns why Windows cannot store a path that is valid elsewhere; undefined if it can. */
export function windowsProblem(path: string): string | undefined {
  const name = path.split("/").find((part) => NOT_ON_WINDOWS.test(part));
  return name === undefined ? undefined : `has the name ${showPath(name)}, which Windows cannot hold`;
}

/** Returns a path in double quotes for a message. Escapes characters that could break or disguise a log line; truncates long paths. */
export function showPath(path: string): string {
  const short = path.length > 2 * MAX_PATH_BYTES ? `${path.slice(0, MAX_PATH_BYTES)}…` : path;
  const escaped = short.toWellFormed().replace(/["\\]/g, "\\$&");
  return `"${escaped.replace(new RegExp(DECEIVING, "g"), (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;
}

/** Compares two paths by their UTF-8 bytes, like `Buffer.compare` but without buffers. */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

// Characters beyond U+FFFF are written as surrogates in UTF-16, but come last in UTF-8.
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

// eslint-disable-next-line no-control-regex
const ASCII = /^[\u0000-\u007f]*$/;

/**
 * A name as the most forgetful file system sees it: two names that are equal here are one file on some machine.
 * Case is folded through both directions, which joins such as "ſ" with "s" and "ß" with "ss".
 */
export function foldName(name: string): string {
  return ASCII.test(name) ? name.toUpperCase() : name.normalize("NFD").toLowerCase().toUpperCase().normalize("NFC");
}

/** Folded names seen in one folder. A long name is kept as its hash, so that hostile names cost no more memory than honest ones. */
export class FoldedNames {
  readonly #names = new Map<string, string>();

  /** Adds a name; answers the earlier one that it collides with, if any. */
  add(name: string): string | undefined {
    const folded = foldName(name);
    const key = folded.length > 43 ? createHash("sha256").update(folded).digest("base64url") : folded;
    const earlier = this.#names.get(key);
    if (earlier === undefined) this.#names.set(key, name.length > 100 ? `${name.slice(0, 99)}…` : name);
    return earlier;
  }
}

/**
 * Checks the paths of files as they come: each is allowed, they ascend strictly, no two collide, and none is another's folder.
 * Because they are sorted, a folder's files come together; so only the names beside the current path are remembered.
 */
export class SortedPaths {
  #last = "";
  /** The folders of the last path, and the names seen in each, the root's first. */
  #open: { name: string; seen: FoldedNames }[] = [{ name: "", seen: new FoldedNames() }];

  /** Returns why the next path is not allowed, to complete a sentence that begins with it; undefined if it is allowed. */
  problem(path: string): string | undefined {
    const wrong = pathProblem(path);
    if (wrong !== undefined) return wrong;
    if (this.#last !== "" && comparePaths(this.#last, path) >= 0) return `does not come after ${showPath(this.#last)} in bytewise order`;
    const names = path.split("/");
    let depth = 1;
    while (depth < this.#open.length && depth < names.length && this.#open[depth]!.name === names[depth - 1]) depth++;
    this.#open.length = depth;
    for (let i = depth - 1; i < names.length; i++) {
      const earlier = this.#open[i]!.seen.add(names[i]!);
      if (earlier !== undefined) return collision(names[i]!, earlier);
      if (i < names.length - 1) this.#open.push({ name: names[i]!, seen: new FoldedNames() });
    }
    this.#last = path;
    return undefined;
  }
}

/** Checks entries in any order, including folders. Keeps every path in memory. */
export class UnsortedPaths {
  readonly #seen = new Map<string, { path: string; folder: boolean }>();

  /** Returns why the next path is not allowed, to complete a sentence that begins with it; undefined if it is allowed. A folder may be repeated. */
  problem(path: string, folder: boolean): string | undefined {
    const wrong = pathProblem(path);
    if (wrong !== undefined) return wrong;
    const names = path.split("/");
    for (let depth = 1; depth <= names.length; depth++) {
      const part = names.slice(0, depth).join("/");
      const isFolder = folder || depth < names.length;
      const earlier = this.#seen.get(foldName(part));
      if (earlier === undefined) this.#seen.set(foldName(part), { path: part, folder: isFolder });
      else if (earlier.path !== part || !isFolder || !earlier.folder) return collision(part, earlier.path);
    }
    return undefined;
  }
}

/** Returns how two names of one folder collide, to complete a sentence that begins with the later one's path. */
export function collision(name: string, earlier: string): string {
  return name === earlier
    ? "is both a file and a folder, or comes twice"
    : `has the name ${showPath(name)}, which some systems cannot tell from ${showPath(earlier)} beside it`;
}
