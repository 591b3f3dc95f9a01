/** Selects the elements of a tensor to compare. */

export interface NumericBlock {
  readonly from: number;
  readonly count: number;
}

/** Elements read at once, at most. */
const MOST = 65_536;
/** Parts of a tensor that are compared if not all of it is: enough to be spread out, few enough to limit reads. */
const PARTS = 64;

/** Yields all elements if there are at most `most`, else evenly spread blocks. Deterministic and in ascending order. */
export function* blocksOf(elements: number, most: number): Generator<NumericBlock, void, undefined> {
  if (elements <= most) {
    for (let from = 0; from < elements; from += MOST) yield { from, count: Math.min(MOST, elements - from) };
    return;
  }
  const count = Math.min(MOST, Math.max(1, Math.floor(most / PARTS)));
  const blocks = Math.floor(most / count);
  const step = (elements - count) / (blocks - 1);
  for (let i = 0; i < blocks - 1; i++) yield { from: Math.floor(step * i), count };
  yield { from: blocks === 1 ? 0 : elements - count, count };
}
