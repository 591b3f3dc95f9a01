import { describe, expect, test } from "@jest/globals";
import { parseGate } from "lob-registry-core";
import { LATEST, merged, readBase } from "./rules.js";

describe("a base", () => {
  test.each([
    ["LATEST", LATEST],
    ["latest", LATEST],
    ["prod", { text: "prod", ref: { alias: "prod" } }],
    ["7", { text: "7", ref: { version: 7 } }],
  ])("%s", (text, base) => expect(readBase(text, "base")).toEqual(base));

  test.each(["", "0", "-1", "1.5", "a b", "prod@7", `tree:${"a".repeat(64)}`, "lob/model"])("is not %j", (text) => {
    expect(() => readBase(text, "models[0].base")).toThrow(
      expect.objectContaining({ code: "LOB1002", message: expect.stringMatching(/^models\[0\]\.base: /) }),
    );
  });
});

test("merges rules: all gates apply once, and the last of each other rule wins", () => {
  const [one, two] = [{ gate: parseGate("auc > 0.1") }, { gate: parseGate("auc > 0.2"), file: "models.yml", line: 3 }];
  const prod = readBase("prod", "base");
  expect(
    merged(
      { gates: [one], better: { a: "higher", b: "higher" }, tolerance: 0.1, base: prod },
      { gates: [], tolerance: 0 },
      { gates: [two], better: { b: "lower" } },
    ),
  ).toEqual({ gates: [one, two], better: { a: "higher", b: "lower" }, tolerance: 0, base: prod });
  expect(merged({ gates: [] })).toEqual({ gates: [], better: {} });
  const again = { gate: parseGate(" auc > 0.1 "), file: "models.yml", line: 9 };
  expect(merged({ gates: [one, two] }, { gates: [again] }).gates).toEqual([again, two]);
});
