/** Lists a whole prefix, page by page. */
import { ListMultipartUploadsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { explained } from "../aws/explain.js";
import { s3Uri } from "../layout.js";
import type { Aws } from "../types.js";
import { listed, type Bucket, type ListedObject } from "./object.js";

/** Yields every object under a prefix, by key. @throws LobError LOB2xxx (AWS) */
export async function* listAll(aws: Aws, lob: Bucket, prefix: string, signal?: AbortSignal): AsyncGenerator<ListedObject, void, undefined> {
  for await (const { Contents } of pages(aws, lob, prefix, undefined, signal)) yield* (Contents ?? []).map(listed);
}

/** Returns the names of the folders directly under a prefix, which ends in a slash; the names do not. @throws LobError LOB2xxx (AWS) */
export async function listFolders(aws: Aws, lob: Bucket, prefix: string, signal?: AbortSignal): Promise<string[]> {
  const folders: string[] = [];
  for await (const { CommonPrefixes } of pages(aws, lob, prefix, "/", signal)) {
    for (const { Prefix } of CommonPrefixes ?? []) folders.push((Prefix ?? "").slice(prefix.length, -1));
  }
  return folders;
}

async function* pages(aws: Aws, lob: Bucket, prefix: string, delimiter: string | undefined, signal: AbortSignal | undefined) {
  let token: string | undefined;
  do {
    signal?.throwIfAborted();
    const command: ListObjectsV2Command = new ListObjectsV2Command({
      Bucket: lob.bucket,
      Prefix: prefix,
      ExpectedBucketOwner: lob.bucketOwner,
      Delimiter: delimiter,
      ContinuationToken: token,
    });
    const page = await explained(`listing ${s3Uri(lob.bucket, prefix)}`, () => aws.s3.send(command));
    yield page;
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

/** A multipart upload that was neither completed nor aborted. */
export interface OpenUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly startedAt?: Date | undefined;
}

/** Yields the open uploads under a prefix, by key. @throws LobError LOB2xxx (AWS) */
export async function* listUploads(
  aws: Aws,
  lob: Bucket,
  prefix: string,
  signal?: AbortSignal,
): AsyncGenerator<OpenUpload, void, undefined> {
  let from: { KeyMarker?: string; UploadIdMarker?: string | undefined } | undefined = {};
  while (from !== undefined) {
    signal?.throwIfAborted();
    const command: ListMultipartUploadsCommand = new ListMultipartUploadsCommand({
      Bucket: lob.bucket,
      Prefix: prefix,
      ExpectedBucketOwner: lob.bucketOwner,
      ...from,
    });
    const page = await explained(`listing the open uploads under ${s3Uri(lob.bucket, prefix)}`, () => aws.s3.send(command));
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Key !== undefined && UploadId !== undefined) yield { key: Key, uploadId: UploadId, startedAt: Initiated };
    }
    const { NextKeyMarker, NextUploadIdMarker } = page;
    from =
      page.IsTruncated === true && NextKeyMarker !== undefined
        ? { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker }
        : undefined;
  }
}
