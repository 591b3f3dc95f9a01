import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

// Not among the arguments: functions cannot come from another language, and Pulumi infers the schema from the arguments.

/**
 * Changes a child before it is made: `args` and `opts` in place.
 *
 * @param name Name of the child as a resource.
 */
export type Transform<Args> = (args: Args, opts: pulumi.CustomResourceOptions, name: string) => void;

/** A transform for each kind of child that holds data. */
export interface StorageTransforms {
  bucket?: Transform<aws.s3.BucketArgs> | undefined;
  ownership?: Transform<aws.s3.BucketOwnershipControlsArgs> | undefined;
  publicAccess?: Transform<aws.s3.BucketPublicAccessBlockArgs> | undefined;
  policy?: Transform<aws.s3.BucketPolicyArgs> | undefined;
  versioning?: Transform<aws.s3.BucketVersioningArgs> | undefined;
  lifecycle?: Transform<aws.s3.BucketLifecycleConfigurationArgs> | undefined;
  encryption?: Transform<aws.s3.BucketServerSideEncryptionConfigurationArgs> | undefined;
  catalog?: Transform<aws.dynamodb.TableArgs> | undefined;
  registry?: Transform<aws.dynamodb.TableArgs> | undefined;
}

/** A transform for each kind of child of a LOB. */
export interface LineOfBusinessTransforms extends StorageTransforms {
  row?: Transform<aws.dynamodb.TableItemArgs> | undefined;
  /** Of every role; `name` tells them apart, such as `fraud-publisher-models`. */
  role?: Transform<aws.iam.RoleArgs> | undefined;
  rolePolicy?: Transform<aws.iam.RolePolicyArgs> | undefined;
  oidcProvider?: Transform<aws.iam.OpenIdConnectProviderArgs> | undefined;
}

export interface LineOfBusinessOptions extends pulumi.ComponentResourceOptions {
  /** What to change of the children that the arguments do not reach. Only in programs of TypeScript and JavaScript. */
  transform?: LineOfBusinessTransforms | undefined;
}

export interface SharedRegistryOptions extends pulumi.ComponentResourceOptions {
  /** What to change of the children that the arguments do not reach. Only in programs of TypeScript and JavaScript. */
  transform?: StorageTransforms | undefined;
}

/** Makes a child: its arguments and options as they are by default, then as the transform leaves them. */
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
  return new make(name, ownArgs, ownOpts);
}
