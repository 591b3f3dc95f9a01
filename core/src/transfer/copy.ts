import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
  type CompletedPart,
} from "@aws-sdk/client-s3";
import { explainAwsError, isLostAnswer, nameOf, statusOf } from "../aws/explain.js";
import { LATEST_TAG, s3Uri } from "../layout.js";
import type { Aws, Lob } from "../types.js";
import { headObject, type Bucket } from "./object.js";
import { copyRanges } from "./parts.js";
import { Pool } from "./pool.js";
import { abortUpload } from "./upload.js";

const CONCURRENCY = 8;

export interface CopySource {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  /** Where it is; by default in the LOB's own bucket. */
  readonly bucket?: Bucket;
}

export interface CopyOptions {
  readonly from: CopySource;
  readonly to: string;
  /** What must be true of the target: nothing there, or exactly this ETag. */
  readonly condition: "absent" | { readonly etag: string };
  readonly metadata: Readonly<Record<string, string>>;
  /** `application/gzip` by default. */
  readonly contentType?: string;
  /** Tags the copy as LATEST, so that the bucket's lifecycle expires its old contents. */
  readonly taggedLatest?: boolean;
  readonly onBytes?: (copied: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * What came of a copy:
 * `done` the target is ours; `source-gone` the source is not there (any more) or is not the one meant; `refused` the target was
 * not as the condition wants; `unknown` no answer: it may be ours. The caller looks at the target whatever the answer.
 */
export type CopyOutcome = "done" | "source-gone" | "refused" | "unknown";

/**
 * Copies an object inside S3, conditionally on what is at the target. Always as a multipart upload, whatever the size: CopyObject
 * stops at 5 GB, turns the ETag of a multipart object into another one, and its conditions on the target are not dependable.
 */
export async function copyObject(aws: Aws, lob: Lob, options: CopyOptions): Promise<CopyOutcome> {
  if (options.from.size === 0) return putEmpty(aws, lob, options);
  const { from, to, condition, signal } = options;
  const where = { Bucket: lob.bucket, Key: to, ExpectedBucketOwner: lob.bucketOwner };
  const abort = signal ? { abortSignal: signal } : {};
  const { bucket, bucketOwner } = from.bucket ?? lob;
  const source = {
    CopySource: `${bucket}/${from.key.split("/").map(encodeURIComponent).join("/")}`,
    CopySourceIfMatch: from.etag,
    ExpectedSourceBucketOwner: bucketOwner,
  };
  let uploadId: string | undefined;
  let completing = false;
  const pool = new Pool(CONCURRENCY);
  try {
    const created = await aws.s3.send(
      new CreateMultipartUploadCommand({
        ...where,
        ...described(options),
      }),
      abort,
    );
    uploadId = created.UploadId;
    const completed: CompletedPart[] = [];
    const ranges = copyRanges(from.size);
    let copied = 0;
    for (const [index, { start, end }] of ranges.entries()) {
      const PartNumber = index + 1;
      await pool.add(async () => {
        // S3 refuses a range of an object that is smaller than 5 MB, so one part means the whole object.
        const range = ranges.length === 1 ? {} : { CopySourceRange: `bytes=${start}-${end}` };
        const { CopyPartResult } = await aws.s3.send(
          new UploadPartCopyCommand({ ...where, ...source, ...range, UploadId: uploadId, PartNumber }),
          abort,
        );
        completed.push({ PartNumber, ETag: CopyPartResult?.ETag, ChecksumCRC64NVME: CopyPartResult?.ChecksumCRC64NVME });
        copied += end - start + 1;
        options.onBytes?.(copied);
      });
    }
    await pool.drain();
    completed.sort((a, b) => a.PartNumber! - b.PartNumber!);
    completing = true;
    await aws.s3.send(
      new CompleteMultipartUploadCommand({
        ...where,
        UploadId: uploadId,
        MultipartUpload: { Parts: completed },
        ...conditionOf(condition),
      }),
      abort,
    );
    return "done";
  } catch (error) {
    await pool.drain().catch(() => undefined);
    if (signal?.aborted) await abortUpload(aws, where, uploadId);
    signal?.throwIfAborted();
    const outcome = outcomeOf(error, completing) ?? (await sourceIsGone(aws, lob, from, error, completing));
    // A completion that was not answered may be under way, and is not given up.
    if (!(outcome === "unknown" && completing)) await abortUpload(aws, where, uploadId);
    if (outcome === undefined) throw explainAwsError(error, `copying ${from.key} to ${s3Uri(lob.bucket, to)}`);
    return outcome;
  }
}

/** An object without bytes has no part to copy. Whether the source is still there makes no difference to its bytes. */
async function putEmpty(aws: Aws, lob: Lob, options: CopyOptions): Promise<CopyOutcome> {
  const { from, to, condition, signal } = options;
  signal?.throwIfAborted();
  try {
    await aws.s3.send(
      new PutObjectCommand({
        Bucket: lob.bucket,
        Key: to,
        ExpectedBucketOwner: lob.bucketOwner,
        Body: Buffer.alloc(0),
        ContentLength: 0,
        ...described(options),
        ...conditionOf(condition),
      }),
      signal ? { abortSignal: signal } : {},
    );
    return "done";
  } catch (error) {
    signal?.throwIfAborted();
    const outcome = outcomeOf(error, true);
    if (outcome === undefined) throw explainAwsError(error, `copying ${from.key} to ${s3Uri(lob.bucket, to)}`);
    return outcome;
  }
}

/** What the copy is, besides its bytes. */
function described({ contentType = "application/gzip", metadata, taggedLatest }: CopyOptions) {
  return {
    ChecksumAlgorithm: "CRC64NVME",
    ContentType: contentType,
    Metadata: { ...metadata },
    ...(taggedLatest && { Tagging: `${LATEST_TAG.key}=${LATEST_TAG.value}` }),
  } as const;
}

const conditionOf = (condition: CopyOptions["condition"]) => (condition === "absent" ? { IfNoneMatch: "*" } : { IfMatch: condition.etag });

/** Where a caller may list some prefixes only, S3 answers 403 for a source that is missing. */
async function sourceIsGone(
  aws: Aws,
  lob: Lob,
  { key, bucket }: CopySource,
  error: unknown,
  completing: boolean,
): Promise<"source-gone" | undefined> {
  // Another bucket may be in another region, where these clients cannot ask.
  if (completing || statusOf(error) !== 403 || bucket !== undefined) return undefined;
  return (await headObject(aws, lob, key)) === undefined ? "source-gone" : undefined;
}

/** What a failed request says about the copy; undefined when it is an error of another kind, for the person to read. */
function outcomeOf(error: unknown, completing: boolean): CopyOutcome | undefined {
  // Names count beside statuses: an error that comes in the body of a 200, as S3 may answer long requests, has a status of the SDK's making.
  const status = statusOf(error);
  const name = nameOf(error);
  const unmet = status === 412 || name === "PreconditionFailed";
  if (completing) {
    // 412: the condition does not hold. 409: somebody else is completing; 404: If-Match with nothing there, or the upload
    // is gone because an earlier try of ours, whose answer was lost, has completed it.
    if (unmet || status === 409 || ["ConditionalRequestConflict", "NoSuchKey", "NoSuchUpload"].includes(name)) return "refused";
  } else if (unmet || name === "NoSuchKey") {
    return "source-gone";
  } else if (name === "NoSuchUpload") {
    return "unknown";
  }
  return isLostAnswer(error) ? "unknown" : undefined;
}
