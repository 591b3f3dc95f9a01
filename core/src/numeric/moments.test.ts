import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { numericChangeSchema } from "../diff/types.js";
import { blocksOf } from "./blocks.js";
import { Moments } from "./moments.js";
import { assertProperty } from "../testing/property.js";

/** In blocks of three, so that what is added up over blocks counts. */
function change(before: readonly number[], after: readonly number[]) {
  const moments = new Moments();
  for (let i = 0; i < before.length; i += 3) {
    const [a, b] = [Float64Array.from(before.slice(i, i + 3)), Float64Array.from(after.slice(i, i + 3))];
    moments.add(a, b, a.length);
  }
  return moments.change(before.length);
}

describe("the numbers of a change", () => {
  test("known answers", () => {
    expect(change([3, 4, 0, 0], [3, 4, 0, 12])).toEqual({ elements: 4, examined: 4, nonFinite: 0, l2: 12, relative: 2.4, maxAbs: 12, cosine: 5 / 13 }); // prettier-ignore
    expect(change([1, 2], [-1, -2])).toMatchObject({ cosine: -1, relative: 2, maxAbs: 4 });
    expect(change([1, 0], [0, 1])).toMatchObject({ cosine: 0, l2: Math.SQRT2 });
    expect(change([5, 5, 5, 5, 5], [5, 5, 5, 5, 5])).toMatchObject({ l2: 0, relative: 0, maxAbs: 0, cosine: expect.closeTo(1, 12) });
  });

  test("nothing before, nothing after, nothing at all", () => {
    expect(change([0, 0], [1, 0])).toEqual({ elements: 2, examined: 2, nonFinite: 0, l2: 1, maxAbs: 1 });
    expect(change([2, 0], [0, 0])).toEqual({ elements: 2, examined: 2, nonFinite: 0, l2: 2, relative: 1, maxAbs: 2 });
    expect(change([], [])).toEqual({ elements: 0, examined: 0, nonFinite: 0, l2: 0, maxAbs: 0 });
  });

  test("an element that is not finite on either side is counted, and excluded from everything else", () => {
    expect(change([1, NaN, 3, -Infinity, 5], [1, 2, Infinity, 4, 6])).toMatchObject({ examined: 5, nonFinite: 3, l2: 1, maxAbs: 1 });
    expect(change([NaN, Infinity], [NaN, Infinity])).toEqual({ elements: 2, examined: 2, nonFinite: 2, l2: 0, maxAbs: 0 });
  });

  test("the largest and smallest numbers give no infinity, and no 0", () => {
    const huge = change([1e300, -1.7e308], [1e300, 1.7e308]);
    expect(huge).toMatchObject({ l2: Number.MAX_VALUE, maxAbs: Number.MAX_VALUE });
    expect(huge.relative).toBeCloseTo(2);
    const tiny = change([3e-300, 4e-300, 0, 1e-320], [3e-300, 0, 0, 1e-320]);
    expect(tiny.l2 / 4e-300).toBeCloseTo(1);
    expect(tiny.relative).toBeCloseTo(0.8);
    expect(change([5e-324], [1e-323])).toMatchObject({ relative: 1, cosine: expect.closeTo(1, 12) });
    // Later blocks may be of another size by far than those before.
    expect(change([1e-200, 1e-200, 1e-200, 1], [1e-200, 1e-200, 1e-200, 3]).relative).toBeCloseTo(2);
    expect(change([1, 1, 1, 1e200], [1, 1, 1, 1e200]).cosine).toBeCloseTo(1, 12);
    // What was there is not 0, so that there is a ratio: the largest that can be said.
    expect(change([1e-300], [1e300])).toMatchObject({ l2: 1e300, maxAbs: 1e300, relative: Number.MAX_VALUE, cosine: 1 });
  });

  test("of the largest number of all", () => {
    const most = Number.MAX_VALUE;
    expect(change([-most, 1], [-most, 2])).toMatchObject({ l2: 1, maxAbs: 1, relative: 1 / most, cosine: 1 });
    expect(change([most, 1], [-most, 2])).toMatchObject({ l2: most, maxAbs: most, relative: 2, cosine: -1 });
    // Sums of some other size are there already.
    expect(change([1, 1, 1, most], [1, 1, 1, -most])).toMatchObject({ relative: 2, cosine: -1 });
  });

  test("a difference, or one of the two, that is small beside another does not vanish", () => {
    const { l2, relative, cosine } = change([1, 1e-200], [1, 3e-200]);
    expect([l2 / 2e-200, relative! / 2e-200, cosine]).toEqual([1, 1, 1].map((one) => expect.closeTo(one, 12)));
    const grown = change([1e-10, 2e-10, 0, 0], [1e200, 3e200, 0, 0]);
    expect(grown.relative! / 1e210).toBeCloseTo(Math.SQRT2, 12);
    expect(grown.cosine).toBeCloseTo(7 / Math.sqrt(50), 12);
    expect(change([1e200, 3e200], [1e-10, 2e-10])).toMatchObject({ relative: 1, cosine: expect.closeTo(7 / Math.sqrt(50), 12) });
  });

  test("are finite or absent, and the same both ways, whatever the numbers", () => {
    const numbers = fc.array(fc.tuple(fc.double(), fc.double()), { maxLength: 12 });
    assertProperty(
      fc.property(numbers, (pairs) => {
        const [before, after] = [pairs.map(([x]) => x), pairs.map(([, x]) => x)];
        const [there, back] = [change(before, after), change(after, before)];
        expect(numericChangeSchema.parse(JSON.parse(JSON.stringify(there)))).toEqual(there);
        expect({ ...back, relative: there.relative }).toEqual({ ...there, relative: there.relative });
        const finite = pairs.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
        expect(there.l2 > 0).toBe(finite.some(([x, y]) => x !== y));
        expect("relative" in there).toBe(finite.some(([x]) => x !== 0));
      }),
      { numRuns: 500 },
    );
  });

  test("of x and x + d are those that a direct computation gives", () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    assertProperty(
      fc.property(fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 50 }), (pairs) => {
        const [before, after] = [pairs.map(([x]) => x), pairs.map(([x, d]) => x + d)];
        const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
        const moved = after.map((x, i) => x - before[i]!);
        const found = change(before, after);
        const near = (actual: number | undefined, expected: number): void => {
          if (Number.isFinite(expected) && dot(before, before) > 1e-100 && dot(after, after) > 1e-100)
            expect(Math.abs(actual! - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
        };
        expect(found.maxAbs).toBe(Math.max(...moved.map(Math.abs)));
        near(found.l2, Math.sqrt(dot(moved, moved)));
        near(found.relative, Math.sqrt(dot(moved, moved)) / Math.sqrt(dot(before, before)));
        near(found.cosine, dot(before, after) / Math.sqrt(dot(before, before) * dot(after, after)));
      }),
    );
  });
});

describe("blocks", () => {
  test("are everything where there is room, and else spread over all of it, in order and apart", () => {
    assertProperty(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), fc.integer({ min: 1, max: 300_000 }), (elements, most) => {
        const blocks = [...blocksOf(elements, most)];
        const total = blocks.reduce((sum, { count }) => sum + count, 0);
        let end = 0;
        for (const { from, count } of blocks) {
          expect(from).toBeGreaterThanOrEqual(end);
          end = from + count;
        }
        expect(end).toBeLessThanOrEqual(elements);
        if (elements <= most) expect(total).toBe(elements);
        else {
          expect(total).toBeLessThanOrEqual(most);
          expect(total).toBeGreaterThan(most / 2);
          expect(blocks[0]!.from).toBe(0);
          if (blocks.length > 1) expect(end).toBe(elements);
        }
      }),
    );
    expect([...blocksOf(10, 1)]).toEqual([{ from: 0, count: 1 }]);
    expect([...blocksOf(10, 3)]).toEqual([0, 4, 9].map((from) => ({ from, count: 1 })));
    expect([...blocksOf(8_001, 640)].slice(0, 2)).toEqual([
      { from: 0, count: 10 },
      { from: 126, count: 10 },
    ]);
  });
});
