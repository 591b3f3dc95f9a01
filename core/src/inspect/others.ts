/** Lets a reader open other files of the model that a file refers to, such as the shards of an index. */
import { Damaged } from "../bytes/damaged.js";
import { changed, refusal } from "../archive/problems.js";
import { FileSource, SourceProblem } from "../archive/source.js";
import type { ScannedTree, SourceFile } from "../archive/tree.js";
import { readWhole } from "./open.js";
import type { OpenFile, OpenSource } from "./tensors/locations.js";

/** Files whose positions in the tree are remembered. In a larger tree each lookup scans the list. */
const MOST_REMEMBERED = 100_000;
/** Files that may refer to others, by the names that their readers recognize. */
const LOOKING = [/\.onnx$/i, /\.index(\.\w+)?\.json$/i];
/** Files of each kind that may open others. */
const MOST_LOOKING = 16;
/** Bytes that they may open in total, as a multiple of the model's size: once, unless they refer to the same files. */
const MOST_TIMES = 2;

/** Finds files of a tree by their paths. */
export function fileFinder(tree: ScannedTree): (path: string) => Promise<SourceFile | undefined> {
  let remembered: Promise<ReadonlyMap<string, SourceFile>> | undefined;
  return async (path) => {
    if (tree.files <= MOST_REMEMBERED) return (await (remembered ??= byPath(tree))).get(path);
    for await (const file of tree.sources()) if (file.path === path) return file;
    return undefined;
  };
}

async function byPath(tree: ScannedTree): Promise<ReadonlyMap<string, SourceFile>> {
  const files = new Map<string, SourceFile>();
  for await (const file of tree.sources()) files.set(file.path, file);
  return files;
}

/** Lets the first few files of each kind open others. Which ones depends only on the tree. */
export class Others {
  readonly #tree: ScannedTree;
  readonly #signal: AbortSignal | undefined;
  readonly #find: ReturnType<typeof fileFinder>;
  readonly #looking = LOOKING.map(() => 0);
  #left: number;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(tree: ScannedTree, signal: AbortSignal | undefined) {
    this.#tree = tree;
    this.#signal = signal;
    this.#find = fileFinder(tree);
    this.#left = MOST_TIMES * tree.bytes;
  }

  /**
   * Runs work for which one file needs others. Call it for each file in the order of the paths: files are served in that order, so that
   * the result is deterministic.
   *
   * @param work receives a function that throws LobError LOB1004 or LOB1007 if a file cannot be read or has changed, and Damaged if
   *   there is too much to read
   */
  async look<T>({ path }: SourceFile, work: (openFile: OpenFile) => Promise<T>): Promise<T> {
    const kind = LOOKING.findIndex((name) => name.test(path));
    if (kind === -1) return work(() => Promise.resolve(undefined));
    // In a larger tree every lookup would scan the whole list.
    if (this.#tree.files > MOST_REMEMBERED) return work(refusing("the model has too many files to look for others"));
    if (++this.#looking[kind]! > MOST_LOOKING) return work(refusing(`the model has more than ${MOST_LOOKING} such files`));
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#turn = before.then(() => promise);
    try {
      return await work(async (other) => {
        await before;
        const file = await this.#find(other);
        if (file === undefined) return undefined;
        if (file.size > this.#left) throw new Damaged("the files that it and similar files refer to are too large in total");
        this.#left -= file.size;
        return this.#open(file);
      });
    } finally {
      resolve(undefined);
    }
  }

  #open(file: SourceFile): Promise<OpenSource> {
    return this.#named(file, async () => {
      const source = await FileSource.open(file.from);
      if (source.size !== file.size) {
        await source.close();
        throw new SourceProblem(changed(source.size > file.size ? "grew" : "shrank"));
      }
      return {
        size: file.size,
        read: (buffer, position) =>
          this.#named(file, () => {
            this.#signal?.throwIfAborted();
            return readWhole(source, buffer, position);
          }),
        close: () => this.#named(file, () => source.checkUnchanged()).finally(() => source.close()),
      };
    });
  }

  /** Errors name the file that is opened, not the file that refers to it. */
  async #named<T>({ path }: SourceFile, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof SourceProblem ? refusal(this.#tree.path, path, error.problem) : error;
    }
  }
}

const refusing =
  (why: string): OpenFile =>
  () =>
    Promise.reject(new Damaged(why));
