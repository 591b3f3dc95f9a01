/** Which elements of a tensor are looked at. */

export interface NumericBlock {
  readonly from: number;
  readonly count: number;
}

/** Elements that are read at once, at most. */
const MOST = 65_536;
/** Parts of a tensor that are looked at where not all of it is: many enough to be spread, few enough for the time that each read takes. */
const PARTS = 64;

/** All elements where they are at most so many, else evenly spread blocks: the same for the same numbers, in ascending order. */
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
