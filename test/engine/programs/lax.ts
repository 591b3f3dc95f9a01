/** Violates every policy pack: a bucket that anybody can read, and a role that may do everything in S3, both without tags. */
import * as aws from "@pulumi/aws";

const bucket = new aws.s3.Bucket("open", { bucket: "open-models" });
const document = (statement: object): string => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
new aws.s3.BucketPolicy("open", {
  bucket: bucket.bucket,
  policy: document({ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::open-models/*" }),
});
const role = new aws.iam.Role("lax", {
  assumeRolePolicy: document({ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" }),
});
new aws.iam.RolePolicy("lax", { role: role.name, policy: document({ Effect: "Allow", Action: "s3:*", Resource: "*" }) });
