import { expect, test } from "@jest/globals";
import { numberRuns } from "./issues.js";

test.each([
  [[3], "3"],
  [[3, 1, 2], "1–3"],
  [[9, 1, 2, 3, 7], "1–3, 7, 9"],
  [Array.from({ length: 12 }, (_, index) => 2 * index + 1), "1, 3, 5, 7, 9, 11, 13, 15, 17, 19 and 2 more"],
])("%j in words", (numbers, words) => expect(numberRuns(numbers)).toBe(words));
