/**
 * The bucket policy that the component writes. It holds for everybody, so it is tried with the credentials at hand. Each refusal has a control:
 * the same credentials may do the same thing if the policy does not forbid it, so that a 403 comes from the policy.
 */
import assert from "node:assert/strict";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { LATEST, manifestKey } from "lob-registry-core/layout";
import type { Check } from "../check.ts";
import { answers, begin, complete, fresh } from "../requests.ts";
import { clientsOf } from "../../support/state.ts";
import { freeKey, numberKey, type Place } from "./place.ts";

const MODEL = "policy";

export function policy(place: Place): Check[] {
  const { s3, row, target, isAws } = place;
  const { bucket } = row;
  let number = 0;
  /** Key of a number that is free. */
  const free = (): string => numberKey(place, MODEL, ++number);
  const put = (Key: string, more = {}): Promise<{ VersionId?: string | undefined }> =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key, ...more }));
  const remove = (Key: string, VersionId?: string): Promise<unknown> =>
    s3.send(new DeleteObjectCommand({ Bucket: bucket, Key, ...(VersionId !== undefined && { VersionId }) }));
  const readable = (Key: string): Promise<unknown> => s3.send(new HeadObjectCommand({ Bucket: bucket, Key }));

  return [
    {
      promise: "A version cannot be replaced, whoever tries",
      restsOn: "bucket policy: a number is written with If-None-Match only (PutObject)",
      by: "AWS",
      async run() {
        await answers("a put to a number without a condition", 403, () => put(free()));
        const taken = free();
        await answers("a put to a number with If-None-Match", 200, () => put(taken, { IfNoneMatch: "*" }));
        await answers("a put over a number without a condition", 403, () => put(taken));
        await answers("a put over a number with If-None-Match", 412, () => put(taken, { IfNoneMatch: "*" }));
      },
    },
    {
      promise: "A version cannot be replaced, whoever tries",
      restsOn: "bucket policy: not by CopyObject either, as the Python library writes it",
      by: "AWS",
      async run() {
        const from = freeKey(place, fresh());
        await put(from);
        const copy = (Key: string): Promise<unknown> =>
          s3.send(new CopyObjectCommand({ Bucket: bucket, Key, CopySource: `${bucket}/${from}` }));
        await answers("a copy to a key that is not guarded", 200, () => copy(freeKey(place, fresh())));
        await answers("a copy to a number", 403, () => copy(free()));
      },
    },
    {
      promise: "A publisher can write a version of any size",
      restsOn: "bucket policy: s3:ObjectCreationOperation lets the requests of a multipart upload that create nothing pass",
      by: "AWS",
      async run() {
        const [first, second] = [free(), free()];
        const upload = await begin(s3, bucket, first, "content");
        await answers("a completion with If-None-Match", 200, () => complete(s3, bucket, first, upload, { IfNoneMatch: "*" }));
        const another = await begin(s3, bucket, second, "content");
        await answers("a completion without a condition", 403, () => complete(s3, bucket, second, another));
      },
    },
    {
      promise: "A version cannot be deleted, whoever tries",
      restsOn: "bucket policy: DeleteObject and DeleteObjectVersion are denied on numbers",
      by: "AWS",
      async run() {
        const scratch = freeKey(place, fresh());
        const { VersionId: old } = await put(scratch);
        await answers("a delete of what is not guarded", 200, () => remove(scratch));
        await answers("a delete of a version of what is not guarded", 200, () => remove(scratch, old));
        const at = free();
        const { VersionId } = await put(at, { IfNoneMatch: "*" });
        await answers("a delete of a number", 403, () => remove(at));
        await answers("a delete of a number's object version", 403, () => remove(at, VersionId));
        await answers("HEAD of the number", 200, () => readable(at));
      },
    },
    {
      promise: "A manifest cannot be replaced or deleted",
      restsOn: "bucket policy: the same for manifests and the history of aliases",
      by: "AWS",
      async run() {
        for (const at of [
          manifestKey(row, MODEL, "0".repeat(64)),
          numberKey(place, MODEL, 1).replace(/versions\/.*/, "history/prod/000001.json"),
        ]) {
          await answers(`a put to ${at} without a condition`, 403, () => put(at));
          await answers(`a put to ${at} with If-None-Match`, 200, () => put(at, { IfNoneMatch: "*" }));
          await answers(`a delete of ${at}`, 403, () => remove(at));
        }
      },
    },
    {
      promise: "LATEST can move, and the Python library can put a draft there",
      restsOn: "bucket policy: LATEST is not write-once",
      by: "AWS",
      async run() {
        await answers("a put to LATEST without a condition", 200, () => put(numberKey(place, MODEL, LATEST)));
        await answers("a second one", 200, () => put(numberKey(place, MODEL, LATEST)));
      },
    },
    {
      promise: "Nothing is sent or read in the clear",
      restsOn: "bucket policy: requests without TLS are denied",
      by: "AWS",
      async run() {
        assert(isAws, "this server is spoken to without TLS by all");
        const { credentials } = clientsOf(target).s3.config;
        const plain = new S3Client({
          region: target.region,
          endpoint: `http://s3.${target.region}.amazonaws.com`,
          forcePathStyle: true,
          credentials,
        });
        try {
          await answers("a request with TLS", 200, () => s3.send(new HeadBucketCommand({ Bucket: bucket })));
          await answers("a request without TLS", 403, () => plain.send(new HeadBucketCommand({ Bucket: bucket })));
        } finally {
          plain.destroy();
        }
      },
    },
    {
      promise: "Earlier content of a key can be restored",
      restsOn: "S3: the bucket keeps object versions",
      by: "AWS",
      async run() {
        const at = freeKey(place, fresh());
        const { VersionId } = await put(at);
        await put(at, { Body: "another" });
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: at, VersionId }));
        assert.equal(await Body!.transformToString(), at);
      },
    },
  ];
}
