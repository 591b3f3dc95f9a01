import { createHash } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  type CompletedPart,
} from "@aws-sdk/client-s3";
import { explainAwsError, explained, nameOf } from "../aws/explain.js";
import { internalError, LobError } from "../errors.js";
import { s3Uri } from "../layout.js";
import type { Aws, Lob } from "../types.js";
import { MAX_OBJECT_SIZE, MAX_PARTS, uploadPartSize } from "./parts.js";
import { Pool } from "./pool.js";

const CONCURRENCY = 4;

export interface UploadOptions {
  readonly key: string;
  /** The bytes, in chunks of any size. An error that it throws aborts the upload. */
  readonly source: AsyncIterable<Buffer>;
  /** Upper bound of the length in bytes: decides the part size. */
  readonly bound: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly onBytes?: (sent: number) => void;
  readonly signal?: AbortSignal;
}

export interface Uploaded {
  readonly size: number;
  readonly sha256: string;
}

/**
 * Streams an object of unknown length to S3 in parts, several at a time. Memory is (parts under way + 1) × part size, 80 MiB
 * for objects up to 156 GiB. Each part is a buffer of known length with its CRC64NVME, which S3 verifies. On failure the upload is
 * aborted; what a killed process leaves is removed by the bucket's lifecycle. The caller compares the object with what is returned.
 * @returns undefined where somebody else gave the upload up meanwhile
 */
export async function uploadObject(aws: Aws, lob: Lob, options: UploadOptions): Promise<Uploaded | undefined> {
  const { key, signal } = options;
  const where = { Bucket: lob.bucket, Key: key, ExpectedBucketOwner: lob.bucketOwner };
  const doing = `uploading to ${s3Uri(lob.bucket, key)}`;
  if (options.bound > MAX_OBJECT_SIZE) {
    throw new LobError("LOB1006", "the model is larger than S3 stores in one object (48.8 TiB)", {
      hint: "Publish its parts as models of their own.",
    });
  }
  const abort = signal ? { abortSignal: signal } : {};
  const { UploadId } = await explained(doing, () =>
    aws.s3.send(
      new CreateMultipartUploadCommand({
        ...where,
        ChecksumAlgorithm: "CRC64NVME",
        ContentType: "application/gzip",
        Metadata: { ...options.metadata },
      }),
      abort,
    ),
  );
  const completed: CompletedPart[] = [];
  const sha256 = createHash("sha256");
  let size = 0;
  let sent = 0;
  const pool = new Pool(CONCURRENCY);
  try {
    let number = 0;
    for await (const part of intoParts(options.source, uploadPartSize(options.bound))) {
      signal?.throwIfAborted();
      const PartNumber = ++number;
      if (PartNumber > MAX_PARTS) throw internalError(`the archive is longer than the ${options.bound} bytes announced`);
      sha256.update(part.bytes);
      size += part.bytes.length;
      await pool.add(async () => {
        const answer = await aws.s3.send(
          new UploadPartCommand({
            ...where,
            UploadId,
            PartNumber,
            Body: part.bytes,
            ContentLength: part.bytes.length,
            ChecksumAlgorithm: "CRC64NVME",
          }),
          abort,
        );
        completed.push({ PartNumber, ETag: answer.ETag, ChecksumCRC64NVME: answer.ChecksumCRC64NVME });
        sent += part.bytes.length;
        part.release();
        options.onBytes?.(sent);
      });
    }
    await pool.drain();
    completed.sort((a, b) => a.PartNumber! - b.PartNumber!);
    const complete = new CompleteMultipartUploadCommand({ ...where, UploadId, MultipartUpload: { Parts: completed } });
    await aws.s3.send(complete, abort).catch((error: unknown) => {
      // An earlier try of the SDK completed it, and its answer was lost. The caller looks at the object in any case.
      if (nameOf(error) !== "NoSuchUpload") throw error;
    });
    return { size, sha256: sha256.digest("hex") };
  } catch (error) {
    await pool.drain().catch(() => undefined); // a part that lands after the abort would be stored, and billed, for a week
    await abortUpload(aws, where, UploadId);
    signal?.throwIfAborted();
    if (nameOf(error) === "NoSuchUpload") return undefined;
    throw explainAwsError(error, doing);
  }
}

/** Gives an upload up. Best effort: the bucket's lifecycle removes what stays. */
export async function abortUpload(
  aws: Aws,
  where: { Bucket: string; Key: string; ExpectedBucketOwner: string },
  uploadId: string | undefined,
): Promise<void> {
  if (uploadId === undefined) return;
  await aws.s3.send(new AbortMultipartUploadCommand({ ...where, UploadId: uploadId })).catch(() => undefined);
}

interface UploadPart {
  readonly bytes: Buffer;
  /** Gives the memory back for another part. */
  readonly release: () => void;
}

/** Cuts a stream into parts of exactly `partSize` bytes (the last may be shorter), in memory that is used again. */
async function* intoParts(source: AsyncIterable<Buffer>, partSize: number): AsyncGenerator<UploadPart> {
  const free: Buffer[] = [];
  let current: Buffer | undefined;
  let filled = 0;
  const take = (): UploadPart => {
    const buffer = current!;
    const part = { bytes: buffer.subarray(0, filled), release: () => void free.push(buffer) };
    current = undefined;
    filled = 0;
    return part;
  };
  for await (const chunk of source) {
    for (let offset = 0; offset < chunk.length;) {
      current ??= free.pop() ?? Buffer.allocUnsafeSlow(partSize);
      const copied = chunk.copy(current, filled, offset, Math.min(chunk.length, offset + partSize - filled));
      offset += copied;
      filled += copied;
      if (filled === partSize) yield take();
    }
  }
  if (filled > 0) yield take();
}
