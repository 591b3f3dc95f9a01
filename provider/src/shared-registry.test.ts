import { expect, test } from "@jest/globals";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { SharedRegistryArgs } from "./args/shared-registry";
import { otherAccountProblem } from "./home";
import { LineOfBusiness } from "./line-of-business";
import { SharedRegistry } from "./shared-registry";
import { ACCOUNT, deploy, REGION, valueOf, type Deployment, type Registered } from "./testing/deploy";

const BUCKET = `${ACCOUNT}-${REGION}-artifacts`;
const PYTHON = `arn:aws:iam::${ACCOUNT}:role/notebooks`;

const named = ({ resources }: Deployment, name: string): Registered => resources.find((one) => one.name === name)!;
const rowOf = (deployment: Deployment, name: string): Record<string, unknown> =>
  JSON.parse(named(deployment, `${name}-row`).inputs["item"] as string) as Record<string, unknown>;

test("the registry has one bucket and one pair of tables, and each LOB only its row", async () => {
  const deployment = await deploy(() => {
    const models = new SharedRegistry("models");
    for (const lob of ["fraud", "cards"]) new LineOfBusiness(lob, { sharedRegistry: models.reference });
  });
  expect(deployment.resources.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
    "aws:dynamodb/table:Table models-catalog",
    "aws:dynamodb/table:Table models-registry",
    "aws:dynamodb/tableItem:TableItem cards-row",
    "aws:dynamodb/tableItem:TableItem fraud-row",
    "aws:s3/bucket:Bucket models",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration models-lifecycle",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls models-ownership",
    "aws:s3/bucketPolicy:BucketPolicy models-policy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock models-public-access",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration models-encryption",
    "aws:s3/bucketVersioning:BucketVersioning models-versioning",
    "lob-registry:index:LineOfBusiness cards",
    "lob-registry:index:LineOfBusiness fraud",
    "lob-registry:index:SharedRegistry models",
  ]);
  expect(named(deployment, "fraud-row").inputs).toMatchObject({ tableName: "model-catalog", hashKey: "namespace" });
  expect(rowOf(deployment, "fraud")).toEqual({
    namespace: { S: "fraud" },
    kind: { S: "LOB" },
    lob: { S: "fraud" },
    layoutVersion: { N: "1" },
    bucket: { S: BUCKET },
    bucketOwner: { S: ACCOUNT },
    bucketRegion: { S: REGION },
    prefix: { S: "ml-models" },
    suffix: { S: ".tar.gz" },
    registryTable: { S: "model-registry" },
    writeOnce: { BOOL: true },
    protectedAliases: { L: [] },
  });
  expect(deployment.warnings).toEqual([]);
});

test("a LOB's row waits for the resources that guard the bucket, and all are protected", async () => {
  const deployment = await deploy(() => {
    const models = new SharedRegistry("models");
    new LineOfBusiness("fraud", { sharedRegistry: models.reference });
  });
  const guards = ["models-policy", "models-versioning", "models-encryption", "models-lifecycle"].map((name) => named(deployment, name).urn);
  expect(named(deployment, "fraud-row").dependsOn).toEqual(expect.arrayContaining(guards));
  const children = deployment.resources.filter(({ type }) => type.startsWith("aws:"));
  expect(children.filter(({ protect }) => !protect)).toEqual([]);
  expect(children.filter(({ retainOnDelete }) => !retainOnDelete).map(({ name }) => name)).toEqual(["fraud-row"]);
});

test("a LOB accepts plain strings from another stack, and looks nothing else up", async () => {
  let lob: LineOfBusiness | undefined;
  const reference = {
    bucketName: "models",
    catalogTableName: "catalog",
    registryTableName: "registry",
    accountId: ACCOUNT,
    region: "us-east-1",
    prefix: "m",
    suffix: ".tgz",
    kmsKeyArn: `arn:aws:kms:us-east-1:${ACCOUNT}:key/1`,
  };
  const deployment = await deploy(() => (lob = new LineOfBusiness("fraud", { sharedRegistry: reference })));
  expect(rowOf(deployment, "fraud")).toMatchObject({
    bucket: { S: "models" },
    bucketOwner: { S: ACCOUNT },
    bucketRegion: { S: "us-east-1" },
    prefix: { S: "m" },
    suffix: { S: ".tgz" },
    registryTable: { S: "registry" },
    kmsKeyArn: { S: reference.kmsKeyArn },
  });
  // The row's region is that of the table, not that of the provider.
  expect(named(deployment, "fraud-row").inputs).toMatchObject({ tableName: "catalog", region: "us-east-1" });
  expect(await valueOf(lob!.catalogTableArn)).toBe(`arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/catalog`);
  expect(await valueOf(lob!.bucketArn)).toBe("arn:aws:s3:::models");
  expect(await valueOf(lob!.s3Uri)).toBe("s3://models/m/fraud/");
});

