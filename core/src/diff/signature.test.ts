import { describe, expect, test } from "@jest/globals";
import { defined } from "../defined.js";
import type { Column, Signature } from "../findings/findings.js";
import { compareSignatures } from "./signature.js";

const column = (name: string | undefined, more: Partial<Column> = {}): Column => ({
  ...defined({ name }),
  type: "double",
  required: true,
  ...more,
});
const AGE = column("age");

/** Returns what changed, and whether it breaks callers. */
function changes(part: keyof Signature, before: readonly Column[] | undefined, after: readonly Column[] | undefined): [string, boolean][] {
  const diff = compareSignatures(before && { [part]: before }, after && { [part]: after });
  const found = diff?.columns.map(({ column: name, what, breaking }): [string, boolean] => [`${name} ${what}`, breaking]) ?? [];
  expect(diff?.breaking ?? false).toBe(found.some(([, breaking]) => breaking));
  return found;
}

test("no difference", () => {
  expect(compareSignatures(undefined, undefined)).toBeUndefined();
  expect(compareSignatures({ inputs: [AGE] }, { inputs: [column("age")] })).toBeUndefined();
  expect(compareSignatures({ inputs: [AGE, column("x")] }, { inputs: [column("x"), AGE] })).toBeUndefined();
});

describe("inputs", () => {
  test.each<[string, Column[] | undefined, Column[] | undefined, [string, boolean][]]>([
    ["a new column", [AGE], [AGE, column("city")], [["city added", true]]],
    ["a new optional column", [AGE], [AGE, column("city", { required: false })], [["city added", false]]],
    ["a removed column, which callers may still send", [AGE, column("city")], [AGE], [["city removed", false]]],
    ["one unnamed column less", [column(undefined), column(undefined)], [column(undefined)], [["#1 removed", true]]],
    ["another type", [AGE], [column("age", { type: "string" })], [["age type double → string", true]]],
    ["a wider type", [column("age", { type: "float" })], [AGE], [["age type float → double", false]]],
    ["a narrower type", [AGE], [column("age", { type: "float" })], [["age type double → float", true]]],
    ["now required", [column("age", { required: false })], [AGE], [["age optional → required", true]]],
    ["now optional", [AGE], [column("age", { required: false })], [["age required → optional", false]]],
    ["a wider shape", [column("x", { shape: [1, 4] })], [column("x", { shape: [-1, 4] })], [["x shape [1, 4] → [-1, 4]", false]]],
    ["a narrower shape", [column("x", { shape: [-1, 4] })], [column("x", { shape: [1, 4] })], [["x shape [-1, 4] → [1, 4]", true]]],
    ["more dimensions", [column("x", { shape: [4] })], [column("x", { shape: [1, 4] })], [["x shape [4] → [1, 4]", true]]],
    ["the first signature", undefined, [AGE], [["age added", false]]],
    ["no signature any more", [AGE], undefined, [["age removed", true]]],
  ])("%s", (_, before, after, expected) => {
    expect(changes("inputs", before, after)).toEqual(expected);
  });
});

describe("outputs", () => {
  test.each<[string, Column[], Column[], [string, boolean][]]>([
    ["a new column", [AGE], [AGE, column("city")], [["city added", false]]],
    ["one unnamed column more", [column(undefined)], [column(undefined), column(undefined)], [["#1 added", true]]],
    ["a removed column", [AGE, column("city")], [AGE], [["city removed", true]]],
    ["another type, even a wider one", [column("age", { type: "float" })], [AGE], [["age type float → double", true]]],
    ["now optional", [AGE], [column("age", { required: false })], [["age required → optional", true]]],
    ["now required", [column("age", { required: false })], [AGE], [["age optional → required", false]]],
    ["a narrower shape", [column("y", { shape: [-1] })], [column("y", { shape: [1] })], [["y shape [-1] → [1]", false]]],
    ["a wider shape", [column("y", { shape: [1] })], [column("y", { shape: [-1] })], [["y shape [1] → [-1]", true]]],
  ])("%s", (_, before, after, expected) => {
    expect(changes("outputs", before, after)).toEqual(expected);
  });
});

describe("parameters", () => {
  const top = column("top", { type: "long", default: "5" });
  test.each<[string, Column[], Column[], [string, boolean][]]>([
    ["a new parameter with a default", [], [top], [["top added", false]]],
    ["a new parameter without a default", [], [column("top")], [["top added", true]]],
    ["a removed parameter", [top], [], [["top removed", true]]],
    ["another default", [top], [{ ...top, default: "6" }], [["top default 5 → 6", false]]],
    ["no default any more", [top], [column("top", { type: "long" })], [["top default 5 → none", true]]],
  ])("%s", (_, before, after, expected) => {
    expect(changes("params", before, after)).toEqual(expected);
  });
});

test("lists several changes of one column separately", () => {
  expect(changes("inputs", [AGE], [column("age", { type: "string", required: false })])).toEqual([
    ["age type double → string", true],
    ["age required → optional", false],
  ]);
});
