/** Requests about one S3 object. Each carries the bucket's owner: names of buckets can be claimed by strangers. */
import { DeleteObjectCommand, HeadObjectCommand, ListObjectsV2Command, type _Object } from "@aws-sdk/client-s3";
import { explainAwsError, explained, statusOf } from "../aws/explain.js";
import * as layout from "../layout.js";
import type { Aws, Lob } from "../types.js";

/** A bucket and the account that must own it. A {@link Lob} is one. */
export type Bucket = Pick<Lob, "bucket" | "bucketOwner">;

/** What HEAD tells of an object. */
export interface ObjectHead {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  /** CRC64NVME over the whole object, base64; absent where S3 has only one over parts, or none. */
  readonly crc64nvme?: string;
  /** As stored: hostile until looked at. Names are lower-case. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly lastModified?: Date;
}

/** HEAD; undefined when the object does not exist. */
export async function headObject(aws: Aws, lob: Bucket, key: string): Promise<ObjectHead | undefined> {
  try {
    const head = await aws.s3.send(
      new HeadObjectCommand({ Bucket: lob.bucket, Key: key, ExpectedBucketOwner: lob.bucketOwner, ChecksumMode: "ENABLED" }),
    );
    return {
      key,
      etag: head.ETag ?? "",
      size: head.ContentLength ?? 0,
      metadata: head.Metadata ?? {},
      ...(head.ChecksumType === "FULL_OBJECT" && head.ChecksumCRC64NVME !== undefined && { crc64nvme: head.ChecksumCRC64NVME }),
      ...(head.LastModified && { lastModified: head.LastModified }),
    };
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) return undefined;
    // HEAD has no body that would tell a missing key from a forbidden one (403), or what is wrong with the credentials (400): a listing
    // of the key does, by its answer or by its own error.
    if ((status === 403 || status === 400) && !(await existsByListing(aws, lob, key))) return undefined;
    throw explainAwsError(error, `reading ${layout.s3Uri(lob.bucket, key)}`);
  }
}

async function existsByListing(aws: Aws, lob: Bucket, key: string): Promise<boolean> {
  const [first] = await listKeys(aws, lob, key, 1);
  return first?.key === key;
}

/** What a listing tells of an object. */
export interface ListedObject {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  readonly lastModified?: Date;
}

export const listed = ({ Key, ETag, Size, LastModified }: _Object): ListedObject => ({
  key: Key ?? "",
  etag: ETag ?? "",
  size: Size ?? 0,
  ...(LastModified && { lastModified: LastModified }),
});

/** One page of keys under a prefix, in order: at most `limit` (1…1000). */
export async function listKeys(aws: Aws, lob: Bucket, prefix: string, limit: number): Promise<ListedObject[]> {
  return explained(`listing ${layout.s3Uri(lob.bucket, prefix)}`, async () => {
    const { Contents } = await aws.s3.send(
      new ListObjectsV2Command({ Bucket: lob.bucket, Prefix: prefix, MaxKeys: limit, ExpectedBucketOwner: lob.bucketOwner }),
    );
    return (Contents ?? []).map(listed);
  });
}

/** The newest numbers of a model in S3, newest first, whoever published them: one LIST. */
export async function listNewestNumbers(
  aws: Aws,
  lob: Lob,
  model: string,
  limit: number,
): Promise<{ version: number; etag: string; lastModified?: Date }[]> {
  // LATEST comes first, after the marker that the console's "Create folder" leaves; a few more for what else is not a number.
  const objects = await listKeys(aws, lob, layout.versionsPrefix(lob, model), Math.min(1000, limit + 10));
  const numbers = objects.flatMap(({ key, etag, lastModified }) => {
    const version = layout.parseVersionKey(lob, key)?.version;
    return typeof version === "number" ? [{ version, etag, ...(lastModified && { lastModified }) }] : [];
  });
  return numbers.slice(0, limit);
}

/** Deletes an object; one that is gone already is fine. */
export async function deleteObject(aws: Aws, lob: Lob, key: string): Promise<void> {
  await explained(`deleting ${layout.s3Uri(lob.bucket, key)}`, () =>
    aws.s3.send(new DeleteObjectCommand({ Bucket: lob.bucket, Key: key, ExpectedBucketOwner: lob.bucketOwner })),
  );
}
