/** The resources of a LOB with five publishers, as somebody would write them who has no component. */
import * as aws from "@pulumi/aws";

/** Names of the publishers, and of their repositories. */
export const PUBLISHERS = ["churn", "chargeback", "scoring", "pricing", "limits"];

const json = (...statements: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });

export function lobByHand(name: string, accountId: string, region: string): void {
  const tags = { team: "risk" };
  const opts = { protect: true, retainOnDelete: true };
  const { bucket } = new aws.s3.Bucket(name, { bucket: `${accountId}-${region}-${name}-artifacts`, tags }, opts);
  new aws.s3.BucketOwnershipControls(name, { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, opts);
  const block = new aws.s3.BucketPublicAccessBlock(
    name,
    { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    opts,
  );
  const arn = `arn:aws:s3:::${accountId}-${region}-${name}-artifacts`;
  new aws.s3.BucketPolicy(
    name,
    {
      bucket,
      policy: json(
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: [arn, `${arn}/*`],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
        {
          Sid: "WriteOnce",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:PutObject",
          Resource: `${arn}/ml-models/${name}/*/versions/9*`,
          Condition: { Null: { "s3:if-none-match": "true" } },
        },
      ),
    },
    { ...opts, dependsOn: [block] },
  );
  const versioning = new aws.s3.BucketVersioning(name, { bucket, versioningConfiguration: { status: "Enabled" } }, opts);
  new aws.s3.BucketLifecycleConfiguration(
    name,
    { bucket, rules: [{ id: "staging", status: "Enabled", filter: { prefix: `ml-staging/${name}/` }, expiration: { days: 7 } }] },
    { ...opts, dependsOn: [versioning] },
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    name,
    { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    opts,
  );
  const table = (kind: string, hashKey: string, rangeKey: string): aws.dynamodb.Table =>
    new aws.dynamodb.Table(
      `${name}-${kind}`,
      {
        name: `${name}-model-${kind}`,
        billingMode: "PAY_PER_REQUEST",
        hashKey,
        attributes: [hashKey, rangeKey].map((attribute) => ({ name: attribute, type: "S" })),
        globalSecondaryIndexes: [
          {
            name: "by-time",
            keySchemas: [
              { attributeName: hashKey, keyType: "HASH" },
              { attributeName: rangeKey, keyType: "RANGE" },
            ],
            projectionType: "ALL",
          },
        ],
        deletionProtectionEnabled: true,
        pointInTimeRecovery: { enabled: true },
        tags,
      },
      opts,
    );
  const catalog = table("catalog", "namespace", "updated");
  table("registry", "url", "readyAt");
  new aws.dynamodb.TableItem(name, { tableName: catalog.name, hashKey: "namespace", item: JSON.stringify({ namespace: { S: name } }) });
  for (const publisher of PUBLISHERS) {
    const role = new aws.iam.Role(`${name}-${publisher}`, {
      name: `${name}-publisher-${publisher}`,
      assumeRolePolicy: json({
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/token.actions.githubusercontent.com` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: { "token.actions.githubusercontent.com:sub": `repo:acme/${publisher}:ref:refs/heads/main` } },
      }),
      tags,
    });
    const policy = json({ Effect: "Allow", Action: ["s3:PutObject"], Resource: `${arn}/*` });
    new aws.iam.RolePolicy(`${name}-${publisher}`, { role: role.name, policy });
  }
}
