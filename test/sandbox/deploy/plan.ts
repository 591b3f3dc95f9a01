/** A resource as AWS requests, and how a resource type is described. Pure. */
import type { CreateTableCommandInput, PutItemCommandInput, UpdateContinuousBackupsCommandInput } from "@aws-sdk/client-dynamodb";
import type * as IAM from "@aws-sdk/client-iam";
import type * as S3 from "@aws-sdk/client-s3";
import { z } from "zod";

/** Target of the deployment. */
export interface Where {
  readonly accountId: string;
  readonly region: string;
}

/** One AWS request, as plain data. */
export type AwsRequest =
  | { readonly operation: "CreateBucket"; readonly input: S3.CreateBucketCommandInput }
  | { readonly operation: "PutBucketTagging"; readonly input: S3.PutBucketTaggingCommandInput }
  | { readonly operation: "PutBucketOwnershipControls"; readonly input: S3.PutBucketOwnershipControlsCommandInput }
  | { readonly operation: "PutPublicAccessBlock"; readonly input: S3.PutPublicAccessBlockCommandInput }
  | { readonly operation: "PutBucketPolicy"; readonly input: S3.PutBucketPolicyCommandInput }
  | { readonly operation: "PutBucketVersioning"; readonly input: S3.PutBucketVersioningCommandInput }
  | { readonly operation: "PutBucketEncryption"; readonly input: S3.PutBucketEncryptionCommandInput }
  | { readonly operation: "PutBucketLifecycleConfiguration"; readonly input: S3.PutBucketLifecycleConfigurationCommandInput }
  | { readonly operation: "CreateTable"; readonly input: CreateTableCommandInput }
  | { readonly operation: "UpdateContinuousBackups"; readonly input: UpdateContinuousBackupsCommandInput }
  | { readonly operation: "PutItem"; readonly input: PutItemCommandInput }
  | { readonly operation: "CreateRole"; readonly input: IAM.CreateRoleCommandInput }
  | { readonly operation: "PutRolePolicy"; readonly input: IAM.PutRolePolicyCommandInput }
  | { readonly operation: "CreateOpenIDConnectProvider"; readonly input: IAM.CreateOpenIDConnectProviderCommandInput };

/** Requests that create a resource, and its state afterwards. */
export interface Plan {
  /** In the order in which they must be sent. */
  readonly requests: readonly AwsRequest[];
  /** The id that the real provider gives the resource. */
  readonly id: string;
  /** Outputs beside the inputs, as far as programs use them. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A resource type or property that the sandbox does not cover. */
export class NotCovered extends Error {
  override readonly name = "NotCovered";
}

/** Tags as a resource has them. */
export const tags = z.record(z.string(), z.string()).optional();
/** Tags as AWS takes them. */
export const keyed = (pairs: Record<string, string> | undefined): { Key: string; Value: string }[] =>
  Object.entries(pairs ?? {}).map(([Key, Value]) => ({ Key, Value }));

/** A resource type: what its inputs may be, and what they make. */
export function resource<Schema extends z.ZodType>(schema: Schema, plan: (inputs: z.infer<Schema>, where: Where) => Plan) {
  return (type: string, name: string, inputs: unknown, where: Where): Plan => {
    const parsed = schema.safeParse(inputs);
    if (!parsed.success)
      throw new NotCovered(`The sandbox does not cover this use of ${type} ("${name}"):\n${z.prettifyError(parsed.error)}`);
    return plan(parsed.data, where);
  };
}

/** Resource types by their token. */
export type Resources = Readonly<Record<string, ReturnType<typeof resource>>>;
