import { expect, test } from "@jest/globals";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LineOfBusinessArgs } from "./args/line-of-business";
import { CATALOG_INDEXES, REGISTRY_INDEXES, type IndexSpec } from "./generated/layout";
import { LineOfBusiness } from "./line-of-business";
import { SharedRegistry } from "./shared-registry";
import { ACCOUNT, deploy, REGION, valueOf, type DeployOptions, type Deployment } from "./testing/deploy";

// A bucket and tables that exist already.

const table = (name: string): Record<string, unknown> => {
  const [hashKey, indexes] = name.endsWith("catalog")
    ? ["namespace", Object.values(CATALOG_INDEXES)]
    : ["url", Object.values(REGISTRY_INDEXES)];
  const specs: IndexSpec[] = indexes;
  const attributes = [{ name: hashKey, type: "S" }];
  for (const { hashKey: hash, rangeKey, rangeType } of specs)
    attributes.push({ name: hash, type: "S" }, { name: rangeKey, type: rangeType });
  return {
    id: name,
    name,
    arn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`,
    region: REGION,
    hashKey,
    billingMode: "PAY_PER_REQUEST",
    attributes,
    // In the form that the provider returns for tables that it created itself.
    globalSecondaryIndexes: specs.map(({ name: index, hashKey: hash, rangeKey }) => ({
      name: index,
      keySchemas: [
        { attributeName: hash, keyType: "HASH" },
        { attributeName: rangeKey, keyType: "RANGE" },
      ],
      projectionType: "ALL",
    })),
  };
};
const ON_AWS: DeployOptions = {
  answers: {
    "aws:dynamodb/getTable:getTable": ({ name }) => table(name as string),
    "aws:s3/getBucket:getBucket": ({ bucket }) => ({ id: bucket, bucket, arn: `arn:aws:s3:::${String(bucket)}` }),
  },
};
const EXISTING: LineOfBusinessArgs = { existingBucket: true, existingTables: true };
const typesOf = ({ resources }: Deployment): string[] => resources.map(({ type }) => type.split(":").pop()!).sort();

test("are looked up and used: the bucket gets its settings, the tables stay unchanged", async () => {
  let lob: LineOfBusiness | undefined;
  const deployment = await deploy(() => (lob = new LineOfBusiness("fraud", EXISTING)), ON_AWS);
  expect(typesOf(deployment)).toEqual([
    "BucketLifecycleConfiguration",
    "BucketOwnershipControls",
    "BucketPolicy",
    "BucketPublicAccessBlock",
    "BucketServerSideEncryptionConfiguration",
    "BucketVersioning",
    "LineOfBusiness",
    "TableItem",
  ]);
  expect(await valueOf(pulumi.output([lob!.bucketName, lob!.catalogTableName, lob!.registryTableArn]))).toEqual([
    `${ACCOUNT}-${REGION}-fraud-artifacts`,
    "fraud-model-catalog",
    `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/fraud-model-registry`,
  ]);
  expect([lob!.resources.bucket, lob!.resources.catalog, lob!.resources.registry]).toEqual([undefined, undefined, undefined]);
  expect(deployment.warnings).toEqual([expect.stringMatching(/^existingBucket is on/)]);
});

test("work in a shared registry", async () => {
  const deployment = await deploy(() => {
    const { reference } = new SharedRegistry("models", { existingBucket: true, existingTables: true, bucketName: "old-models" });
    new LineOfBusiness("fraud", { sharedRegistry: reference });
  }, ON_AWS);
  expect(typesOf(deployment)).not.toContain("Bucket");
  expect(typesOf(deployment)).not.toContain("Table");
  expect(JSON.stringify(deployment.resources.find(({ name }) => name === "fraud-row")!.inputs)).toContain("old-models");
});

test("one of the two can exist without the other", async () => {
  expect(typesOf(await deploy(() => new LineOfBusiness("fraud", { existingTables: true }), ON_AWS))).toContain("Bucket");
  expect(
    typesOf(await deploy(() => new LineOfBusiness("fraud", { existingBucket: true }), ON_AWS)).filter((type) => type === "Table"),
  ).toHaveLength(2);
});

test("are looked up with the explicit provider", async () => {
  const deployment = await deploy(() => {
    const provider = new aws.Provider("frankfurt", { region: "eu-central-1" });
    new LineOfBusiness("fraud", EXISTING, { provider });
  }, ON_AWS);
  expect(deployment.calls).toHaveLength(5);
  for (const call of deployment.calls) expect(call).toMatch(/ urn:pulumi:stack::project::pulumi:providers:aws::frankfurt::/);
});

test("roles list a bucket that existed before only under the prefix", async () => {
  const policyOf = async (args: LineOfBusinessArgs): Promise<string> => {
    let lob: LineOfBusiness | undefined;
    await deploy(() => (lob = new LineOfBusiness("fraud", args)), ON_AWS);
    return valueOf(lob!.readerPolicy);
  };
  expect(await policyOf({ existingBucket: true })).toContain('"s3:prefix":["ml-models/fraud/*"]');
  expect(await policyOf({})).not.toContain("s3:prefix");
});

test("statements of the user are added at the end of the policy", async () => {
  const mine = {
    Sid: "Partner",
    Effect: "Allow",
    Principal: { AWS: "444455556666" },
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::b/x/*",
  };
  const deployment = await deploy(
    () => new LineOfBusiness("fraud", { ...EXISTING, bucketPolicyStatements: [JSON.stringify(mine)] }),
    ON_AWS,
  );
  const { policy } = deployment.resources.find(({ name }) => name === "fraud-policy")!.inputs as { policy: string };
  expect((JSON.parse(policy) as { Statement: unknown[] }).Statement.pop()).toEqual(mine);
});
