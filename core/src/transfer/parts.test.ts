import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { copyRanges, MAX_OBJECT_SIZE, MAX_PARTS, uploadPartSize } from "./parts.js";
import { assertProperty } from "../testing/property.js";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
/** S3's own limits for a part. */
const [SMALLEST, LARGEST] = [5 * MIB, 5 * GIB];
const sizes = fc.oneof(
  fc.integer({ min: 1, max: 2 * GIB }),
  fc.integer({ min: 1, max: MAX_OBJECT_SIZE }),
  fc.constantFrom(1, 256 * MIB - 1, 256 * MIB, 256 * MIB + 1, MAX_PARTS * 256 * MIB, MAX_PARTS * 256 * MIB + 1, MAX_OBJECT_SIZE),
);

describe("the part size of an upload", () => {
  test("is 16 MiB up to 156 GiB, and grows above", () => {
    expect(uploadPartSize(0)).toBe(16 * MIB);
    expect(uploadPartSize(16 * MIB * MAX_PARTS)).toBe(16 * MIB);
    expect(uploadPartSize(16 * MIB * MAX_PARTS + 1)).toBe(17 * MIB);
    expect(uploadPartSize(MAX_OBJECT_SIZE)).toBe(LARGEST);
  });

  test("suffices for any announced size within S3's limits", () => {
    assertProperty(
      fc.property(fc.integer({ min: 0, max: MAX_OBJECT_SIZE }), (bound) => {
        const size = uploadPartSize(bound);
        expect(size * MAX_PARTS).toBeGreaterThanOrEqual(bound);
        expect(size).toBeGreaterThanOrEqual(SMALLEST);
        expect(size).toBeLessThanOrEqual(LARGEST);
      }),
    );
  });
});

describe("the ranges of a copy", () => {
  test("are one range up to 256 MiB", () => {
    expect(copyRanges(1)).toEqual([{ start: 0, end: 0 }]);
    expect(copyRanges(256 * MIB)).toEqual([{ start: 0, end: 256 * MIB - 1 }]);
    expect(copyRanges(256 * MIB + 1)).toEqual([
      { start: 0, end: 256 * MIB - 1 },
      { start: 256 * MIB, end: 256 * MIB },
    ]);
  });

  test("cover the object exactly, within S3's limits", () => {
    assertProperty(
      fc.property(sizes, (size) => {
        const ranges = copyRanges(size);
        expect(ranges.length).toBeLessThanOrEqual(MAX_PARTS);
        let next = 0;
        // Plain comparisons are faster for up to 10,000 ranges.
        const wrong = ranges.find(({ start, end }, index) => {
          const length = end - start + 1;
          const fits = start === next && length >= 1 && length <= LARGEST && (index === ranges.length - 1 || length >= SMALLEST);
          next = end + 1;
          return !fits;
        });
        expect(wrong).toBeUndefined();
        expect(next).toBe(size);
      }),
    );
  });

  test("depend only on the size, so that LATEST and its number have the same ETag", () => {
    assertProperty(
      fc.property(sizes, (size) => expect(copyRanges(size)).toEqual(copyRanges(size))),
      { numRuns: 20 },
    );
  });
});

test.each([uploadPartSize, copyRanges])("refuses more than the largest object in S3", (cut) => {
  expect(() => cut(MAX_OBJECT_SIZE + 1)).toThrow(RangeError);
});
