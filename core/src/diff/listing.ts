/** Lists with a bounded number of items that still count all of them. */
import type { BoundedList } from "./types.js";

/** Maximum items of one list. */
const MOST_ITEMS = 1_000;

export class Listing<T> implements BoundedList<T> {
  count = 0;
  readonly items: T[] = [];

  add(item: T): void {
    if (this.count++ < MOST_ITEMS) this.items.push(item);
  }

  toJSON(): BoundedList<T> {
    return { count: this.count, items: this.items };
  }
}

export function listed<T>(items: readonly T[]): BoundedList<T> {
  return { count: items.length, items: items.slice(0, MOST_ITEMS) };
}
