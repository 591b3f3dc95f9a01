import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
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
const warningsOf = (switches: StorageSwitches): string[] => storageWarnings({ switches, kmsKeyArn: undefined });

test("safe defaults need no warning", () => {
  expect(warningsOf(SAFE)).toEqual([]);
});

const UNSAFE = (Object.keys(SAFE) as (keyof StorageSwitches)[]).filter((name) => name !== "existingTables" && name !== "adopt");

test.each(UNSAFE)("%s the other way round gives one warning, which names it and what is lost", (name) => {
  const warnings = warningsOf({ ...SAFE, [name]: !SAFE[name] });
  expect(warnings).toEqual([expect.stringMatching(new RegExp(`^${name} is (on|off): .{20,}`))]);
  expect(warnings[0]?.startsWith(`${name} is ${SAFE[name] ? "off" : "on"}`)).toBe(true);
});

test("a customer key is not wrong, but has its price", () => {
  const warnings = storageWarnings({ switches: SAFE, kmsKeyArn: pulumi.output("arn") });
  expect(warnings).toEqual([expect.stringMatching(/^kmsKeyArn is set: .*Python/)]);
});

test("every branch or tag is too many for those who write", () => {
  const path = "publishers[0].repositories[0]";
  expect(openRefWarnings(path, { repository: "acme/models", branches: ["main", "release/*"], tags: ["v*"] })).toEqual([]);
  expect(openRefWarnings(path, { repository: "acme/models", branches: ["*"], tags: ["v1", "**"] })).toEqual([
    expect.stringMatching(/^publishers\[0\]\.repositories\[0\]\.branches is "\*": .*acme\/models/),
    expect.stringMatching(/^publishers\[0\]\.repositories\[0\]\.tags is "\*\*"/),
  ]);
});

test("whatever the wildcards are called, and a workflow of any ref where nothing else binds", () => {
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

test("a whole account is too many too", () => {
  const role = "arn:aws:iam::111122223333:role/sagemaker";
  expect(openAccountWarnings("publishers[1]", [role, "444455556666", "arn:aws:iam::444455556666:root"])).toEqual([
    expect.stringMatching(/^publishers\[1\]\.principals\[1\] is a whole account: .*444455556666/),
    expect.stringMatching(/^publishers\[1\]\.principals\[2\] is a whole account/),
  ]);
});

test("who switches Python writers off is told how to keep what they replaced", () => {
  for (const warning of [PYTHON_WARNING, pythonLobsWarning(["cards"])]) expect(warning).toContain("set noncurrentDays: 0");
});
