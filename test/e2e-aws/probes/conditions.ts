/** Conditional writes of S3: what the order and the safety of all publishes rest on. */
import assert from "node:assert/strict";
import { DeleteObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Check } from "../check.ts";
import { answers, begin, beginCopy, complete, fresh, statusOf } from "../requests.ts";
import { freeKey, type Place } from "./place.ts";

/** Writers that meet at one key. */
const RIVALS = 8;
const WRONG = '"00000000000000000000000000000000-1"';

export function conditions(place: Place): Check[] {
  const { s3, row } = place;
  const { bucket } = row;
  const key = (): string => freeKey(place, fresh());
  const put = (Key: string, more = {}): Promise<{ ETag?: string | undefined }> =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key, ...more }));
  const write = async (Key: string, more = {}): Promise<string> => complete(s3, bucket, Key, await begin(s3, bucket, Key, Key), more);

  return [
    {
      promise: "A version is never replaced",
      restsOn: "S3: CompleteMultipartUpload with If-None-Match: * is refused where something is",
      by: "AWS",
      async run() {
        const at = key();
        await answers("a completion at a free key", 200, () => write(at, { IfNoneMatch: "*" }));
        await answers("a completion where something is", 412, () => write(at, { IfNoneMatch: "*" }));
      },
    },
    {
      promise: "A version is never replaced",
      restsOn: `S3: if ${RIVALS} completions run at the same time, one gets the key; the others see 409 or 412, and 412 when started again`,
      by: "AWS",
      async run() {
        const at = key();
        const uploads = await Promise.all(Array.from({ length: RIVALS }, (_, n) => begin(s3, bucket, at, `rival ${n}`)));
        const statuses = await Promise.all(uploads.map((upload) => statusOf(() => complete(s3, bucket, at, upload, { IfNoneMatch: "*" }))));
        assert.equal(statuses.filter((status) => status === 200).length, 1, `the answers were ${statuses.join(", ")}`);
        assert(
          statuses.every((status) => [200, 409, 412].includes(status)),
          `the answers were ${statuses.join(", ")}`,
        );
        await answers("a loser's upload started again", 412, () => write(at, { IfNoneMatch: "*" }));
      },
    },
    {
      promise: "LATEST never moves back",
      restsOn: "S3: CompleteMultipartUpload with If-Match is refused when the object is another, or is not there",
      by: "AWS",
      async run() {
        const at = key();
        const etag = await write(at);
        await answers("a completion over the ETag that was read", 200, () => write(at, { IfMatch: etag }));
        await answers("a completion over another ETag", 412, () => write(at, { IfMatch: WRONG }));
        await answers("a completion over nothing", [404, 412], () => write(key(), { IfMatch: WRONG }));
      },
    },
    {
      promise: "LATEST never moves back",
      restsOn: `S3: of ${RIVALS} completions over one ETag at one moment, one wins`,
      by: "AWS",
      async run() {
        const at = key();
        const etag = await write(at);
        const uploads = await Promise.all(Array.from({ length: RIVALS }, (_, n) => begin(s3, bucket, at, `rival ${n}`)));
        const statuses = await Promise.all(uploads.map((upload) => statusOf(() => complete(s3, bucket, at, upload, { IfMatch: etag }))));
        assert.equal(statuses.filter((status) => status === 200).length, 1, `the answers were ${statuses.join(", ")}`);
      },
    },
    {
      promise: "A version holds the bytes that were uploaded for it",
      restsOn: "S3: UploadPartCopy with x-amz-copy-source-if-match is refused when the source is another",
      by: "AWS",
      async run() {
        const from = key();
        const { ETag } = await put(from);
        await answers("a copy of the source that was read", 200, () => beginCopy(s3, bucket, { key: from, etag: ETag! }, key()));
        await answers("a copy of another source", 412, () => beginCopy(s3, bucket, { key: from, etag: WRONG }, key()));
      },
    },
    {
      promise: "A manifest is never replaced",
      restsOn: "S3: PutObject with If-None-Match: * is refused where something is",
      by: "AWS",
      async run() {
        const at = key();
        await answers("a put at a free key", 200, () => put(at, { IfNoneMatch: "*" }));
        await answers("a put where something is", 412, () => put(at, { IfNoneMatch: "*" }));
      },
    },
    {
      promise: "Why nobody may delete a version",
      restsOn: "S3: to If-None-Match: *, a delete marker is nothing",
      by: "AWS",
      async run() {
        const at = key();
        await put(at);
        await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: at }));
        await answers("a completion over a delete marker", 200, () => write(at, { IfNoneMatch: "*" }));
      },
    },
    {
      promise: "Publishers see each other's writes",
      restsOn: "S3: HEAD and LIST see a write and a delete at once",
      by: "AWS",
      async run() {
        for (let round = 0; round < 5; round++) {
          const at = key();
          await answers("HEAD of what was never there", 404, () => s3.send(new HeadObjectCommand({ Bucket: bucket, Key: at })));
          await put(at);
          const listed = async (): Promise<number | undefined> =>
            (await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: at }))).KeyCount;
          assert.equal(await listed(), 1, "a listing does not have what was just written");
          await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: at }));
          assert.equal(await listed(), 0, "a listing has what was just deleted");
        }
      },
    },
  ];
}
