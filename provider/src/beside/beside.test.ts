import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import type { StorageArgs } from "../args/storage";
import { LineOfBusiness } from "../line-of-business";
import type { PolicyDocument } from "../policies/document";
import { SharedRegistry } from "../shared-registry";
import { ACCOUNT, deploy, REGION, valueOf, type Deployment, type Registered } from "../testing/deploy";
import { allows, serviceAllows } from "../testing/iam";

const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const BUCKET = `${ACCOUNT}-${REGION}-fraud-artifacts`;
const LOGS = `${ACCOUNT}-${REGION}-fraud-logs`;

const fraud = (args: StorageArgs): Promise<Deployment> => deploy(() => new LineOfBusiness("fraud", args));
function found({ resources }: Deployment, name: string): Registered {
  const resource = resources.find((one) => one.name === name && one.type.startsWith("aws:"));
  if (!resource) throw new Error(`no resource ${name}`);
  return resource;
}
function policyOf({ resources }: Deployment, name: string): PolicyDocument {
  const resource = resources.find((one) => one.name === name && one.inputs["policy"] !== undefined);
  return JSON.parse(resource!.inputs["policy"] as string) as PolicyDocument;
}
const namesOf = ({ resources }: Deployment): string[] => resources.map(({ name }) => name);

test("events turn on EventBridge for the bucket, and nothing else", async () => {
  const deployment = await fraud({ events: true });
  expect(found(deployment, "fraud-notification").inputs).toEqual({ bucket: BUCKET, eventbridge: true });
  const without = await fraud({});
  expect(namesOf(deployment).filter((name) => !namesOf(without).includes(name))).toEqual(["fraud-notification"]);
});

test("the pattern of a LOB's published versions is an output, also in a shared registry", async () => {
  const patterns: pulumi.Output<string>[] = [];
  await deploy(() => {
    patterns.push(new LineOfBusiness("fraud").publishedPattern);
    const { reference } = new SharedRegistry("models", { events: true, prefix: "m" });
    patterns.push(new LineOfBusiness("cards", { sharedRegistry: reference }).publishedPattern);
  });
  const keys = await Promise.all(patterns.map(async (one) => (JSON.parse(await valueOf(one)) as Pattern).detail));
  expect(keys[0]).toMatchObject({
    bucket: { name: [BUCKET] },
    object: { key: expect.arrayContaining([{ wildcard: "ml-models/fraud/*/versions/*7.tar.gz" }]) },
  });
  expect(keys[1]).toMatchObject({
    bucket: { name: [`${ACCOUNT}-${REGION}-artifacts`] },
    object: { key: expect.arrayContaining([{ wildcard: "m/cards/*/versions/*7.tar.gz" }]) },
  });
});
interface Pattern {
  detail: unknown;
}

test("logs: {} means access logs in a new bucket that is as safe as that of the models", async () => {
  const deployment = await fraud({ logs: {}, kmsKeyArn: KEY, tags: { team: "risk" } });
  expect(found(deployment, "fraud-logs").inputs).toMatchObject({ bucket: LOGS, forceDestroy: false, tags: { team: "risk" } });
  expect(found(deployment, "fraud-logs-public-access").inputs).toMatchObject({ blockPublicPolicy: true, restrictPublicBuckets: true });
  expect(found(deployment, "fraud-logs-lifecycle").inputs["rules"]).toMatchObject([{ expiration: { days: 365 } }, {}]);
  // S3 does not deliver access logs to a bucket with a customer key.
  expect(JSON.stringify(found(deployment, "fraud-logs-encryption").inputs)).toContain('"AES256"');
  expect(found(deployment, "fraud-logging").inputs).toMatchObject({ bucket: BUCKET, targetBucket: LOGS, targetPrefix: "access/" });
  expect(namesOf(deployment)).not.toContain("fraud-trail");
  expect(found(deployment, "fraud-logs").retainOnDelete).toBe(true);
  expect(found(deployment, "fraud-logging").retainOnDelete).toBe(false);
});

test("data events are those of the bucket's objects, written or all", async () => {
  const writes = await fraud({ logs: { dataEvents: "writes", days: 30 } });
  const trail = found(writes, "fraud-trail").inputs;
  expect(trail).toMatchObject({ name: "fraud-model-data-events", s3BucketName: LOGS, s3KeyPrefix: "trail", enableLogFileValidation: true });
  const fields = (inputs: Registered["inputs"]): unknown =>
    (inputs["advancedEventSelectors"] as { fieldSelectors: unknown }[])[0]!.fieldSelectors;
  const objects = [
    { field: "eventCategory", equals: ["Data"] },
    { field: "resources.type", equals: ["AWS::S3::Object"] },
    { field: "resources.ARN", startsWiths: [`arn:aws:s3:::${BUCKET}/`] },
  ];
  expect(fields(trail)).toEqual([...objects, { field: "readOnly", equals: ["false"] }]);
  expect(found(writes, "fraud-logs-lifecycle").inputs["rules"]).toMatchObject([{ expiration: { days: 30 } }, {}]);

  const all = await fraud({ logs: { dataEvents: "all", access: false, bucketName: "acme-logs" } });
  expect(fields(found(all, "fraud-trail").inputs)).toEqual(objects);
  expect(found(all, "fraud-trail").inputs["s3BucketName"]).toBe("acme-logs");
  expect(namesOf(all).filter((name) => /logs|logging/.test(name))).toEqual([]);
});

