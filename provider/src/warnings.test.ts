import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import type { BesideSettings } from "./settings/beside";
import type { StorageSwitches } from "./settings/storage";
import { openAccountWarnings, openRefWarnings, PYTHON_WARNING, pythonLobsWarning, storageWarnings } from "./warnings";

const SAFE: StorageSwitches = {
  existingBucket: false,
  existingTables: false,
  pointInTimeRecovery: true,
  deletionProtection: true,
  protect: true,
  retainOnDelete: true,
  adopt: false,
  forceDestroy: false,
};
const BESIDE: BesideSettings = { events: false, logs: undefined, objectLock: undefined };
const warningsOf = (switches: StorageSwitches, beside: Partial<BesideSettings> = {}): string[] =>
  storageWarnings({ switches, kmsKeyArn: undefined, beside: { ...BESIDE, ...beside } });

test("safe defaults cause no warning", () => {
  expect(warningsOf(SAFE)).toEqual([]);
});

const UNSAFE = (Object.keys(SAFE) as (keyof StorageSwitches)[]).filter((name) => name !== "existingTables" && name !== "adopt");

test.each(UNSAFE)("changing %s causes one warning, which names it and the consequence", (name) => {
  const warnings = warningsOf({ ...SAFE, [name]: !SAFE[name] });
  expect(warnings).toEqual([expect.stringMatching(new RegExp(`^${name} is (on|off): .{20,}`))]);
  expect(warnings[0]?.startsWith(`${name} is ${SAFE[name] ? "off" : "on"}`)).toBe(true);
});

test("a customer key causes a warning about its drawbacks", () => {
  const warnings = storageWarnings({ switches: SAFE, kmsKeyArn: pulumi.output("arn"), beside: BESIDE });
  expect(warnings).toEqual([expect.stringMatching(/^kmsKeyArn is set: .*Python/)]);
});

test("Object Lock causes a warning about what it costs", () => {
  const objectLock = pulumi.output({ days: 1, mode: "GOVERNANCE" });
  expect(warningsOf(SAFE, { objectLock })).toEqual([expect.stringMatching(/^objectLock is set: .*three times/)]);
});

test("events cause a warning only for an existing bucket, whose notifications they replace", () => {
  expect(warningsOf(SAFE, { events: true })).toEqual([]);
  expect(warningsOf({ ...SAFE, existingBucket: true }, { events: true })).toEqual([
    expect.stringMatching(/^existingBucket/),
    expect.stringMatching(/^events is on for an existing bucket: /),
  ]);
});

test("a pattern that matches every branch or tag causes a warning for writers", () => {
  const path = "publishers[0].repositories[0]";
  expect(openRefWarnings(path, { repository: "acme/models", branches: ["main", "release/*"], tags: ["v*"] })).toEqual([]);
  expect(openRefWarnings(path, { repository: "acme/models", branches: ["*"], tags: ["v1", "**"] })).toEqual([
    expect.stringMatching(/^publishers\[0\]\.repositories\[0\]\.branches is "\*": .*acme\/models/),
    expect.stringMatching(/^publishers\[0\]\.repositories\[0\]\.tags is "\*\*"/),
  ]);
});

test("so do other wildcards, and a workflow at any ref if nothing else restricts the job", () => {
  const path = "publishers[0].repositories[0]";
  const workflows = ["acme/models/.github/workflows/publish.yml@refs/heads/*"];
  for (const branch of ["?*", "*/*", "*?"]) {
    expect(openRefWarnings(path, { repository: "acme/models", branches: [branch] })).toEqual([
      expect.stringContaining(`.branches is ${JSON.stringify(branch)}: `),
    ]);
  }
  expect(openRefWarnings(path, { repository: "acme/models", workflows })).toEqual([
    expect.stringMatching(/\.workflows has "acme\/models\/\.github\/workflows\/publish\.yml@refs\/heads\/\*": /),
  ]);
  expect(openRefWarnings(path, { repository: "acme/models", workflows, environments: ["production"] })).toEqual([]);
  expect(openRefWarnings(path, { repository: "acme/models", workflows: [workflows[0]!.replace("*", "main")] })).toEqual([]);
});

test("a whole account causes a warning", () => {
  const role = "arn:aws:iam::111122223333:role/sagemaker";
  expect(openAccountWarnings("publishers[1]", [role, "444455556666", "arn:aws:iam::444455556666:root"])).toEqual([
    expect.stringMatching(/^publishers\[1\]\.principals\[1\] is a whole account: .*444455556666/),
    expect.stringMatching(/^publishers\[1\]\.principals\[2\] is a whole account/),
  ]);
});

test("the warning about Python writers says how to keep replaced versions when switching them off", () => {
  for (const warning of [PYTHON_WARNING, pythonLobsWarning(["cards"])]) expect(warning).toContain("Set noncurrentDays: 0");
});
