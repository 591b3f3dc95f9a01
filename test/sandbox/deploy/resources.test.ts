import { describe, expect, test } from "@jest/globals";
import { NotCovered } from "./plan.ts";
import { answerOf, COVERED_TYPES, planOf } from "./resources.ts";

const where = { accountId: "123456789012", region: "eu-west-1" };
const plan = (type: string, inputs: object) => planOf(type, "name", inputs, where);

describe("a bucket", () => {
  test("is made in its region, and tagged", () => {
    expect(plan("aws:s3/bucket:Bucket", { bucket: "b", forceDestroy: false, tags: { team: "risk" } })).toEqual({
      requests: [
        { operation: "CreateBucket", input: { Bucket: "b", CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } } },
        { operation: "PutBucketTagging", input: { Bucket: "b", Tagging: { TagSet: [{ Key: "team", Value: "risk" }] } } },
      ],
      id: "b",
      outputs: { arn: "arn:aws:s3:::b", region: "eu-west-1" },
    });
  });

  test("has no constraint in us-east-1, which S3 refuses, and no request for no tags", () => {
    const { requests } = planOf("aws:s3/bucket:Bucket", "name", { bucket: "b", tags: {} }, { ...where, region: "us-east-1" });
    expect(requests).toEqual([{ operation: "CreateBucket", input: { Bucket: "b" } }]);
  });
});

test.each([
  [
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    { rule: { objectOwnership: "BucketOwnerEnforced" } },
    "PutBucketOwnershipControls",
    { OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] } },
  ],
  [
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: false },
    "PutPublicAccessBlock",
    {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: false,
      },
    },
  ],
  ["aws:s3/bucketPolicy:BucketPolicy", { policy: '{"a":1}' }, "PutBucketPolicy", { Policy: '{"a":1}' }],
  [
    "aws:s3/bucketVersioning:BucketVersioning",
    { versioningConfiguration: { status: "Enabled" } },
    "PutBucketVersioning",
    { VersioningConfiguration: { Status: "Enabled" } },
  ],
  [
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    {
      rules: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:k" },
          bucketKeyEnabled: true,
          blockedEncryptionTypes: ["SSE-C"],
        },
      ],
    },
    "PutBucketEncryption",
    {
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "arn:k" },
            BucketKeyEnabled: true,
            BlockedEncryptionTypes: { EncryptionType: ["SSE-C"] },
          },
        ],
      },
    },
  ],
  [
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    {
      rules: [
        {
          id: "staging",
          status: "Enabled",
          filter: { prefix: "s/" },
          expiration: { days: 7 },
          noncurrentVersionExpiration: { noncurrentDays: 1 },
        },
        { id: "uploads", status: "Enabled", filter: {}, abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } },
        {
          id: "tagged",
          status: "Disabled",
          filter: { and: { prefix: "m/", tags: { k: "v" } } },
          expiration: { expiredObjectDeleteMarker: true },
        },
      ],
    },
    "PutBucketLifecycleConfiguration",
    {
      LifecycleConfiguration: {
        Rules: [
          {
            ID: "staging",
            Status: "Enabled",
            Filter: { Prefix: "s/" },
            Expiration: { Days: 7 },
            NoncurrentVersionExpiration: { NoncurrentDays: 1 },
          },
          { ID: "uploads", Status: "Enabled", Filter: { Prefix: "" }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
          {
            ID: "tagged",
            Status: "Disabled",
            Filter: { And: { Prefix: "m/", Tags: [{ Key: "k", Value: "v" }] } },
            Expiration: { ExpiredObjectDeleteMarker: true },
          },
        ],
      },
    },
  ],
])("%s is one request about its bucket", (type, inputs, operation, input) => {
  expect(plan(type, { bucket: "b", ...inputs })).toEqual({
    requests: [{ operation, input: { Bucket: "b", ...input } }],
    id: "b",
    outputs: {},
  });
});

const table = {
  name: "t",
  billingMode: "PAY_PER_REQUEST",
  hashKey: "id",
  attributes: [
    { name: "id", type: "S" },
    { name: "n", type: "N" },
  ],
  globalSecondaryIndexes: [
    {
      name: "by-n",
      keySchemas: [
        { attributeName: "id", keyType: "HASH" },
        { attributeName: "n", keyType: "RANGE" },
      ],
      projectionType: "INCLUDE",
      nonKeyAttributes: ["a"],
    },
  ],
  deletionProtectionEnabled: true,
  pointInTimeRecovery: { enabled: true },
};

