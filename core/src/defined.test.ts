import { expect, test } from "@jest/globals";
import { defined } from "./defined.js";

interface Options {
  readonly name: string;
  readonly limit?: number;
  readonly owner?: string;
}

test("drops undefined fields and keeps every other value", () => {
  const limit: number | undefined = undefined;
  const options: Options = defined({ name: "churn", limit, owner: "risk" });
  expect(Object.keys(options)).toEqual(["name", "owner"]);
  expect(defined({ zero: 0, empty: "", off: false, nothing: null })).toEqual({ zero: 0, empty: "", off: false, nothing: null });
});

test("leaves the given object alone", () => {
  const given = { a: 1, b: undefined };
  defined(given);
  expect(Object.keys(given)).toEqual(["a", "b"]);
});
