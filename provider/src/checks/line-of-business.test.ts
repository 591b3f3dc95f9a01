import { describe, expect, test } from "@jest/globals";
import type { LineOfBusinessArgs } from "../args/line-of-business";
import { allProblems, problemsOf } from "./line-of-business";
import { LATER } from "./problem";

const ROLE = "arn:aws:iam::111122223333:role/team/purge";
const KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

const WORKFLOW = "acme/workflows/.github/workflows/publish.yml@refs/heads/main";
const REPOSITORY = { repository: "acme/fraud-models", branches: ["main", "release/*"], tags: ["v*"], environments: ["production"] };
const REFERENCE = { bucketName: "models", catalogTableName: "model-catalog", registryTableName: "model-registry" };

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
  tableKmsKeyArn: [KEY, LATER],
  events: [true, false],
  logs: [
    {},
    { days: 30, dataEvents: "writes", access: false },
    { bucketName: LATER, dataEvents: "all" },
    { bucketName: "acme-logs", days: null, dataEvents: null },
  ],
  objectLock: [{ days: 1 }, { days: 3650, mode: "COMPLIANCE" }, { days: LATER, mode: LATER }, LATER],
  oldVersions: [{ storageClass: "GLACIER_IR", days: 0 }, { storageClass: "STANDARD_IA", days: 30 }, { storageClass: LATER }, LATER],
  pythonWriters: [true, false],
  existingBucket: [true],
  existingTables: [true, false],
  bucketPolicyStatements: [[], ['{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}'], [LATER]],
  sharedRegistry: [LATER, REFERENCE, { ...REFERENCE, prefix: "m", kmsKeyArn: null, pythonLobs: ["cards"], region: "us-gov-west-1" }],
  publishers: [
    [],
    [{ name: "models", repositories: [REPOSITORY], models: ["churn", LATER] }],
    [
      { name: "a", repositories: LATER },
      { name: "b", principals: LATER, roleName: "ml+role" },
    ],
    [{ name: "m_2-x", repositories: [{ repository: LATER, workflows: [WORKFLOW], ownerId: "1", repositoryId: LATER }] }],
    [{ name: "nb", principals: [ROLE, "111122223333", "arn:aws:iam::111122223333:root"] }],
  ],
  promoters: [[{ name: "release", repositories: [{ repository: "acme/x", environments: ["prod: eu"] }] }]],
  readers: [[{ name: "ci", repositories: [{ repository: "acme/x" }, { repository: "acme/y", pullRequests: true }] }]],
  githubOidcProviderArn: ["arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com", LATER],
  createGithubOidcProvider: [true, false],
  permissionsBoundary: ["arn:aws:iam::111122223333:policy/ml/boundary", "arn:aws:iam::aws:policy/PowerUserAccess"],
  rolePath: ["/", "/ml/", "/a/b/"],
  maxSessionDuration: [3600, 43_200],
  trustPolicyLimit: [2048, 8192],
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
  adopt: [true, false],
  forceDestroy: [true, false],
};

