import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { changeWarnings } from "./changes";

type Args = Record<string, unknown>;
const [KEY, OTHER] = ["arn:aws:kms:eu-west-1:111122223333:key/1", "arn:aws:kms:eu-west-1:111122223333:key/2"];

test.each<[string, Args, Args]>([
  ["nothing", { kmsKeyArn: KEY }, { kmsKeyArn: KEY }],
  ["a first key: what SSE-S3 encrypted stays readable", {}, { kmsKeyArn: KEY }],
  ["a key that a preview does not know", { kmsKeyArn: KEY }, { kmsKeyArn: pulumi.unknown }],
  ["more days", { noncurrentDays: 30 }, {}],
  ["days without an end", {}, { noncurrentDays: 0 }],
  ["a default written out", {}, { noncurrentDays: 90 }],
  ["a default written out with Python writers", { pythonWriters: true }, { pythonWriters: true, noncurrentDays: 0 }],
  ["days that are kept when Python writers go", { pythonWriters: true }, { noncurrentDays: 0 }],
  ["days that a preview does not know", { noncurrentDays: pulumi.unknown }, {}],
])("no warning: %s", (_, before, after) => {
  expect(changeWarnings(before, after)).toEqual([]);
});

test.each<[string, Args, Args, string]>([
  ["another key", { kmsKeyArn: KEY }, { kmsKeyArn: OTHER }, `kmsKeyArn changes from ${KEY} to ${OTHER}: published versions stay`],
  ["no key", { kmsKeyArn: KEY }, { kmsKeyArn: null }, `kmsKeyArn changes from ${KEY} to none:`],
  [
    "another key of the shared registry",
    { sharedRegistry: { kmsKeyArn: KEY } },
    { sharedRegistry: { kmsKeyArn: OTHER } },
    `kmsKeyArn changes from ${KEY} to ${OTHER}:`,
  ],
  ["fewer days", {}, { noncurrentDays: 30 }, "noncurrentDays changes from 90 to 30: S3 deletes"],
  ["an end of the days", { noncurrentDays: 0 }, { noncurrentDays: 3650 }, "noncurrentDays changes from 0 to 3650:"],
  ["no Python writers", { pythonWriters: true }, { pythonWriters: false }, "noncurrentDays changes from 0 to 90:"],
  ["no Python writers of a shared registry", { pythonWriters: [{ lob: "a" }] }, {}, "noncurrentDays changes from 0 to 90:"],
])("one warning: %s", (_, before, after, text) => {
  const warnings = changeWarnings(before, after);
  expect(warnings).toEqual([expect.stringContaining(text)]);
});
