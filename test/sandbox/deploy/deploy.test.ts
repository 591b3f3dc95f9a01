import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTagsOfResourceCommand,
} from "@aws-sdk/client-dynamodb";
import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { GetRoleCommand, GetRolePolicyCommand, IAMClient, ListOpenIDConnectProvidersCommand } from "@aws-sdk/client-iam";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../server.ts";
import { deploy, type Deployment } from "./deploy.ts";
import { COVERED_TYPES } from "./resources.ts";

const fixture = (name: string): { program: string } => ({ program: join(import.meta.dirname, "fixtures", `${name}.ts`) });

let sandbox: Sandbox;
let s3: S3Client;
let dynamodb: DynamoDBClient;
let iam: IAMClient;
let deployment: Deployment;
beforeAll(async () => {
  sandbox = await startSandbox({ region: "eu-central-1" });
  const client = { endpoint: sandbox.endpoint, region: sandbox.region, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  s3 = new S3Client({ ...client, forcePathStyle: true });
  dynamodb = new DynamoDBClient(client);
  iam = new IAMClient(client);
  deployment = await deploy(sandbox, fixture("lob"));
}, 300_000);
afterAll(() => sandbox?.stop());

const Bucket = "123456789012-eu-central-1-fraud-artifacts";

describe("the component, deployed without an engine", () => {
  test("answers its outputs", () => {
    expect(deployment.outputs).toEqual({
      bucketName: Bucket,
      registryTable: "fraud-model-registry",
      publisherRoles: { models: "arn:aws:iam::123456789012:role/fraud-publisher-models" },
    });
  });

  test("uses every resource type that the sandbox covers, and the sandbox covers no more", () => {
    expect([...new Set(deployment.resources.map(({ type }) => type))].sort()).toEqual([...COVERED_TYPES].sort());
  });

  test("makes a bucket that is versioned, encrypted, closed, owned and tagged", async () => {
    const [versioning, encryption, access, ownership, tags] = await Promise.all([
      s3.send(new GetBucketVersioningCommand({ Bucket })),
      s3.send(new GetBucketEncryptionCommand({ Bucket })),
      s3.send(new GetPublicAccessBlockCommand({ Bucket })),
      s3.send(new GetBucketOwnershipControlsCommand({ Bucket })),
      s3.send(new GetBucketTaggingCommand({ Bucket })),
    ]);
    expect(versioning.Status).toBe("Enabled");
    expect(encryption.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe("AES256");
    expect(Object.values(access.PublicAccessBlockConfiguration!)).toEqual([true, true, true, true]);
    expect(ownership.OwnershipControls?.Rules).toEqual([{ ObjectOwnership: "BucketOwnerEnforced" }]);
    expect(tags.TagSet).toEqual([{ Key: "team", Value: "risk" }]);
  });

  test("gives the bucket its policy and its lifecycle rules", async () => {
    const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    const statements = (JSON.parse(Policy!) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid);
    expect(statements).toEqual(expect.arrayContaining(["TlsOnly", "WriteOnce"]));
    const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(Rules?.find(({ ID }) => ID === "staging")).toMatchObject({ Expiration: { Days: 7 }, Filter: { Prefix: "ml-staging/fraud/" } });
    expect(Rules?.find(({ ID }) => ID === "noncurrent-latest")).toMatchObject({
      Filter: { And: { Prefix: "ml-models/fraud/", Tags: [{ Key: "lob-registry", Value: "latest" }] } },
    });
  });

  test.each([
    ["fraud-model-catalog", "namespace", ["by-lob"]],
    ["fraud-model-registry", "url", ["history", "pending", "versions"]],
  ])("makes the table %s, protected and with its indexes", async (TableName, hashKey, indexes) => {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      TableStatus: "ACTIVE",
      DeletionProtectionEnabled: true,
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      KeySchema: [{ AttributeName: hashKey, KeyType: "HASH" }],
    });
    expect(Table!.GlobalSecondaryIndexes!.map(({ IndexName }) => IndexName).sort()).toEqual(indexes);
    const { ContinuousBackupsDescription } = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }));
    expect(ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe("ENABLED");
    const { Tags } = await dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn: Table!.TableArn }));
    expect(Tags).toEqual([{ Key: "team", Value: "risk" }]);
  });

  test("writes the LOB's row, which names all the rest", async () => {
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: "fraud-model-catalog", Key: { namespace: { S: "fraud" } } }));
    expect(Item).toMatchObject({
      bucket: { S: Bucket },
      bucketOwner: { S: "123456789012" },
      bucketRegion: { S: "eu-central-1" },
      registryTable: { S: "fraud-model-registry" },
      description: { S: "for tests" },
      protectedAliases: { L: [{ S: "prod" }] },
    });
  });

  test("makes the publisher's role with its policy, and the OIDC provider that its trust names", async () => {
    const RoleName = "fraud-publisher-models";
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    expect(Role).toMatchObject({ Path: "/", MaxSessionDuration: 21_600, Tags: [{ Key: "team", Value: "risk" }] });
    const { OpenIDConnectProviderList = [] } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
    expect(OpenIDConnectProviderList).toHaveLength(1);
    const trust = decodeURIComponent(Role!.AssumeRolePolicyDocument!);
    expect(trust).toContain(`"Federated":"${OpenIDConnectProviderList[0]!.Arn!}"`);
    expect(trust).toContain("repo:acme/fraud-models:ref:refs/heads/main");
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: "lob-registry" }));
    expect(decodeURIComponent(PolicyDocument!)).toContain('"Sid":"ProtectedAliasRows"');
  });

  test("is refused if it is deployed already: existing resources are not taken over", async () => {
    await expect(deploy(sandbox, fixture("lob"))).rejects.toThrow(/aws:(s3|dynamodb|iam)\/.*(already|in use)/is);
  });
});

describe("a deployment that cannot be", () => {
  test.each([
    ["other-type", /does not cover the resource type aws:sqs\/queue:Queue \("jobs"\).*aws:s3\/bucket:Bucket/s],
    ["other-property", /does not cover this use of aws:s3\/bucket:Bucket \("plain"\).*objectLockEnabled/s],
    ["throws", /this program is wrong/],
    ["missing", /missing\.ts/],
  ])("%s is refused, and says why", async (name, message) => {
    await expect(deploy(sandbox, fixture(name))).rejects.toThrow(message);
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name)).toEqual([Bucket]);
  });
});
