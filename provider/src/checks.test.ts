import { describe, expect, test } from "@jest/globals";
import type { LineOfBusinessArgs } from "./args";
import { allProblems, LATER, problemsOf } from "./checks";

const ROLE = "arn:aws:iam::111122223333:role/team/purge";
const KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

const GOOD: Record<keyof LineOfBusinessArgs, unknown[]> = {
  lob: ["f", "fraud-dev", "a23456789-123456789-12"],
  description: ["Card fraud", "x".repeat(1000)],
  owner: ["team@example.com"],
  bucketName: ["abc", "my.bucket-1", "a".repeat(63)],
  catalogTableName: ["abc", "A_b.c-1"],
  registryTableName: ["model-registry"],
  prefix: ["ml-models", "a/b/c"],
  suffix: [".tar.gz", ".tgz"],
  tags: [{}, { team: "risk", "cost center": "" }, { a: LATER }, LATER],
  protectedAliases: [[], ["prod", "live_2"], [LATER, LATER], LATER],
  kmsKeyArn: [KEY, KEY.replace("aws:", "aws-cn:"), LATER],
  pythonWriters: [true, false],
  retentionPrincipals: [[ROLE], ["arn:aws:iam::111122223333:user/ops", "arn:aws:iam::111122223333:role/aws-reserved/*/Admin_*"]],
  administrators: [["arn:aws:iam::111122223333:root", ROLE]],
  stagingDays: [1, 7, 36_500],
  incompleteUploadDays: [1],
  noncurrentLatestDays: [1],
  noncurrentDays: [0, 90],
  pointInTimeRecovery: [true, false],
  deletionProtection: [true, false],
  protect: [true, false],
  retainOnDelete: [true, false],
  forceDestroy: [true, false],
};

const BAD: Record<keyof LineOfBusinessArgs, unknown[]> = {
  lob: ["", "Fraud", "1fraud", "a".repeat(23), "fraud/x", 7],
  description: ["", "  ", "x".repeat(1001), 5],
  owner: ["", "x".repeat(257)],
  bucketName: ["ab", "A-bucket", "a_b", "-abc", "abc-", "a..b", "192.168.0.1", "xn--abc", "abc-s3alias", "a".repeat(64), 1],
  catalogTableName: ["ab", "a b", "a".repeat(256), false],
  registryTableName: ["a/b"],
  prefix: ["", "/a", "a/", "a//b", "a/*", "ml-staging", "ml-staging/x", "a b", 3],
  suffix: ["", "tar.gz", ".tar gz", ".*", 3],
  tags: [
    "x",
    [],
    { "aws:x": "y" },
    { "": "y" },
    { a: 1 },
    { a: "b".repeat(257) },
    { "a*": "b" },
    Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`t${String(i)}`, ""])),
  ],
  protectedAliases: ["prod", ["LATEST"], ["latest"], ["pre-prod"], ["prod", "prod"], [1], {}],
  kmsKeyArn: ["alias/x", "1234abcd-12ab-34cd-56ef-1234567890ab", "arn:aws:kms:eu-west-1:111122223333:alias/models", ""],
  pythonWriters: ["true", 1, LATER.toString()],
  retentionPrincipals: [
    ROLE,
    ["*"],
    ["arn:aws:iam::111122223333:role/*"],
    ["arn:aws:iam::111122223333:role/?*"],
    ["arn:aws:iam::*:role/x"],
    ["arn:aws:sts::111122223333:assumed-role/a/b"],
    [ROLE, ROLE],
  ],
  administrators: [["arn:aws:iam::1:role/x"], "x"],
  stagingDays: [0, -1, 1.5, "7", Number.NaN, 36_501],
  incompleteUploadDays: [0],
  noncurrentLatestDays: [0],
  noncurrentDays: [-1, 0.5],
  pointInTimeRecovery: ["no"],
  deletionProtection: [0],
  protect: [{}],
  retainOnDelete: ["false"],
  forceDestroy: [""],
};

describe.each(Object.keys(GOOD) as (keyof LineOfBusinessArgs)[])("%s", (argument) => {
  test.each(GOOD[argument].map((value) => [value]))("takes %j", (value) => {
    expect(problemsOf(argument, value)).toEqual([]);
  });

  test.each([undefined, null])("may be missing: %s", (value) => {
    expect(problemsOf(argument, value)).toEqual([]);
  });

  test.each(BAD[argument].map((value) => [value]))("refuses %j, with its path and the mend", (value) => {
    const problems = problemsOf(argument, value);
    expect(problems.length).toBeGreaterThan(0);
    for (const { propertyPath, reason } of problems) {
      expect(propertyPath.startsWith(argument)).toBe(true);
      expect(reason).not.toMatch(/\[object|undefined/);
    }
  });
});

test("paths lead to the item or key", () => {
  expect(problemsOf("protectedAliases", ["prod", "a-b", "prod"]).map(({ propertyPath }) => propertyPath)).toEqual([
    "protectedAliases[1]",
    "protectedAliases[2]",
  ]);
  expect(problemsOf("tags", { ok: "x", "aws:no": "x" }).map(({ propertyPath }) => propertyPath)).toEqual(['tags["aws:no"]']);
});

test("a long wrong value is cut in the message", () => {
  expect(problemsOf("lob", "x".repeat(10_000))[0]?.reason.length).toBeLessThan(400);
});

test("all problems are found, in the order of the arguments", () => {
  expect(allProblems("fraud", { suffix: "gz", prefix: "/", protect: "yes" }).map(({ propertyPath }) => propertyPath)).toEqual([
    "suffix",
    "prefix",
    "protect",
  ]);
});

test("the resource's name must do as the LOB's name when lob is left out, and only then", () => {
  expect(allProblems("My LOB", {})).toEqual([{ propertyPath: "lob", reason: expect.stringContaining("set lob") }]);
  expect(allProblems("My LOB", { lob: null })).toHaveLength(1);
  expect(allProblems("My LOB", { lob: "fraud" })).toEqual([]);
});

test("an argument that there is not is named, whatever an object inherits", () => {
  expect(allProblems("fraud", { bukcetName: "x", toString: "x" }).map(({ propertyPath }) => propertyPath)).toEqual([
    "bukcetName",
    "toString",
  ]);
});

test("catalog and registry cannot be one table", () => {
  expect(allProblems("fraud", { catalogTableName: "one-table", registryTableName: "one-table" })).toEqual([
    { propertyPath: "registryTableName", reason: expect.stringContaining("another name") },
  ]);
  expect(allProblems("fraud", { catalogTableName: LATER, registryTableName: LATER })).toEqual([]);
});
