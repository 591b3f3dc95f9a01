/** The files of one side, each opened and gone through once for where its tensors lie. */
import { Damaged } from "../bytes/damaged.js";
import { SourceProblem } from "../archive/source.js";
import type { PlacedTensor } from "../diff/index.js";
import { inspectFile } from "../inspect/file.js";
import { borrowed, type OpenFile, type OpenSource, type TensorLocation, TensorLocations } from "../inspect/tensors/locations.js";

/** Files that are open at once: a change of tensors goes through one file after the other. */
const MOST_OPEN = 4;

/** What cannot be read is no error of the comparison: the file is damaged, hostile, or another than it was. */
export const isUnreadable = (error: unknown): boolean => error instanceof Damaged || error instanceof SourceProblem;

interface Located {
  readonly source: OpenSource;
  readonly locations: TensorLocations;
}

export class SideFiles {
  readonly #openFile: OpenFile;
  /** Undefined for a file that cannot be read. */
  readonly #files = new Map<string, Located | undefined>();

  constructor(openFile: OpenFile) {
    this.#openFile = openFile;
  }

  /** Where a tensor lies; undefined where that is not known. */
  async placeOf(tensor: PlacedTensor): Promise<TensorLocation | undefined> {
    return (await this.#located(tensor.path))?.locations.of(tensor);
  }

  /** Opens what a tensor lies in; to be closed where it says so. */
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
