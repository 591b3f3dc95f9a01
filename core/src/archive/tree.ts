/** The files of a model in the order of its archive, kept in a temporary file. */
import type { ManifestFile } from "../types.js";
import { TreeDigest } from "./digest.js";
import { gzipBound } from "./gzip.js";
import { END_BYTES, paddingOf, tarHeaderBytes } from "./header.js";
import { Spool } from "./spool.js";

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
  readonly #spool: Spool<SourceFile>;

  constructor(path: string, facts: { digest: string; files: number; bytes: number; tarBytes: number }, spool: Spool<SourceFile>) {
    this.path = path;
    this.digest = facts.digest;
    this.files = facts.files;
    this.bytes = facts.bytes;
    this.tarBytes = facts.tarBytes;
    this.archiveBound = gzipBound(facts.tarBytes);
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
    this.#position = offset + size + paddingOf(size);
    this.#files++;
    this.#bytes += size;
  }

  async finish(path: string): Promise<ScannedTree> {
    await this.#spool.flush();
    const facts = { digest: this.#digest.hex(), files: this.#files, bytes: this.#bytes, tarBytes: this.#position + END_BYTES };
    return new ScannedTree(path, facts, this.#spool);
  }

  close(): Promise<void> {
    return this.#spool.close();
  }
}