const BAD: Record<keyof LineOfBusinessArgs, unknown[]> = {
  lob: ["", "Fraud", "1fraud", "a".repeat(41), "fraud/x", 7],
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
  tableKmsKeyArn: ["alias/x"],
  events: ["yes", LATER.toString()],
  logs: [
    true,
    LATER,
    { bucket: "acme-logs" },
    { days: 0 },
    { access: LATER },
    { dataEvents: "reads" },
    { dataEvents: LATER },
    { access: false },
    { access: false, dataEvents: "none" },
    { bucketName: "acme-logs", days: 30 },
  ],
  objectLock: [true, {}, { mode: "GOVERNANCE" }, { days: 0 }, { days: 1, mode: "governance" }, { years: 1, days: 1 }],
  oldVersions: [
    "GLACIER_IR",
    {},
    { storageClass: "GLACIER" },
    { storageClass: "STANDARD_IA", days: 29 },
    { storageClass: "GLACIER_IR", days: -1 },
  ],
  pythonWriters: ["true", 1, LATER.toString()],
  existingBucket: ["yes"],
  existingTables: [1],
  bucketPolicyStatements: ["{}", ["{"], ["[]"], ['{"Effect":"Perhaps"}'], [7]],
  sharedRegistry: ["arn", [], { bucketName: "abc" }, { ...REFERENCE, bucket: "x" }, { ...REFERENCE, accountId: 111122223333 }],
  publishers: [
    "models",
    ["models"],
    [{}],
    [{ name: "models" }],
    [{ name: "models", repositories: [], principals: [] }],
    [{ name: LATER, principals: [ROLE] }],
    [{ name: "1", principals: [ROLE] }],
    [{ name: "x".repeat(32), principals: [ROLE] }],
    [
      { name: "a", principals: [ROLE] },
      { name: "a", principals: [ROLE] },
    ],
    [{ name: "a", principals: ["*"] }],
    [{ name: "a", principals: ["arn:aws:iam::111122223333:role/*"] }],
    [{ name: "a", principals: ["arn:aws:sts::111122223333:assumed-role/a/b"] }],
    [{ name: "a", principals: ["sagemaker.amazonaws.com"] }],
    [{ name: "a", principals: [ROLE], models: [] }],
    [{ name: "a", principals: [ROLE], models: ["a/b"] }],
    [{ name: "a", principals: [ROLE], models: ["churn", "churn"] }],
    [{ name: "a", principals: [ROLE], roleName: "a b" }],
    [{ name: "a", principals: [ROLE], repositorys: [] }],
    ...[
      { repository: "acme/models" },
      { repository: "acme/models", branches: [] },
      { branches: ["main"] },
      { repository: "acme", branches: ["main"] },
      { repository: "acme/*", branches: ["main"] },
      { repository: "acme/models:ref", branches: ["main"] },
      { repository: "acme/models", branches: ["refs/heads/main"] },
      { repository: "acme/models", branches: ["a b"] },
      { repository: "acme/models", branches: ["a:b"] },
      { repository: "acme/models", branches: ["a..b"] },
      { repository: "acme/models", branches: ["${aws:userid}"] },
      { repository: "acme/models", tags: ["v*", "v*"] },
      { repository: "acme/models", environments: ["prod*"] },
      { repository: "acme/models", environments: [""] },
      { repository: "acme/models", workflows: ["acme/x/.github/workflows/publish.yml"] },
      { repository: "acme/models", workflows: ["publish.yml@refs/heads/main"] },
      { repository: "acme/models", branches: ["main"], ownerId: "12" },
      { repository: "acme/models", branches: ["main"], ownerId: 12, repositoryId: 13 },
      { repository: "acme/models", branches: ["main"], pullRequests: true },
      { repository: "acme/models", branches: ["main"], branch: "main" },
    ].map((repository) => [{ name: "a", repositories: [repository] }]),
  ],
  promoters: [[{ name: "a", repositories: [{ repository: "acme/models", pullRequests: true }] }]],
  readers: [
    [{ name: "a", principals: [ROLE], models: [] }],
    [{ name: "a", principals: [ROLE], models: ["a/b"] }],
    [{ name: "a", repositories: [{ repository: "x" }] }],
  ],
  githubOidcProviderArn: ["https://token.actions.githubusercontent.com", ""],
  createGithubOidcProvider: ["yes"],
  permissionsBoundary: ["boundary", ROLE],
  rolePath: ["", "ml", "/ml", "ml/"],
  maxSessionDuration: [3599, 43_201, "3600"],
  trustPolicyLimit: [2047, 8193, "4096"],
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
  adopt: ["yes"],
  forceDestroy: [""],
};

