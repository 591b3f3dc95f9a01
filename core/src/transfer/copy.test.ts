import { beforeEach, describe, expect, test } from "@jest/globals";
import { LobError } from "../errors.js";
import { LATEST_TAG } from "../layout.js";
import { awsError, FakeAws, lostAnswer, type Deliver } from "../testing/fake-aws.js";
import { LOB } from "../testing/simulation.js";
import { copyObject, type CopyOptions, type CopyOutcome } from "./copy.js";

const FROM = "ml-staging/fraud/churn/x/token.tar.gz";
const TO = "ml-models/fraud/churn/versions/999999_000001.tar.gz";
const BODY = Buffer.from("the archive");
const ETAG = '"etag-of-staging"';
const METADATA = { artifact_name: "churn", artifact_version: "1" };

const atOnce: Deliver = async (_, execute) => Promise.resolve(execute());

let fake: FakeAws;
let requests: string[];
beforeEach(() => {
  fake = new FakeAws(LOB.bucket, []);
  fake.putObject(FROM, BODY, { write_token: "t" }, ETAG);
  requests = [];
});

function copy(options: Partial<CopyOptions> = {}, deliver: Deliver = atOnce): Promise<CopyOutcome> {
  const aws = fake.clients(async (request, execute) => {
    requests.push(request.name);
    return deliver(request, execute);
  });
  return copyObject(aws, LOB, {
    from: { key: FROM, etag: ETAG, size: BODY.length },
    to: TO,
    condition: "absent",
    metadata: METADATA,
    ...options,
  });
}

/** Answers one kind of request with an error, after it was executed or instead. */
const failing =
  (name: string, error: Error, { done = false } = {}): Deliver =>
  async (request, execute) => {
    if (request.name !== name) return execute();
    if (done) execute();
    throw error;
  };

