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
  /** Default: the LOB's bucket. */
  readonly bucket?: Bucket | undefined;
}

export interface CopyOptions {
  readonly from: CopySource;
  readonly to: string;
  /** Condition on the target: it must not exist, or must have this ETag. */
  readonly condition: "absent" | { readonly etag: string };
  readonly metadata: Readonly<Record<string, string>>;
  /** Default: `application/gzip`. */
  readonly contentType?: string | undefined;
  /** Tags the copy as LATEST, so that the bucket's lifecycle expires its old contents. Default: false. */
  readonly taggedLatest?: boolean | undefined;
  /** Called with the number of bytes copied so far. */
  readonly onBytes?: ((copied: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Outcome of a copy. `done`: the target is this copy. `source-gone`: the source is missing or has changed. `refused`: the condition on the
 * target does not hold. `unknown`: no answer came, so the target may be this copy. The caller reads the target in every case.
 */
export type CopyOutcome = "done" | "source-gone" | "refused" | "unknown";

/**
 * Copies an object inside S3 on a condition on the target. Always uses a multipart upload: CopyObject stops at 5 GB, changes the ETag of a
 * multipart object, and does not reliably check conditions on the target.
 *
 * @throws LobError LOB2xxx (AWS); the signal's reason if it is aborted
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
    // A completion without an answer may still be running, so its upload is not aborted.
    if (!(outcome === "unknown" && completing)) await abortUpload(aws, where, uploadId);
    if (outcome === undefined) throw explainAwsError(error, `copying ${from.key} to ${s3Uri(lob.bucket, to)}`);
    return outcome;
  }
}

/** Writes an empty object, which has no part to copy. Its bytes are the same even if the source is gone. */
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

/** Attributes of the copy. */
function described({ contentType = "application/gzip", metadata, taggedLatest }: CopyOptions) {
  return {
    ChecksumAlgorithm: "CRC64NVME",
    ContentType: contentType,
    Metadata: { ...metadata },
    Tagging: taggedLatest ? `${LATEST_TAG.key}=${LATEST_TAG.value}` : undefined,
  } as const;
}

const conditionOf = (condition: CopyOptions["condition"]) => (condition === "absent" ? { IfNoneMatch: "*" } : { IfMatch: condition.etag });

/** Handles a caller that may list only some prefixes: S3 answers 403 for a missing source. */
async function sourceIsGone(
  aws: Aws,
  lob: Lob,
  { key, bucket }: CopySource,
  error: unknown,
  completing: boolean,
): Promise<"source-gone" | undefined> {
  // Another bucket may be in another region, which these clients cannot reach.
  if (completing || statusOf(error) !== 403 || bucket !== undefined) return undefined;
  return (await headObject(aws, lob, key)) === undefined ? "source-gone" : undefined;
}

/** Returns the outcome that a failed request stands for; undefined for an error to throw. */
function outcomeOf(error: unknown, completing: boolean): CopyOutcome | undefined {
  // Checks names as well as statuses: for an error in the body of a 200, S3's answer to some long requests, the SDK invents a status.
  const status = statusOf(error);
  const name = nameOf(error);
  const unmet = status === 412 || name === "PreconditionFailed";
  if (completing) {
    // 412: the condition does not hold. 409: another writer is completing. 404: If-Match without a target, or an earlier attempt
    // whose answer was lost has completed the upload.
    if (unmet || status === 409 || ["ConditionalRequestConflict", "NoSuchKey", "NoSuchUpload"].includes(name)) return "refused";
  } else if (unmet || name === "NoSuchKey") {
    return "source-gone";
  } else if (name === "NoSuchUpload") {
    return "unknown";
  }
  return isLostAnswer(error) ? "unknown" : undefined;
}
