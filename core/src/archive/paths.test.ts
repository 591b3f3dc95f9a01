import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { comparePaths, foldName, pathProblem, showPath, SortedPaths, UnsortedPaths, windowsProblem } from "./paths.js";
import { assertProperty } from "../testing/property.js";

const anyPath = fc
  .array(fc.string({ unit: "binary", minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 })
  .map((names) => names.join("/"));

describe("the order of paths", () => {
  test("is that of their UTF-8 bytes", () => {
    assertProperty(
      fc.property(anyPath, anyPath, (a, b) => {
        expect(Math.sign(comparePaths(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { numRuns: 1000 },
    );
  });

  test("puts characters beyond U+FFFF last, unlike JavaScript's own order", () => {
    const paths = ["😀", "\uffee", "z", "é"];
    expect([...paths].sort(comparePaths)).toEqual(["z", "é", "\uffee", "😀"]);
    expect([...paths].sort()).not.toEqual([...paths].sort(comparePaths));
  });
});

describe("allowed paths", () => {
  test.each([
    "a",
    "a/b.txt",
    "ünï/çødé 🎉",
    "a b/c",
    "..a/b..",
    ".hidden",
    "-rf",
    "$(reboot)",
    "a:b",
    "nul",
    "quote\"'",
    `${"x".repeat(255)}/y`,
  ])("%j is fine", (path) => {
    expect(pathProblem(path)).toBeUndefined();
  });

  test.each([
    ["", "is empty"],
    ["/etc/passwd", "absolute"],
    ["../x", '".."'],
    ["a/../../x", '".."'],
    ["a/./b", '"."'],
    ["a//b", "empty name"],
    ["a/", "empty name"],
    ["a\0b", "control"],
    ["a\nb", "control"],
    ["a\u001b[31mb", "control"],
    ["a\u007fb", "control"],
    ["a\u0085b", "control"],
    ["a\u2028b", "control"],
    ["gpj\u202eexe.", "direction"],
    ["a\\b", "backslash"],
    ["C:\\Windows", "backslash"],
    ["a\ufffdb", "UTF-8"],
    ["a\ud800b", "UTF-8"],
    ["é".repeat(128), "more than 255 bytes"],
    [`${"d/".repeat(512)}x`, "longer than 1024 bytes"],
  ])("%j is refused", (path, reason) => {
    expect(pathProblem(path)).toContain(reason);
  });

  test.each(["a:b", "nul", "x/CON.txt", "COM1", "lpt9.log", "trailing.", "trailing ", 'a"b', "a?b", "a*"])(
    "%j is refused on Windows only",
    (path) => {
      expect(pathProblem(path)).toBeUndefined();
      expect(windowsProblem(path)).toContain("Windows");
    },
  );

  test.each(["console", "nullable.txt", "a.b", ".x", "com10", "lpt"])("%j is fine on Windows", (path) => {
    expect(windowsProblem(path)).toBeUndefined();
  });

  test("a message shows a hostile name without harm", () => {
    expect(showPath("x".repeat(1_000_000))).toHaveLength(1024 + 3);
    const shown = showPath('a"b\\c\n\u001b[2J\u202e\ud800');
    expect(shown).toBe('"a\\"b\\\\c\\u000a\\u001b[2J\\u202e\ufffd"');
  });
});

describe("names that are equal on some machines", () => {
  test.each([
    ["README", "readme"],
    ["é", "e\u0301"],
    ["É", "e\u0301"],
    ["straße", "STRASSE"],
    ["ſ", "s"],
    ["\u212a", "k"],
    ["Σ", "ς"],
    ["\u1e9e", "ß"],
    ["ﬁ", "FI"],
  ])("%j and %j", (a, b) => {
    expect(foldName(a)).toBe(foldName(b));
  });

  test.each([
    ["a", "b"],
    ["e", "é"],
    ["a.", "a"],
    ["o", "0"],
  ])("but not %j and %j", (a, b) => {
    expect(foldName(a)).not.toBe(foldName(b));
  });
});

// Few letters, so that collisions are common.
const fewNames = fc
  .array(fc.constantFrom("a", "A", "b", "é", "e\u0301", "a.b"), { minLength: 1, maxLength: 3 })
  .map((names) => names.join("/"));

/** What the two classes have to find, in the slow and obvious way: two paths, or folders of paths, that fold to one. */
function collides(paths: readonly string[]): boolean {
  const spelling = new Map<string, string>();
  const files = new Set(paths.map(foldName));
  if (files.size < paths.length) return true;
  for (const path of paths) {
    const names = path.split("/");
    for (let depth = 1; depth <= names.length; depth++) {
      const part = names.slice(0, depth).join("/");
      if (depth < names.length && files.has(foldName(part))) return true;
      if ((spelling.get(foldName(part)) ?? part) !== part) return true;
      spelling.set(foldName(part), part);
    }
  }
  return false;
}

describe("collisions among many paths", () => {
  test("are found in sorted paths exactly when there are any", () => {
    assertProperty(
      fc.property(fc.uniqueArray(fewNames, { maxLength: 6 }), (unsorted) => {
        const paths = [...unsorted].sort(comparePaths);
        const checker = new SortedPaths();
        expect(paths.some((path) => checker.problem(path) !== undefined)).toBe(collides(paths));
      }),
      { numRuns: 2000 },
    );
  });

  test("are found in any order exactly when there are any", () => {
    assertProperty(
      fc.property(fc.uniqueArray(fewNames, { maxLength: 6 }), (paths) => {
        const checker = new UnsortedPaths();
        expect(paths.some((path) => checker.problem(path, false) !== undefined)).toBe(collides(paths));
      }),
      { numRuns: 2000 },
    );
  });

  test("say which two", () => {
    const checker = new SortedPaths();
    expect(checker.problem("A/x")).toBeUndefined();
    expect(checker.problem("B")).toBeUndefined();
    expect(checker.problem("a/y")).toMatch(/"a".*"A"/);
    const long = new SortedPaths();
    expect(long.problem("L".repeat(200))).toBeUndefined();
    expect(long.problem("l".repeat(200))).toMatch(/"l{200}".*"L{99}…"/);
  });

  test("a folder may come twice in any order, a file may not", () => {
    const checker = new UnsortedPaths();
    expect([checker.problem("d", true), checker.problem("d/f", false), checker.problem("d", true)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(checker.problem("d/f", false)).toContain("twice");
    expect(checker.problem("d", false)).toContain("both a file and a folder");
    expect(checker.problem("d/f/g", false)).toContain("both a file and a folder");
  });

  test("sorted paths ascend strictly", () => {
    for (const second of ["a", "Z", "a"]) {
      const checker = new SortedPaths();
      expect(checker.problem("b")).toBeUndefined();
      expect(checker.problem(second)).toContain('does not come after "b"');
    }
    const same = new SortedPaths();
    same.problem("b");
    expect(same.problem("b")).toContain("does not come after");
  });
});
