import { policy, type PolicyDocument } from "../policies/document";
import { bucketArn } from "../policies/target";

/** Folders of the bucket for logs. */
export const ACCESS_FOLDER = "access";
export const TRAIL_FOLDER = "trail";

/** Sources of the logs, and the bucket for them. */
export interface LogSources {
  partition: string;
  accountId: string;
  /** Name of the bucket for logs. */
  logBucket: string;
  /** ARN of the bucket whose requests are logged. */
  source: string;
  /** ARN of the trail; undefined without a trail. */
  trail: string | undefined;
}

/** Returns the policy of a bucket for logs: only S3, for this bucket, and CloudTrail, for this trail, may write, and only over TLS. */
export function logBucketPolicy({ partition, accountId, logBucket, source, trail }: LogSources): PolicyDocument {
  const arn = bucketArn(partition, logBucket);
  const cloudTrail = { Service: "cloudtrail.amazonaws.com" };
  return policy([
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:*"],
      Resource: [arn, `${arn}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Sid: "AccessLogs",
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: ["s3:PutObject"],
      Resource: [`${arn}/${ACCESS_FOLDER}/*`],
      Condition: { ArnLike: { "aws:SourceArn": source }, StringEquals: { "aws:SourceAccount": accountId } },
    },
    ...(trail === undefined
      ? []
      : [
          {
            Sid: "TrailAcl",
            Effect: "Allow" as const,
            Principal: cloudTrail,
            Action: ["s3:GetBucketAcl"],
            Resource: [arn],
            Condition: { StringEquals: { "aws:SourceArn": trail } },
          },
          {
            Sid: "Trail",
            Effect: "Allow" as const,
            Principal: cloudTrail,
            Action: ["s3:PutObject"],
            Resource: [`${arn}/${TRAIL_FOLDER}/AWSLogs/${accountId}/*`],
            Condition: { StringEquals: { "aws:SourceArn": trail, "s3:x-amz-acl": "bucket-owner-full-control" } },
          },
        ]),
  ]);
}
