/** The fake must be right where the protocol relies on it: what it takes for granted, no test of the protocol would notice. */
import { describe, expect, test } from "@jest/globals";
import { marshall } from "@aws-sdk/util-dynamodb";
import { contextOf, holds, updated, type ExpressionItem } from "./expressions.js";

const item: ExpressionItem = marshall({ n: 7, zero: 0, text: "7", ANDROID: "x", list: ["a"], status: "READY" });
const context = (values: Record<string, unknown> = {}, names: Record<string, string> = {}) => ({ values: marshall(values), names });

describe("a condition", () => {
  test.each([
    ["n = :v", { v: 7 }, true],
    ["n = :v", { v: 8 }, false],
    ["n = :v", { v: "7" }, false],
    ["text = :v", { v: "7" }, true],
    ["list = :v", { v: ["a"] }, true],
    ["list = :v", { v: ["a", "b"] }, false],
    ["n < :v", { v: 8 }, true],
    ["n < :v", { v: 7 }, false],
    ["n <= :v", { v: 7 }, true],
    ["n <= :v", { v: 6 }, false],
    ["n > :v", { v: 6 }, true],
    ["n > :v", { v: 7 }, false],
    ["n >= :v", { v: 7 }, true],
    ["n >= :v", { v: 8 }, false],
    ["n < :v", { v: 10 }, true], // by number, not by text
    ["ANDROID = :v", { v: "x" }, true], // begins like a word of the language
    ["begins_with(status, :v)", { v: "REA" }, true],
    ["begins_with(status, :v)", { v: "EA" }, false],
    ["begins_with(n, :v)", { v: "7" }, false],
    ["begins_with(none, :v)", { v: "" }, false],
    ["attribute_exists(n)", {}, true],
    ["attribute_exists(zero)", {}, true],
    ["attribute_exists(none)", {}, false],
    ["attribute_not_exists(n)", {}, false],
    ["attribute_not_exists(none)", {}, true],
  ])("%s, by %j, is %s", (condition, values, expected) => {
    const named = Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value]));
    expect(holds(condition, context(named), item)).toBe(expected);
  });

  test.each(["none = :v", "none < :v", "none > :v", "none <= :v", "none >= :v"])("%s is false: the attribute is not there", (condition) => {
    expect(holds(condition, context({ ":v": 0 }), item)).toBe(false);
  });

  test("of an item that is not there finds no attribute", () => {
    expect(holds("n = :v", context({ ":v": 7 }), undefined)).toBe(false);
    expect(holds("attribute_exists(n)", context(), undefined)).toBe(false);
    expect(holds("attribute_not_exists(n)", context(), undefined)).toBe(true);
  });

  test.each([
    [true, false, false, true], // T or (F and F)
    [false, false, true, false],
    [false, true, true, true],
    [false, true, false, false],
  ])("%s OR %s AND %s is %s: AND binds more", (a, b, c, expected) => {
    const one = (value: boolean) => (value ? "n = :seven" : "n = :eight");
    const values = context({ ":seven": 7, ":eight": 8 });
    expect(holds(`${one(a)} OR ${one(b)} AND ${one(c)}`, values, item)).toBe(expected);
    expect(holds(`(${one(a)} OR ${one(b)}) AND ${one(c)}`, values, item)).toBe((a || b) && c);
    expect(holds(`${one(c)} AND (${one(a)} OR ${one(b)})`, values, item)).toBe(c && (a || b));
  });

  test("takes names from outside", () => {
    expect(holds("#s = :v", context({ ":v": "READY" }, { "#s": "status" }), item)).toBe(true);
  });

  test.each([
    "n <> :v",
    "NOT n = :v",
    "n BETWEEN :v AND :v",
    "contains(n, :v)",
    "n = ",
    "(n = :v",
    "n = :v)",
    "n = :v n = :v",
    "n = :other",
    "#other = :v",
    "text < :v",
    "n + :v",
  ])("that it cannot read throws, and is never taken for true or false: %s", (condition) => {
    expect(() => holds(condition, context({ ":v": 7 }), item)).toThrow();
  });
});

describe("an update", () => {
  const values = context({ ":one": 1, ":list": ["b"], ":none": [] }, { "#n": "n" });

  test.each<[string, Record<string, unknown>]>([
    ["SET n = :one", { n: 1 }],
    ["SET #n = :one, added = :one", { n: 1, added: 1 }],
    ["REMOVE n", { n: undefined }],
    ["REMOVE none", {}],
    ["SET added = :one REMOVE n, text", { added: 1, n: undefined, text: undefined }],
    ["SET n = text, text = n", { n: "7", text: 7 }], // both of the item as it was
    ["SET list = list_append(list, :list)", { list: ["a", "b"] }],
    ["SET added = list_append(if_not_exists(added, :none), :list)", { added: ["b"] }],
    ["SET list = list_append(if_not_exists(list, :none), :list)", { list: ["a", "b"] }],
    ["SET n = if_not_exists(n, :one), added = if_not_exists(added, :one)", { added: 1 }],
  ])("%s", (expression, change) => {
    const before = structuredClone(item);
    const after: ExpressionItem = { ...item };
    for (const [name, value] of Object.entries(change)) {
      if (value === undefined) Reflect.deleteProperty(after, name);
      else after[name] = marshall({ value })["value"]!;
    }
    expect(updated(expression, values, item)).toEqual(after);
    expect(item).toEqual(before);
  });

  test.each([
    "ADD n :one",
    "DELETE list :list",
    "SET n = n + :one",
    "n = :one",
    "SET added = none",
    "SET added = list_append(none, :list)",
    "SET n = :other",
    "SET n :one",
  ])("that it cannot read throws: %s", (expression) => {
    expect(() => updated(expression, values, item)).toThrow();
  });
});

test("a name or value that no expression uses is refused, as DynamoDB refuses it", () => {
  const input = { ExpressionAttributeNames: { "#n": "n" }, ExpressionAttributeValues: { ":v": { N: "1" } } };
  expect(contextOf(input, "#n = :v", undefined)).toEqual({ names: { "#n": "n" }, values: { ":v": { N: "1" } } });
  expect(contextOf(input, undefined, "SET #n = :v")).toBeDefined();
  expect(() => contextOf(input, "#n = :w")).toThrow(/unused.*:v/);
  expect(() => contextOf(input, "n = :v")).toThrow(/unused.*#n/);
  expect(contextOf({})).toEqual({ names: {}, values: {} });
});
