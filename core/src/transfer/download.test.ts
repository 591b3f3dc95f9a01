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

/** A body that ends after `bytes`: with an error, as a reset does, or as if it were whole. */
function cut(body: Buffer, bytes: number, how: "reset" | "end"): Readable {
  return Readable.from(
    (function* () {
      yield* chunksOf(body.subarray(0, bytes), 700);
      if (how === "reset") throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
    })(),
  );
}

test("one GET, pinned to the ETag, when nothing happens", async () => {
  expect(await all()).toEqual(BODY);
  expect(fake.requests).toEqual([`GetObject ${KEY}`]);
});

test.each(["reset", "end"] as const)("a %s midway is taken up with a Range from the byte reached", async (how) => {
  const cuts = [4_000, 100, 3_000];
  fake.stream = (bytes) => {
    const at = cuts.shift();
    return at === undefined ? Readable.from(chunksOf(bytes, 512)) : cut(bytes, at, how);
  };
  const told: string[] = [];
  expect(await all({ onRetry: (message) => told.push(message) })).toEqual(BODY);
  expect(fake.requests).toEqual(["", " bytes=4000-", " bytes=4100-", " bytes=7100-"].map((range) => `GetObject ${KEY}${range}`));
  expect(told).toHaveLength(3);
  expect(told[0]).toContain("was interrupted at byte 4000 of 10000");
});

test("a line that stays broken is given up", async () => {
  fake.stream = () => cut(BODY, 0, "reset");
  const waits: number[] = [];
  const environment = { random: () => 0.5, sleep: async (milliseconds: number) => Promise.resolve(void waits.push(milliseconds)) };
  await expect(all({ retries: 3, environment })).rejects.toMatchObject({
    code: "LOB2005",
    message: expect.stringContaining("3 retries brought nothing"),
  });
  expect(fake.requests).toHaveLength(4);
  expect(waits).toEqual([500, 1000, 2000]);
});

test("drips do not count as progress, a MiB does", async () => {
  fake.stream = (bytes) => cut(bytes, 10, "reset");
  await expect(all({ retries: 3 })).rejects.toMatchObject({ code: "LOB2005" });
  expect(fake.requests).toHaveLength(4);

  const large = randomBytes(8 * 1_048_576);
  fake.objects.set(KEY, { body: large, metadata: {}, etag: ETAG });
  fake.stream = (bytes) => cut(bytes, 1_048_576, "reset");
  expect((await all({ retries: 1 }, large.length)).equals(large)).toBe(true);
});

test("a server that does not honour the range does not get its bytes in twice", async () => {
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
  await expect(read()).rejects.toMatchObject({ code: "LOB2005", message: expect.stringContaining("did not go on from the byte reached") });
});

test("an object replaced midway is refused", async () => {
  fake.stream = (bytes) => {
    fake.objects.set(KEY, { body: randomBytes(10_000), metadata: {}, etag: '"etag-2"' });
    return cut(bytes, 5_000, "reset");
  };
  await expect(all()).rejects.toMatchObject({ code: "LOB4001", message: expect.stringContaining("changed while it was read") });
});

test("more bytes than the row says are refused, not delivered", async () => {
  await expect(all({}, 4_500)).rejects.toMatchObject({ code: "LOB4001" });
});

test("a refusal by AWS is not tried again", async () => {
  fake.before = () => {
    throw awsError("ExpiredToken", 400);
  };
  await expect(all()).rejects.toMatchObject({ code: "LOB2004" });
  expect(fake.requests).toHaveLength(1);
});

test("an answer of 503 is tried again", async () => {
  let left = 2;
  fake.before = () => {
    if (left-- > 0) throw awsError("SlowDown", 503);
  };
  expect(await all()).toEqual(BODY);
});

test("a connection that falls silent is given up and taken up again", async () => {
  let silent = true;
  fake.stream = (bytes) => {
    if (!silent) return Readable.from(chunksOf(bytes, 1000));
    silent = false;
    const body = new Readable({ read: () => undefined });
    body.push(bytes.subarray(0, 1_500));
    return body;
  };
  const told: string[] = [];
  expect(await all({ stallMs: 30, onRetry: (message) => told.push(message) })).toEqual(BODY);
  expect(told[0]).toContain("no byte came for 0.03 s");
});

test("a slow reader is not taken for a silent connection", async () => {
  let bytes = 0;
  for await (const chunk of download(fake.aws, LOB, { key: KEY, etag: ETAG, size: BODY.length }, { stallMs: 300, retries: 0 })) {
    bytes += chunk.length;
    if (bytes < 3000) await new Promise((resolve) => setTimeout(resolve, 600));
  }
  expect(bytes).toBe(BODY.length);
});

test("an abort ends it with the signal's reason, also while waiting for bytes or for a retry", async () => {
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

test("a reader that stops closes the connection", async () => {
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
