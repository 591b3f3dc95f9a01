import { PutObjectCommand } from "@aws-sdk/client-s3";
import { explainAwsError, nameOf, statusOf } from "../aws/explain.js";
import { s3Uri } from "../layout.js";
import type { Aws } from "../types.js";
import type { Bucket } from "./object.js";

/**
 * Creates a small object unless it exists.
 * @returns `created`, `exists`, or `busy` if another writer is writing it (409); that writer may still fail, so retry
 * @throws LobError LOB2xxx (AWS), including no answer
 */
export async function putIfNoneMatch(
  aws: Aws,
  bucket: Bucket,
  { key, body, contentType }: { readonly key: string; readonly body: Buffer; readonly contentType: string },
): Promise<"created" | "exists" | "busy"> {
  try {
    await aws.s3.send(
      new PutObjectCommand({
        Bucket: bucket.bucket,
        Key: key,
        Body: body,
        ContentType: contentType,
        IfNoneMatch: "*",
        ExpectedBucketOwner: bucket.bucketOwner,
      }),
    );
    return "created";
  } catch (error) {
    if (statusOf(error) === 412 || nameOf(error) === "PreconditionFailed") return "exists";
    if (statusOf(error) === 409) return "busy";
    throw explainAwsError(error, `writing ${s3Uri(bucket.bucket, key)}`);
  }
}
