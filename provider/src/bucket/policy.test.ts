import { describe, expect, test } from "@jest/globals";
import { bucketPolicy, type PolicyOptions } from "./policy";
import * as layout from "../generated/layout";

const PLACE: layout.Place = { bucket: "models", prefix: "ml-models", suffix: ".tar.gz", lob: "fraud" };
const DEFAULTS: PolicyOptions = { partition: "aws", pythonWriters: false, retentionPrincipals: [], administrators: [] };
const PURGE = "arn:aws:iam::111122223333:role/purge";
const ANYBODY = "arn:aws:iam::111122223333:role/publisher";

interface Request {
  action: string;
  /** Key of the object; undefined: the bucket itself. */
  key?: string;
  principal?: string;
  /** Whether the request carries If-None-Match. */
  conditional?: boolean;
  /** Whether it creates the object, e.g. PutObject and CompleteMultipartUpload, but not UploadPart. */
  creates?: boolean;
  plainHttp?: boolean;
}

/** Returns the Sids of the statements that deny a request. Knows the IAM rules that these policies use, and throws for any other condition. */
function denials(options: Partial<PolicyOptions>, request: Request): string[] {
  const arn = request.key === undefined ? "arn:aws:s3:::models" : `arn:aws:s3:::models/${request.key}`;
  const context: Record<string, string | undefined> = {
    "aws:SecureTransport": String(!request.plainHttp),
    "aws:PrincipalArn": request.principal ?? ANYBODY,
    "s3:if-none-match": request.conditional ? "*" : undefined,
    "s3:ObjectCreationOperation": request.creates === undefined ? undefined : String(request.creates),
  };
  const holds = (operator: string, key: string, expected: string | string[]): boolean => {
    const actual = context[key];
    const values = [expected].flat();
    if (operator === "Null") return values.includes(String(actual === undefined));
    if (operator === "Bool") return actual !== undefined && values.includes(actual);
    if (operator === "ArnNotLike") return actual !== undefined && !values.some((pattern) => like(pattern, actual));
    throw new Error(`this test does not know the condition ${operator}`);
  };
  return bucketPolicy(PLACE, { ...DEFAULTS, ...options }).Statement.flatMap((statement) => {
    const conditions = Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, expected]) => holds(operator, key, expected)),
    );
    const applies =
      statement.Action.some((pattern) => like(pattern, request.action)) &&
      (statement.Resource ?? []).some((pattern) => like(pattern, arn)) &&
      conditions.every(Boolean);
    return applies ? [statement.Sid!] : [];
  });
}

function like(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}

// Models and aliases with the names of our own folders must not confuse the patterns.
const MODELS = ["churn", "versions", "history", "manifests", "a_b-c.d", "000000_LATEST"];
const NUMBERS = [1, 2, 9, 10, 99, 100_000, 100_001, 999_998, 999_999];
const numbers = MODELS.flatMap((model) => NUMBERS.map((n) => layout.versionKey(PLACE, model, n)));
const records = MODELS.flatMap((model) => [
  layout.manifestKey(PLACE, model, "a".repeat(64)),
  layout.historyKey(PLACE, model, "prod", 1),
  layout.historyKey(PLACE, model, "versions", 1),
]);
const onceOnly = [...numbers, ...records];
const changing = MODELS.flatMap((model) => [
  layout.versionKey(PLACE, model, layout.LATEST),
  layout.aliasKey(PLACE, model, "prod"),
  layout.aliasKey(PLACE, model, "history"),
  layout.stagingKey(PLACE, model, "b".repeat(64), "token-token-token-1"),
]);
const otherLob = [
  layout.versionKey({ ...PLACE, lob: "fraud-dev" }, "churn", 1),
  layout.manifestKey({ ...PLACE, prefix: "ml-models-2" }, "churn", "a".repeat(64)),
];

describe("writing", () => {
  const put = { action: "s3:PutObject", creates: true };

  test.each(onceOnly)("%s can only be created with If-None-Match", (key) => {
    expect(denials({}, { ...put, key })).toEqual(["WriteOnce"]);
    expect(denials({}, { ...put, key, conditional: true })).toEqual([]);
  });

  test("requests of a multipart upload that create no object yet need no condition", () => {
    for (const key of onceOnly) expect(denials({}, { action: "s3:PutObject", key, creates: false })).toEqual([]);
  });

  test.each([...changing, ...otherLob])("%s can be written freely", (key) => {
    expect(denials({}, { ...put, key })).toEqual([]);
  });

  test("nobody is exempt, not even those who may delete or change the rules", () => {
    const options = { retentionPrincipals: [PURGE], administrators: [PURGE] };
    for (const key of onceOnly) expect(denials(options, { ...put, key, principal: PURGE })).toEqual(["WriteOnce"]);
  });

  test("with Python writers versions can be written freely, manifests and history still only once", () => {
    for (const key of numbers) expect(denials({ pythonWriters: true }, { ...put, key })).toEqual([]);
    for (const key of records) expect(denials({ pythonWriters: true }, { ...put, key })).toEqual(["WriteOnce"]);
  });
});

