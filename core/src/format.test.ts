import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  bytes,
  counted,
  duration,
  exactBytes,
  metric,
  metricPair,
  metricValue,
  minute,
  moment,
  percent,
  printable,
  printableLines,
  shorten,
  shortenMiddle,
} from "./format.js";
import { assertProperty } from "./testing/property.js";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [1023, "1023 bytes"],
  [1024, "1.0 KiB"],
  [1536, "1.5 KiB"],
  [1_048_575, "1.0 MiB"],
  [2 ** 31, "2.0 GiB"],
  [2 ** 60, "1024.0 PiB"],
])("%d is %s", (count, text) => {
  expect(bytes(count)).toBe(text);
});

test("bytes are between 1 and 1023.9 of their unit, and close to the number", () => {
  const units = ["KiB", "MiB", "GiB", "TiB"];
  assertProperty(
    fc.property(fc.integer({ min: 1024, max: 2 ** 49 }), (count) => {
      const [, value, unit] = /^(\d+\.\d) (\w+)$/.exec(bytes(count))!;
      expect(Number(value)).toBeGreaterThanOrEqual(1);
      expect(Number(value)).toBeLessThan(1024);
      expect((Number(value) * 1024 ** (units.indexOf(unit!) + 1)) / count).toBeCloseTo(1, 1);
    }),
  );
});

test("prints exact bytes and counts", () => {
  expect(exactBytes(12_897_321)).toBe("12.3 MiB (12,897,321 bytes)");
  expect(exactBytes(12)).toBe("12 bytes");
  expect([counted(1, "file"), counted(0, "file"), counted(12_345, "file")]).toEqual(["1 file", "0 files", "12,345 files"]);
});

test.each([
  [0.931234567, "0.9312"],
  [120_000, "120000"],
  [1e21, "1e+21"],
  [-0.000012346, "-0.00001235"],
  [1.5, "1.5"],
  [0.999996, "0.999996"],
  [-0.99999999, "-0.99999999"],
  [0.99951, "0.9995"],
  [1.00004, "1.00004"],
])("the metric %d is %s", (value, text) => {
  expect(metric(value)).toBe(text);
});

test.each([
  [12, "12 ms"],
  [999.6, "1.0 s"],
  [12_340, "12.3 s"],
  [59_960, "1 min 0 s"],
  [245_000, "4 min 5 s"],
])("%d ms are %s", (time, text) => {
  expect(duration(time)).toBe(text);
});

describe("times", () => {
  const at = "2026-11-23T14:05:09.123Z";
  test.each([
    [0, "just now"],
    [59_999, "just now"],
    [60_000, "1 minute ago"],
    [7_200_000, "2 hours ago"],
    [86_400_000 * 3, "3 days ago"],
    [86_400_000 * 400, "1 year ago"],
    [-5_000, "just now"],
  ])("after %d ms", (age, text) => {
    expect(moment(at, Date.parse(at) + age)).toBe(`2026-11-23 14:05:09 UTC (${text})`);
  });

  test("prints minutes in UTC, whatever zone the row uses", () => {
    expect(minute(at)).toBe("2026-11-23 14:05");
    expect(minute("2026-11-23T16:05:00+02:00")).toBe("2026-11-23 14:05");
  });

  test("shows an invalid time as printable text", () => {
    expect(minute("yesterday\u001b[2J")).toBe("yesterday\ufffd[2J");
    expect(moment("", 0)).toBe("");
  });
});

describe("text from outside", () => {
  test.each([
    ["\u001b]0;title\u0007\u001b[31mred", "\ufffd]0;title\ufffd\ufffd[31mred"],
    ["a\r\nb\tc", "a b c"],
    ["abc\u202edef\u2066", "abc\ufffddef\ufffd"],
    ["half \ud800", "half \ufffd"],
    ["👩\u200d🔬 größe", "👩\u200d🔬 größe"],
  ])("%j", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test("removes everything a terminal would obey", () => {
    assertProperty(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        // eslint-disable-next-line no-control-regex
        expect(printable(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        // eslint-disable-next-line no-control-regex
        expect(printableLines(text)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });
});

test.each<[number, number, string, string, string]>([
  [0.9132, 0.921, "0.9132", "0.9210", "+0.0078"],
  [0.8051723, 0.8051411, "0.805172", "0.805141", "-0.000031"],
  [0.5, 0.25, "0.50", "0.25", "-0.25"],
  [12345, 12001, "12,345", "12,001", "-344"],
  [12345.678, 12001.5, "12,346", "12,002", "-344"],
  [0, 0.1, "0.0", "0.1", "+0.1"],
  [1, 1, "1", "1", "+0"],
  [-1.5, 1.5, "-1.5", "1.5", "+3.0"],
  [1e-9, 2e-9, "1e-9", "2e-9", "+1e-9"],
  [1e21, 3e21, "1e+21", "3e+21", "+2e+21"],
  [0.00001, 1234.5, "0.00001", "1235", "+1234"],
  [0.9987, 0.999996, "0.998700", "0.999996", "+0.001296"],
])("%d and %d are %s and %s, which differ by %s", (before, after, from, to, change) => {
  expect(metricPair(before, after)).toEqual({ before: from, after: to, change });
});

test("different metrics look different and close to their values", () => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 });
  assertProperty(
    fc.property(value, fc.oneof(value, fc.double({ min: -1e-3, max: 1e-3, noNaN: true })), (before, after) => {
      const { before: from, after: to } = metricPair(before, before + after);
      expect(Math.abs(Number(from.replaceAll(",", "")) - before)).toBeLessThanOrEqual(
        Math.max(0.001 * Math.abs(before), 0.001 * Math.abs(before + after)),
      );
      expect(from.length).toBeLessThan(22);
      expect(to.length).toBeLessThan(22);
    }),
  );
});

test.each([
  [0.9123456, "0.9123"],
  [12345, "12,345"],
  [0.5, "0.5"],
  [0, "0"],
  [0.999996, "0.999996"],
])("one metric %d is %s", (value, text) => {
  expect(metricValue(value)).toBe(text);
});

test.each([
  [0.1234, "12.3%"],
  [1.2, "120%"],
  [0.00001, "<0.01%"],
  [-0.00001, ">-0.01%"],
  [0.002, "0.20%"],
  [0, "0.00%"],
  [1e9, "100000000000%"],
])("a share of %d is %s", (share, text) => {
  expect(percent(share)).toBe(text);
});

test("cuts texts between characters", () => {
  expect([shorten("abcdef", 6), shorten("abcdef", 5), shorten("ab\ud83d\ude00cd", 4)]).toEqual(["abcdef", "abcd…", "ab…"]);
  expect([shortenMiddle("abcdefgh", 8), shortenMiddle("abcdefgh", 6), shortenMiddle("a\ud83d\ude00cdefg\ud83d\ude00h", 5)]).toEqual([
    "abcdefgh",
    "abc…gh",
    "a…h",
  ]);
});
