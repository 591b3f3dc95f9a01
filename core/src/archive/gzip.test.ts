import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { randomBytes } from "node:crypto";
import { crc32, gunzipSync } from "node:zlib";
import { collect, pieces, sha256 } from "./archive.test.helper.js";
import { CHUNK_BYTES, gzipBound, gzipHeader, gzipMember, MAX_COMMENT } from "./gzip.js";
import { assertProperty } from "../testing/property.js";

const chunksOf = (bytes: Buffer): AsyncGenerator<Buffer> => pieces(bytes, CHUNK_BYTES);

const random = randomBytes(CHUNK_BYTES + 70_000);
const text = Buffer.from("the same words again and again, ".repeat(70_000));

test.each([
  ["nothing", Buffer.alloc(0)],
  ["one byte", Buffer.from("x")],
  ["a stored block and one byte", random.subarray(0, 65_536)],
  ["exactly a chunk", random.subarray(0, CHUNK_BYTES)],
  ["a chunk and a bit of random bytes", random],
  ["text of several chunks", text],
  ["a mixture", Buffer.concat([random, text, Buffer.alloc(3 * CHUNK_BYTES), random])],
])("zlib reads %s back", async (_, bytes) => {
  const member = await collect(gzipMember(chunksOf(bytes)));
  expect(sha256(gunzipSync(member))).toBe(sha256(bytes));
  expect(member.length).toBeLessThanOrEqual(gzipBound(bytes.length));
});

test("zlib reads any mixture back, and the bytes do not depend on how many chunks are compressed at once", async () => {
  const part = fc.oneof(
    fc.integer({ min: 0, max: 1_500_000 }).map((length) => Buffer.alloc(length, 7)),
    fc.integer({ min: 0, max: 1_000_000 }).map((length) => random.subarray(0, length)),
    fc.integer({ min: 0, max: 2_000_000 }).map((length) => text.subarray(0, length)),
  );
  await assertProperty(
    fc.asyncProperty(fc.array(part, { maxLength: 4 }), async (parts) => {
      const bytes = Buffer.concat(parts);
      const [one, four] = await Promise.all([1, 4].map((width) => collect(gzipMember(chunksOf(bytes), { width }))));
      expect(sha256(one!)).toBe(sha256(four!));
      expect(sha256(gunzipSync(one!))).toBe(sha256(bytes));
      expect(one!.length).toBeLessThanOrEqual(gzipBound(bytes.length));
    }),
    { numRuns: 20 },
  );
});

test("random bytes are stored: header, block headers and trailer are these bytes on every machine", async () => {
  const bytes = random.subarray(0, 65_535 + 640);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes), 0);
  trailer.writeUInt32LE(bytes.length, 4);
  const expected = Buffer.concat([
    Buffer.from("1f8b08000000000000ff", "hex"),
    Buffer.from("00ffff0000", "hex"),
    bytes.subarray(0, 65_535),
    Buffer.from("0080027ffd", "hex"),
    bytes.subarray(65_535),
    Buffer.from("0300", "hex"),
    trailer,
  ]);
  expect((await collect(gzipMember(chunksOf(bytes)))).equals(expected)).toBe(true);
});

test("compressible data is compressed", async () => {
  expect((await collect(gzipMember(chunksOf(text)))).length).toBeLessThan(text.length / 50);
  expect((await collect(gzipMember(chunksOf(Buffer.alloc(10 * CHUNK_BYTES))))).length).toBeLessThan(20_000);
});

test("a chunk that compresses worse than its sample is stored", async () => {
  // The places of the sample hold the same bytes, but too far from each other for deflate. A chunk must never grow beyond its stored form.
  const chunk = Buffer.from(random.subarray(0, CHUNK_BYTES));
  const same = randomBytes(4096);
  const part = CHUNK_BYTES / 8;
  for (let i = 0; i < 8; i++) same.copy(chunk, i * part + ((i * 40_503) % (part - 4096)));
  const member = await collect(gzipMember(chunksOf(chunk)));
  expect(sha256(gunzipSync(member))).toBe(sha256(chunk));
  expect(member.length).toBe(10 + CHUNK_BYTES + 17 * 5 + 10);
});

test("a small result does not keep its large buffer", async () => {
  for await (const piece of gzipMember(chunksOf(Buffer.alloc(CHUNK_BYTES)))) expect(piece.buffer.byteLength).toBeLessThan(CHUNK_BYTES / 2);
});

test("the header has no time, name or system; the comment makes the bytes differ and nothing else", async () => {
  expect(gzipHeader().toString("hex")).toBe("1f8b08000000000000ff");
  expect(gzipHeader("t0ken").toString("latin1")).toBe("\x1f\x8b\x08\x10\0\0\0\0\0\xfft0ken\0");
  const [plain, commented] = await Promise.all([gzipMember(chunksOf(text)), gzipMember(chunksOf(text), { comment: "t0ken" })].map(collect));
  expect(commented!.subarray(16).equals(plain!.subarray(10))).toBe(true);
  expect(gunzipSync(commented!).equals(text)).toBe(true);
});

test.each(["", "é", "a\0b", "a\nb", "x".repeat(MAX_COMMENT + 1)])("the comment %j is refused", async (comment) => {
  expect(() => gzipHeader(comment)).toThrow("1 to 128 printable ASCII characters");
  await expect(collect(gzipMember(chunksOf(text), { comment }))).rejects.toThrow("1 to 128 printable ASCII characters");
});
