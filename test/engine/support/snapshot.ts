/** Everything that an account holds, read with the AWS SDK, to compare before and after an operation that must change nothing. */
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
} from "@aws-sdk/client-dynamodb";
import {
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListOpenIDConnectProvidersCommand,
  ListRolePoliciesCommand,
  paginateListRoles,
} from "@aws-sdk/client-iam";
import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
} from "@aws-sdk/client-s3";
import type { Sandbox } from "../../sandbox/server.ts";
import { clientsOf, readObjects, readRows, type Clients } from "../../support/state.ts";

export interface Snapshot {
  readonly buckets: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly tables: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly roles: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly oidcProviders: Readonly<Record<string, unknown>>;
}

/** Reads every bucket with its settings and objects, every table with its rows, every role with its policies, and every OIDC provider. */
export async function snapshotOf(sandbox: Sandbox): Promise<Snapshot> {
  const clients = clientsOf(sandbox);
  const iam = new IAMClient({
    region: sandbox.region,
    endpoint: sandbox.endpoint,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const { Buckets = [] } = await clients.s3.send(new ListBucketsCommand({}));
  const { TableNames = [] } = await clients.dynamodb.send(new ListTablesCommand({}));
  const roleNames: string[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client: iam }, {})) roleNames.push(...Roles.map(({ RoleName }) => RoleName!));
  const { OpenIDConnectProviderList = [] } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
  return {
    buckets: await byName(
      Buckets.map(({ Name }) => Name!),
      (name) => bucketOf(clients, name),
    ),
    tables: await byName(TableNames, (name) => tableOf(clients, name)),
    roles: await byName(roleNames, (name) => roleOf(iam, name)),
    oidcProviders: await byName(
      OpenIDConnectProviderList.map(({ Arn }) => Arn!),
      async (arn) => answer(iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }))),
    ),
  };
}

async function byName<T>(names: readonly string[], read: (name: string) => Promise<T>): Promise<Record<string, T>> {
  return Object.fromEntries(await Promise.all([...names].sort().map(async (name) => [name, await read(name)] as const)));
}

/** Returns what AWS answered, or the name of its error, e.g. NoSuchBucketPolicy. */
async function answer(request: Promise<object>): Promise<unknown> {
  try {
    const { $metadata, ...content } = (await request) as { $metadata?: unknown };
    return content;
  } catch (error) {
    return (error as Error).name;
  }
}

async function bucketOf(clients: Clients, Bucket: string): Promise<Record<string, unknown>> {
  const { s3 } = clients;
  return {
    policy: await answer(s3.send(new GetBucketPolicyCommand({ Bucket }))),
    versioning: await answer(s3.send(new GetBucketVersioningCommand({ Bucket }))),
    encryption: await answer(s3.send(new GetBucketEncryptionCommand({ Bucket }))),
    lifecycle: await answer(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))),
    ownership: await answer(s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))),
    publicAccess: await answer(s3.send(new GetPublicAccessBlockCommand({ Bucket }))),
    tags: await answer(s3.send(new GetBucketTaggingCommand({ Bucket }))),
    objects: await readObjects(clients, Bucket),
  };
}

async function tableOf(clients: Clients, TableName: string): Promise<Record<string, unknown>> {
  const { dynamodb } = clients;
  const { Table = {} } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  const { ContinuousBackupsDescription: backups } = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }));
  return {
    description: Table,
    // Without the times to which AWS can restore, which go on.
    backups: backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus,
    tags: await answer(dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn: Table.TableArn }))),
    rows: await readRows(clients, TableName, Table.KeySchema![0]!.AttributeName!),
  };
}

async function roleOf(iam: IAMClient, RoleName: string): Promise<Record<string, unknown>> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  return {
    // Contains the trust policy.
    role: await answer(iam.send(new GetRoleCommand({ RoleName }))),
    policies: await byName(PolicyNames, (PolicyName) => answer(iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })))),
    attached: await answer(iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))),
  };
}
