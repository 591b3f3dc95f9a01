/** Sends planned requests to AWS. */
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateContinuousBackupsCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { CreateOpenIDConnectProviderCommand, CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { AwsRequest } from "./plan.ts";

export interface Clients {
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  readonly iam: IAMClient;
}

/** Clients for where the environment's variables point. */
export function clientsOfEnvironment(): Clients {
  return { s3: new S3Client({ forcePathStyle: true }), dynamodb: new DynamoDBClient({}), iam: new IAMClient({}) };
}

/** Sends one request; a table is there for use when it resolves. */
export async function send({ s3, dynamodb, iam }: Clients, request: AwsRequest): Promise<void> {
  switch (request.operation) {
    case "CreateBucket":
      await s3.send(new CreateBucketCommand(request.input));
      return;
    case "PutBucketTagging":
      await s3.send(new PutBucketTaggingCommand(request.input));
      return;
    case "PutBucketOwnershipControls":
      await s3.send(new PutBucketOwnershipControlsCommand(request.input));
      return;
    case "PutPublicAccessBlock":
      await s3.send(new PutPublicAccessBlockCommand(request.input));
      return;
    case "PutBucketPolicy":
      await s3.send(new PutBucketPolicyCommand(request.input));
      return;
    case "PutBucketVersioning":
      await s3.send(new PutBucketVersioningCommand(request.input));
      return;
    case "PutBucketEncryption":
      await s3.send(new PutBucketEncryptionCommand(request.input));
      return;
    case "PutBucketLifecycleConfiguration":
      await s3.send(new PutBucketLifecycleConfigurationCommand(request.input));
      return;
    case "CreateTable":
      await dynamodb.send(new CreateTableCommand(request.input));
      await waitUntilTableExists(
        { client: dynamodb, maxWaitTime: 60, minDelay: 0.05, maxDelay: 1 },
        { TableName: request.input.TableName },
      );
      return;
    case "UpdateContinuousBackups":
      await dynamodb.send(new UpdateContinuousBackupsCommand(request.input));
      return;
    case "PutItem":
      await dynamodb.send(new PutItemCommand(request.input));
      return;
    case "CreateRole":
      await iam.send(new CreateRoleCommand(request.input));
      return;
    case "PutRolePolicy":
      await iam.send(new PutRolePolicyCommand(request.input));
      return;
    case "CreateOpenIDConnectProvider":
      await iam.send(new CreateOpenIDConnectProviderCommand(request.input));
      return;
  }
}
