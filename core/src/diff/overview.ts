/** Condenses two models for pictures, including everything that did not change. */
import type { FileOverview, FileStatus, Overview, PlacedTensor, TensorCell } from "./types.js";

/** Maximum number of files listed individually. */
const MOST_FILES = 200;
const MOST_CELLS = 600;

/** Collects the largest files, and the sums of all others. Takes any number of files in any order. */
export class Largest {
  #files: FileOverview[] = [];
  readonly #others = new Map<FileStatus, { files: number; bytes: number }>();

  add(path: string, size: number, status: FileStatus): void {
    this.#files.push({ path, size, status });
    if (this.#files.length >= 4 * MOST_FILES) this.#trim();
  }

  toJSON(): Overview["files"] {
    this.#trim();
    return { items: this.#files, others: [...this.#others].map(([status, sums]) => ({ status, ...sums })) };
  }

  #trim(): void {
    this.#files.sort((a, b) => b.size - a.size);
    for (const { status, size } of this.#files.splice(MOST_FILES)) {
      const sums = this.#others.get(status) ?? { files: 0, bytes: 0 };
      this.#others.set(status, { files: sums.files + 1, bytes: Math.min(sums.bytes + size, Number.MAX_SAFE_INTEGER) });
    }
  }
}

/**
 * Assigns all tensors of the newer model, in their order, to at most 600 cells.
 *
 * @param total number of listed tensors; tensors outside of the three lists are unchanged
 */
export function strip(
  total: number,
  lists: Readonly<Record<"changed" | "added" | "renamed", readonly PlacedTensor[]>>,
): Overview["tensors"] {
  const each = Math.max(1, Math.ceil(total / MOST_CELLS));
  const cells = Array.from<unknown, Writable<TensorCell>>({ length: Math.ceil(total / each) }, (_, i) => ({
    same: Math.min(each, total - i * each),
  }));
  for (const status of ["changed", "added", "renamed"] as const) {
    for (const { index } of lists[status]) {
      const cell = index === undefined ? undefined : cells[Math.floor(index / each)];
      if (cell === undefined) continue;
      cell[status] = (cell[status] ?? 0) + 1;
      if (cell.same === 1) delete cell.same;
      else cell.same = (cell.same ?? 1) - 1;
    }
  }
  return { each, cells };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
