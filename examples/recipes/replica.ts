/** A copy of a LOB in a second region that can be read as a LOB there. `lobreg doctor` fills its tables from the copied objects. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { LineOfBusiness, type LineOfBusinessArgs, type StorageResources } from "lob-registry";

export interface ReplicaArgs {
  /** The LOB, with its own bucket. */
  source: LineOfBusiness;
  /** Name of the LOB. */
  lob: string;
  /** Provider of the second region. */
  provider: aws.Provider;
  /** Readers in the second region, with names that the LOB's readers do not have: names of IAM roles are global. */
  readers?: NonNullable<LineOfBusinessArgs["readers"]>;
}

interface Policy {
  Statement: { Sid?: string }[];
}

export function replica(name: string, { source, lob, provider, readers = [] }: ReplicaArgs): LineOfBusiness {
  const copy = new LineOfBusiness(
    name,
    { lob, readers },
    {
      provider,
      transform: {
        policy: (args) => {
          // The bucket of a LOB refuses replicas. This one is written only by S3.
          args.policy = pulumi.output(args.policy).apply((text) => {
            const policy = JSON.parse(text as string) as Policy;
            return JSON.stringify({ ...policy, Statement: policy.Statement.filter(({ Sid }) => Sid !== "NoReplicas") });
          });
        },
      },
    },
  );
  const role = new aws.iam.Role(name, {
    name: `${name}-replication`,
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" }],
    }),
  });
  const policy = new aws.iam.RolePolicy(name, {
    role: role.name,
    policy: pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"], Resource: source.bucketArn },
        {
          Effect: "Allow",
          Action: ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"],
          Resource: pulumi.interpolate`${source.bucketArn}/*`,
        },
        { Effect: "Allow", Action: ["s3:ReplicateObject", "s3:ReplicateTags"], Resource: pulumi.interpolate`${copy.bucketArn}/*` },
      ],
    }),
  });
  new aws.s3.BucketReplicationConfig(
    name,
    {
      bucket: source.bucketName,
      role: role.arn,
      rules: [
        {
          id: "models",
          status: "Enabled",
          // Not the uploads in progress.
          filter: { prefix: pulumi.interpolate`${source.prefix}/${lob}/` },
          // An object that is deleted in one region stays in the other.
          deleteMarkerReplication: { status: "Disabled" },
          destination: { bucket: copy.bucketArn },
        },
      ],
    },
    { dependsOn: [policy, ...versionings(source.resources), ...versionings(copy.resources)] },
  );
  return copy;
}

const versionings = ({ versioning }: Partial<StorageResources>): pulumi.Resource[] => (versioning ? [versioning] : []);