describe("a table", () => {
  test("is made with its keys and indexes, then gets its recovery", () => {
    expect(plan("aws:dynamodb/table:Table", { ...table, tags: { team: "risk" } })).toEqual({
      requests: [
        {
          operation: "CreateTable",
          input: {
            TableName: "t",
            BillingMode: "PAY_PER_REQUEST",
            KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
            AttributeDefinitions: [
              { AttributeName: "id", AttributeType: "S" },
              { AttributeName: "n", AttributeType: "N" },
            ],
            GlobalSecondaryIndexes: [
              {
                IndexName: "by-n",
                KeySchema: [
                  { AttributeName: "id", KeyType: "HASH" },
                  { AttributeName: "n", KeyType: "RANGE" },
                ],
                Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["a"] },
              },
            ],
            DeletionProtectionEnabled: true,
            Tags: [{ Key: "team", Value: "risk" }],
          },
        },
        {
          operation: "UpdateContinuousBackups",
          input: { TableName: "t", PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
        },
      ],
      id: "t",
      outputs: { arn: "arn:aws:dynamodb:eu-west-1:123456789012:table/t", region: "eu-west-1" },
    });
  });

  test("without recovery and tags asks for neither", () => {
    const { requests } = plan("aws:dynamodb/table:Table", { ...table, pointInTimeRecovery: { enabled: false } });
    expect(requests).toEqual([{ operation: "CreateTable", input: expect.not.objectContaining({ Tags: expect.anything() }) }]);
  });
});

test("a row is written only if it does not exist", () => {
  const inputs = { tableName: "t", hashKey: "namespace", item: JSON.stringify({ namespace: { S: "fraud" }, n: { N: "1" } }) };
  expect(plan("aws:dynamodb/tableItem:TableItem", inputs)).toEqual({
    requests: [
      {
        operation: "PutItem",
        input: {
          TableName: "t",
          Item: { namespace: { S: "fraud" }, n: { N: "1" } },
          ConditionExpression: "attribute_not_exists(#hash)",
          ExpressionAttributeNames: { "#hash": "namespace" },
        },
      },
    ],
    id: "t|namespace||fraud",
    outputs: {},
  });
});

describe("a role", () => {
  const role = {
    name: "fraud-publisher-models",
    path: "/ml/",
    description: "d",
    assumeRolePolicy: "{}",
    maxSessionDuration: 3600,
    tags: { team: "risk" },
  };

  test("is made with all that it has, and its ARN has its path", () => {
    expect(plan("aws:iam/role:Role", { ...role, permissionsBoundary: "arn:b" })).toEqual({
      requests: [
        {
          operation: "CreateRole",
          input: {
            RoleName: "fraud-publisher-models",
            Path: "/ml/",
            Description: "d",
            AssumeRolePolicyDocument: "{}",
            MaxSessionDuration: 3600,
            PermissionsBoundary: "arn:b",
            Tags: [{ Key: "team", Value: "risk" }],
          },
        },
      ],
      id: "fraud-publisher-models",
      outputs: { arn: "arn:aws:iam::123456789012:role/ml/fraud-publisher-models" },
    });
  });

  test("has its policy", () => {
    expect(plan("aws:iam/rolePolicy:RolePolicy", { name: "p", role: "r", policy: "{}" })).toMatchObject({
      requests: [{ operation: "PutRolePolicy", input: { RoleName: "r", PolicyName: "p", PolicyDocument: "{}" } }],
      id: "r:p",
    });
  });

  test("is taken by GitHub's provider", () => {
    const url = "https://token.actions.githubusercontent.com";
    const arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
    const made = plan("aws:iam/openIdConnectProvider:OpenIdConnectProvider", { url, clientIdLists: ["sts.amazonaws.com"], tags: {} });
    expect(made).toEqual({
      requests: [{ operation: "CreateOpenIDConnectProvider", input: { Url: url, ClientIDList: ["sts.amazonaws.com"] } }],
      id: arn,
      outputs: { arn },
    });
  });
});

describe("unsupported features", () => {
  test("a type is named, with those that are", () => {
    expect(() => plan("aws:sns/topic:Topic", {})).toThrow(NotCovered);
    expect(() => plan("aws:sns/topic:Topic", {})).toThrow(/aws:sns\/topic:Topic.*aws:dynamodb\/table:Table/s);
  });

  test.each(COVERED_TYPES)("%s with one more property is refused by its name", (type) => {
    expect(() => plan(type, { somethingNew: true })).toThrow(/somethingNew/);
  });

  test("a property deep inside is named too", () => {
    const rule = { id: "r", status: "Enabled", filter: {}, transitions: [] };
    expect(() => plan("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", { bucket: "b", rules: [rule] })).toThrow(
      /transitions/,
    );
  });

  test("a function is named", () => {
    expect(() => answerOf("aws:iam/getRole:getRole", where)).toThrow("aws:iam/getRole:getRole");
  });
});

test("account and region are answered", () => {
  expect(answerOf("aws:index/getCallerIdentity:getCallerIdentity", where)).toMatchObject({ accountId: "123456789012" });
  expect(answerOf("aws:index/getRegion:getRegion", where)).toMatchObject({ region: "eu-west-1" });
});
