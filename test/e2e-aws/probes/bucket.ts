/** How the bucket is set, and what S3 says of the objects in it. */
import assert from "node:assert/strict";
import {
  GetBucketLifecycleConfigurationCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  CreateMultipartUploadCommand,
  AbortMultipartUploadCommand,
  GetPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { LATEST, LATEST_TAG, lobPrefix, stagingPrefix } from "lob-registry-core/layout";
import type { Check } from "../check.ts";
import { crc64nvme } from "../crc64.ts";
import { answers, beginCopy, complete, fresh } from "../requests.ts";
import { freeKey, numberKey, type Place } from "./place.ts";

/** An account that is nobody's. */
const STRANGER = "000000000000";

/** @param published publishes a small model by the product and answers with its name; version 1 */
export function bucketChecks(place: Place, published: () => Promise<string>): Check[] {
  const { s3, row } = place;
  const { bucket } = row;
  const head = (Key: string, more = {}) => s3.send(new HeadObjectCommand({ Bucket: bucket, Key, ChecksumMode: "ENABLED", ...more }));

  return [
    {
      promise: "The bytes that S3 stores are those that were sent",
      restsOn: "S3: a part whose CRC64NVME is wrong is refused",
      by: "AWS",
      async run() {
        const Key = freeKey(place, fresh());
        const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key, ChecksumAlgorithm: "CRC64NVME" }));
        const part = (ChecksumCRC64NVME: string): Promise<unknown> =>
          s3.send(new UploadPartCommand({ Bucket: bucket, Key, UploadId, PartNumber: 1, Body: "content", ChecksumCRC64NVME }));
        await answers("a part with its checksum", 200, () => part(crc64nvme(Buffer.from("content"))));
        await answers("a part with the checksum of another", 400, () => part(crc64nvme(Buffer.from("another"))));
        await s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
      },
    },
    {
      promise: "A version holds the bytes that were uploaded for it",
      restsOn: "S3: a copy by parts has a CRC64NVME over the whole object",
      by: "AWS",
      async run() {
        const bytes = Buffer.from("content of an object\n".repeat(5000));
        const [from, to] = [freeKey(place, fresh()), freeKey(place, fresh())];
        const { ETag } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: from, Body: bytes, ChecksumAlgorithm: "CRC64NVME" }));
        await complete(s3, bucket, to, await beginCopy(s3, bucket, { key: from, etag: ETag! }, to));
        const { ChecksumType, ChecksumCRC64NVME } = await head(to);
        assert.deepEqual([ChecksumType, ChecksumCRC64NVME], ["FULL_OBJECT", crc64nvme(bytes)]);
      },
    },
    {
      promise: "The Python library has nothing to publish after us",
      restsOn: "S3: a version and LATEST, copied by the same parts, have equal ETags",
      by: "product",
      async run() {
        const model = await published();
        const [number, latest] = await Promise.all([head(numberKey(place, model, 1)), head(numberKey(place, model, LATEST))]);
        assert.equal(number.ETag, latest.ETag);
      },
    },
    {
      promise: "A version's checksum is known to S3",
      restsOn: "S3: what was published by the product has a CRC64NVME over the whole object",
      by: "AWS",
      async run() {
        const { ChecksumType, ChecksumCRC64NVME } = await head(numberKey(place, await published(), 1));
        assert.equal(ChecksumType, "FULL_OBJECT");
        assert.match(ChecksumCRC64NVME ?? "", /^[A-Za-z0-9+/]{11}=$/);
      },
    },
    {
      promise: "Old copies of LATEST go away, and nothing else that is published",
      restsOn: "S3: LATEST has the tag that it was created with, by which a lifecycle rule finds it; a numbered version has no tag",
      by: "AWS",
      async run() {
        const model = await published();
        const tagsOf = async (n: number | typeof LATEST): Promise<unknown> =>
          (await s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: numberKey(place, model, n) }))).TagSet ?? [];
        assert.deepEqual(await tagsOf(1), []);
        assert.deepEqual(await tagsOf(LATEST), [{ Key: LATEST_TAG.key, Value: LATEST_TAG.value }]);
      },
    },
    {
      promise: "Old copies of LATEST go away, and nothing else that is published",
      restsOn: "product: no lifecycle rule expires what is current, but for staging (that S3 acts on rules was not waited for)",
      by: "product",
      async run() {
        const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }));
        const rule = (id: string) => Rules.find(({ ID }) => ID === id);
        const { Prefix, Tags } = rule("noncurrent-latest")?.Filter?.And ?? {};
        assert.deepEqual({ Prefix, Tags }, { Prefix: lobPrefix(row), Tags: [{ Key: LATEST_TAG.key, Value: LATEST_TAG.value }] });
        assert.equal(rule("staging")?.Filter?.Prefix, stagingPrefix(row.lob));
        const expiring = Rules.filter(({ Expiration }) => Expiration?.Days !== undefined || Expiration?.Date !== undefined);
        assert.deepEqual(
          expiring.map(({ ID }) => ID),
          ["staging"],
        );
      },
    },
    {
      promise: "A bucket of this name in a stranger's hands gets nothing",
      restsOn: "S3: x-amz-expected-bucket-owner is honoured",
      by: "AWS",
      async run() {
        const Key = freeKey(place, fresh());
        const put = (ExpectedBucketOwner: string): Promise<unknown> =>
          s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "content", ExpectedBucketOwner }));
        await answers("a put that expects the owner", 200, () => put(row.bucketOwner));
        await answers("a put that expects another owner", 403, () => put(STRANGER));
        await answers("HEAD that expects another owner", 403, () => head(Key, { ExpectedBucketOwner: STRANGER }));
      },
    },
    {
      promise: "Nothing is public",
      restsOn: "S3: public access is blocked, and ACLs are refused",
      by: "AWS",
      async run() {
        const { PublicAccessBlockConfiguration: block = {} } = await s3.send(new GetPublicAccessBlockCommand({ Bucket: bucket }));
        assert.deepEqual(Object.values(block), [true, true, true, true]);
        const put = (ACL: "public-read"): Promise<unknown> =>
          s3.send(new PutObjectCommand({ Bucket: bucket, Key: freeKey(place, fresh()), Body: "content", ACL }));
        await answers("a put with a public ACL", [400, 403], () => put("public-read"));
      },
    },
    {
      promise: "Everything is encrypted at rest",
      restsOn: "S3: objects have the encryption of the bucket (SSE-S3)",
      by: "AWS",
      async run() {
        assert.equal((await head(numberKey(place, await published(), 1))).ServerSideEncryption, "AES256");
      },
    },
  ];
}
