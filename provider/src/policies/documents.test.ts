import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { allows } from "../testing/iam";
import { deployerPolicy } from "./deployer";
import { LIMITS } from "./document";
import { examplePolicies } from "./examples";

const page = (name: string): string => readFileSync(join(__dirname, "..", "..", "..", "docs", name), "utf8");
const POLICIES = page("policies.md");
const PERMISSIONS = page("permissions.md");

describe("docs/policies.md and docs/permissions.md", () => {
  test.each(Object.entries(examplePolicies()))("shows the rendered policy of the %s (npm run generate)", (name, policy) => {
    const block = new RegExp(`<!-- policy: ${name} -->\\n\`\`\`json\\n([^]*?)\`\`\``).exec(POLICIES);
    expect(JSON.parse(block![1]!)).toEqual(policy);
  });

  test("explains each statement", () => {
    const sids = Object.entries(examplePolicies())
      .filter(([name]) => name !== "deployer")
      .flatMap(([, { Statement }]) => Statement.flatMap(({ Sid }) => Sid ?? []));
    expect([...new Set(sids)].filter((sid) => !new RegExp(`^\\| .*\`${sid}\`.* \\|`, "m").test(PERMISSIONS))).toEqual([]);
  });
});

describe("the deployer's policy", () => {
  const account = "111122223333";
  const policy = deployerPolicy({ partition: "aws", account });
  const deployer = { roleArn: `arn:aws:iam::${account}:role/deployer`, policies: [policy] };
  const RESOURCES: Record<string, [mine: string, foreign: string]> = {
    Buckets: [`arn:aws:s3:::${account}-eu-west-1-fraud-artifacts`, "arn:aws:s3:::payroll"],
    Tables: [`arn:aws:dynamodb:eu-west-1:${account}:table/fraud-model-registry`, `arn:aws:dynamodb:eu-west-1:${account}:table/payroll`],
    Rows: [`arn:aws:dynamodb:eu-west-1:${account}:table/model-catalog`, `arn:aws:dynamodb:eu-west-1:${account}:table/fraud-model-registry`],
    Roles: [`arn:aws:iam::${account}:role/ml/fraud-publisher-models`, `arn:aws:iam::${account}:role/admin`],
    Trails: [
      `arn:aws:cloudtrail:eu-west-1:${account}:trail/fraud-model-data-events`,
      `arn:aws:cloudtrail:eu-west-1:${account}:trail/management-events`,
    ],
    GitHub: [
      `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
      `arn:aws:iam::${account}:oidc-provider/accounts.google.com`,
    ],
  };

  test("can list all trails, which IAM cannot limit", () => {
    expect(policy.Statement.filter(({ Resource }) => Resource!.includes("*")).map(({ Action }) => Action)).toEqual([
      ["cloudtrail:DescribeTrails"],
    ]);
  });

  test.each(policy.Statement.flatMap(({ Sid, Action }) => (Sid === "TrailLists" ? [] : [[Sid!, Action] as const])))(
    "%s: actions that there are, on what is ours alone",
    async (sid, actions) => {
      const [mine, foreign] = RESOURCES[sid]!;
      for (const action of actions) {
        expect([action, await allows(deployer, { action, resource: mine })]).toEqual([action, true]);
        expect([action, await allows(deployer, { action, resource: foreign })]).toEqual([action, false]);
      }
    },
  );

  test("has all actions recorded from the AWS provider during up, preview, refresh and destroy of all topologies", () => {
    const granted = policy.Statement.flatMap(({ Action }) => Action);
    const missing = SEEN.filter((action) => !granted.includes(action));
    expect(missing).toEqual([]);
  });

  test("fits into a managed policy", () => {
    expect(JSON.stringify(policy).length).toBeLessThan(6144);
    expect(JSON.stringify(policy).length).toBeLessThan(LIMITS.inline);
  });
});

/** Recorded between the AWS provider 7.21 and the embedded AWS. GetCallerIdentity needs no permission. */
const SEEN = [
  "cloudtrail:CreateTrail",
  "cloudtrail:DeleteTrail",
  "cloudtrail:DescribeTrails",
  "cloudtrail:GetEventSelectors",
  "cloudtrail:GetTrailStatus",
  "cloudtrail:ListTags",
  "cloudtrail:PutEventSelectors",
  "cloudtrail:StartLogging",
  "s3:GetBucketNotification",
  "s3:PutBucketLogging",
  "s3:PutBucketNotification",
  "s3:PutBucketObjectLockConfiguration",
  "dynamodb:CreateTable",
  "dynamodb:DeleteItem",
  "dynamodb:DeleteTable",
  "dynamodb:DescribeContinuousBackups",
  "dynamodb:DescribeTable",
  "dynamodb:DescribeTimeToLive",
  "dynamodb:GetItem",
  "dynamodb:ListTagsOfResource",
  "dynamodb:PutItem",
  "dynamodb:UpdateContinuousBackups",
  "iam:CreateOpenIDConnectProvider",
  "iam:CreateRole",
  "iam:DeleteOpenIDConnectProvider",
  "iam:DeleteRole",
  "iam:DeleteRolePolicy",
  "iam:GetOpenIDConnectProvider",
  "iam:GetRole",
  "iam:GetRolePolicy",
  "iam:ListAttachedRolePolicies",
  "iam:ListInstanceProfilesForRole",
  "iam:ListRolePolicies",
  "iam:PutRolePolicy",
  "s3:CreateBucket",
  "s3:DeleteBucket",
  "s3:DeleteBucketPolicy",
  "s3:GetAccelerateConfiguration",
  "s3:GetBucketAcl",
  "s3:GetBucketCORS",
  "s3:GetBucketLogging",
  "s3:GetBucketObjectLockConfiguration",
  "s3:GetBucketOwnershipControls",
  "s3:GetBucketPolicy",
  "s3:GetBucketPublicAccessBlock",
  "s3:GetBucketRequestPayment",
  "s3:GetBucketTagging",
  "s3:GetBucketVersioning",
  "s3:GetBucketWebsite",
  "s3:GetEncryptionConfiguration",
  "s3:GetLifecycleConfiguration",
  "s3:GetReplicationConfiguration",
  "s3:ListBucket",
  "s3:PutBucketOwnershipControls",
  "s3:PutBucketPolicy",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketVersioning",
  "s3:PutEncryptionConfiguration",
  "s3:PutLifecycleConfiguration",
];
