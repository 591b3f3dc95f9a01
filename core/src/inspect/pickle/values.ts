/** Describes values that a pickle would build. Nothing is imported, called or created. */

export type PickleValue =
  | { readonly kind: "none" }
  | { readonly kind: "bool"; readonly value: boolean }
  /** Absent if the number is too large to be kept. */
  | { readonly kind: "number"; readonly value: number | undefined }
  /** Absent if the text is too long to be kept. */
  | { readonly kind: "text"; readonly value: string | undefined }
  /** `value` is present for short bytes only. `at` is their position in the stream. */
  | { readonly kind: "bytes"; readonly length: number; readonly at: number; readonly value?: Buffer; readonly sha256?: string }
  | Items
  | Pairs
  | { readonly kind: "global"; readonly module: string; readonly name: string }
  | Made
  | { readonly kind: "persistent"; readonly id: PickleValue }
  | { readonly kind: "array"; readonly array: PickleArray }
  /** Result of an import that does not exist. */
  | { readonly kind: "missing" }
  | { readonly kind: "unknown" };

export interface Items {
  readonly kind: "tuple" | "list" | "set";
  readonly items: PickleValue[];
}

export interface Pairs {
  readonly kind: "dict";
  readonly pairs: [PickleValue, PickleValue][];
}

/** Result of a call, and the items added to it afterwards. */
export interface Made {
  readonly kind: "made";
  readonly callee: PickleValue;
  readonly args: PickleValue;
  /** Set for an instance of the class that was called; any other call may return anything. */
  readonly isNew?: boolean;
  state?: PickleValue;
  readonly pairs: [PickleValue, PickleValue][];
  readonly items: PickleValue[];
}

/** NumPy array whose bytes are in the stream. */
export interface PickleArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Absent if the elements are objects. */
  readonly bytes?: number;
  readonly sha256?: string;
  /** Location of the elements in the stream; absent if they are not all there. */
  readonly layout?: ArrayLayout;
}

export interface ArrayLayout {
  readonly at: number;
  /** Whether the first dimension changes fastest. */
  readonly fortran: boolean;
}

export const NONE: PickleValue = { kind: "none" };
export const UNKNOWN: PickleValue = { kind: "unknown" };
export const MISSING: PickleValue = { kind: "missing" };

export const made = (callee: PickleValue, args: PickleValue): Made => ({ kind: "made", callee, args, pairs: [], items: [] });

/** Returns the text of a text value. */
export const textOf = (value: PickleValue | undefined): string | undefined => (value?.kind === "text" ? value.value : undefined);
export const numberOf = (value: PickleValue | undefined): number | undefined => (value?.kind === "number" ? value.value : undefined);
export const itemsOf = (value: PickleValue | undefined): readonly PickleValue[] | undefined =>
  value?.kind === "tuple" || value?.kind === "list" ? value.items : undefined;

/** Whether a value is the global `module:name`, as Python 2 or 3 calls it. */
export const isGlobal = (value: PickleValue | undefined, ...names: readonly string[]): boolean =>
  value?.kind === "global" && names.includes(`${value.module}:${value.name}`);

/** Whether `module:name` is as every honest import is spelled. In the bytes of an array, or of a text, there may be others by chance. */
export const isIdentifier = (name: string): boolean => /^[A-Za-z_][\w.]*:[A-Za-z_][\w.]*$/.test(name);

/** Whether a value is joblib's class for an array whose bytes follow, imported from any module. */
export const isWrapper = (value: PickleValue): boolean => value.kind === "global" && /(^|\.)NumpyArrayWrapper$/.test(value.name);

/** Returns the value of a dict for a text key. */
export function entry(value: PickleValue | undefined, key: string): PickleValue | undefined {
  if (value?.kind !== "dict") return undefined;
  return value.pairs.findLast(([name]) => textOf(name) === key)?.[1]; // As in Python, the last one wins.
}

/** Returns the lengths of a shape; undefined for any other value. */
export function shapeOf(value: PickleValue | undefined): readonly number[] | undefined {
  const lengths = itemsOf(value)?.map(numberOf);
  return lengths?.every((length): length is number => length !== undefined && length >= 0) === true ? lengths : undefined;
}
