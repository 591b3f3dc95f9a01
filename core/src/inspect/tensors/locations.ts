/** Locations of tensors in a file, recorded by the readers, so that their numbers can be read later. */
import { posix } from "node:path";
import type { ByteSource } from "../../bytes/source.js";
import type { Tensor } from "../../findings/findings.js";
import { short } from "../text.js";
import type { TensorInput } from "./collect.js";
import { hashRange, type Range } from "./hash.js";

/** Source that may need closing. */
export interface OpenSource extends ByteSource {
  /** Whether reading backwards restarts from the beginning, as in compressed data. */
  readonly forwardOnly?: boolean;
  close?(): Promise<void>;
}

/** Returns a view of a source that its owner closes. */
export function borrowed(source: OpenSource): OpenSource {
  const { size, forwardOnly } = source;
  return { size, read: (buffer, position) => source.read(buffer, position), ...(forwardOnly === true && { forwardOnly }) };
}

/**
 * Returns the path in the model of a file that another one names, next to it or below it. Undefined if it is outside, including by Windows' rules.
 */
export function besideOf(path: string, named: string): string | undefined {
  const outside = /^([/\\]|[A-Za-z]:)|(^|[/\\])\.\.([/\\]|$)|\0/.test(named);
  return outside ? undefined : posix.join(posix.dirname(path), named);
}

/** Opens a file of the model by its path; undefined if the model has no such file. */
export type OpenFile = (path: string) => Promise<OpenSource | undefined>;

export interface TensorLocation {
  /** Position of the first element, in bytes. The caller checks that the source has all elements. */
  readonly start: number;
  /** Distance between neighbors in each dimension, in elements; absent if elements are stored row by row without gaps. */
  readonly strides?: readonly number[];
  /**
   * Opens the source that holds the elements; undefined if it is missing.
   * @param openFile opens other files of the model
   */
  open(openFile: OpenFile): Promise<OpenSource | undefined>;
}

/** Collects the locations of the tensors of one file. */
export class TensorLocations {
  readonly #locations = new Map<string, { readonly tensor: TensorInput; readonly location: TensorLocation } | undefined>();
  readonly #kept: OpenSource[] = [];

  add(tensor: TensorInput, location: TensorLocation): void {
    const name = short(tensor.name);
    // Two tensors of one name are ambiguous.
    this.#locations.set(name, this.#locations.has(name) ? undefined : { tensor, location });
  }

  /** Keeps a source that several tensors share open until this is closed. */
  kept<T extends OpenSource>(source: T): T {
    this.#kept.push(source);
    return source;
  }

  async close(): Promise<void> {
    for (const source of this.#kept) await source.close?.();
  }

  /** Returns the location of a tensor in the findings; undefined if its content is unavailable or differs from the findings. */
  of({ name, dtype, shape }: Pick<Tensor, "name" | "dtype" | "shape">): TensorLocation | undefined {
    const found = this.#locations.get(name);
    return found?.tensor.dtype === dtype && String(found.tensor.shape) === String(shape) ? found.location : undefined;
  }
}

/** Adds its hash to a tensor with contiguous content. If `locations` is given, records the location instead and reads nothing. */
export async function contained(
  tensor: TensorInput,
  source: ByteSource,
  range: Range,
  locations: TensorLocations | undefined,
): Promise<TensorInput> {
  if (locations === undefined) return { ...tensor, sha256: await hashRange(source, range) };
  locations.add(tensor, { start: range.start, open: () => Promise.resolve(source) });
  return tensor;
}

/** Returns the location of an array in a source that stays open. */
export function locationIn(
  source: OpenSource,
  { at, fortran }: { at: number; fortran: boolean },
  shape: readonly number[],
): TensorLocation {
  return { start: at, ...(fortran && { strides: fortranStrides(shape) }), open: () => Promise.resolve(borrowed(source)) };
}

/** Returns the strides of an array whose first dimension changes fastest. */
export function fortranStrides(shape: readonly number[]): number[] {
  let step = 1;
  return shape.map((length) => {
    const stride = step;
    step *= length;
    return stride;
  });
}
