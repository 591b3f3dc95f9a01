/** Where the elements of a file's tensors lie, noted by the readers on their way, for who wants the numbers themselves. */
import { posix } from "node:path";
import type { ByteSource } from "../../bytes/source.js";
import type { Tensor } from "../../findings/findings.js";
import { short } from "../text.js";
import type { TensorInput } from "./collect.js";
import { hashRange, type Range } from "./hash.js";

/** A source that may hold something open. */
export interface OpenSource extends ByteSource {
  /** Whether to go back costs all of the way again, as in what is compressed. */
  readonly forwardOnly?: boolean;
  close?(): Promise<void>;
}

/** A source that somebody else closes. */
export function borrowed(source: OpenSource): OpenSource {
  const { size, forwardOnly } = source;
  return { size, read: (buffer, position) => source.read(buffer, position), ...(forwardOnly === true && { forwardOnly }) };
}

/**
 * A file that another one names, beside it or below it: its path in the model. Undefined for one outside, also as Windows would read it.
 */
export function besideOf(path: string, named: string): string | undefined {
  const outside = /^([/\\]|[A-Za-z]:)|(^|[/\\])\.\.([/\\]|$)|\0/.test(named);
  return outside ? undefined : posix.join(posix.dirname(path), named);
}

/** Opens a file of the model by its path; undefined when the model has none of that path. */
export type OpenFile = (path: string) => Promise<OpenSource | undefined>;

export interface TensorLocation {
  /** The byte at which the first element begins. Whether the source has all of them is for who reads to check. */
  readonly start: number;
  /** From an element to the next one of each dimension, in elements; absent where they lie row by row without gaps. */
  readonly strides?: readonly number[];
  /**
   * What the elements lie in. Undefined when that is not there.
   * @param openFile for what lies in another file of the model
   */
  open(openFile: OpenFile): Promise<OpenSource | undefined>;
}

/** The locations of the tensors of one file. */
export class TensorLocations {
  readonly #locations = new Map<string, { readonly tensor: TensorInput; readonly location: TensorLocation } | undefined>();
  readonly #kept: OpenSource[] = [];

  add(tensor: TensorInput, location: TensorLocation): void {
    const name = short(tensor.name);
    // Of two tensors of one name it is not known which is meant.
    this.#locations.set(name, this.#locations.has(name) ? undefined : { tensor, location });
  }

  /** Keeps what several tensors lie in open as long as this is. */
  kept<T extends OpenSource>(source: T): T {
    this.#kept.push(source);
    return source;
  }

  async close(): Promise<void> {
    for (const source of this.#kept) await source.close?.();
  }

  /** Of a tensor as the findings have it; undefined where its content is not to hand, or is another than was found. */
  of({ name, dtype, shape }: Pick<Tensor, "name" | "dtype" | "shape">): TensorLocation | undefined {
    const found = this.#locations.get(name);
    return found?.tensor.dtype === dtype && String(found.tensor.shape) === String(shape) ? found.location : undefined;
  }
}

/** A tensor whose content is one piece of a source: with its hash, or, where locations are asked for, noted there and not read. */
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

/** The place of an array in a source that is open as long as locations are asked for. */
export function locationIn(
  source: OpenSource,
  { at, fortran }: { at: number; fortran: boolean },
  shape: readonly number[],
): TensorLocation {
  return { start: at, ...(fortran && { strides: fortranStrides(shape) }), open: () => Promise.resolve(borrowed(source)) };
}

/** Strides of an array whose first dimension is the one that changes fastest. */
export function fortranStrides(shape: readonly number[]): number[] {
  let step = 1;
  return shape.map((length) => {
    const stride = step;
    step *= length;
    return stride;
  });
}
