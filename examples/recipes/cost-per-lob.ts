/**
 * Prints what each LOB of a shared registry stores, with everything that S3 bills: old copies, deleted uploads and unfinished ones.
 *
 *     node cost-per-lob.ts BUCKET [PREFIX, default ml-models] [PRICE of a GB and month, default 0.023]
 *
 * It sends one request per 1,000 objects. Needs `s3:ListBucketVersions` and `s3:ListBucketMultipartUploads` on the bucket.
 */
import {
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  paginateListParts,
  S3Client,
  type ListMultipartUploadsCommandInput,
  type ListMultipartUploadsCommandOutput,
  type ListObjectVersionsCommandInput,
  type ListObjectVersionsCommandOutput,
} from "@aws-sdk/client-s3";
import { pathToFileURL } from "node:url";

/** Bytes in a bucket, by LOB. */
export async function bytesPerLob(s3: S3Client, bucket: string, prefix = "ml-models"): Promise<Map<string, number>> {
  const bytes = new Map<string, number>();
  const add = (lob: string, size: number): void => void bytes.set(lob, (bytes.get(lob) ?? 0) + size);
  for (const folder of [`${prefix}/`, "ml-staging/"]) {
    const lobOf = (key: string): string => key.slice(folder.length).split("/")[0]!;
    let versions: Pick<ListObjectVersionsCommandInput, "KeyMarker" | "VersionIdMarker"> | undefined = {};
    while (versions) {
      const page: ListObjectVersionsCommandOutput = await s3.send(
        new ListObjectVersionsCommand({ Bucket: bucket, Prefix: folder, ...versions }),
      );
      for (const { Key, Size } of page.Versions ?? []) add(lobOf(Key!), Size!);
      versions = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : undefined;
    }
    let uploads: Pick<ListMultipartUploadsCommandInput, "KeyMarker" | "UploadIdMarker"> | undefined = {};
    while (uploads) {
      const page: ListMultipartUploadsCommandOutput = await s3.send(
        new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: folder, ...uploads }),
      );
      for (const { Key, UploadId } of page.Uploads ?? []) {
        for await (const { Parts = [] } of paginateListParts({ client: s3 }, { Bucket: bucket, Key, UploadId })) {
          for (const { Size } of Parts) add(lobOf(Key!), Size!);
        }
      }
      uploads = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : undefined;
    }
  }
  return bytes;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [bucket, prefix, price = "0.023"] = process.argv.slice(2);
  if (bucket === undefined) throw new Error("usage: node cost-per-lob.ts BUCKET [PREFIX] [PRICE]");
  const rows = [...(await bytesPerLob(new S3Client({}), bucket, prefix))].sort(([, a], [, b]) => b - a);
  for (const [lob, size] of rows) {
    const gigabytes = size / 1e9;
    process.stdout.write(
      `${lob.padEnd(24)}${gigabytes.toFixed(3).padStart(12)} GB  $${(gigabytes * Number(price)).toFixed(2)} per month\n`,
    );
  }
}
