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
import { setTimeout as sleep } from "node:timers/promises";
import type { AwsRequest } from "./plan.ts";

export interface Clients {
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  readonly iam: IAMClient;
}

/** Clients for the server in the environment variables. */
export function clientsOfEnvironment(): Clients {
  return {
    s3: new S3Client({ forcePathStyle: Boolean(process.env["AWS_ENDPOINT_URL"]) }),
    dynamodb: new DynamoDBClient({}),
    iam: new IAMClient({}),
  };
}

/** Errors of AWS while an earlier change is not done yet, e.g. a bucket's other setting or a table's creation. */
const NOT_YET = new Set(["OperationAborted", "ContinuousBackupsUnavailableException", "ResourceInUseException"]);
/** Tries, two seconds apart. */
const TRIES = 60;

/** Sends one request, again while AWS is not ready for it; a table is there for use when it resolves. */
export async function send(clients: Clients, request: AwsRequest): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await sendOnce(clients, request);
      return;
    } catch (error) {
      // A table that exists before its creation is a different table with the same name.
      const isNotYet = NOT_YET.has((error as Error).name) && request.operation !== "CreateTable";
      if (!isNotYet || tries === TRIES) throw error;
      await sleep(2_000);
    }
  }
}

async function sendOnce({ s3, dynamodb, iam }: Clients, request: AwsRequest): Promise<void> {
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
        { client: dynamodb, maxWaitTime: 300, minDelay: 0.05, maxDelay: 1 },
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
