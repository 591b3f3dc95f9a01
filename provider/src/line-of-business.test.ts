import { expect, test } from "@jest/globals";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LineOfBusinessArgs } from "./args/line-of-business";
import { LineOfBusiness } from "./line-of-business";
import { ACCOUNT, deploy, REGION, valueOf, type Deployment, type Registered } from "./testing/deploy";

const BUCKET = `${ACCOUNT}-${REGION}-fraud-artifacts`;
const UNKNOWN = { __pulumiUnknown: true };
const COMPONENT = "urn:pulumi:stack::project::lob-registry:index:LineOfBusiness::fraud";
const urnOf = (type: string, name: string): string => `urn:pulumi:stack::project::lob-registry:index:LineOfBusiness$${type}::${name}`;

async function deployFraud(
  args?: LineOfBusinessArgs,
  opts?: pulumi.ComponentResourceOptions,
): Promise<Deployment & { lob: LineOfBusiness }> {
  let lob: LineOfBusiness | undefined;
  const deployment = await deploy(() => (lob = new LineOfBusiness("fraud", args, opts)));
  return { ...deployment, lob: lob! };
}

function resource({ resources }: Deployment, name: string, type?: string): Registered {
  const found = resources.filter((one) => one.name === name && (type === undefined || one.type === type));
  if (found.length !== 1) throw new Error(`${String(found.length)} resources are called ${name}`);
  return found[0]!;
}

const children = ({ resources }: Deployment): Registered[] => resources.filter(({ type }) => type.startsWith("aws:"));
const bucketOf = (deployment: Deployment): Registered => resource(deployment, "fraud", "aws:s3/bucket:Bucket");
const rowOf = (deployment: Deployment): Record<string, unknown> =>
  JSON.parse(resource(deployment, "fraud-row").inputs["item"] as string) as Record<string, unknown>;

test("without arguments it declares these resources under these names, which later releases must keep", async () => {
  const deployment = await deployFraud();
  expect(deployment.resources.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
    "aws:dynamodb/table:Table fraud-catalog",
    "aws:dynamodb/table:Table fraud-registry",
    "aws:dynamodb/tableItem:TableItem fraud-row",
    "aws:s3/bucket:Bucket fraud",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration fraud-lifecycle",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls fraud-ownership",
    "aws:s3/bucketPolicy:BucketPolicy fraud-policy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock fraud-public-access",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration fraud-encryption",
    "aws:s3/bucketVersioning:BucketVersioning fraud-versioning",
    "lob-registry:index:LineOfBusiness fraud",
  ]);
  expect(new Set(children(deployment).map(({ parent }) => parent))).toEqual(new Set([COMPONENT]));
  expect(deployment.warnings).toEqual([]);
});

test("the bucket is versioned, encrypted by S3, private and owned by the account, and named by account, region and LOB", async () => {
  const deployment = await deployFraud();
  expect(bucketOf(deployment).inputs).toEqual({ bucket: BUCKET, forceDestroy: false, tags: {} });
  expect(resource(deployment, "fraud-versioning").inputs).toEqual({ bucket: BUCKET, versioningConfiguration: { status: "Enabled" } });
  expect(resource(deployment, "fraud-encryption").inputs).toEqual({
    bucket: BUCKET,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, blockedEncryptionTypes: ["SSE-C"] }],
  });
  expect(resource(deployment, "fraud-public-access").inputs).toEqual({
    bucket: BUCKET,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  expect(resource(deployment, "fraud-ownership").inputs).toEqual({ bucket: BUCKET, rule: { objectOwnership: "BucketOwnerEnforced" } });
});

test("the tables are on demand, with backups, and protected from deletion", async () => {
  const deployment = await deployFraud();
  for (const [name, table, hashKey] of [
    ["fraud-catalog", "fraud-model-catalog", "namespace"],
    ["fraud-registry", "fraud-model-registry", "url"],
  ] as const) {
    expect(resource(deployment, name).inputs).toMatchObject({
      name: table,
      hashKey,
      billingMode: "PAY_PER_REQUEST",
      deletionProtectionEnabled: true,
      pointInTimeRecovery: { enabled: true },
    });
  }
});

