/** The files of a model in the order of its archive, kept in a temporary file. */
import type { ManifestFile } from "../types.js";
import { TreeDigest } from "./digest.js";
import { gzipBound } from "./gzip.js";
import { END_BYTES, paddingOf, tarHeaderBytes } from "./header.js";
import { windowsProblem } from "./paths.js";
import { Spool } from "./spool.js";

const MOST_WARNINGS = 100;

/** Files that pass 1 found. The caller closes it. */
export interface Tree {
  /** See digest.ts. */
  readonly digest: string;
  readonly files: number;
  /** Total bytes of the files. */
  readonly bytes: number;
  /** Exact length of the tar, before compression. */
  readonly tarBytes: number;
  /** Upper bound of the length of the .tar.gz, with any comment. */
  readonly archiveBound: number;
  /** Problems with the names of packed files, e.g. that Windows cannot hold one. At most 100. */
  readonly warnings: readonly { readonly path: string; readonly warning: string }[];
  /** Paths that were left out although no ignore file names them: version control and caches. A folder's ends in "/". */
  readonly leftOut: readonly string[];
  /** Yields the files in bytewise order of their paths, any number of times. */
  entries(): AsyncIterable<ManifestFile>;
  /** Removes the temporary file. */
  close(): Promise<void>;
}

/** File of a tree and the path to read it from. */
export interface SourceFile extends ManifestFile {
  readonly from: string;
}

/** The only kind of tree that can be packed: it knows where its files are. */
export class ScannedTree implements Tree {
  /** The folder, file or archive, as the caller named it. */
  readonly path: string;
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  readonly tarBytes: number;
  readonly archiveBound: number;
  readonly warnings: Tree["warnings"];
  readonly leftOut: readonly string[];
  readonly #spool: Spool<SourceFile>;

  constructor(
    path: string,
    facts: Pick<Tree, "digest" | "files" | "bytes" | "tarBytes" | "leftOut" | "warnings">,
    spool: Spool<SourceFile>,
  ) {
    this.path = path;
    this.digest = facts.digest;
    this.files = facts.files;
    this.bytes = facts.bytes;
    this.tarBytes = facts.tarBytes;
    this.archiveBound = gzipBound(facts.tarBytes);
    this.warnings = facts.warnings;
    this.leftOut = facts.leftOut;
    this.#spool = spool;
  }

  async *entries(): AsyncGenerator<ManifestFile, void, undefined> {
    for await (const { path, mode, size, sha256, offset } of this.#spool.read()) yield { path, mode, size, sha256, offset };
  }

  /** The same files, for pass 2. */
  sources(): AsyncGenerator<SourceFile, void, undefined> {
    return this.#spool.read();
  }

  close(): Promise<void> {
    return this.#spool.close();
  }
}

/** Builds a tree from files that arrive in the order of their paths. The caller closes it unless it was finished. */
export class TreeBuilder {
  readonly #spool: Spool<SourceFile>;
  readonly #digest = new TreeDigest();
  readonly #warnings: { path: string; warning: string }[] = [];
  #files = 0;
  #bytes = 0;
  /** Offset of the next file's header in the tar, in bytes. */
  #position = 0;

  private constructor(spool: Spool<SourceFile>) {
    this.#spool = spool;
  }

  static async create(tmpDir?: string): Promise<TreeBuilder> {
    return new TreeBuilder(await Spool.create<SourceFile>(tmpDir));
  }

  get files(): number {
    return this.#files;
  }

  get bytes(): number {
    return this.#bytes;
  }

  async add({ path, mode, size, sha256, from }: Omit<SourceFile, "offset" | "findings">): Promise<void> {
    const offset = this.#position + tarHeaderBytes({ path, mode, size });
    await this.#spool.write({ path, mode, size, sha256, offset, from });
    this.#digest.add({ path, mode, size, sha256 });
    const warning = this.#warnings.length < MOST_WARNINGS ? windowsProblem(path) : undefined;
    if (warning !== undefined) this.#warnings.push({ path, warning });
    this.#position = offset + size + paddingOf(size);
    this.#files++;
    this.#bytes += size;
  }

  async finish(path: string, leftOut: readonly string[] = []): Promise<ScannedTree> {
    await this.#spool.flush();
    const facts = {
      digest: this.#digest.hex(),
      files: this.#files,
      bytes: this.#bytes,
      tarBytes: this.#position + END_BYTES,
      warnings: this.#warnings,
      leftOut,
    };
    return new ScannedTree(path, facts, this.#spool);
  }

  close(): Promise<void> {
    return this.#spool.close();
  }
}
