import { expect, test } from "@jest/globals";
import { problemsOf } from "./line-of-business";
import { nearest } from "./nearest";

const NAMES = ["lob", "prefix", "bucketName", "protectedAliases", "publishers", "readers"];

test.each([
  ["bucketname", "bucketName"],
  ["protectedAlias", "protectedAliases"],
  ["pubishers", "publishers"],
  ["lbo", undefined],
  ["LOB", "lob"],
  ["lobs", "lob"],
  ["perfix", undefined],
  ["preffix", "prefix"],
  ["versioning", undefined],
  ["", undefined],
])("nearest to %j is %j", (wrong, expected) => {
  expect(nearest(wrong, NAMES)).toBe(expected);
});

test("a wrong name of an argument is reported with the one that is meant, at any depth", () => {
  const reasons = (argument: string, value: unknown): string[] =>
    problemsOf(argument as "lob", value).map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`);
  expect(reasons("bucketname", "x")).toEqual(["bucketname: no such argument; did you mean bucketName?"]);
  expect(reasons("publishers", [{ name: "a", principal: ["111122223333"], principals: ["111122223333"] }])).toEqual([
    "publishers[0].principal: no such argument; did you mean principals?",
  ]);
  expect(reasons("flavour", "x")).toEqual([
    expect.stringMatching(/^flavour: no such argument; the arguments are: lob, .*, pythonWriters$/),
  ]);
});
