import { describe, expect, test } from "@jest/globals";
import { compareRequirements } from "./requirements.js";
import { compareTexts } from "./texts.js";

test("matches requirements by normalized name", () => {
  expect(
    compareRequirements(
      ["numpy==1", "Scikit_Learn>=1.9", "gone", "same[extra]==1 ; python_version > '3'", "conda=1.0", "two<2"],
      [
        "numpy==2",
        "scikit-learn>=1.9",
        "new @ https://example.com/new.whl",
        "same[extra]==1 ; python_version > '3'",
        "conda==1.0",
        "two<2",
        "two>1",
      ],
    ),
  ).toEqual([
    { name: "gone", before: "" },
    { name: "new", after: "@ https://example.com/new.whl" },
    { name: "numpy", before: "==1", after: "==2" },
    { name: "two", before: "<2", after: "<2, >1" },
  ]);
});

describe("texts", () => {
  test("lists surplus lines as often as they occur", () => {
    expect(compareTexts("README.md", "a\nb\nb\nc", "b\na\nd\nd\n")).toEqual({
      path: "README.md",
      added: { count: 2, items: ["d", "d"] },
      removed: { count: 2, items: ["b", "c"] },
    });
  });

  test("ignores the order and the ends of lines, but not an empty text", () => {
    expect(compareTexts("x", "a\nb\n", "b\r\na")).toBeUndefined();
    expect(compareTexts("x", "", "")).toBeUndefined();
    expect(compareTexts("x", "", "a")).toMatchObject({ added: { items: ["a"] }, removed: { count: 0 } });
  });

  test("300 KB", () => {
    const text = "a line of a card\n".repeat(20_000);
    expect(compareTexts("x", text, `${text}new`)).toMatchObject({ added: { count: 1 }, removed: { count: 0 } });
    expect(compareTexts("x", "", text)!.added).toMatchObject({ count: 20_000 });
    expect(compareTexts("x", "", text)!.added.items).toHaveLength(1_000);
  });
});
