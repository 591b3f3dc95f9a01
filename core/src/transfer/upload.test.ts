import { beforeEach, describe, expect, test } from "@jest/globals";
import { createCipheriv, createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { LobError } from "../errors.js";
import { awsError, FakeAws, lostAnswer, type Deliver } from "../testing/fake-aws.js";
import { LOB } from "../testing/simulation.js";
import { MAX_OBJECT_SIZE } from "./parts.js";
import { uploadObject, type UploadOptions } from "./upload.js";

const MIB = 1024 * 1024;
const PART = 16 * MIB;
const CONCURRENCY = 4;
const KEY = "ml-staging/fraud/churn/x/token.tar.gz";

/** Returns bytes in which no two parts are equal. */
const NOISE = createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(7 * PART));
const noise = (length: number): Buffer => NOISE.subarray(0, length);
const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const atOnce: Deliver = async (_, execute) => Promise.resolve(execute());

let fake: FakeAws;
let requests: string[];
beforeEach(() => {
  fake = new FakeAws(LOB.bucket, []);
  requests = [];
});

function upload(bytes: Buffer, options: Partial<UploadOptions> & { deliver?: Deliver; chunk?: number } = {}) {
  const { deliver = atOnce, chunk = 100_000, ...rest } = options;
  const aws = fake.clients(async (request, execute) => {
    requests.push(request.name);
    return deliver(request, execute);
  });
  return uploadObject(aws, LOB, { key: KEY, source: inChunks(bytes, chunk), bound: bytes.length, metadata: { write_token: "t" }, ...rest });
}

describe("an upload", () => {
  test.each([1, 1000, PART - 1, PART, PART + 1])("of %s bytes stores exactly these bytes and the metadata", async (length) => {
    const bytes = noise(length);
    const sent: number[] = [];
    expect(await upload(bytes, { chunk: 1_000_003, onBytes: (done) => void sent.push(done) })).toEqual({
      size: length,
      sha256: sha256(bytes),
    });
    const object = fake.objects.get(KEY)!;
    expect(object.body.equals(bytes)).toBe(true);
    expect(object.metadata).toEqual({ write_token: "t" });
    expect(sent).toEqual(length > PART ? [PART, length] : [length]);
    expect(requests.filter((name) => name === "UploadPart")).toHaveLength(Math.ceil(length / PART));
  });

  test("of many parts stores each part's bytes in any order of arrival, and reuses memory", async () => {
    const bytes = noise(6 * PART + 12_345);
    const buffers = new Set<ArrayBufferLike>();
    let running = 0;
    let most = 0;
    const full = Promise.withResolvers<undefined>();
    await upload(bytes, {
      chunk: 700_001,
      deliver: async ({ name, input }, execute) => {
        if (name !== "UploadPart") return execute();
        const body = input["Body"] as Buffer;
        buffers.add(body.buffer);
        most = Math.max(most, ++running);
        if (most === CONCURRENCY) full.resolve(undefined);
        await full.promise;
        // The first part is the slowest; the others overtake one another. The bytes are read at the end, and must still be intact.
        await sleep(input["PartNumber"] === 1 ? 150 : ((input["PartNumber"] as number) % 3) * 10);
        running--;
        return execute();
      },
    });
    expect(fake.objects.get(KEY)!.body.equals(bytes)).toBe(true);
    expect(most).toBe(CONCURRENCY);
    expect(buffers.size).toBeLessThanOrEqual(CONCURRENCY + 1);
    expect(fake.openUploads).toEqual([]);
  });

  test("asks S3 to verify each part's CRC64NVME, and passes the sums on", async () => {
    const inputs: Record<string, unknown>[] = [];
    await upload(noise(PART + 1), {
      deliver: async ({ name, input }, execute) => {
        inputs.push({ name, ...input });
        const answer = execute() as object;
        return name === "UploadPart" ? { ...answer, ChecksumCRC64NVME: `sum of ${String(input["PartNumber"])}` } : answer;
      },
    });
    expect(inputs.map((input) => input["ChecksumAlgorithm"])).toEqual(["CRC64NVME", "CRC64NVME", "CRC64NVME", undefined]);
    expect(inputs.at(-1)).toMatchObject({
      name: "CompleteMultipartUpload",
      MultipartUpload: {
        Parts: [
          { PartNumber: 1, ChecksumCRC64NVME: "sum of 1" },
          { PartNumber: 2, ChecksumCRC64NVME: "sum of 2" },
        ],
      },
    });
  });
});

