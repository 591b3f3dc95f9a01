/** Sums over two tensors, from which the statistics of their difference are computed. */
import type { NumericChange } from "../diff/index.js";
import { defined } from "../defined.js";

/** Exponents of the smallest scale with a finite inverse, and of the largest scale. */
const [LEAST, MOST] = [-1_000, 1_023];

const KINDS = ["before", "after", "difference"] as const;
type Scales = Record<(typeof KINDS)[number], number>;

/**
 * Adds up block by block. The numbers before, after and their difference are each scaled by a power of two according to their largest
 * value, so that no sum overflows and no relevant one underflows, not even a difference that is small compared with both.
 */
export class Moments {
  #examined = 0;
  #nonFinite = 0;
  #maxAbs = 0;
  readonly #scales: Scales = { before: 0, after: 0, difference: 0 };
  /** Squares of the scaled numbers. */
  readonly #squares: Scales = { before: 0, after: 0, difference: 0 };
  /** Products of the scaled numbers before and after. */
  #both = 0;

  add(before: Float64Array, after: Float64Array, count: number): void {
    this.#examined += count;
    const largest = largestOf(before, after, count);
    for (const kind of KINDS) this.#rescale(kind, largest[kind]);
    this.#maxAbs = Math.max(this.#maxAbs, largest.difference);
    const [inverseBefore, inverseAfter, inverse] = KINDS.map((kind) => inverseOf(this.#scales[kind])) as [number, number, number];
    let [nonFinite, squaresBefore, squaresAfter, both, squares] = [0, 0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      // No allocation here: this runs for each of a hundred million elements.
      const from = before[i]!;
      const to = after[i]!;
      if (!Number.isFinite(from) || !Number.isFinite(to)) {
        nonFinite++;
        continue;
      }
      const a = from * inverseBefore;
      const b = to * inverseAfter;
      const distance = to - from;
      // Numbers whose difference exceeds float64 are large enough to be scaled first.
      const d = Number.isFinite(distance) ? distance * inverse : to * inverse - from * inverse;
      squaresBefore += a * a;
      squaresAfter += b * b;
      both += a * b;
      squares += d * d;
    }
    this.#nonFinite += nonFinite;
    this.#squares.before += squaresBefore;
    this.#squares.after += squaresAfter;
    this.#squares.difference += squares;
    this.#both += both;
  }

  change(elements: number): NumericChange {
    const [before, after, difference] = KINDS.map((kind) => Math.sqrt(this.#squares[kind])) as [number, number, number];
    const relative = (difference / before) * (this.#scales.difference / this.#scales.before);
    // One root of both: equal numbers, or swapped sides, give the same result to the last bit. No -0, which JSON lacks.
    const cosine = this.#both / Math.sqrt(this.#squares.before * this.#squares.after);
    return defined({
      elements,
      examined: this.#examined,
      nonFinite: this.#nonFinite,
      l2: representable(difference * this.#scales.difference),
      relative: before > 0 ? representable(relative) : undefined,
      maxAbs: representable(this.#maxAbs),
      cosine: before > 0 && after > 0 ? Math.max(-1, Math.min(1, cosine)) + 0 : undefined,
    });
  }

  #rescale(kind: keyof Scales, largest: number): void {
    if (largest <= this.#scales[kind]) return;
    const scale = 2 ** Math.max(LEAST, Math.min(MOST, Math.floor(Math.log2(largest))));
    const factor = this.#scales[kind] / scale;
    this.#squares[kind] *= factor ** 2;
    if (kind !== "difference") this.#both *= factor;
    this.#scales[kind] = scale;
  }
}

const inverseOf = (scale: number): number => (scale === 0 ? 0 : 1 / scale);

/** Counts elements that are finite on both sides. Their difference may be infinite. */
function largestOf(before: Float64Array, after: Float64Array, count: number): Scales {
  let [largestBefore, largestAfter, difference] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const from = before[i]!;
    const to = after[i]!;
    if (!Number.isFinite(from) || !Number.isFinite(to)) continue;
    if (Math.abs(from) > largestBefore) largestBefore = Math.abs(from);
    if (Math.abs(to) > largestAfter) largestAfter = Math.abs(to);
    if (Math.abs(to - from) > difference) difference = Math.abs(to - from);
  }
  return { before: largestBefore, after: largestAfter, difference };
}

/** Replaces infinity, which JSON lacks, by the largest number. */
const representable = (value: number): number => Math.min(value, Number.MAX_VALUE);