describe.each(Object.keys(GOOD) as (keyof LineOfBusinessArgs)[])("%s", (argument) => {
  test.each(GOOD[argument].map((value) => [value]))("accepts %j", (value) => {
    expect(problemsOf(argument, value)).toEqual([]);
  });

  test.each([undefined, null])("may be missing: %s", (value) => {
    expect(problemsOf(argument, value)).toEqual([]);
  });

  test.each(BAD[argument].map((value) => [value]))("refuses %j, with its path and how to fix it", (value) => {
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

test("a long wrong value is shortened in the message", () => {
  expect(problemsOf("lob", "x".repeat(10_000))[0]?.reason.length).toBeLessThan(400);
});

test("all problems are found, in the order of the arguments", () => {
  expect(allProblems("fraud", { suffix: "gz", prefix: "/", protect: "yes" }).map(({ propertyPath }) => propertyPath)).toEqual([
    "suffix",
    "prefix",
    "protect",
  ]);
});

test("the resource's name must be valid for a LOB if lob is not set, and only then", () => {
  expect(allProblems("My LOB", {})).toEqual([{ propertyPath: "lob", reason: expect.stringContaining("set lob") }]);
  expect(allProblems("My LOB", { lob: null })).toHaveLength(1);
  expect(allProblems("My LOB", { lob: "fraud" })).toEqual([]);
});

test("a LOB name that cannot be part of a bucket's name needs another home", () => {
  for (const lob of ["commercial_banking", "commercial-banking-europe"]) {
    expect(allProblems("fraud", { lob })).toEqual([
      { propertyPath: "lob", reason: expect.stringMatching(/; set bucketName or sharedRegistry/) },
    ]);
    expect(allProblems("fraud", { lob, bucketName: "models-of-banking" })).toEqual([]);
    expect(allProblems("fraud", { lob, sharedRegistry: REFERENCE })).toEqual([]);
  }
  expect(allProblems("commercial_banking", {})).toHaveLength(1);
});

test("a long LOB name leaves less room for the default names of roles", () => {
  const lob = "a".repeat(40);
  const readers = [
    { name: "serving", principals: [ROLE] },
    { name: "x".repeat(20), principals: [ROLE] },
  ];
  const at = (args: object): string[] =>
    allProblems("fraud", { lob, sharedRegistry: REFERENCE, ...args }).map(({ propertyPath }) => propertyPath);
  expect(at({ readers })).toEqual(["readers[1].name"]);
  expect(at({ readers: readers.map((reader) => ({ ...reader, roleName: `r-${reader.name}` })) })).toEqual([]);
});

test("a trust policy that is too long names the quota and the argument that lifts it", () => {
  const repositories = Array.from({ length: 30 }, (_, n) => ({ repository: `acme/repository-${String(n)}`, branches: ["main"] }));
  const args = { publishers: [{ name: "a", repositories }] };
  expect(allProblems("fraud", args)).toEqual([
    { propertyPath: "publishers[0]", reason: expect.stringMatching(/AWS allows 2,048; .*L-C07B4B0D.* and set trustPolicyLimit$/) },
  ]);
  expect(allProblems("fraud", { ...args, trustPolicyLimit: 8192 })).toEqual([]);
});

test("an unknown argument is reported, even if every object inherits its name", () => {
  expect(allProblems("fraud", { bukcetName: "x", toString: "x" }).map(({ propertyPath }) => propertyPath)).toEqual([
    "bukcetName",
    "toString",
  ]);
});

test("catalog and registry cannot be the same table", () => {
  expect(allProblems("fraud", { catalogTableName: "one-table", registryTableName: "one-table" })).toEqual([
    { propertyPath: "registryTableName", reason: expect.stringContaining("choose a different name") },
  ]);
  expect(allProblems("fraud", { catalogTableName: LATER, registryTableName: LATER })).toEqual([]);
});

test("paths lead into nested values", () => {
  const publishers = [
    { name: "a", repositories: [{ repository: "acme/x", branches: ["main"] }, { repository: "acme/y" }], roleName: "a b" },
    { name: "a", repositories: [{ repository: "acme/z", branches: ["ok", "a b"], who: 1 }] },
  ];
  expect(problemsOf("publishers", publishers).map(({ propertyPath }) => propertyPath)).toEqual([
    "publishers[0].repositories[1]",
    "publishers[0].roleName",
    "publishers[1].repositories[0].branches[1]",
    "publishers[1].repositories[0].who",
    "publishers[1].name",
  ]);
});

test("a LOB in a shared registry takes only the storage arguments that concern its row and roles", () => {
  const shared = { sharedRegistry: REFERENCE, tags: { team: "risk" }, protect: false };
  expect(allProblems("fraud", shared)).toEqual([]);
  expect(
    allProblems("fraud", { ...shared, prefix: "x", pythonWriters: true, retainOnDelete: false }).map(({ propertyPath }) => propertyPath),
  ).toEqual(["prefix", "retainOnDelete", "pythonWriters"]);
});

test("contradicting arguments are refused", () => {
  const providerArn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
  expect(allProblems("fraud", { createGithubOidcProvider: true, githubOidcProviderArn: providerArn })).toHaveLength(1);
  expect(allProblems("fraud", { existingBucket: true, forceDestroy: true })).toEqual([
    { propertyPath: "forceDestroy", reason: expect.stringContaining("never deletes") },
  ]);
});

test("role names are unique in a LOB, across the three lists", () => {
  const holder = { name: "a", principals: [ROLE], roleName: "fraud-ml" };
  expect(
    allProblems("fraud", {
      publishers: [holder],
      readers: [
        { ...holder, roleName: "other" },
        { ...holder, name: "b" },
      ],
    }),
  ).toEqual([{ propertyPath: "readers[1].roleName", reason: expect.stringContaining('"fraud-ml"') }]);
});

test("given and default role names that differ only in upper and lower case are refused", () => {
  const at = (args: object): string[] => allProblems("fraud", args as Record<string, unknown>).map(({ propertyPath }) => propertyPath);
  const [models, other] = [
    { name: "models", principals: [ROLE] },
    { name: "other", principals: [ROLE] },
  ];
  expect(at({ publishers: [models, { ...models, name: "Models" }] })).toEqual(["publishers[1].name"]);
  expect(at({ publishers: [models], readers: [{ ...other, roleName: "Fraud-Publisher-models" }] })).toEqual(["readers[0].roleName"]);
  expect(at({ publishers: [models, { ...other, roleName: "fraud-publisher-models" }], lob: "cards" })).toEqual([]);
  expect(at({ publishers: [models, other], promoters: [models], readers: [models] })).toEqual([]);
});