test("clients find everything from the row in the catalog", async () => {
  const deployment = await deployFraud();
  expect(resource(deployment, "fraud-row").inputs).toMatchObject({ tableName: "fraud-model-catalog", hashKey: "namespace" });
  expect(rowOf(deployment)).toEqual({
    namespace: { S: "fraud" },
    kind: { S: "LOB" },
    lob: { S: "fraud" },
    layoutVersion: { N: "1" },
    bucket: { S: BUCKET },
    bucketOwner: { S: ACCOUNT },
    bucketRegion: { S: REGION },
    prefix: { S: "ml-models" },
    suffix: { S: ".tar.gz" },
    registryTable: { S: "fraud-model-registry" },
    writeOnce: { BOOL: true },
    protectedAliases: { L: [] },
  });
});

test("settings that S3 cannot change concurrently are ordered, and the row comes after everything that it promises", async () => {
  const deployment = await deployFraud();
  const dependencies = (name: string): string[] => resource(deployment, name).dependsOn;
  expect(dependencies("fraud-public-access")).toContain(urnOf("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "fraud-ownership"));
  expect(dependencies("fraud-policy")).toContain(urnOf("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "fraud-public-access"));
  expect(dependencies("fraud-lifecycle")).toContain(urnOf("aws:s3/bucketVersioning:BucketVersioning", "fraud-versioning"));
  expect(dependencies("fraud-row")).toEqual(
    expect.arrayContaining([
      urnOf("aws:s3/bucketPolicy:BucketPolicy", "fraud-policy"),
      urnOf("aws:s3/bucketVersioning:BucketVersioning", "fraud-versioning"),
      urnOf("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", "fraud-encryption"),
      urnOf("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "fraud-lifecycle"),
      urnOf("aws:dynamodb/table:Table", "fraud-catalog"),
      urnOf("aws:dynamodb/table:Table", "fraud-registry"),
    ]),
  );
});

test("the policy names this bucket, in the partition of the account", async () => {
  const deployment = await deployFraud({ retentionPrincipals: ["arn:aws:iam::111122223333:role/purge"] });
  const { bucket, policy } = resource(deployment, "fraud-policy").inputs as { bucket: string; policy: string };
  expect(bucket).toBe(BUCKET);
  expect(JSON.parse(policy)).toMatchObject({
    Statement: expect.arrayContaining([
      expect.objectContaining({
        Sid: "WriteOnce",
        Resource: expect.arrayContaining([`arn:aws:s3:::${BUCKET}/ml-models/fraud/*/versions/*_?????0.tar.gz`]),
      }),
      expect.objectContaining({
        Sid: "KeepPublished",
        Condition: { ArnNotLike: { "aws:PrincipalArn": ["arn:aws:iam::111122223333:role/purge"] } },
      }),
    ]),
  });
});

test("outputs", async () => {
  const { lob } = await deployFraud();
  const { bucket, ...others } = lob.resources;
  const outputs: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(lob))
    if (pulumi.Output.isInstance(value) && name !== "urn") outputs[name] = await valueOf(value);
  expect(outputs).toEqual({
    lob: "fraud",
    accountId: ACCOUNT,
    region: REGION,
    bucketName: BUCKET,
    bucketArn: `arn:aws:s3:::${BUCKET}`,
    catalogTableName: "fraud-model-catalog",
    catalogTableArn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/fraud-model-catalog`,
    registryTableName: "fraud-model-registry",
    registryTableArn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/fraud-model-registry`,
    prefix: "ml-models",
    suffix: ".tar.gz",
    s3Uri: `s3://${BUCKET}/ml-models/fraud/`,
    publisherRoleArns: {},
    promoterRoleArns: {},
    readerRoleArns: {},
    publishedPattern: expect.stringContaining('"ml-models/fraud/*/versions/*0.tar.gz"'),
    publisherPolicy: expect.stringContaining('"WriteRows"'),
    promoterPolicy: expect.stringContaining('"MoveAliases"'),
    readerPolicy: expect.stringContaining('"ReadRows"'),
  });
  expect(await valueOf(bucket!.bucket)).toBe(BUCKET);
  expect(Object.keys(others).sort()).toEqual(
    [
      "catalog",
      "encryption",
      "lifecycle",
      "ownership",
      "policy",
      "publicAccess",
      "registry",
      "rolePolicies",
      "roles",
      "row",
      "versioning",
    ].sort(),
  );
});

test("names, prefix, suffix, tags, aliases and texts can be plain values or outputs", async () => {
  const given: LineOfBusinessArgs = {
    lob: "cards",
    bucketName: "cards-models",
    catalogTableName: "cards-catalog",
    registryTableName: "cards-registry",
    prefix: "models/eu",
    suffix: ".tgz",
    description: "Card fraud",
    owner: "team-cards",
    tags: { team: "cards", stage: "prod" },
    protectedAliases: ["prod", "live"],
    noncurrentDays: 30,
  };
  const later: LineOfBusinessArgs = {
    ...given,
    bucketName: pulumi.output("cards-models"),
    prefix: Promise.resolve("models/eu"),
    tags: { team: pulumi.output("cards"), stage: "prod" },
    protectedAliases: pulumi.output(["prod", "live"]),
    noncurrentDays: pulumi.output(30),
  };
  for (const args of [given, later]) {
    const deployment = await deployFraud(args);
    expect(bucketOf(deployment).inputs).toEqual({ bucket: "cards-models", forceDestroy: false, tags: given.tags });
    expect(resource(deployment, "fraud-catalog").inputs).toMatchObject({ name: "cards-catalog", tags: given.tags });
    expect(resource(deployment, "fraud-registry").inputs).toMatchObject({ name: "cards-registry", tags: given.tags });
    expect(resource(deployment, "fraud-policy").inputs["policy"]).toContain("cards-models/models/eu/cards/*/versions/*_?????0.tgz");
    expect(JSON.stringify(resource(deployment, "fraud-lifecycle").inputs)).toContain('"noncurrentDays":30');
    expect(rowOf(deployment)).toMatchObject({
      namespace: { S: "cards" },
      bucket: { S: "cards-models" },
      prefix: { S: "models/eu" },
      suffix: { S: ".tgz" },
      registryTable: { S: "cards-registry" },
      protectedAliases: { L: [{ S: "prod" }, { S: "live" }] },
      description: { S: "Card fraud" },
      owner: { S: "team-cards" },
    });
    expect(await valueOf(deployment.lob.s3Uri)).toBe("s3://cards-models/models/eu/cards/");
    expect(deployment.warnings).toEqual([]);
  }
});

test("everything is protected, and everything but the row stays when the LOB is removed", async () => {
  const deployment = await deployFraud();
  expect(children(deployment).filter(({ protect }) => !protect)).toEqual([]);
  expect(
    children(deployment)
      .filter(({ retainOnDelete }) => !retainOnDelete)
      .map(({ name }) => name),
  ).toEqual(["fraud-row"]);
});

test("a temporary LOB has each safe default off, each with a warning", async () => {
  const deployment = await deployFraud({
    protect: false,
    retainOnDelete: false,
    deletionProtection: false,
    pointInTimeRecovery: false,
    forceDestroy: true,
  });
  expect(children(deployment).filter(({ protect, retainOnDelete }) => protect || retainOnDelete)).toEqual([]);
  expect(bucketOf(deployment).inputs).toMatchObject({ forceDestroy: true });
  expect(resource(deployment, "fraud-registry").inputs).toMatchObject({
    deletionProtectionEnabled: false,
    pointInTimeRecovery: { enabled: false },
  });
  expect(deployment.warnings.map((warning) => warning.split(" ")[0]).sort()).toEqual([
    "deletionProtection",
    "forceDestroy",
    "pointInTimeRecovery",
    "protect",
    "retainOnDelete",
  ]);
});

test("with a safe default off, the children inherit the option from the component", async () => {
  const deployment = await deployFraud({ protect: false }, { protect: true });
  expect(children(deployment).every(({ protect }) => protect)).toBe(true);
});

test("with Python writers versions can be replaced, and the row and a warning say so", async () => {
  const deployment = await deployFraud({ pythonWriters: true });
  const policy = JSON.parse(resource(deployment, "fraud-policy").inputs["policy"] as string) as { Statement: { Sid: string }[] };
  expect(JSON.stringify(policy.Statement.find(({ Sid }) => Sid === "WriteOnce"))).not.toContain("/versions/");
  expect(rowOf(deployment)).toMatchObject({ writeOnce: { BOOL: false } });
  expect(JSON.stringify(resource(deployment, "fraud-lifecycle").inputs)).not.toContain('"id":"noncurrent"');
  expect(deployment.warnings).toEqual([expect.stringContaining("pythonWriters")]);
});

test("a customer key encrypts the bucket, is in the row, and causes a warning", async () => {
  const key = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  const deployment = await deployFraud({ kmsKeyArn: key });
  expect(resource(deployment, "fraud-encryption").inputs["rules"]).toEqual([
    {
      applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
      bucketKeyEnabled: true,
      blockedEncryptionTypes: ["SSE-C"],
    },
  ]);
  expect(rowOf(deployment)).toMatchObject({ kmsKeyArn: { S: key } });
  expect(deployment.warnings).toEqual([expect.stringContaining("kmsKeyArn")]);
});

test("a deployer gets a warning if its list of administrators would lock it out", async () => {
  const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
  expect((await deployFraud({ administrators: [role("team/deployer")] })).warnings).toEqual([]);
  expect((await deployFraud({ administrators: [role("emergency")] })).warnings).toEqual([
    expect.stringContaining("assumed-role/deployer/ci"),
  ]);
});

test("an explicit provider is used for every resource and every query to AWS", async () => {
  const deployment = await deploy(() => {
    const provider = new aws.Provider("frankfurt", { region: "eu-central-1" });
    new LineOfBusiness("fraud", {}, { provider });
    new LineOfBusiness("cards", {}, { providers: { aws: provider } });
  });
  const used = new Set([
    ...deployment.resources.filter(({ type }) => type.startsWith("aws:")).map(({ provider }) => provider),
    ...deployment.calls.map((call) => call.split(" ")[1]),
  ]);
  expect([...used]).toEqual([expect.stringMatching(/pulumi:providers:aws::frankfurt::/)]);
});

test("a value that is unknown in a preview leaves the rest known", async () => {
  const deployment = await deploy(
    () => {
      const key = new aws.kms.Key("key");
      new LineOfBusiness("fraud", { kmsKeyArn: key.arn });
    },
    { preview: true },
  );
  expect(bucketOf(deployment).inputs).toMatchObject({ bucket: BUCKET });
  expect(resource(deployment, "fraud-policy").inputs["policy"]).toContain(`arn:aws:s3:::${BUCKET}/ml-models/fraud/`);
  expect(resource(deployment, "fraud-encryption").inputs["rules"]).toMatchObject([
    { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: UNKNOWN } },
  ]);
  expect(resource(deployment, "fraud-row").inputs).toMatchObject({ tableName: "fraud-model-catalog", item: UNKNOWN });
});

test("wrong arguments are refused together, before anything is registered", async () => {
  let refusal: unknown;
  const deployment = await deploy(() => {
    try {
      new LineOfBusiness("Fraud", { prefix: "/models", stagingDays: 0, protectedAliases: ["prod", "pre-prod"] });
    } catch (error) {
      refusal = error;
    }
  });
  expect(deployment.resources).toEqual([]);
  expect(pulumi.InputPropertiesError.isInstance(refusal)).toBe(true);
  const { message, errors } = refusal as pulumi.InputPropertiesError;
  const lines = errors.map(({ propertyPath, reason }) => `\n  ${propertyPath}: ${reason}`).join("");
  expect(message).toBe(`LineOfBusiness "Fraud" has 4 wrong arguments${lines}`);
  expect(errors.map(({ propertyPath }) => propertyPath).sort()).toEqual(["lob", "prefix", "protectedAliases[1]", "stagingDays"]);
  // Pulumi prints the message of such an error, not its stack.
  expect(pulumi.RunError.isInstance(refusal)).toBe(true);
});
