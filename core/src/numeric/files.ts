/** Files of one side. Each is opened and inspected once to locate its tensors. */
import { Damaged } from "../bytes/damaged.js";
import { SourceProblem } from "../archive/source.js";
import type { PlacedTensor } from "../diff/index.js";
import { inspectFile } from "../inspect/file.js";
import { borrowed, type OpenFile, type OpenSource, type TensorLocation, TensorLocations } from "../inspect/tensors/locations.js";

/** Files open at once: changed tensors are listed file by file. */
const MOST_OPEN = 4;

/** Whether a file is unreadable: damaged, hostile or changed. That is not an error of the comparison. */
export const isUnreadable = (error: unknown): boolean => error instanceof Damaged || error instanceof SourceProblem;

interface Located {
  readonly source: OpenSource;
  readonly locations: TensorLocations;
}

export class SideFiles {
  readonly #openFile: OpenFile;
  /** Undefined if the file cannot be read. */
  readonly #files = new Map<string, Located | undefined>();

  constructor(openFile: OpenFile) {
    this.#openFile = openFile;
  }

  /** Returns the location of a tensor; undefined if it is unknown. */
  async placeOf(tensor: PlacedTensor): Promise<TensorLocation | undefined> {
    return (await this.#located(tensor.path))?.locations.of(tensor);
  }

  /** Opens the source that holds a tensor. The caller closes it if it has `close`. */
  open(location: TensorLocation): Promise<OpenSource | undefined> {
    return location.open(this.#openFile);
  }

  async close(): Promise<void> {
    for (const path of [...this.#files.keys()]) await this.#forget(path);
  }

  async #located(path: string): Promise<Located | undefined> {
    if (!this.#files.has(path)) {
      if (this.#files.size >= MOST_OPEN) await this.#forget(this.#files.keys().next().value!);
      this.#files.set(path, await this.#locate(path));
    }
    return this.#files.get(path);
  }

  async #locate(path: string): Promise<Located | undefined> {
    let source: OpenSource | undefined;
    try {
      source = await this.#openFile(path);
      if (source === undefined) return undefined;
      const locations = new TensorLocations();
      await inspectFile(path, borrowed(source), locations);
      return { source, locations };
    } catch (error) {
      await source?.close?.();
      if (isUnreadable(error)) return undefined;
      throw error;
    }
  }

  async #forget(path: string): Promise<void> {
    const located = this.#files.get(path);
    this.#files.delete(path);
    await located?.locations.close();
    await located?.source.close?.();
  }
}
