"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.deployerPolicy = deployerPolicy;
const document_1 = require("./document");
// Permissions that running Pulumi needs. They are only documented: the component cannot grant them, because the deployer creates it.
/** Actions by kind of resource that the AWS provider uses to create, read, change and delete it. */
const ACTIONS = {
    bucket: [
        "s3:CreateBucket",
        "s3:DeleteBucket",
        "s3:DeleteBucketPolicy",
        "s3:GetAccelerateConfiguration",
        "s3:GetBucketAcl",
        "s3:GetBucketCORS",
        "s3:GetBucketLocation",
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
        "s3:ListTagsForResource",
        "s3:PutBucketOwnershipControls",
        "s3:PutBucketPolicy",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketTagging",
        "s3:PutBucketVersioning",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
        "s3:TagResource",
        "s3:UntagResource",
    ],
    tables: [
        "dynamodb:CreateTable",
        "dynamodb:DeleteTable",
        "dynamodb:DescribeContinuousBackups",
        "dynamodb:DescribeTable",
        "dynamodb:DescribeTimeToLive",
        "dynamodb:ListTagsOfResource",
        "dynamodb:TagResource",
        "dynamodb:UntagResource",
        "dynamodb:UpdateContinuousBackups",
        "dynamodb:UpdateTable",
    ],
    row: ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
    roles: [
        "iam:CreateRole",
        "iam:DeleteRole",
        "iam:DeleteRolePermissionsBoundary",
        "iam:DeleteRolePolicy",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListInstanceProfilesForRole",
        "iam:ListRolePolicies",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
    ],
    oidcProvider: [
        "iam:AddClientIDToOpenIDConnectProvider",
        "iam:CreateOpenIDConnectProvider",
        "iam:DeleteOpenIDConnectProvider",
        "iam:GetOpenIDConnectProvider",
        "iam:RemoveClientIDFromOpenIDConnectProvider",
        "iam:TagOpenIDConnectProvider",
        "iam:UntagOpenIDConnectProvider",
        "iam:UpdateOpenIDConnectProviderThumbprint",
    ],
};
/** Returns the policy of a role that deploys LOBs of any name, with default names for all resources. */
function deployerPolicy({ partition, account }) {
    const allow = (Sid, actions, resources) => ({
        Sid,
        Effect: "Allow",
        Action: [...actions],
        Resource: resources,
    });
    const table = (name) => `arn:${partition}:dynamodb:*:${account}:table/${name}`;
    return (0, document_1.policy)([
        allow("Buckets", ACTIONS.bucket, [`arn:${partition}:s3:::${account}-*-artifacts`]),
        allow("Tables", ACTIONS.tables, [table("*model-catalog"), table("*model-registry")]),
        allow("Rows", ACTIONS.row, [table("*model-catalog")]),
        allow("Roles", ACTIONS.roles, ["publisher", "promoter", "reader"].map((kind) => `arn:${partition}:iam::${account}:role/*-${kind}-*`)),
        allow("GitHub", ACTIONS.oidcProvider, [`arn:${partition}:iam::${account}:oidc-provider/token.actions.githubusercontent.com`]),
    ]);
}
