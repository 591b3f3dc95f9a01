import { beforeEach, expect, jest, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { LobError } from "../errors.js";
import { download, type DownloadOptions } from "./download.js";
import { SYSTEM } from "../environment.js";
import { NO_WAIT } from "../testing/simulation.js";
import { awsError, chunksOf, FakeAws, LOB } from "../read/fakes.test.util.js";

const BODY = randomBytes(10_000);
const KEY = "ml-models/fraud/churn/versions/999999_000001.tar.gz";
const ETAG = '"etag-1"';
let fake: FakeAws;
beforeEach(() => {
  fake = new FakeAws();
  fake.objects.set(KEY, { body: BODY, metadata: {}, etag: ETAG });
});

async function all(options: DownloadOptions = {}, size = BODY.length): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of download(fake.aws, LOB, { key: KEY, etag: ETAG, size }, { environment: NO_WAIT, ...options }))
    chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A body that ends after `bytes`: with an error, as after a reset, or as if it were complete. */
function cut(body: Buffer, bytes: number, how: "reset" | "end"): Readable {
  return Readable.from(
    (function* () {
      yield* chunksOf(body.subarray(0, bytes), 700);
      if (how === "reset") throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
    })(),
  );
}

test("sends one GET, pinned to the ETag", async () => {
  expect(await all()).toEqual(BODY);
  expect(fake.requests).toEqual([`GetObject ${KEY}`]);
});

test.each(["reset", "end"] as const)("resumes after a %s midway with a Range from the byte reached", async (how) => {
  const cuts = [4_000, 100, 3_000];
  fake.stream = (bytes) => {
    const at = cuts.shift();
    return at === undefined ? Readable.from(chunksOf(bytes, 512)) : cut(bytes, at, how);
  };
  const messages: string[] = [];
  expect(await all({ onRetry: (message) => messages.push(message) })).toEqual(BODY);
  expect(fake.requests).toEqual(["", " bytes=4000-", " bytes=4100-", " bytes=7100-"].map((range) => `GetObject ${KEY}${range}`));
  expect(messages).toHaveLength(3);
  expect(messages[0]).toContain("was interrupted at byte 4000 of 10000");
});

test("stops if the connection stays broken", async () => {
  fake.stream = () => cut(BODY, 0, "reset");
  const waits: number[] = [];
  const environment = { random: () => 0.5, sleep: async (milliseconds: number) => Promise.resolve(void waits.push(milliseconds)) };
  await expect(all({ retries: 3, environment })).rejects.toMatchObject({
    code: "LOB2005",
    message: expect.stringContaining("3 retries failed"),
  });
  expect(fake.requests).toHaveLength(4);
  expect(waits).toEqual([750, 1500, 3000]);
});

test("counts a MiB as progress, but not a few bytes", async () => {
  fake.stream = (bytes) => cut(bytes, 10, "reset");
  await expect(all({ retries: 3 })).rejects.toMatchObject({ code: "LOB2005" });
  expect(fake.requests).toHaveLength(4);

  const large = randomBytes(8 * 1_048_576);
  fake.objects.set(KEY, { body: large, metadata: {}, etag: ETAG });
  fake.stream = (bytes) => cut(bytes, 1_048_576, "reset");
  expect((await all({ retries: 1 }, large.length)).equals(large)).toBe(true);
});

test("does not accept bytes twice from a server that ignores the range", async () => {
  let first = true;
  fake.stream = (bytes) => {
    const stream = first ? cut(bytes, 5_000, "reset") : Readable.from(chunksOf(BODY, 1000));
    first = false;
    return stream;
  };
  const { s3 } = fake.aws;
  const aws = {
    ...fake.aws,
    s3: { send: async (command: never) => ({ ...(await s3.send(command)), ContentRange: undefined }) } as unknown as typeof s3,
  };
  const read = async (): Promise<number> => {
    let bytes = 0;
    for await (const chunk of download(aws, LOB, { key: KEY, etag: ETAG, size: BODY.length }, { environment: NO_WAIT, retries: 2 }))
      bytes += chunk.length;
    return bytes;
  };
  await expect(read()).rejects.toMatchObject({ code: "LOB2005", message: expect.stringContaining("did not resume at the byte reached") });
});

test("refuses an object that was replaced midway", async () => {
  fake.stream = (bytes) => {
    fake.objects.set(KEY, { body: randomBytes(10_000), metadata: {}, etag: '"etag-2"' });
    return cut(bytes, 5_000, "reset");
  };
  await expect(all()).rejects.toMatchObject({ code: "LOB4001", message: expect.stringContaining("changed during the download") });
});

test("refuses more bytes than the row says, without yielding them", async () => {
  await expect(all({}, 4_500)).rejects.toMatchObject({ code: "LOB4001" });
});

test("does not retry after a refusal by AWS", async () => {
  fake.before = () => {
    throw awsError("ExpiredToken", 400);
  };
  await expect(all()).rejects.toMatchObject({ code: "LOB2004" });
  expect(fake.requests).toHaveLength(1);
});

test("retries after an answer of 503", async () => {
  let left = 2;
  fake.before = () => {
    if (left-- > 0) throw awsError("SlowDown", 503);
  };
  expect(await all()).toEqual(BODY);
});

test("drops a silent connection and resumes", async () => {
  let silent = true;
  fake.stream = (bytes) => {
    if (!silent) return Readable.from(chunksOf(bytes, 1000));
    silent = false;
    const body = new Readable({ read: () => undefined });
    body.push(bytes.subarray(0, 1_500));
    return body;
  };
  const messages: string[] = [];
  expect(await all({ stallMs: 30, onRetry: (message) => messages.push(message) })).toEqual(BODY);
  expect(messages[0]).toContain("no byte arrived for 0.03 s");
});

test("does not mistake a slow reader for a silent connection", async () => {
  let bytes = 0;
  for await (const chunk of download(fake.aws, LOB, { key: KEY, etag: ETAG, size: BODY.length }, { stallMs: 300, retries: 0 })) {
    bytes += chunk.length;
    if (bytes < 3000) await new Promise((resolve) => setTimeout(resolve, 600));
  }
  expect(bytes).toBe(BODY.length);
});

test("an abort throws the signal's reason, even during a wait for bytes or for a retry", async () => {
  const reason = new LobError("LOB2010", "interrupted");
  for (const stream of [() => new Readable({ read: () => undefined }), () => cut(BODY, 0, "reset")]) {
    fake.stream = stream;
    const controller = new AbortController();
    const reading = all({ signal: controller.signal, environment: { ...SYSTEM, random: () => 1 } });
    setTimeout(() => controller.abort(reason), 20);
    await expect(reading).rejects.toBe(reason);
  }
  fake.requests.length = 0;
  await expect(all({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(fake.requests).toEqual([]);
});

test("closes the connection if the reader stops", async () => {
  const destroyed = jest.fn();
  fake.stream = (bytes) => {
    const body = Readable.from(chunksOf(bytes, 1000));
    body.on("close", destroyed);
    return body;
  };
  for await (const _chunk of download(fake.aws, LOB, { key: KEY, etag: ETAG, size: BODY.length })) break;
  await new Promise(setImmediate);
  expect(destroyed).toHaveBeenCalled();
});
