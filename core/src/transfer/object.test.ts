import { beforeEach, describe, expect, test } from "@jest/globals";
import { LATEST, versionKey, versionsPrefix } from "../layout.js";
import { awsError, FakeAws, lostAnswer, type Deliver } from "../testing/fake-aws.js";
import { LOB } from "../testing/simulation.js";
import { deleteObject, headObject, listKeys, listNewestNumbers } from "./object.js";

const KEY = versionKey(LOB, "churn", 1);
const BODY = Buffer.from("the archive");

let fake: FakeAws;
beforeEach(() => {
  fake = new FakeAws(LOB.bucket, []);
});

/** Answers some requests in its own way. */
const answering =
  (answers: Readonly<Record<string, () => unknown>>): Deliver =>
  async ({ name }, execute) =>
    Promise.resolve((answers[name] ?? execute)());
const refusing = (name: string, error: Error): Deliver =>
  answering({
    [name]: () => {
      throw error;
    },
  });

describe("headObject", () => {
  test("returns what S3 returns", async () => {
    fake.putObject(KEY, BODY, { artifact_name: "churn" }, '"e"');
    expect(await headObject(fake.clients(), LOB, KEY)).toEqual({
      key: KEY,
      etag: '"e"',
      size: BODY.length,
      metadata: { artifact_name: "churn" },
      lastModified: expect.any(Date),
    });
  });

  test.each([
    ["over the whole object counts", "FULL_OBJECT", "sum"],
    ["over the parts does not", "COMPOSITE", undefined],
    ["of an unknown kind does not", undefined, undefined],
  ])("a CRC64NVME %s", async (_, ChecksumType, expected) => {
    const deliver = answering({
      HeadObject: () => ({ ETag: '"e"', ContentLength: 1, ChecksumCRC64NVME: "sum", ...(ChecksumType && { ChecksumType }) }),
    });
    expect((await headObject(fake.clients(deliver), LOB, KEY))?.crc64nvme).toBe(expected);
  });

  test("requests the checksum, which S3 returns only on request", async () => {
    let mode: unknown;
    await headObject(
      fake.clients(async ({ input }, execute) => {
        mode = input["ChecksumMode"];
        return Promise.resolve(execute());
      }),
      LOB,
      KEY,
    );
    expect(mode).toBe("ENABLED");
  });

  test("a missing object is undefined, even if S3 answers HEAD with 403", async () => {
    expect(await headObject(fake.clients(), LOB, KEY)).toBeUndefined();
    fake.putObject(`${KEY}.other`, BODY, {});
    expect(await headObject(fake.clients(refusing("HeadObject", awsError("403", 403))), LOB, KEY)).toBeUndefined();
  });

  test.each([
    ["an object that is there and denied", refusing("HeadObject", awsError("403", 403)), "LOB2003"],
    [
      "an object that is denied, where listing is denied too",
      answering({
        HeadObject: () => {
          throw awsError("403", 403);
        },
        ListObjectsV2: () => {
          throw awsError("AccessDenied", 403);
        },
      }),
      "LOB2003",
    ],
    [
      "an object by credentials that have expired, which only a listing can report",
      answering({
        HeadObject: () => {
          throw awsError("400", 400, "UnknownError");
        },
        ListObjectsV2: () => {
          throw awsError("ExpiredToken", 400);
        },
      }),
      "LOB2004",
    ],
    ["S3 not answering", refusing("HeadObject", lostAnswer()), "LOB2005"],
    ["S3 failing", refusing("HeadObject", awsError("InternalError", 500)), "LOB2008"],
  ])("%s is an error", async (_, deliver, code) => {
    fake.putObject(KEY, BODY, {});
    await expect(headObject(fake.clients(deliver), LOB, KEY)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(`s3://${LOB.bucket}/${KEY}`),
    });
  });
});

describe("listing", () => {
  beforeEach(() => {
    for (const version of [1, 2, 3, 10, LATEST] as const)
      fake.putObject(versionKey(LOB, "churn", version), Buffer.from(String(version)), {}, `"${version}"`);
    fake.putObject(versionKey(LOB, "churn-2", 7), BODY, {});
  });

  test("is limited to one prefix and to the requested number, in order", async () => {
    const keys = await listKeys(fake.clients(), LOB, versionsPrefix(LOB, "churn"), 2);
    expect(keys).toEqual([
      { key: versionKey(LOB, "churn", LATEST), etag: '"LATEST"', size: 6, lastModified: expect.any(Date) },
      { key: versionKey(LOB, "churn", 10), etag: '"10"', size: 2, lastModified: expect.any(Date) },
    ]);
  });

  test("returns the newest numbers, with LATEST and without", async () => {
    const newest = async (limit: number) => (await listNewestNumbers(fake.clients(), LOB, "churn", limit)).map(({ version }) => version);
    expect(await newest(1)).toEqual([10]);
    expect(await newest(3)).toEqual([10, 3, 2]);
    expect(await newest(100)).toEqual([10, 3, 2, 1]);
    fake.objects.delete(versionKey(LOB, "churn", LATEST));
    expect(await newest(1)).toEqual([10]);
    expect(await newest(2)).toEqual([10, 3]);
    expect(await listNewestNumbers(fake.clients(), LOB, "none", 1)).toEqual([]);
  });

  test("skips the marker of a folder and names that are not versions", async () => {
    fake.putObject(versionsPrefix(LOB, "churn"), Buffer.alloc(0), {});
    fake.putObject(`${versionsPrefix(LOB, "churn")}0-readme.txt`, BODY, {});
    expect((await listNewestNumbers(fake.clients(), LOB, "churn", 1)).map(({ version }) => version)).toEqual([10]);
  });

  test("returns the ETag of a number and when it was written", async () => {
    const { lastModified } = fake.objects.get(versionKey(LOB, "churn", 10))!;
    expect(await listNewestNumbers(fake.clients(), LOB, "churn", 1)).toEqual([{ version: 10, etag: '"10"', lastModified }]);
  });

  test("that is denied names the listed prefix", async () => {
    const listing = listNewestNumbers(fake.clients(refusing("ListObjectsV2", awsError("AccessDenied", 403))), LOB, "churn", 1);
    await expect(listing).rejects.toMatchObject({ code: "LOB2003", message: expect.stringContaining(versionsPrefix(LOB, "churn")) });
  });
});

describe("deleteObject", () => {
  test("removes an object, and accepts a missing one", async () => {
    fake.putObject(KEY, BODY, {});
    await deleteObject(fake.clients(), LOB, KEY);
    expect(fake.objects.has(KEY)).toBe(false);
    await deleteObject(fake.clients(), LOB, KEY);
  });

  test("that is denied names the object", async () => {
    await expect(deleteObject(fake.clients(refusing("DeleteObject", awsError("AccessDenied", 403))), LOB, KEY)).rejects.toMatchObject({
      code: "LOB2003",
      message: expect.stringContaining(KEY),
    });
  });
});