test("the output reference holds everything that a LOB needs, and is known in a preview", async () => {
  let known: unknown;
  const deployment = await deploy(
    () => {
      const models = new SharedRegistry("models", { kmsKeyArn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/1` });
      models.reference.apply((reference) => (known = reference));
      new LineOfBusiness("fraud", { sharedRegistry: models.reference });
    },
    { preview: true },
  );
  const fraud = named(deployment, "fraud-row");
  expect(known).toEqual({
    bucketName: BUCKET,
    catalogTableName: "model-catalog",
    registryTableName: "model-registry",
    accountId: ACCOUNT,
    region: REGION,
    prefix: "ml-models",
    suffix: ".tar.gz",
    kmsKeyArn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`,
    pythonLobs: [],
  });
  expect(fraud.inputs["item"]).toContain(BUCKET);
});

test("Python writers are named per LOB, and the LOB's row says that versions can be replaced", async () => {
  const deployment = await deploy(() => {
    const models = new SharedRegistry("models", { pythonWriters: [{ lob: "cards", principals: [PYTHON] }] });
    for (const lob of ["fraud", "cards"]) new LineOfBusiness(lob, { sharedRegistry: models.reference });
  });
  expect([rowOf(deployment, "fraud")["writeOnce"], rowOf(deployment, "cards")["writeOnce"]]).toEqual([{ BOOL: true }, { BOOL: false }]);
  expect(deployment.warnings).toEqual([expect.stringMatching(/^pythonWriters names .* cards/)]);
  expect(JSON.stringify(named(deployment, "models-lifecycle").inputs)).not.toContain('"id":"noncurrent"');
  expect(named(deployment, "models-policy").inputs["policy"]).toContain("ml-models/cards/*");
});

test("the lifecycle rules cover all LOBs", async () => {
  const deployment = await deploy(() => new SharedRegistry("models"));
  const rules = JSON.stringify(named(deployment, "models-lifecycle").inputs);
  expect(rules).toContain('"filter":{"prefix":"ml-staging/"}');
  expect(rules).toContain('"prefix":"ml-models/"');
});

test("an explicit provider is used for everything, and queried once for all LOBs", async () => {
  const deployment = await deploy(() => {
    const provider = new aws.Provider("frankfurt", { region: "eu-central-1" });
    const models = new SharedRegistry("models", {}, { provider });
    for (let n = 0; n < 10; n++) {
      const publishers = [{ name: "models", principals: [PYTHON] }];
      new LineOfBusiness(`lob${String(n)}`, { sharedRegistry: models.reference, publishers }, { provider });
    }
  });
  const used = new Set([
    ...deployment.resources.filter(({ type }) => type.startsWith("aws:")).map(({ provider }) => provider),
    ...deployment.calls.map((call) => call.split(" ")[1]),
  ]);
  expect([...used]).toEqual([expect.stringMatching(/pulumi:providers:aws::frankfurt::/)]);
  expect(deployment.calls).toHaveLength(2);
});

test("programs can add to the resources", async () => {
  let models: SharedRegistry | undefined;
  await deploy(() => (models = new SharedRegistry("models")));
  expect(await valueOf(models!.resources.bucket!.bucket)).toBe(BUCKET);
  expect(await valueOf(pulumi.output(models!.resources.catalog!.name))).toBe("model-catalog");
});

test("wrong arguments are refused together, before anything is registered", async () => {
  let refusal: unknown;
  const deployment = await deploy(() => {
    try {
      const writer = { lob: "Cards", principals: [PYTHON] };
      new SharedRegistry("models", { prefix: "/", pythonWriters: [writer, writer], lob: "x" } as object);
    } catch (error) {
      refusal = error;
    }
  });
  expect(deployment.resources).toEqual([]);
  const { message, errors } = refusal as pulumi.InputPropertiesError;
  const lines = errors.map(({ propertyPath, reason }) => `\n  ${propertyPath}: ${reason}`).join("");
  expect(message).toBe(`SharedRegistry "models" has 5 wrong arguments${lines}`);
  expect(errors.map(({ propertyPath }) => propertyPath)).toEqual([
    "prefix",
    "pythonWriters[0].lob",
    "pythonWriters[1].lob",
    "pythonWriters[1].lob",
    "lob",
  ]);
});

test("a registry in an account other than the provider's is refused", () => {
  expect(otherAccountProblem(undefined, ACCOUNT)).toBeUndefined();
  expect(otherAccountProblem(ACCOUNT, ACCOUNT)).toBeUndefined();
  expect(otherAccountProblem("999988887777", ACCOUNT)).toEqual({
    propertyPath: "sharedRegistry.accountId",
    reason: `the registry is in account 999988887777, but this LOB's AWS provider is in ${ACCOUNT}; use a provider of the registry's account`,
  });
});

test("versions that Python writers replace are kept indefinitely, even if their list is an output", async () => {
  const writers = [{ lob: "cards", principals: [PYTHON] }];
  const rulesWith = async (pythonWriters: unknown): Promise<string[]> => {
    const deployment = await deploy(() => new SharedRegistry("models", { pythonWriters } as SharedRegistryArgs));
    return (named(deployment, "models-lifecycle").inputs["rules"] as { id: string }[]).map(({ id }) => id);
  };
  for (const none of [undefined, null, [], pulumi.output([])]) expect(await rulesWith(none)).toContain("noncurrent");
  for (const some of [writers, pulumi.output(writers)]) expect(await rulesWith(some)).not.toContain("noncurrent");
});