describe.each(["s3:DeleteObject", "s3:DeleteObjectVersion"])("%s", (action) => {
  test("write-once objects is refused to everyone", () => {
    for (const key of onceOnly) expect(denials({}, { action, key })).toEqual(["KeepPublished"]);
    for (const key of onceOnly) expect(denials({ pythonWriters: true }, { action, key })).toEqual(["KeepPublished"]);
  });

  test("other objects is left to IAM", () => {
    for (const key of [...changing, ...otherLob]) expect(denials({}, { action, key })).toEqual([]);
  });

  test("is left to IAM for retention principals, including patterns", () => {
    for (const pattern of [PURGE, "arn:aws:iam::111122223333:role/p*"]) {
      const options = { retentionPrincipals: [pattern] };
      expect(denials(options, { action, key: onceOnly[0]!, principal: PURGE.replace("purge", "other") })).toEqual(["KeepPublished"]);
      expect(denials(options, { action, key: onceOnly[0]!, principal: PURGE })).toEqual([]);
    }
  });
});

test.each(["s3:ReplicateObject", "s3:ReplicateDelete"])("%s is refused to everyone for write-once objects", (action) => {
  const options = { retentionPrincipals: [PURGE], administrators: [PURGE], pythonWriters: true };
  for (const key of onceOnly) expect(denials(options, { action, key, principal: PURGE })).toEqual(["NoReplicas"]);
  for (const key of [...changing, ...otherLob]) expect(denials(options, { action, key })).toEqual([]);
});

describe("the rules of the bucket", () => {
  const changes = [
    "s3:PutBucketPolicy",
    "s3:DeleteBucketPolicy",
    "s3:PutBucketVersioning",
    "s3:PutLifecycleConfiguration",
    "s3:PutBucketNotification",
    "s3:PutBucketLogging",
    "s3:PutBucketObjectLockConfiguration",
    "s3:DeleteBucket",
  ];

  test.each(changes)("%s is left to IAM by default", (action) => {
    expect(denials({}, { action })).toEqual([]);
  });

  test.each(changes)("%s is only for administrators if any are named", (action) => {
    const options = { administrators: ["arn:aws:iam::111122223333:role/deployer"] };
    expect(denials(options, { action })).toEqual(["KeepRules"]);
    expect(denials(options, { action, principal: "arn:aws:iam::111122223333:role/deployer" })).toEqual([]);
    expect(denials(options, { action: "s3:GetBucketPolicy" })).toEqual([]);
  });
});

test("every request without TLS is refused", () => {
  for (const action of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]) {
    expect(denials({}, { action, key: "any/key", plainHttp: true })).toContain("TlsOnly");
  }
  expect(denials({}, { action: "s3:ListBucket", plainHttp: true })).toEqual(["TlsOnly"]);
});

test("it fits into a bucket policy with the longest names, and uses the account's partition", () => {
  const long = { bucket: "b".repeat(63), prefix: "p".repeat(200), suffix: ".tar.gz", lob: "l".repeat(22) };
  const principals = Array.from({ length: 10 }, (_, n) => `arn:aws-us-gov:iam::111122223333:role/${"r".repeat(60)}${String(n)}`);
  const policy = bucketPolicy(long, {
    partition: "aws-us-gov",
    pythonWriters: false,
    retentionPrincipals: principals,
    administrators: principals,
  });
  expect(JSON.stringify(policy).length).toBeLessThan(20_480);
  for (const { Resource } of policy.Statement)
    for (const arn of Resource ?? []) expect(arn.startsWith(`arn:aws-us-gov:s3:::${long.bucket}`)).toBe(true);
});

test("it only denies: no statement grants anything", () => {
  const policy = bucketPolicy(PLACE, { ...DEFAULTS, administrators: [PURGE], retentionPrincipals: [PURGE] });
  expect(new Set(policy.Statement.map(({ Effect }) => Effect))).toEqual(new Set(["Deny"]));
});
