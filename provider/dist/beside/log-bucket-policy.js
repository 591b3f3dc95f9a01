"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.TRAIL_FOLDER = exports.ACCESS_FOLDER = void 0;
exports.logBucketPolicy = logBucketPolicy;
const document_1 = require("../policies/document");
const target_1 = require("../policies/target");
/** Folders of the bucket for logs. */
exports.ACCESS_FOLDER = "access";
exports.TRAIL_FOLDER = "trail";
/** Returns the policy of a bucket for logs: only S3, for this bucket, and CloudTrail, for this trail, may write, and only over TLS. */
function logBucketPolicy({ partition, accountId, logBucket, source, trail }) {
    const arn = (0, target_1.bucketArn)(partition, logBucket);
    const cloudTrail = { Service: "cloudtrail.amazonaws.com" };
    return (0, document_1.policy)([
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
            Resource: [`${arn}/${exports.ACCESS_FOLDER}/*`],
            Condition: { ArnLike: { "aws:SourceArn": source }, StringEquals: { "aws:SourceAccount": accountId } },
        },
        ...(trail === undefined
            ? []
            : [
                {
                    Sid: "TrailAcl",
                    Effect: "Allow",
                    Principal: cloudTrail,
                    Action: ["s3:GetBucketAcl"],
                    Resource: [arn],
                    Condition: { StringEquals: { "aws:SourceArn": trail } },
                },
                {
                    Sid: "Trail",
                    Effect: "Allow",
                    Principal: cloudTrail,
                    Action: ["s3:PutObject"],
                    Resource: [`${arn}/${exports.TRAIL_FOLDER}/AWSLogs/${accountId}/*`],
                    Condition: { StringEquals: { "aws:SourceArn": trail, "s3:x-amz-acl": "bucket-owner-full-control" } },
                },
            ]),
    ]);
}
