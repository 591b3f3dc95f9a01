import { expect, test } from "@jest/globals";
import { bytes, count, duration, logLine, metric, oneLine } from "./format.js";

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [1_300_000_000, "1.2 GiB"],
  [1_048_575, "1.0 MiB"],
  [150 * 1024 * 1024, "150 MiB"],
  [3 * 1024 ** 5, "3072 TiB"],
])("%d bytes read %s", (value, expected) => {
  expect(bytes(value)).toBe(expected);
});

test.each([
  [12, "12 ms"],
  [12_340, "12.3 s"],
  [59_960, "1 min 0 s"],
  [245_400, "4 min 5 s"],
])("%d milliseconds read %s", (value, expected) => {
  expect(duration(value)).toBe(expected);
});

test.each([
  [1200, "1200"],
  [0.9312345, "0.9312"],
  [123456.789, "123500"],
  [1.5e-9, "1.5e-9"],
  [-0.5, "-0.5"],
])("the metric %d reads %s", (value, expected) => {
  expect(metric(value)).toBe(expected);
});

test("counts agree with their nouns", () => {
  expect([count(1, "model"), count(0, "model"), count(2, "file")]).toEqual(["1 model", "0 models", "2 files"]);
});

test("text from outside is on one line, short, and holds nothing that cannot be seen", () => {
  expect(oneLine(" a\r\nb\u001b[31m\u202Ec\u2028 ")).toBe("a b [31m c");
  expect(oneLine("abcdef", 4)).toBe("abc…");
  expect(oneLine("ab😀def", 4)).toBe("ab…");
});

test.each([
  ["::error::forged", ": :error::forged"],
  ["  ::stop-commands::x", ": :stop-commands::x"],
  ["upload\n::add-mask::a", "upload ::add-mask::a"],
  ["file ##[add-mask]a", "file ## [add-mask]a"],
  ["LOB fraud: s3://b/k", "LOB fraud: s3://b/k"],
])("the runner takes %j for no command", (text, expected) => {
  expect(logLine(text)).toBe(expected);
});
