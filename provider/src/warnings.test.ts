import { expect, test } from "@jest/globals";
import type { Switches } from "./settings";
import { warningsOf } from "./warnings";

const SAFE: Switches = {
  pythonWriters: false,
  pointInTimeRecovery: true,
  deletionProtection: true,
  protect: true,
  retainOnDelete: true,
  forceDestroy: false,
};

test("safe defaults need no warning", () => {
  expect(warningsOf(SAFE, false)).toEqual([]);
});

test.each(Object.keys(SAFE) as (keyof Switches)[])("%s the other way round gives one warning, which names it and what is lost", (name) => {
  const warnings = warningsOf({ ...SAFE, [name]: !SAFE[name] }, false);
  expect(warnings).toEqual([expect.stringMatching(new RegExp(`^${name} is (on|off): .{20,}`))]);
  expect(warnings[0]?.startsWith(`${name} is ${SAFE[name] ? "off" : "on"}`)).toBe(true);
});

test("a customer key is not wrong, but has its price", () => {
  expect(warningsOf(SAFE, true)).toEqual([expect.stringMatching(/^kmsKeyArn is set: .*Python/)]);
});
