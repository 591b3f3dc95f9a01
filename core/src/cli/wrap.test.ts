import { expect, test } from "@jest/globals";
import fc from "fast-check";
import stringWidth from "string-width";
import { cutMiddle, wrap } from "./wrap.js";
import { assertProperty } from "../testing/property.js";

const TEXT = "Check the network, the region and AWS_ENDPOINT_URL.";

test.each<[string, string, number | undefined, number, string]>([
  ["without a width nothing is broken", TEXT, undefined, 0, TEXT],
  ["a text that fits stays as it is", TEXT, 51, 0, TEXT],
  ["one that does not is broken between words", TEXT, 50, 0, "Check the network, the region and\n  AWS_ENDPOINT_URL."],
  ["what stands before it counts", TEXT, 51, 1, "Check the network, the region and\n  AWS_ENDPOINT_URL."],
  ["the indentation counts", "aa bb cc", 5, 0, "aa bb\n  cc"],
  ["a word that is too long stays whole", "at s3://bucket/a/very/long/key now", 10, 0, "at\n  s3://bucket/a/very/long/key\n  now"],
  ["what is typed stays in one piece", "run (`aws sso login --profile x`), then", 12, 0, "run\n  (`aws sso login --profile x`),\n  then"],
  ["a backtick alone is a character", "a ` b", 3, 0, "a `\n  b"],
  ["wide characters count as two", "模型 模型", 8, 0, "模型\n  模型"],
  ["lines stay lines", "two:\n  a\n  b", 80, 0, "two:\n    a\n    b"],
  ["lines that are too long too", "two:\naa bb", 6, 0, "two:\n  aa\n  bb"],
  ["nothing is nothing", "", 80, 0, ""],
])("%s", (_, text, width, used, expected) => {
  expect(wrap(text, width, "  ", used)).toBe(expected);
});

test("cuts a wide line in the middle, between characters", () => {
  expect(cutMiddle("layers.10.attention.weight", 11)).toBe("layer…eight");
  expect(cutMiddle("模型模型模型", 7)).toBe("模型…型");
  expect(cutMiddle("fits", 4)).toBe("fits");
  expect(cutMiddle("anything", undefined)).toBe("anything");
  assertProperty(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 2, max: 40 }), (line, width) => {
      const cut = cutMiddle(line, width);
      expect(stringWidth(cut)).toBeLessThanOrEqual(width);
      if (stringWidth(line) <= width) expect(cut).toBe(line);
    }),
  );
});
