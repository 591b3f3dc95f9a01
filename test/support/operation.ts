/** Names the AWS operation of an HTTP request, as far as this project's programs send it. */

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** S3 tells its operations apart by method, by whether there is a key, and by these parts of the query. */
const S3_OPERATIONS: readonly (readonly [method: string, hasKey: boolean, parameter: string | undefined, operation: string])[] = [
  ["POST", true, "uploads", "CreateMultipartUpload"],
  ["POST", true, "uploadId", "CompleteMultipartUpload"],
  ["DELETE", true, "uploadId", "AbortMultipartUpload"],
  ["PUT", true, "uploadId", "UploadPart"],
  ["GET", true, "uploadId", "ListParts"],
  ["PUT", true, "tagging", "PutObjectTagging"],
  ["GET", true, "tagging", "GetObjectTagging"],
  ["PUT", true, undefined, "PutObject"],
  ["GET", true, undefined, "GetObject"],
  ["HEAD", true, undefined, "HeadObject"],
  ["DELETE", true, undefined, "DeleteObject"],
  ["GET", false, "uploads", "ListMultipartUploads"],
  ["GET", false, "versions", "ListObjectVersions"],
  ["GET", false, "list-type", "ListObjectsV2"],
  ["HEAD", false, undefined, "HeadBucket"],
];

/**
 * @param url path and query, in path style: `/bucket/key?query`
 * @returns such as `UploadPartCopy`; `METHOD /path` for a request that is none of those known here
 */
export function operationOf(method: string, url: string, headers: Headers): string {
  const target = headers["x-amz-target"];
  if (typeof target === "string") return target.slice(target.lastIndexOf(".") + 1);
  const { pathname, searchParams } = new URL(url, "http://host");
  const hasKey = /^\/[^/]+\/./.test(pathname);
  const found = S3_OPERATIONS.find(
    ([verb, key, parameter]) => verb === method && key === hasKey && (parameter === undefined || searchParams.has(parameter)),
  );
  if (found === undefined) return `${method} ${pathname}`;
  const operation = found[3];
  const isCopy = headers["x-amz-copy-source"] !== undefined;
  return isCopy && operation === "UploadPart" ? "UploadPartCopy" : isCopy && operation === "PutObject" ? "CopyObject" : operation;
}
