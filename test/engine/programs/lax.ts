/** What no policy pack should let pass: a bucket that anybody reads, and a role that may do everything in S3, without a tag on either. */
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
