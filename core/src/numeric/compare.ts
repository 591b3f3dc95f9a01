/** Compares the numbers of tensors: adds to a diff what manifests cannot show. */
import type { Diff, NumericChange, Side, TensorChange } from "../diff/index.js";
import type { ReadableSide } from "../sides/files.js";
import { elementsOf } from "../inspect/tensors/dtypes.js";
import type { OpenSource } from "../inspect/tensors/locations.js";
import type { OnProgress } from "../progress.js";
import { blocksOf } from "./blocks.js";
import { decoderOf } from "./decode.js";
import { Elements, orderOf } from "./elements.js";
import { isUnreadable, SideFiles } from "./files.js";
import { Moments } from "./moments.js";

export interface NumericOptions {
  /** Elements compared per tensor, at most. Larger tensors are sampled in evenly spread blocks, always the same. Default 1,048,576. */
  readonly elements?: number | undefined;
  /** Time budget in seconds, not counting the download of a version. Tensors after that get no numbers. Default 20. */
  readonly seconds?: number | undefined;
  /** Receives phase "check": bytes read. */
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Current time in milliseconds. Default: the process's clock. */
  readonly now?: (() => number) | undefined;
}

export const NUMERIC_DEFAULTS = { elements: 1_048_576, seconds: 20 } as const;

/** Elements compared per tensor, at most, if each needs a separate read: more would use up the time for other tensors. */
const MOST_SCATTERED = 65_536;

/** The time budget is used up. */
class OutOfTime extends Error {}

/**
 * Adds to each changed tensor how far its numbers moved, if it has the same shape on both sides and numeric elements. Sides without
 * files, such as a manifest, add nothing. Damaged files add nothing and are counted, not thrown.
 *
 * @param diff of these two sides
 * @returns the same diff with `numeric` on tensors, and the number of tensors that have it
 * @throws the signal's reason if it is aborted; errors of downloading a version
 */
export async function compareNumbers(diff: Diff, before: Side, after: Side, options: NumericOptions = {}): Promise<Diff> {
  const clock = new TimeBudget(options);
  const [left, right] = [filesOf(before, clock), filesOf(after, clock)];
  const counts = { compared: 0, outOfTime: 0, unread: 0 };
  const items: TensorChange[] = [];
  try {
    for (const item of diff.tensors.changed.items) {
      options.signal?.throwIfAborted();
      const found = isNumeric(item) ? await numbersOf(item, left, right, clock, options.elements ?? NUMERIC_DEFAULTS.elements) : undefined;
      if (typeof found === "string") counts[found]++;
      if (typeof found === "object") counts.compared++;
      items.push(typeof found === "object" ? { ...item, numeric: found } : item);
    }
  } finally {
    await left.close();
    await right.close();
  }
  const changed = { count: diff.tensors.changed.count, items };
  return { ...diff, tensors: { ...diff.tensors, changed, numeric: counts } };
}

const isNumeric = ({ shape, before, after }: TensorChange): boolean =>
  !shape && [before, after].every((tensor) => decoderOf(tensor.dtype) !== undefined && tensor.shape.every((length) => length >= 0));

async function numbersOf(
  { before, after }: TensorChange,
  left: SideFiles,
  right: SideFiles,
  clock: TimeBudget,
  most: number,
): Promise<NumericChange | "outOfTime" | "unread"> {
  if (clock.isOver) return "outOfTime";
  const opened: OpenSource[] = [];
  const elements = elementsOf(before.shape);
  try {
    const [from, to] = [await left.placeOf(before), await right.placeOf(after)];
    if (from === undefined || to === undefined || elements === undefined) return "unread";
    const order = orderOf(before.shape, from.strides);
    const readers: Elements[] = [];
    for (const [files, location, { dtype, shape }] of [
      [left, from, before],
      [right, to, after],
    ] as const) {
      const source = await files.open(location);
      if (source === undefined) return "unread";
      opened.push(source);
      readers.push(new Elements(source, location, decoderOf(dtype)!, shape, order));
    }
    return await moved(readers[0]!, readers[1]!, elements, most, clock);
  } catch (error) {
    if (error instanceof OutOfTime) return "outOfTime";
    if (isUnreadable(error)) return "unread";
    throw error;
  } finally {
    for (const source of opened) await source.close?.();
  }
}

async function moved(before: Elements, after: Elements, elements: number, most: number, clock: TimeBudget): Promise<NumericChange> {
  const moments = new Moments();
  let [from, to] = [new Float64Array(0), new Float64Array(0)];
  const room = before.scattered || after.scattered ? Math.min(most, MOST_SCATTERED) : most;
  for (const block of blocksOf(elements, room)) {
    clock.check(); // Elements may be in memory already: then nothing is read.
    if (from.length < block.count) [from, to] = [new Float64Array(block.count), new Float64Array(block.count)];
    await both(before.read(block.from, block.count, from), after.read(block.from, block.count, to));
    moments.add(from, to, block.count);
  }
  return moments.change(elements);
}

/** Waits for both even if one fails, so that no read is running when the files are closed. */
async function both(one: Promise<void>, other: Promise<void>): Promise<void> {
  for (const ended of await Promise.allSettled([one, other])) if (ended.status === "rejected") throw ended.reason;
}

function filesOf(side: Side | ReadableSide, clock: TimeBudget): SideFiles {
  if (!("open" in side)) return new SideFiles(() => Promise.resolve(undefined));
  return new SideFiles(async (path) => {
    const source = await clock.stopped(() => side.open(path));
    return source && clock.watched(source, path);
  });
}

/** Tracks the time left and whether the run is aborted. */
class TimeBudget {
  readonly #options: NumericOptions;
  readonly #now: () => number;
  #end: number;
  #read = 0;

  constructor(options: NumericOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#end = this.#now() + 1_000 * (options.seconds ?? NUMERIC_DEFAULTS.seconds);
  }

  get isOver(): boolean {
    return this.#now() >= this.#end;
  }

  check(): void {
    this.#options.signal?.throwIfAborted();
    if (this.isOver) throw new OutOfTime();
  }

  /** Runs work that does not count against the budget. */
  async stopped<T>(work: () => Promise<T>): Promise<T> {
    const start = this.#now();
    try {
      return await work();
    } finally {
      this.#end += this.#now() - start;
    }
  }

  /** Wraps a source so that reads fail when no time is left. */
  watched(source: OpenSource, item: string): OpenSource {
    return {
      size: source.size,
      read: async (buffer, position) => {
        this.check();
        const count = await source.read(buffer, position);
        this.#read += count;
        this.#options.onProgress?.({ phase: "check", done: this.#read, item });
        return count;
      },
      close: async () => source.close?.(),
    };
  }
}