describe("a copy", () => {
  test("has the bytes and the given metadata, and the tag of LATEST only on request", async () => {
    const copied: number[] = [];
    expect(await copy({ onBytes: (bytes) => void copied.push(bytes) })).toBe("done");
    expect(fake.objects.get(TO)).toMatchObject({ body: BODY, metadata: METADATA });
    expect(fake.objects.get(TO)).not.toHaveProperty("tagging");
    expect(copied).toEqual([BODY.length]);
    expect(await copy({ to: "latest", taggedLatest: true })).toBe("done");
    expect(fake.objects.get("latest")?.tagging).toBe(`${LATEST_TAG.key}=${LATEST_TAG.value}`);
    expect(fake.openUploads).toEqual([]);
  });

  test("of a copy has the same ETag, because the Python library compares the ETags of LATEST and its number", async () => {
    await copy();
    const number = fake.objects.get(TO)!;
    expect(number.etag).not.toBe(ETAG);
    expect(await copy({ from: { key: TO, etag: number.etag, size: BODY.length }, to: "latest" })).toBe("done");
    expect(fake.objects.get("latest")!.etag).toBe(number.etag);
  });

  test("replaces only the expected object", async () => {
    fake.putObject(TO, Buffer.from("old"), {}, '"old"');
    expect(await copy({ condition: { etag: '"old"' } })).toBe("done");
    expect(fake.objects.get(TO)!.body).toEqual(BODY);
  });

  test("from another bucket names the bucket and its expected owner", async () => {
    const inputs: Record<string, unknown>[] = [];
    const from = { key: FROM, etag: ETAG, size: BODY.length, bucket: { bucket: "old-bucket", bucketOwner: "999999999999" } };
    await copy({ from, contentType: "application/zip" }, async ({ name, input }, execute) => {
      inputs.push({ name, ...input });
      return name === "UploadPartCopy" ? { CopyPartResult: { ETag: '"part"' } } : execute();
    }).catch(() => undefined); // the fake has only one bucket
    expect(inputs[0]).toMatchObject({ name: "CreateMultipartUpload", Bucket: LOB.bucket, ContentType: "application/zip" });
    expect(inputs[1]).toMatchObject({
      name: "UploadPartCopy",
      Bucket: LOB.bucket,
      ExpectedBucketOwner: LOB.bucketOwner,
      CopySource: `old-bucket/${FROM}`,
      ExpectedSourceBucketOwner: "999999999999",
    });
  });

  test("of an empty object uses PutObject on the same conditions, because there is no part to copy", async () => {
    const empty = { from: { key: FROM, etag: ETAG, size: 0 } };
    const inputs: Record<string, unknown>[] = [];
    const record: Deliver = async ({ input }, execute) => {
      inputs.push(input);
      return execute();
    };
    expect(await copy({ ...empty, taggedLatest: true }, record)).toBe("done");
    expect(fake.objects.get(TO)).toMatchObject({ body: Buffer.alloc(0), metadata: METADATA });
    expect(inputs).toMatchObject([
      { IfNoneMatch: "*", ExpectedBucketOwner: LOB.bucketOwner, Tagging: `${LATEST_TAG.key}=${LATEST_TAG.value}` },
    ]);
    expect(await copy(empty)).toBe("refused");
    await copy({ ...empty, condition: { etag: '"old"' } }, record);
    expect(inputs[1]).toMatchObject({ IfMatch: '"old"' });
    expect(await copy(empty, failing("PutObject", lostAnswer()))).toBe("unknown");
    await expect(copy(empty, failing("PutObject", awsError("AccessDenied", 403)))).rejects.toMatchObject({ code: "LOB2003" });
    expect(new Set(requests)).toEqual(new Set(["PutObject"]));
  });

  test("works for a key with any characters", async () => {
    const key = "ml-staging/fraud/churn/a b+c%2F?&ü😀/#.tar.gz";
    fake.putObject(key, BODY, {}, ETAG);
    let source: unknown;
    const outcome = await copy({ from: { key, etag: ETAG, size: BODY.length } }, async ({ name, input }, execute) => {
      if (name === "UploadPartCopy") source = input["CopySource"];
      return execute();
    });
    expect(outcome).toBe("done");
    // The source is a header, in which separating slashes stay unescaped.
    expect(source).toBe(`${LOB.bucket}/ml-staging/fraud/churn/a%20b%2Bc%252F%3F%26%C3%BC%F0%9F%98%80/%23.tar.gz`);
  });

  test("of a large object copies ranges in parallel and completes them in order", async () => {
    const MIB = 1024 * 1024;
    const ranges = new Map<number, unknown>();
    let completion: unknown;
    let running = 0;
    let most = 0;
    const outcome = await copy({ from: { key: FROM, etag: ETAG, size: 2600 * MIB } }, async ({ name, input }) => {
      if (name === "CreateMultipartUpload") return { UploadId: "u" };
      if (name === "CompleteMultipartUpload") completion = input["MultipartUpload"];
      if (name !== "UploadPartCopy") return {};
      const part = input["PartNumber"] as number;
      ranges.set(part, input["CopySourceRange"]);
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, (12 - part) * 3));
      running--;
      return { CopyPartResult: { ETag: `etag ${part}`, ChecksumCRC64NVME: `sum ${part}` } };
    });
    expect(outcome).toBe("done");
    expect(most).toBe(8);
    expect(ranges.size).toBe(11);
    expect(ranges.get(1)).toBe(`bytes=0-${256 * MIB - 1}`);
    expect(ranges.get(11)).toBe(`bytes=${2560 * MIB}-${2600 * MIB - 1}`);
    const parts = Array.from({ length: 11 }, (_, index) => ({
      PartNumber: index + 1,
      ETag: `etag ${index + 1}`,
      ChecksumCRC64NVME: `sum ${index + 1}`,
    }));
    expect(completion).toEqual({ Parts: parts });
  });

  test("of a small object sends no range, because S3 would refuse it", async () => {
    await copy({}, async ({ name, input }, execute) => {
      if (name === "UploadPartCopy") expect(input["CopySourceRange"]).toBeUndefined();
      return execute();
    });
    expect(requests).toEqual(["CreateMultipartUpload", "UploadPartCopy", "CompleteMultipartUpload"]);
  });
});

