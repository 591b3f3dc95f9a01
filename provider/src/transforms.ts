import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { gated } from "./gate";

// Transforms are options, not arguments: Pulumi infers the schema from the arguments, and functions cannot come from another language.

/**
 * Changes the `args` and `opts` of a child in place, before the child is created.
 *
 * @param name name of the child as a resource
 */
export type Transform<Args> = (args: Args, opts: pulumi.CustomResourceOptions, name: string) => void;

/** One transform per kind of child that a bucket and its settings consist of. */
export interface BucketTransforms {
  bucket?: Transform<aws.s3.BucketArgs> | undefined;
  ownership?: Transform<aws.s3.BucketOwnershipControlsArgs> | undefined;
  publicAccess?: Transform<aws.s3.BucketPublicAccessBlockArgs> | undefined;
  policy?: Transform<aws.s3.BucketPolicyArgs> | undefined;
  versioning?: Transform<aws.s3.BucketVersioningArgs> | undefined;
  lifecycle?: Transform<aws.s3.BucketLifecycleConfigurationArgs> | undefined;
  encryption?: Transform<aws.s3.BucketServerSideEncryptionConfigurationArgs> | undefined;
}

/** One transform per kind of child that holds or guards data. */
export interface StorageTransforms extends BucketTransforms {
  notification?: Transform<aws.s3.BucketNotificationArgs> | undefined;
  objectLock?: Transform<aws.s3.BucketObjectLockConfigurationArgs> | undefined;
  logging?: Transform<aws.s3.BucketLoggingArgs> | undefined;
  trail?: Transform<aws.cloudtrail.TrailArgs> | undefined;
  /** Changes of the bucket for logs and its settings. */
  logs?: BucketTransforms | undefined;
  catalog?: Transform<aws.dynamodb.TableArgs> | undefined;
  registry?: Transform<aws.dynamodb.TableArgs> | undefined;
}

/** One transform per kind of child of a LOB. */
export interface LineOfBusinessTransforms extends StorageTransforms {
  row?: Transform<aws.dynamodb.TableItemArgs> | undefined;
  /** Called for every role; `name` distinguishes them, e.g. `fraud-publisher-models`. */
  role?: Transform<aws.iam.RoleArgs> | undefined;
  rolePolicy?: Transform<aws.iam.RolePolicyArgs> | undefined;
  oidcProvider?: Transform<aws.iam.OpenIdConnectProviderArgs> | undefined;
}

export interface LineOfBusinessOptions extends pulumi.ComponentResourceOptions {
  /** Changes of the children beyond the arguments. Only in TypeScript and JavaScript programs. */
  transform?: LineOfBusinessTransforms | undefined;
}

export interface SharedRegistryOptions extends pulumi.ComponentResourceOptions {
  /** Changes of the children beyond the arguments. Only in TypeScript and JavaScript programs. */
  transform?: StorageTransforms | undefined;
}

/** Creates a child from its default arguments and options, after the transform has changed them. */
export function child<Args, Resource>(
  make: new (name: string, args: Args, opts: pulumi.CustomResourceOptions) => Resource,
  transform: Transform<Args> | undefined,
  name: string,
  args: Args,
  opts: pulumi.CustomResourceOptions,
): Resource {
  const ownArgs = { ...args };
  const ownOpts = { ...opts };
  transform?.(ownArgs, ownOpts, name);
  return new make(name, ownArgs, gated(ownOpts));
}
