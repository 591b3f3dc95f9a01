import { describe, expect, test } from "@jest/globals";
import { missingTags, publicBucket, unblockedBuckets, wildcardActions } from "./rules.js";

const policy = (...statements: object[]): { policy: string } => ({ policy: JSON.stringify({ Statement: statements }) });
const BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const closed = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };

describe("no public bucket", () => {
  test.each([
    ["a closed block", BLOCK, closed, []],
    ["a block with a gap", BLOCK, { ...closed, ignorePublicAcls: false }, ["ignorePublicAcls is not on"]],
    ["a public ACL", "aws:s3/bucketAcl:BucketAcl", { acl: "public-read" }, ["the ACL public-read lets strangers in"]],
    ["a private ACL", "aws:s3/bucketAcl:BucketAcl", { acl: "private" }, []],
    [
      "a policy for everybody",
      BUCKET_POLICY,
      policy({ Sid: "Open", Effect: "Allow", Principal: { AWS: ["*"] }, Action: "s3:GetObject" }),
      ["the statement Open allows everybody"],
    ],
    ["a policy that denies everybody", BUCKET_POLICY, policy({ Effect: "Deny", Principal: "*", Action: "s3:*" }), []],
    [
      "a policy for everybody of an organization",
      BUCKET_POLICY,
      policy({ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } }),
      [],
    ],
    [
      "a policy for everybody who speaks TLS",
      BUCKET_POLICY,
      policy({ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Condition: { Bool: { "aws:SecureTransport": "true" } } }),
      ["a statement allows everybody"],
    ],
    [
      "a policy for everybody but an organization",
      BUCKET_POLICY,
      policy({ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Condition: { StringNotEquals: { "aws:PrincipalOrgID": "o-1" } } }),
      ["a statement allows everybody"],
    ],
    [
      "a policy for everybody of any account",
      BUCKET_POLICY,
      policy({
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Condition: { StringLike: { "aws:PrincipalAccount": ["1", "*"] } },
      }),
      ["a statement allows everybody"],
    ],
    [
      "a public ACL of the bucket itself",
      "aws:s3/bucket:Bucket",
      { acl: "public-read-write" },
      ["the ACL public-read-write lets strangers in"],
    ],
    ["a policy that is not known yet", BUCKET_POLICY, {}, []],
  ])("%s", (_, type, props, problems) => {
    expect(publicBucket(type, props)).toEqual(problems);
  });

  test("each bucket has a separate block", () => {
    const bucket = (name: string) => ({ type: "aws:s3/bucket:Bucket", urn: `urn:${name}`, props: { bucket: name } });
    const block = { type: BLOCK, urn: "urn:block", props: { ...closed, bucket: "a" } };
    expect(unblockedBuckets([bucket("a"), block, bucket("b")])).toEqual([
      { urn: "urn:b", problem: "the bucket b has no public access block" },
    ]);
  });
});

test.each([
  [{ Sid: "S", Effect: "Allow", Action: "s3:*" }, ["the statement S allows s3:*"]],
  [{ Effect: "Allow", Action: ["s3:GetObject", "*"] }, ["a statement allows *"]],
  [{ Effect: "Allow", Action: ["s3:**", "s3:?*", "s3:Get*"] }, ["a statement allows s3:**", "a statement allows s3:?*"]],
  [{ Effect: "Allow", NotAction: "iam:*" }, ["a statement allows all but some actions (NotAction)"]],
  [{ Effect: "Deny", Action: "s3:*" }, []],
  [{ Effect: "Allow", Action: ["s3:GetObject", "dynamodb:Query"] }, []],
])("wildcard actions: %j", (statement, problems) => {
  expect(wildcardActions("aws:iam/rolePolicy:RolePolicy", policy(statement))).toEqual(problems);
});

test("tags must be there on what can be tagged, and say something", () => {
  const table = "aws:dynamodb/table:Table";
  expect(missingTags(table, { tags: { "cost-center": "fraud" } }, ["cost-center"])).toEqual([]);
  expect(missingTags(table, { tagsAll: { "cost-center": "fraud" } }, ["cost-center"])).toEqual([]);
  expect(missingTags(table, { tags: { "cost-center": "" } }, ["cost-center", "team"])).toEqual([
    "the tag cost-center is missing",
    "the tag team is missing",
  ]);
  expect(missingTags("aws:dynamodb/tableItem:TableItem", {}, ["cost-center"])).toEqual([]);
});
