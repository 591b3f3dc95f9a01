/** Damaged archives and manifests: whatever the bytes, a LobError comes out or the right content, and nothing is left behind. */
import { afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import fc from "fast-check";
import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { gzipSync, gunzipSync } from "node:zlib";
import { collect, makeTree, paxRecord, pieces, rawTar, toArray, workFolder } from "./archive.test.helper.js";
import { buildManifest, readManifest } from "../manifest/index.js";
import { LobError } from "../errors.js";
import { packTree } from "./pack.js";
import { scanTree } from "./scan.js";
import { unpackArchive } from "./unpack.js";
import { assertProperty } from "../testing/property.js";

let work: Awaited<ReturnType<typeof workFolder>>;
let archive: Buffer;
let manifest: Buffer;
let digest: string;

beforeEach(async () => {
  work = await workFolder();
});
afterEach(() => work.remove());

beforeAll(async () => {
  const source = await workFolder();
  const tree = await scanTree(
    await makeTree(source.fresh(), { a: "1", "b/ünï": "22", [`${"d/".repeat(80)}f`]: "333", z: "x".repeat(3000) }),
  );
  archive = await collect(packTree(tree));
  const built = await buildManifest(tree, { lob: "fraud", model: "churn", metrics: { auc: 0.9 }, createdBy: "test" });
  manifest = await readFile(built.path);
  digest = tree.digest;
  await built.dispose();
  await tree.close();
  await source.remove();
});

/** Flips bits, cuts, repeats and inserts. */
const damage = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("flip" as const), at: fc.nat(), bit: fc.nat({ max: 7 }) }),
    fc.record({
      kind: fc.constant("set" as const),
      at: fc.nat(),
      value: fc.constantFrom(0, 1, 0x20, 0x2e, 0x2f, 0x30, 0x37, 0x5c, 0x7f, 0x80, 0xff),
    }),
    fc.record({ kind: fc.constant("cut" as const), at: fc.nat(), length: fc.nat({ max: 600 }) }),
    fc.record({ kind: fc.constant("repeat" as const), at: fc.nat(), length: fc.nat({ max: 1200 }) }),
    fc.record({ kind: fc.constant("insert" as const), at: fc.nat(), bytes: fc.uint8Array({ maxLength: 20 }) }),
  ),
  { minLength: 1, maxLength: 4 },
);
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function damaged(bytes: Buffer, how: Damage): Buffer {
  let result = Buffer.from(bytes);
  for (const one of how) {
    const at = result.length === 0 ? 0 : one.at % result.length;
    if (one.kind === "flip") result[at] = (result[at] ?? 0) ^ (1 << one.bit);
    else if (one.kind === "set") result[at] = one.value;
    else if (one.kind === "cut") result = Buffer.concat([result.subarray(0, at), result.subarray(at + one.length)]);
    else if (one.kind === "repeat") result = Buffer.concat([result.subarray(0, at + one.length), result.subarray(at)]);
    else result = Buffer.concat([result.subarray(0, at), one.bytes, result.subarray(at)]);
  }
  return result;
}

/** Unpacks, and checks what must hold for any bytes; answers whether it succeeded. */
async function survives(bytes: Buffer, withManifest: boolean): Promise<boolean> {
  const target = work.fresh();
  const before = await readdir(work.path);
  try {
    const expected = withManifest ? { expected: await readManifest(pieces(manifest)) } : {};
    const unpacked = await unpackArchive(pieces(bytes, 700), target, expected);
    if (withManifest) expect(unpacked.treeDigest).toBe(digest);
    await rm(target, { recursive: true });
    return true;
  } catch (error) {
    if (!(error instanceof LobError)) throw error;
    expect(error.code).toMatch(/^LOB(4002|2009)$/);
    expect(existsSync(target)).toBe(false);
    return false;
  } finally {
    expect(await readdir(work.path)).toEqual(before);
  }
}

test("an archive with damaged gzip bytes", async () => {
  await assertProperty(
    fc.asyncProperty(damage, fc.boolean(), async (how, withManifest) => {
      await survives(damaged(archive, how), withManifest);
    }),
    { numRuns: 300 },
  );
});

test("an archive whose tar is damaged under sound gzip", async () => {
  const ours = gunzipSync(archive);
  const others = rawTar([
    { name: "dir/", type: "5" },
    { name: "x", type: "x", content: paxRecord("path", "ünï/é") + paxRecord("mtime", "1.5") },
    { name: "y", content: "1" },
    { name: "././@LongLink", type: "L", content: `${"long/".repeat(30)}\0` },
    { name: "z", content: "22" },
  ]);
  let good = 0;
  await assertProperty(
    fc.asyncProperty(fc.constantFrom(ours, others), damage, fc.boolean(), async (tar, how, withManifest) => {
      if (await survives(gzipSync(damaged(tar, how), { level: 1 }), withManifest)) good++;
    }),
    { numRuns: 250 },
  );
  expect(good).toBeLessThan(225); // The damage is real.
});

test("every single byte of the archive changed, one at a time, is noticed with a manifest", async () => {
  // But for the gzip header's time, extra flags and system, and bits of deflate that mean nothing, such as those that fill up a byte.
  const unnoticed: number[] = [];
  for (let at = 0; at < archive.length; at++) {
    const copy = Buffer.from(archive);
    copy[at] = copy[at]! ^ 0x10;
    if (await survives(copy, true)) unnoticed.push(at);
  }
  expect(unnoticed.slice(0, 6)).toEqual([4, 5, 6, 7, 8, 9]);
  expect(unnoticed.length).toBeLessThan(archive.length / 20);
});

test("bytes that were never an archive", async () => {
  await assertProperty(
    fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), fc.boolean(), async (bytes, gzipped) => {
      const whole = Buffer.from(bytes);
      expect(await survives(gzipped ? gzipSync(whole) : whole, false)).toBe(
        gzipped && whole.length >= 1024 && whole.every((byte) => byte === 0),
      );
    }),
    { numRuns: 300 },
  );
});

test("a manifest with damaged bytes, inside or outside of gzip", async () => {
  const text = gunzipSync(manifest);
  const original = await toArray((await readManifest(pieces(manifest))).files);
  let good = 0;
  await assertProperty(
    fc.asyncProperty(damage, fc.boolean(), async (how, inside) => {
      const bytes = inside ? gzipSync(damaged(text, how)) : damaged(manifest, how);
      try {
        const read = await readManifest(pieces(bytes, 500));
        expect(await toArray(read.files)).toEqual(original.map((file) => ({ ...file, offset: expect.any(Number) })));
        expect(read.header.treeDigest).toBe(digest);
        good++;
      } catch (error) {
        if (!(error instanceof LobError)) throw error;
        expect(error.code).toBe("LOB4003");
      }
    }),
    { numRuns: 600 },
  );
  expect(good).toBeLessThan(100);
});
