/** Requests to S3 that the probes make, and what is due. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type S3Client,
} from "@aws-sdk/client-s3";

/** Status of a request's answer: 200 when it succeeds. */
export async function statusOf(request: () => Promise<unknown>): Promise<number> {
  try {
    await request();
    return 200;
  } catch (error) {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status === undefined) throw error;
    // An error in the body of a 200 has a name.
    return { PreconditionFailed: 412, ConditionalRequestConflict: 409 }[(error as Error).name] ?? status;
  }
}

/** @throws AssertionError when the request is not answered with one of these */
export async function answers(what: string, due: number | readonly number[], request: () => Promise<unknown>): Promise<void> {
  const wanted = [due].flat();
  const status = await statusOf(request);
  assert(wanted.includes(status), `${what} was answered with ${status} instead of ${wanted.join(" or ")}`);
}

export interface Conditions {
  readonly IfNoneMatch?: string;
  readonly IfMatch?: string;
}

export interface Upload {
  readonly UploadId: string;
  readonly Parts: readonly { PartNumber: number; ETag: string }[];
}

/** Begins a multipart upload and stores its one part. */
export async function begin(s3: S3Client, Bucket: string, Key: string, body: string | Buffer, metadata = {}): Promise<Upload> {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: "CRC64NVME", Metadata: metadata }));
  const { ETag } = await s3.send(
    new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: body, ChecksumAlgorithm: "CRC64NVME" }),
  );
  return { UploadId: UploadId!, Parts: [{ PartNumber: 1, ETag: ETag! }] };
}

/** Begins a multipart upload and copies its one part. */
export async function beginCopy(s3: S3Client, Bucket: string, from: { key: string; etag: string }, Key: string): Promise<Upload> {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: "CRC64NVME" }));
  const { CopyPartResult } = await s3.send(
    new UploadPartCopyCommand({ Bucket, Key, UploadId, PartNumber: 1, CopySource: `${Bucket}/${from.key}`, CopySourceIfMatch: from.etag }),
  );
  return { UploadId: UploadId!, Parts: [{ PartNumber: 1, ETag: CopyPartResult!.ETag! }] };
}

/** Completes an upload, on a condition or none. One that is refused is given up. */
export async function complete(
  s3: S3Client,
  Bucket: string,
  Key: string,
  { UploadId, Parts }: Upload,
  conditions: Conditions = {},
): Promise<string> {
  try {
    const { ETag } = await s3.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts: [...Parts] }, ...conditions }),
    );
    return ETag!;
  } catch (error) {
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => undefined);
    throw error;
  }
}

/** A name that nothing has yet. */
export const fresh = (): string => randomUUID().slice(0, 8);
