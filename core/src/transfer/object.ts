/** Requests about one S3 object. Each names the bucket's owner, because a stranger can claim the name of a deleted bucket. */
import { DeleteObjectCommand, HeadObjectCommand, ListObjectsV2Command, type _Object } from "@aws-sdk/client-s3";
import { explainAwsError, explained, statusOf } from "../aws/explain.js";
import { defined } from "../defined.js";
import * as layout from "../layout.js";
import type { Aws, Lob } from "../types.js";

/** A bucket and the account that must own it, e.g. a {@link Lob}. */
export type Bucket = Pick<Lob, "bucket" | "bucketOwner">;

/** Answer of HEAD for an object. */
export interface ObjectHead {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  /** CRC64NVME over the whole object, base64. Absent if S3 has no checksum, or only one over parts. */
  readonly crc64nvme?: string;
  /** As stored, so not to be trusted. Names are lower-case. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly lastModified?: Date;
}

/** Sends HEAD. @returns undefined if the object does not exist @throws LobError LOB2xxx (AWS) */
export async function headObject(aws: Aws, lob: Bucket, key: string): Promise<ObjectHead | undefined> {
  try {
    const head = await aws.s3.send(
      new HeadObjectCommand({ Bucket: lob.bucket, Key: key, ExpectedBucketOwner: lob.bucketOwner, ChecksumMode: "ENABLED" }),
    );
    return defined({
      key,
      etag: head.ETag ?? "",
      size: head.ContentLength ?? 0,
      metadata: head.Metadata ?? {},
      crc64nvme: head.ChecksumType === "FULL_OBJECT" ? head.ChecksumCRC64NVME : undefined,
      lastModified: head.LastModified,
    });
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) return undefined;
    // HEAD has no body to distinguish a missing key from a forbidden one (403), or to say what is wrong with the credentials (400).
    // A listing of the key does, by its answer or by its error.
    if ((status === 403 || status === 400) && !(await existsByListing(aws, lob, key))) return undefined;
    throw explainAwsError(error, `reading ${layout.s3Uri(lob.bucket, key)}`);
  }
}

async function existsByListing(aws: Aws, lob: Bucket, key: string): Promise<boolean> {
  const [first] = await listKeys(aws, lob, key, 1);
  return first?.key === key;
}

/** Entry of a listing. */
export interface ListedObject {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  readonly lastModified?: Date;
}

export const listed = ({ Key, ETag, Size, LastModified }: _Object): ListedObject =>
  defined({ key: Key ?? "", etag: ETag ?? "", size: Size ?? 0, lastModified: LastModified });

/** Lists one page of keys under a prefix, in order: at most `limit` (1 to 1,000). @throws LobError LOB2xxx (AWS) */
export async function listKeys(aws: Aws, lob: Bucket, prefix: string, limit: number): Promise<ListedObject[]> {
  return explained(`listing ${layout.s3Uri(lob.bucket, prefix)}`, async () => {
    const { Contents } = await aws.s3.send(
      new ListObjectsV2Command({ Bucket: lob.bucket, Prefix: prefix, MaxKeys: limit, ExpectedBucketOwner: lob.bucketOwner }),
    );
    return (Contents ?? []).map(listed);
  });
}

/** Lists the newest numbers of a model in S3, newest first, from any publisher, with one request. @throws LobError LOB2xxx (AWS) */
export async function listNewestNumbers(
  aws: Aws,
  lob: Lob,
  model: string,
  limit: number,
): Promise<{ version: number; etag: string; lastModified?: Date }[]> {
  // A page starts with the marker of the console's "Create folder" and LATEST. Ten extra keys leave room for other keys that are not numbers.
  const objects = await listKeys(aws, lob, layout.versionsPrefix(lob, model), Math.min(1000, limit + 10));
  const numbers = objects.flatMap(({ key, etag, lastModified }) => {
    const version = layout.parseVersionKey(lob, key)?.version;
    return typeof version === "number" ? [defined({ version, etag, lastModified })] : [];
  });
  return numbers.slice(0, limit);
}

/** Deletes an object, if it exists. @throws LobError LOB2xxx (AWS) */
export async function deleteObject(aws: Aws, lob: Lob, key: string): Promise<void> {
  await explained(`deleting ${layout.s3Uri(lob.bucket, key)}`, () =>
    aws.s3.send(new DeleteObjectCommand({ Bucket: lob.bucket, Key: key, ExpectedBucketOwner: lob.bucketOwner })),
  );
}