describe("outcome of a copy when", () => {
  const other = '"other"';
  const there = (): void => fake.putObject(TO, Buffer.from("there"), {}, '"there"');
  const nothing = (): void => undefined;

  const table: [what: string, outcome: CopyOutcome, prepare: () => void, options: Partial<CopyOptions>, deliver?: Deliver][] = [
    ["there is something at the target", "refused", there, {}],
    ["something else is at the target", "refused", there, { condition: { etag: other } }],
    ["what should be replaced is gone", "refused", nothing, { condition: { etag: other } }],
    [
      "another is completing at this moment",
      "refused",
      nothing,
      {},
      failing("CompleteMultipartUpload", awsError("ConditionalRequestConflict", 409)),
    ],
    ["the upload is gone at its completion", "refused", nothing, {}, failing("CompleteMultipartUpload", awsError("NoSuchUpload", 404))],
    ["the source is gone", "source-gone", () => fake.objects.delete(FROM), {}],
    [
      "the source is gone, and S3 answers 403 because not all may be listed",
      "source-gone",
      () => fake.objects.delete(FROM),
      {},
      failing("UploadPartCopy", awsError("AccessDenied", 403)),
    ],
    ["the source is another one", "source-gone", () => fake.putObject(FROM, BODY, {}, other), {}],
    ["the upload is gone before its completion", "unknown", nothing, {}, failing("UploadPartCopy", awsError("NoSuchUpload", 404))],
    // For an error in the body of a 200, S3's answer to some long requests, the SDK invents a status.
    ["its condition is refused in a body", "refused", nothing, {}, failing("CompleteMultipartUpload", awsError("PreconditionFailed", 503))],
    [
      "another's completion is reported in a body",
      "refused",
      nothing,
      {},
      failing("CompleteMultipartUpload", awsError("ConditionalRequestConflict", 500)),
    ],
    ["the upload is gone by a body", "refused", nothing, {}, failing("CompleteMultipartUpload", awsError("NoSuchUpload", 503))],
    ["the source is another one by a body", "source-gone", nothing, {}, failing("UploadPartCopy", awsError("PreconditionFailed", 503))],
    ["no answer comes to its beginning", "unknown", nothing, {}, failing("CreateMultipartUpload", lostAnswer(), { done: true })],
    ["no answer comes to a part", "unknown", nothing, {}, failing("UploadPartCopy", lostAnswer(), { done: true })],
    ["no answer comes to its completion", "unknown", nothing, {}, failing("CompleteMultipartUpload", lostAnswer())],
    ["S3 fails at its completion", "unknown", nothing, {}, failing("CompleteMultipartUpload", awsError("InternalError", 500))],
    ["S3 is too busy", "unknown", nothing, {}, failing("UploadPartCopy", awsError("SlowDown", 503))],
  ];

  test.each(table)("%s: %s", async (_, outcome, prepare, options, deliver = atOnce) => {
    prepare();
    const before = fake.objects.get(TO);
    expect(await copy(options, deliver)).toBe(outcome);
    expect(fake.objects.get(TO)).toBe(before);
  });

  test("no answer comes to a completion that was executed: unknown, and the object exists", async () => {
    expect(await copy({}, failing("CompleteMultipartUpload", lostAnswer(), { done: true }))).toBe("unknown");
    expect(fake.objects.get(TO)!.body).toEqual(BODY);
  });

  test.each([
    ["the condition does not hold", "CompleteMultipartUpload", awsError("PreconditionFailed", 412)],
    ["the source is gone", "UploadPartCopy", awsError("NoSuchKey", 404)],
    ["no answer comes to a part", "UploadPartCopy", lostAnswer()],
  ])("%s: the upload is given up, and nothing is stored for it", async (_, name, error) => {
    await copy({}, failing(name, error));
    expect(requests.at(-1)).toBe("AbortMultipartUpload");
    expect(fake.openUploads).toEqual([]);
  });

  test("no answer comes to its completion: the upload is not aborted, because it may be completing", async () => {
    await copy({}, failing("CompleteMultipartUpload", lostAnswer()));
    expect(requests).not.toContain("AbortMultipartUpload");
  });

  test("it never began: nothing is aborted", async () => {
    await copy({}, failing("CreateMultipartUpload", lostAnswer()));
    expect(requests).toEqual(["CreateMultipartUpload"]);
  });
});

describe("a copy that fails", () => {
  test.each([
    ["CreateMultipartUpload", "LOB2003", awsError("AccessDenied", 403)],
    ["CreateMultipartUpload", "LOB2006", awsError("NoSuchBucket", 404)],
    ["UploadPartCopy", "LOB2003", awsError("AccessDenied", 403)],
    ["CompleteMultipartUpload", "LOB2004", awsError("ExpiredToken", 400)],
    ["CompleteMultipartUpload", "LOB2008", awsError("InvalidPart", 400)],
    ["CompleteMultipartUpload", "LOB2008", awsError("InvalidPart", 503)],
  ])("at %s says why: %s", async (name, code, error) => {
    const message = expect.stringContaining(`copying ${FROM} to s3://${LOB.bucket}/${TO}`) as unknown as string;
    await expect(copy({}, failing(name, error))).rejects.toMatchObject({ code, message });
    expect(fake.openUploads).toEqual([]);
    expect(fake.objects.has(TO)).toBe(false);
  });

  test.each(["UploadPartCopy", "CompleteMultipartUpload"])(
    "because it is aborted at %s throws the reason and gives the upload up",
    async (name) => {
      const controller = new AbortController();
      const reason = new LobError("LOB2010", "interrupted");
      const aborted = copy({ signal: controller.signal }, async (request, execute) => {
        if (request.name === name) {
          controller.abort(reason);
          throw Object.assign(new Error("Request aborted"), { name: "AbortError" });
        }
        return execute();
      });
      await expect(aborted).rejects.toBe(reason);
      expect(requests.at(-1)).toBe("AbortMultipartUpload");
      expect(fake.openUploads).toEqual([]);
      expect(fake.objects.has(TO)).toBe(false);
    },
  );
});
