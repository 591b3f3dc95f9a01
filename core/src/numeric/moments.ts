/** Sums over two tensors, from which the numbers of their difference come. */
import type { NumericChange } from "../diff/index.js";

/** Exponent of a scale whose inverse is finite. */
const LEAST = -1_000;

/** Adds up block by block. Sums are of numbers scaled by the largest one's power of two, so that none overflows, and none that counts vanishes. */
export class Moments {
  #examined = 0;
  #nonFinite = 0;
  #maxAbs = 0;
  #scale = 0;
  readonly #sums = { before: 0, after: 0, both: 0, difference: 0 };

  add(before: Float64Array, after: Float64Array, count: number): void {
    this.#examined += count;
    const largest = largestOf(before, after, count);
    if (largest > this.#scale) this.#rescale(2 ** Math.max(LEAST, Math.floor(Math.log2(largest))));
    const inverse = this.#scale === 0 ? 0 : 1 / this.#scale;
    let [nonFinite, maxAbs, squaresBefore, squaresAfter, both, squares] = [0, this.#maxAbs, 0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      // No pairs in here: this runs for each of a hundred million elements.
      const from = before[i]!;
      const to = after[i]!;
      if (!Number.isFinite(from) || !Number.isFinite(to)) {
        nonFinite++;
        continue;
      }
      const distance = Math.abs(to - from);
      if (distance > maxAbs) maxAbs = distance;
      const a = from * inverse;
      const b = to * inverse;
      squaresBefore += a * a;
      squaresAfter += b * b;
      both += a * b;
      squares += (b - a) * (b - a);
    }
    this.#nonFinite += nonFinite;
    this.#maxAbs = maxAbs;
    this.#sums.before += squaresBefore;
    this.#sums.after += squaresAfter;
    this.#sums.both += both;
    this.#sums.difference += squares;
  }

  change(elements: number): NumericChange {
    const { before, after, both, difference } = this.#sums;
    const relative = Math.sqrt(difference / before);
    const cosine = both / Math.sqrt(before) / Math.sqrt(after);
    return {
      elements,
      examined: this.#examined,
      nonFinite: this.#nonFinite,
      l2: representable(Math.sqrt(difference) * this.#scale),
      ...(before > 0 && Number.isFinite(relative) && { relative }),
      maxAbs: representable(this.#maxAbs),
      ...(Number.isFinite(cosine) && { cosine: Math.max(-1, Math.min(1, cosine)) }),
    };
  }

  #rescale(scale: number): void {
    const factor = (this.#scale / scale) ** 2;
    for (const key of ["before", "after", "both", "difference"] as const) this.#sums[key] *= factor;
    this.#scale = scale;
  }
}

/** Of both together, and only of elements that are finite on both sides. */
function largestOf(before: Float64Array, after: Float64Array, count: number): number {
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const from = Math.abs(before[i]!);
    const to = Math.abs(after[i]!);
    // Comparisons with NaN are false.
    if (from > largest && from < Infinity && to < Infinity) largest = from;
    if (to > largest && to < Infinity && from < Infinity) largest = to;
  }
  return largest;
}

/** JSON has no infinity: a length beyond float64 is the largest one. */
const representable = (value: number): number => Math.min(value, Number.MAX_VALUE);
