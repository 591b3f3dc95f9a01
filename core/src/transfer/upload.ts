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
  /** The bytes, in chunks of any size. An error from the iterator aborts the upload. */
  readonly source: AsyncIterable<Buffer>;
  /** Upper bound of the length in bytes, which decides the part size. */
  readonly bound: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** Called with the number of bytes sent so far. */
  readonly onBytes?: ((sent: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Uploaded {
  readonly size: number;
  readonly sha256: string;
}

/**
 * Streams an object of unknown length to S3 in parallel parts. Uses (parallel parts + 1) × part size of memory: 80 MiB for objects up to
 * 156 GiB. Each part is a buffer of known length with its CRC64NVME, which S3 verifies. Aborts the upload on failure; the bucket's lifecycle
 * removes what a killed process leaves. The caller compares the stored object with the result.
 *
 * @returns undefined if another process aborted the upload
 * @throws LobError LOB1006 (too large), LOB2xxx (AWS); the signal's reason if it is aborted
 */
export async function uploadObject(aws: Aws, lob: Lob, options: UploadOptions): Promise<Uploaded | undefined> {
  const { key, signal } = options;
  const where = { Bucket: lob.bucket, Key: key, ExpectedBucketOwner: lob.bucketOwner };
  const doing = `uploading to ${s3Uri(lob.bucket, key)}`;
  if (options.bound > MAX_OBJECT_SIZE) {
    throw new LobError("LOB1006", "the model is larger than the largest object in S3 (48.8 TiB)", {
      hint: "Publish its parts as separate models.",
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
      if (PartNumber > MAX_PARTS) throw internalError(`the archive is longer than the announced ${options.bound} bytes`);
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
      // An earlier attempt of the SDK completed the upload, and its answer was lost. The caller checks the object in any case.
      if (nameOf(error) !== "NoSuchUpload") throw error;
    });
    return { size, sha256: sha256.digest("hex") };
  } catch (error) {
    await pool.drain().catch(() => undefined); // a part that arrives after the abort would be stored and billed for a week
    await abortUpload(aws, where, UploadId);
    signal?.throwIfAborted();
    if (nameOf(error) === "NoSuchUpload") return undefined;
    throw explainAwsError(error, doing);
  }
}

/** Aborts an upload. Best effort: the bucket's lifecycle removes the rest. */
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
  /** Frees the memory for another part. */
  readonly release: () => void;
}

/** Cuts a stream into parts of exactly `partSize` bytes (the last may be shorter), and reuses their memory. */
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
