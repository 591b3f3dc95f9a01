/** Decides for each entry of an archive whether it may be unpacked. */
import type { ManifestFile, ManifestHeader } from "../types.js";
import { Damaged } from "../bytes/damaged.js";
import { TreeDigest } from "./digest.js";
import { comparePaths, showPath, SortedPaths, UnsortedPaths, windowsProblem } from "./paths.js";
import type { TarEntry } from "./tar.js";

/** Exact contents that an archive must have. */
export interface Expected {
  readonly header: ManifestHeader;
  readonly files: AsyncIterable<ManifestFile>;
}

/** A file that was unpacked. */
type CheckedEntry = Pick<ManifestFile, "path" | "mode" | "size" | "sha256">;

/** Compares entries with a manifest as they arrive: the same files in the same order and nothing else. */
export class ExpectedEntries {
  readonly #header: ManifestHeader;
  readonly #files: AsyncIterator<ManifestFile>;
  readonly #paths = new SortedPaths();
  readonly #digest = new TreeDigest();
  #next: ManifestFile | undefined;
  #count = 0;
  #ended = false;

  constructor(expected: Expected) {
    this.#header = expected.header;
    this.#files = expected.files[Symbol.asyncIterator]();
  }

  async begin(entry: TarEntry): Promise<void> {
    const next = await this.#nextFile();
    const path = showPath(entry.path);
    if (entry.kind !== "file") throw new Damaged(`it holds the folder ${path}, which is not in the manifest`);
    if (next?.path !== entry.path)
      throw new Damaged(`it holds ${path}, but the manifest lists ${next ? showPath(next.path) : "no more files"}`);
    refuse(entry.path, this.#paths.problem(entry.path));
    if (next.size !== entry.size) throw new Damaged(`${path} has ${entry.size} bytes, but ${next.size} in the manifest`);
    if (next.mode !== entry.mode)
      throw new Damaged(`${path} has mode 0${entry.mode.toString(8)}, but 0${next.mode.toString(8)} in the manifest`);
    if (next.offset !== entry.offset)
      throw new Damaged(`${path} begins at byte ${entry.offset} of the tar, but ${next.offset} in the manifest`);
    this.#next = next;
  }

  end(file: CheckedEntry): void {
    if (this.#next?.sha256 !== file.sha256) throw new Damaged(`the content of ${showPath(file.path)} does not match the manifest`);
    this.#digest.add(file);
    this.#count++;
  }

  async finish(): Promise<{ files: number; treeDigest: string }> {
    const missing = await this.#nextFile();
    if (missing !== undefined) throw new Damaged(`it lacks ${showPath(missing.path)}, which is in the manifest`);
    const treeDigest = this.#digest.hex();
    if (treeDigest !== this.#header.treeDigest) throw new Damaged("its files do not have the tree digest of the manifest");
    return { files: this.#count, treeDigest };
  }

  async close(): Promise<void> {
    if (!this.#ended) await this.#files.return?.();
  }

  async #nextFile(): Promise<ManifestFile | undefined> {
    const next = await this.#files.next();
    if (next.done !== true) return next.value;
    this.#ended = true;
    return undefined;
  }
}

/** Accepts files and folders in any order if their paths are safe. Keeps every path in memory. */
export class AnyEntries {
  readonly #paths = new UnsortedPaths();
  readonly #files: CheckedEntry[] = [];

  begin(entry: TarEntry): void {
    refuse(entry.path, this.#paths.problem(entry.path, entry.kind === "folder"));
  }

  end(file: CheckedEntry): void {
    this.#files.push(file);
  }

  finish(): { files: number; treeDigest: string } {
    const digest = new TreeDigest();
    for (const file of this.#files.sort((a, b) => comparePaths(a.path, b.path))) digest.add(file);
    return { files: this.#files.length, treeDigest: digest.hex() };
  }

  close(): void {
    // Nothing is held.
  }
}

function refuse(path: string, problem: string | undefined): void {
  const wrong = problem ?? (process.platform === "win32" ? windowsProblem(path) : undefined);
  if (wrong !== undefined) throw new Damaged(`${showPath(path)} ${wrong}`);
}