describe("an upload that fails", () => {
  const nothingStays = (): void => {
    expect(fake.objects.size).toBe(0);
    expect(fake.openUploads).toEqual([]);
    expect(requests.at(-1)).toBe("AbortMultipartUpload");
  };

  test.each([
    ["UploadPart", "LOB2003", awsError("AccessDenied", 403)],
    ["UploadPart", "LOB2005", lostAnswer()],
    ["UploadPart", "LOB2008", awsError("BadDigest", 400)],
    ["CompleteMultipartUpload", "LOB2004", awsError("ExpiredToken", 400)],
  ])("at %s leaves nothing behind, and says why: %s", async (failing, code, error) => {
    const failed = upload(noise(PART + 5), {
      deliver: async ({ name }, execute) => {
        if (name === failing) throw error;
        return execute();
      },
    });
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringContaining(`uploading to s3://${LOB.bucket}/${KEY}`) });
    nothingStays();
  });

  test("at one part waits for the others before the abort, because a later part would be stored for a week", async () => {
    let running = 0;
    let runningAtAbort: number | undefined;
    const failed = upload(noise(4 * PART + 5), {
      deliver: async ({ name, input }, execute) => {
        if (name === "AbortMultipartUpload") runningAtAbort = running;
        if (name !== "UploadPart") return execute();
        running++;
        await sleep(input["PartNumber"] === 2 ? 1 : 60);
        running--;
        if (input["PartNumber"] === 2) throw awsError("AccessDenied", 403);
        return execute();
      },
    });
    await expect(failed).rejects.toMatchObject({ code: "LOB2003" });
    expect(runningAtAbort).toBe(0);
    nothingStays();
  });

  test("because of its source throws the same error", async () => {
    const error = new LobError("LOB1007", "weights.bin changed while it was being read");
    async function* source(): AsyncGenerator<Buffer> {
      yield* inChunks(noise(PART + 1), 1_000_000);
      throw error;
    }
    await expect(upload(Buffer.alloc(0), { source: source(), bound: PART * 2 })).rejects.toBe(error);
    nothingStays();
  });

  test("because of an abort throws the reason", async () => {
    const controller = new AbortController();
    const reason = new LobError("LOB2010", "interrupted");
    const failed = upload(noise(2 * PART), {
      signal: controller.signal,
      deliver: async ({ name, input }, execute) => {
        if (name === "UploadPart" && input["PartNumber"] === 2) controller.abort(reason);
        return execute();
      },
    });
    await expect(failed).rejects.toBe(reason);
    nothingStays();
  });

  test("because the bucket is missing sends nothing more", async () => {
    const failed = upload(noise(10), {
      deliver: async () => {
        throw awsError("NoSuchBucket", 404);
      },
    });
    await expect(failed).rejects.toMatchObject({ code: "LOB2006" });
    expect(requests).toEqual(["CreateMultipartUpload"]);
  });

  test("and cannot be aborted reports the first error", async () => {
    const failed = upload(noise(10), {
      deliver: async ({ name }, execute) => {
        if (name === "UploadPart") throw awsError("AccessDenied", 403);
        if (name === "AbortMultipartUpload") throw lostAnswer();
        return execute();
      },
    });
    await expect(failed).rejects.toMatchObject({ code: "LOB2003" });
  });

  test("because it exceeds the largest object in S3 sends nothing", async () => {
    await expect(upload(Buffer.alloc(0), { bound: MAX_OBJECT_SIZE + 1 })).rejects.toMatchObject({ code: "LOB1006" });
    expect(requests).toEqual([]);
  });
});

test("an upload whose completion was answered only on a retry, with NoSuchUpload, is complete", async () => {
  const bytes = noise(1000);
  const uploaded = await upload(bytes, {
    deliver: async ({ name }, execute) => {
      const answer = execute();
      // As after a lost answer: the SDK retries, and the upload is gone because it was completed.
      if (name === "CompleteMultipartUpload") throw awsError("NoSuchUpload", 404);
      return answer;
    },
  });
  expect(uploaded).toEqual({ size: 1000, sha256: sha256(bytes) });
  expect(fake.objects.get(KEY)!.body.equals(bytes)).toBe(true);
  expect(requests).not.toContain("AbortMultipartUpload");
});

test("distinguishes an upload that another process aborted from a failed one", async () => {
  const uploaded = await upload(noise(1000), {
    deliver: async ({ name }, execute) => {
      if (name === "UploadPart") throw awsError("NoSuchUpload", 404);
      return execute();
    },
  });
  expect(uploaded).toBeUndefined();
});