test("only S3 for this bucket and CloudTrail for this trail may write logs", async () => {
  const policy = policyOf(await fraud({ logs: { dataEvents: "all" } }), "fraud-logs-policy");
  const put = { action: "s3:PutObject", resource: `arn:aws:s3:::${LOGS}/access/${ACCOUNT}/x` };
  const from = (source: string, account = ACCOUNT): Record<string, string> => ({ "aws:SourceArn": source, "aws:SourceAccount": account });
  const s3 = "logging.s3.amazonaws.com";
  expect(await serviceAllows(s3, { ...put, context: from(`arn:aws:s3:::${BUCKET}`) }, policy)).toBe(true);
  expect(await serviceAllows(s3, { ...put, context: from("arn:aws:s3:::other") }, policy)).toBe(false);
  expect(await serviceAllows(s3, { ...put, context: from(`arn:aws:s3:::${BUCKET}`, "999988887777") }, policy)).toBe(false);

  const trail = `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/fraud-model-data-events`;
  const record = { action: "s3:PutObject", resource: `arn:aws:s3:::${LOGS}/trail/AWSLogs/${ACCOUNT}/CloudTrail/x.json.gz` };
  const acl = { "s3:x-amz-acl": "bucket-owner-full-control" };
  const cloudTrail = "cloudtrail.amazonaws.com";
  expect(await serviceAllows(cloudTrail, { ...record, context: { "aws:SourceArn": trail, ...acl } }, policy)).toBe(true);
  expect(await serviceAllows(cloudTrail, { ...record, context: { "aws:SourceArn": `${trail}-2`, ...acl } }, policy)).toBe(false);
  expect(await serviceAllows(cloudTrail, { ...put, context: { "aws:SourceArn": trail, ...acl } }, policy)).toBe(false);
});

test("Object Lock is a setting of the bucket, so that an existing bucket gets it without being replaced", async () => {
  const deployment = await fraud({ objectLock: { days: 30 } });
  expect(found(deployment, "fraud-object-lock").inputs).toEqual({
    bucket: BUCKET,
    rule: { defaultRetention: { days: 30, mode: "GOVERNANCE" } },
  });
  expect(found(deployment, "fraud-object-lock").dependsOn).toContain(found(deployment, "fraud-versioning").urn);
  expect(found(deployment, "fraud").inputs).not.toHaveProperty("objectLockEnabled");
  expect(found(deployment, "fraud-object-lock").protect).toBe(true);
});

test("old versions move after 90 days unless days are given", async () => {
  const rules = found(await fraud({ oldVersions: { storageClass: "INTELLIGENT_TIERING" } }), "fraud-lifecycle").inputs["rules"];
  expect(rules).toContainEqual(expect.objectContaining({ transitions: [{ days: 90, storageClass: "INTELLIGENT_TIERING" }] }));
});

/** The policy that KMS gives a key by default: IAM decides. */
const DEFAULT_KEY_POLICY: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: ["kms:*"], Resource: ["*"] }],
};

test("a customer key encrypts both tables, and every role may use it through DynamoDB only, also in a shared registry", async () => {
  const readers = [{ name: "serving", principals: [ACCOUNT] }];
  const own = await deploy(() => new LineOfBusiness("fraud", { tableKmsKeyArn: KEY, readers, publishers: readers, promoters: readers }));
  for (const table of ["fraud-catalog", "fraud-registry"]) {
    expect(found(own, table).inputs["serverSideEncryption"]).toEqual({ enabled: true, kmsKeyArn: KEY });
  }
  const shared = await deploy(() => {
    const { reference } = new SharedRegistry("models", { tableKmsKeyArn: KEY });
    new LineOfBusiness("fraud", { sharedRegistry: reference, readers });
  });
  const decrypt = (service: string) => ({
    action: "kms:Decrypt",
    resource: KEY,
    context: { "kms:ViaService": `${service}.${REGION}.amazonaws.com` },
  });
  const roles: [Deployment, string][] = [
    ...["publisher", "promoter", "reader"].map((kind): [Deployment, string] => [own, `fraud-${kind}-serving`]),
    [shared, "fraud-reader-serving"],
  ];
  for (const [deployment, name] of roles) {
    const role = { roleArn: `arn:aws:iam::${ACCOUNT}:role/${name}`, policies: [policyOf(deployment, name)] };
    expect([name, await allows(role, decrypt("dynamodb"), DEFAULT_KEY_POLICY)]).toEqual([name, true]);
    expect([name, await allows(role, decrypt("s3"), DEFAULT_KEY_POLICY)]).toEqual([name, false]);
  }
});

test.each<StorageArgs>([
  { events: true },
  { logs: {} },
  { objectLock: { days: 1 } },
  { oldVersions: { storageClass: "GLACIER_IR" } },
  { tableKmsKeyArn: KEY },
])("a LOB in a shared registry refuses %j, with one error", async (args) => {
  const [name] = Object.keys(args);
  const declare = deploy(
    () =>
      new LineOfBusiness("fraud", { ...args, sharedRegistry: { bucketName: "models", catalogTableName: "abc", registryTableName: "abd" } }),
  );
  await expect(declare).rejects.toMatchObject({
    errors: [{ propertyPath: name, reason: "the shared registry decides this for all its LOBs; set it there, or remove sharedRegistry" }],
  });
});

test("an output in place of a plain value, and the models' bucket as log bucket, are refused", async () => {
  const dataEvents = pulumi.output("all") as unknown as string;
  await expect(fraud({ logs: { dataEvents } })).rejects.toMatchObject({
    errors: [{ propertyPath: "logs.dataEvents", reason: "must be known when the program runs, not an output" }],
  });
  await expect(fraud({ bucketName: "models", logs: { bucketName: "models" } })).rejects.toMatchObject({
    errors: [{ propertyPath: "logs.bucketName" }],
  });
});
