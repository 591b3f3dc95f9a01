import { expect, test } from "@jest/globals";
import { logLine, oneLine } from "./format.js";

test("makes untrusted text one short, visible line", () => {
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
])("the runner does not take %j for a command", (text, expected) => {
  expect(logLine(text)).toBe(expected);
});
