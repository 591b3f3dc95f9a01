import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { randomBytes } from "node:crypto";
import { createReadStream, existsSync, linkSync, readFileSync, symlinkSync } from "node:fs";
import { chmod, mkdir, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import {
  collect,
  failure,
  inChild,
  makeTree,
  paxRecord,
  pieces,
  python,
  rawArchive,
  rawHeader,
  rawTar,
  readTree,
  run,
  sha256,
  toArray,
  workFolder,
  type Content,
  type RawEntry,
} from "./archive.test.helper.js";
import { buildManifest, readManifest } from "../manifest/index.js";
import type { ManifestFile, ManifestHeader } from "../types.js";
import { packTree } from "./pack.js";
import { scanTree } from "./scan.js";
import { unpackArchive, type UnpackOptions } from "./unpack.js";
import { assertProperty } from "../testing/property.js";

let work: Awaited<ReturnType<typeof workFolder>>;
/** No test may write to it. */
let shared: typeof work;
beforeAll(async () => {
  delete process.env.SOURCE_DATE_EPOCH;
  shared = await workFolder();
});
afterAll(() => shared.remove());
beforeEach(async () => {
  work = await workFolder();
});
afterEach(() => work.remove());

const HEADER = { lob: "fraud", model: "churn", metrics: {}, createdBy: "test" };
const FILES: Readonly<Record<string, Content>> = {
  "model.safetensors": randomBytes(1_500_000),
  "config.json": '{"layers": 12}',
  "bin/run": { mode: 0o755, content: "#!/bin/sh\n" },
  "empty.txt": "",
  "ünï/çødé 🎉.txt": "text ".repeat(100_000),
  [`${"deep/".repeat(30)}${"n".repeat(120)}`]: "deep",
};

interface Packed {
  root: string;
  archive: Buffer;
  header: ManifestHeader;
  files: ManifestFile[];
  digest: string;
}

async function pack(files: Readonly<Record<string, Content>>, { fresh } = work): Promise<Packed> {
  const root = await makeTree(fresh(), files);
  const tree = await scanTree(root);
  const manifest = await buildManifest(tree, HEADER);
  const read = await readManifest(createReadStream(manifest.path));
  const packed = {
    root,
    archive: await collect(packTree(tree)),
    header: read.header,
    files: await toArray(read.files),
    digest: tree.digest,
  };
  await manifest.dispose();
  await tree.close();
  return packed;
}

async function* each<T>(values: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* values;
}

const expectedOf = ({ header, files }: Packed): NonNullable<UnpackOptions["expected"]> => ({ header, files: each(files) });

/** Unpacks an archive that must be refused; returns the reason after checking that nothing is left at the target or beside it. */
async function refused(archive: Uint8Array, options: UnpackOptions = {}, pieceLength = 1000): Promise<string> {
  const target = work.fresh();
  const before = await readdir(dirname(target));
  const error = await failure(unpackArchive(pieces(archive, pieceLength), target, options), "LOB4002");
  expect(existsSync(target)).toBe(false);
  expect(await readdir(dirname(target))).toEqual(before);
  return error.message;
}

describe("a packed tree", () => {
  let packed: Packed;
  beforeAll(async () => {
    packed = await pack(FILES, shared);
  });

  test.each([1, 7, 511, 65_536, 10_000_000])("comes back, in pieces of %d bytes", async (length) => {
    const small = length < 511 ? await pack({ a: "1", "b/c": "2" }) : packed;
    const target = work.fresh();
    const unpacked = await unpackArchive(pieces(small.archive, length), target, { expected: expectedOf(small) });
    expect(await readTree(target)).toEqual(await readTree(small.root));
    expect(unpacked).toEqual({ files: small.files.length, bytes: small.header.contentBytes, treeDigest: small.digest });
  });

  test("comes back without a manifest, with the same tree digest", async () => {
    const target = work.fresh();
    const unpacked = await unpackArchive(pieces(packed.archive), target);
    expect(await readTree(target)).toEqual(await readTree(packed.root));
    expect(unpacked.treeDigest).toBe(packed.digest);
  });

  test("comes back from any tree", async () => {
    const name = fc.string({ unit: fc.constantFrom("a", "b", "é", "😀", " ", "-", "n".repeat(50)), minLength: 1, maxLength: 4 });
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.map((one, depth) => `${depth}${one}`).join("/"));
    const content = fc.oneof(fc.uint8Array({ maxLength: 2000 }), fc.constant(Buffer.alloc(1_100_000, 3)));
    await assertProperty(
      fc.asyncProperty(fc.dictionary(path, content, { minKeys: 1, maxKeys: 8 }), async (candidates) => {
        const files = Object.entries(candidates).filter(([one]) => !Object.keys(candidates).some((other) => other.startsWith(`${one}/`)));
        const one = await pack({ ...Object.fromEntries(files), "0": "never empty" });
        const [strict, free] = [work.fresh(), work.fresh()];
        const results = [
          await unpackArchive(pieces(one.archive, 4096), strict, { expected: expectedOf(one) }),
          await unpackArchive(pieces(one.archive, 4096), free),
        ];
        for (const { treeDigest, files: count } of results)
          expect({ treeDigest, count }).toEqual({ treeDigest: one.digest, count: files.length + 1 });
        for (const target of [strict, free]) expect(await readTree(target)).toEqual(await readTree(one.root));
      }),
      { numRuns: 30 },
    );
  });

  test("reports progress, and stops when aborted", async () => {
    const seen: { done: number; total?: number | undefined }[] = [];
    await unpackArchive(pieces(packed.archive), work.fresh(), {
      expected: expectedOf(packed),
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen.at(-1)).toMatchObject({ phase: "download", done: packed.header.contentBytes, total: packed.header.contentBytes });
    const controller = new AbortController();
    const target = work.fresh();
    const unpacking = unpackArchive(pieces(packed.archive), target, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("stopped")),
    });
    await expect(unpacking).rejects.toThrow("stopped");
    expect(existsSync(target)).toBe(false);
  });

  test("never gets more than its modes under any umask, and no special bits", async () => {
    const archive = rawArchive([
      { name: "a", mode: 0o7777 },
      { name: "b", mode: 0o002 },
      { name: "c", mode: 0o100 },
    ]);
    const file = `${work.fresh()}.tgz`;
    await writeFile(file, archive);
    const modes = async (umask: string): Promise<number[]> => {
      const target = work.fresh();
      const code = `const { createReadStream } = await import("node:fs"); await archive.unpackArchive(createReadStream(first), second);`;
      await inChild(code, { args: [file, target], before: `umask ${umask}` });
      return Promise.all(["a", "b", "c"].map(async (name) => (await stat(join(target, name))).mode & 0o7777));
    };
    expect(await modes("000")).toEqual([0o755, 0o644, 0o755]);
    expect(await modes("077")).toEqual([0o700, 0o600, 0o700]);
  });
});

describe("an archive that another program made is unpacked without a manifest", () => {
  const TREE = {
    "model.bin": "weights",
    "sub/run.sh": { mode: 0o755, content: "#!" },
    "sub/ünï.txt": "é",
    [`${"d/".repeat(60)}${"x".repeat(150)}`]: "long",
  };

  test.each([
    ["gnu", 'tarfile.open(sys.argv[1], "w:gz", format=tarfile.GNU_FORMAT)'],
    ["pax", 'tarfile.open(sys.argv[1], "w:gz", format=tarfile.PAX_FORMAT)'],
    ["stream", 'tarfile.open(sys.argv[1], "w|gz")'],
  ])("Python's tarfile, %s", async (_, open) => {
    const root = await makeTree(work.fresh(), TREE);
    await mkdir(join(root, "empty"));
    const file = work.fresh();
    await python(`import sys, tarfile\nwith ${open} as tar: tar.add(sys.argv[2], arcname=".")`, file, root);
    const target = work.fresh();
    await unpackArchive(createReadStream(file), target);
    expect(await readTree(target)).toEqual(await readTree(root));
  });

  test("GNU tar, with folders and the name of the file in the gzip header", async () => {
    const root = await makeTree(work.fresh(), TREE);
    const file = work.fresh();
    await run("sh", ["-c", 'tar -C "$1" -cf "$2" . && gzip -N "$2"', "sh", root, file]);
    const target = work.fresh();
    const unpacked = await unpackArchive(createReadStream(`${file}.gz`), target);
    expect(unpacked.files).toBe(4);
    expect(await readTree(target)).toEqual(await readTree(root));
  });

  test("a git archive, whose global header is skipped", async () => {
    const entries: RawEntry[] = [
      { name: "pax_global_header", type: "g", content: paxRecord("comment", "0".repeat(40)) + paxRecord("path", "../evil") },
      { name: "a", content: "1" },
    ];
    const target = work.fresh();
    await unpackArchive(pieces(rawArchive(entries)), target);
    expect(Object.keys(await readTree(target))).toEqual(["a"]);
  });
});

describe("an archive cannot reach outside the folder", () => {
  const file = (name: string | Buffer): RawEntry => ({ name, content: "evil" });
  test.each<[string, RawEntry[], RegExp]>([
    ["a path that goes up", [file("../evil")], /"\.\.\/evil" has the name "\.\."/],
    ["a path that goes up inside", [file("a/../../evil")], /has the name "\.\."/],
    ["a path that goes up after ./", [file("./../evil")], /has the name "\.\."/],
    ["an absolute path", [file("/tmp/lobreg-evil")], /is an absolute path/],
    ["a path with a drive", [file("C:\\evil")], /backslash/],
    ["a path with backslashes", [file("..\\evil")], /backslash/],
    ["a folder that goes up", [{ name: "../evil/", type: "5" }], /has the name "\.\."/],
    ["the root as a folder", [{ name: "/", type: "5" }], /is an absolute path/],
    ["a file as the folder itself", [file("./")], /checksum of a header is wrong/],
    ["a file with no name", [file("")], /"" is empty/],
    ["a path in a prefix", [{ ...file("evil"), prefix: "../.." }], /has the name "\.\."/],
    ["a path in a pax header", [{ name: "x", type: "x", content: paxRecord("path", "../evil") }, file("good")], /has the name "\.\."/],
    ["a path in a GNU long name", [{ name: "././@LongLink", type: "L", content: "../evil\0" }, file("good")], /has the name "\.\."/],
    ["a control character", [file("a\nb")], /control/],
    ["a name that is not UTF-8", [file(Buffer.from([0x61, 0xff]))], /UTF-8/],
    [
      "a name that is not UTF-8 in a pax header",
      [{ name: "x", type: "x", content: Buffer.from("10 path=\xff\n", "latin1") }, file("good")],
      /UTF-8/,
    ],
    ["a symbolic link", [{ name: "link", type: "2", link: "/etc" }, file("link/passwd")], /"link", which is a symbolic link/],
    ["a symbolic link inside", [{ name: "link", type: "2", link: "a" }], /symbolic link/],
    ["a hard link", [{ name: "link", type: "1", link: "/etc/passwd" }], /hard link/],
    ["a character device", [{ name: "null", type: "3" }], /is a device/],
    ["a block device", [{ name: "sda", type: "4" }], /is a device/],
    ["a named pipe", [{ name: "pipe", type: "6" }], /named pipe/],
    ["an unknown type", [{ name: "what", type: "Z" }], /neither a file nor a folder/],
    ["a GNU sparse file", [{ name: "sparse", type: "S" }], /neither a file nor a folder/],
    ["a pax sparse file", [{ name: "x", type: "x", content: paxRecord("GNU.sparse.major", "1") }, file("s")], /sparse/],
  ])("%s", async (_, entries, reason) => {
    expect(await refused(rawArchive(entries))).toMatch(reason);
    // What comes before does not change it, and is removed, too.
    expect(await refused(rawArchive([{ name: "first", content: "1" }, { name: "dir/", type: "5" }, ...entries]))).toMatch(reason);
  });

  test.each<[string, RawEntry[], string]>([
    ["an absolute path after ./", [file(".//tmp/evil")], "tmp/evil"],
    [
      "what follows a NUL in a pax path",
      [{ name: "x", type: "x", content: paxRecord("path", "good\0/../../evil") }, file("other")],
      "good",
    ],
  ])("%s is a harmless path inside", async (_, entries, path) => {
    const target = work.fresh();
    await unpackArchive(pieces(rawArchive(entries)), target);
    expect(Object.keys(await readTree(target))).toEqual([path]);
  });

  test.each<[string, RawEntry[]]>([
    ["the same file twice", [file("a"), file("a")]],
    ["the same file written as ./", [file("a"), file("./a")]],
    ["names that differ in case", [file("model"), file("MODEL")]],
    ["folders that differ in case", [file("dir/a"), file("DIR/b")]],
    ["names that differ in Unicode form", [file("é"), file("e\u0301")]],
    ["a file where a folder was", [file("a/b"), file("a")]],
    ["a folder where a file was", [file("a"), file("a/b")]],
    ["a folder entry where a file was", [file("a"), { name: "a/", type: "5" }]],
    ["a file where a folder entry was", [{ name: "a/", type: "5" }, file("a")]],
  ])("%s", async (_, entries) => {
    expect(await refused(rawArchive(entries))).toMatch(/both a file and a folder, or comes twice|cannot tell from/);
  });
});

describe("an archive cannot exceed its limits", () => {
  test("more entries than allowed", async () => {
    const entries = Array.from({ length: 11 }, (_, i) => ({ name: `f${i}` }));
    expect(await refused(rawArchive(entries), { limits: { entries: 10 } })).toContain("more than the 10 entries");
    await unpackArchive(pieces(rawArchive(entries)), work.fresh(), { limits: { entries: 11 } });
  });

  test("more bytes than allowed", async () => {
    const archive = rawArchive([{ name: "a", content: Buffer.alloc(100_000) }]);
    expect(await refused(archive, { limits: { bytes: 50_000 } })).toContain("more than the 50000 bytes allowed");
  });

  test("a bomb of zeros, which stops at the ratio and long before its end", async () => {
    const bomb = gzipSync(Buffer.concat([rawHeader({ name: "zeros", size: 200 << 20 }), Buffer.alloc(200 << 20)]));
    let most = 0;
    const target = work.fresh();
    const error = await failure(unpackArchive(pieces(bomb, 4096), target, { onProgress: ({ done }) => (most = done) }), "LOB4002");
    expect(error.message).toContain("more than 200 times its size");
    expect(most).toBeLessThan(32 << 20);
    expect(existsSync(target)).toBe(false);
  });

  test("the same zeros are fine when the manifest says so", async () => {
    const packed = await pack({ zeros: Buffer.alloc(40 << 20) });
    expect(packed.header.contentBytes / packed.archive.length).toBeGreaterThan(200);
    await unpackArchive(pieces(packed.archive), work.fresh(), { expected: expectedOf(packed) });
    expect(await refused(packed.archive)).toContain("200 times");
  });

  test("a header that claims a huge size, or a huge pax or GNU header, needs no memory", async () => {
    const before = process.memoryUsage.rss();
    expect(await refused(gzipSync(Buffer.concat([rawHeader({ name: "a", size: 2 ** 33 - 1 }), Buffer.alloc(1000)])))).toContain(
      "ends in the middle of a file",
    );
    for (const type of ["x", "L", "g", "K"]) {
      expect(await refused(gzipSync(Buffer.concat([rawHeader({ name: "a", type, size: 2 ** 33 - 1 }), Buffer.alloc(1000)])))).toContain(
        "larger than 1 MiB",
      );
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 << 20);
  });

  test.each([
    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xf0",
    "\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    "-0000000001\0",
    "zzzzzzzzzzz\0",
    "\0",
  ])("the size %j", async (size) => {
    expect(await refused(rawArchive([{ name: "a", size }]))).toMatch(/cannot be|that can be/);
  });

  test.each(["-1", "1.5", "1e400", "99999999999999999999", "NaN"])("the pax size %j", async (size) => {
    const archive = rawArchive([
      { name: "x", type: "x", content: paxRecord("size", size) },
      { name: "a", content: "12345" },
    ]);
    const target = work.fresh();
    // What is no size at all is passed over by the library, and the plain header's size holds.
    if (size === "-1" || size === "NaN") expect((await unpackArchive(pieces(archive), target)).bytes).toBe(5);
    else expect(await refused(archive)).toMatch(/an impossible size/);
  });
});

describe("an archive that is damaged", () => {
  const tar = rawTar([{ name: "a", content: "x".repeat(2000) }]);
  const whole = gzipSync(tar);

  test("ends early, wherever", async () => {
    for (const length of [0, 1, 9, 10, 11, 20, whole.length - 9, whole.length - 8, whole.length - 1]) {
      expect(await refused(whole.subarray(0, length))).toMatch(/ends early|is empty|something unknown/);
    }
  });

  test("has a tar inside that ends early, wherever", async () => {
    for (const length of [512, 513, 1024, 2512, 2560, 2561, 3072, 3073, 3583]) {
      expect(await refused(gzipSync(tar.subarray(0, length)))).toMatch(/(has no end mark|ends in the middle of a file)/);
    }
  });

  test.each<[string, Buffer, RegExp]>([
    ["something after the gzip member", Buffer.concat([whole, Buffer.from("PK")]), /something follows its end/],
    ["a second gzip member", Buffer.concat([whole, gzipSync(tar)]), /more than one gzip member/],
    ["an empty second gzip member", Buffer.concat([whole, gzipSync("")]), /more than one gzip member/],
    ["something after the end of the tar", gzipSync(Buffer.concat([tar, Buffer.from("x")])), /something follows the end of the tar/],
    ["a second tar after the end", gzipSync(Buffer.concat([tar, tar])), /something follows the end of the tar/],
    ["endless zeros after the end", gzipSync(Buffer.concat([tar, Buffer.alloc(3 << 20)])), /something follows the end of the tar/],
    ["one empty block and then an entry", gzipSync(Buffer.concat([Buffer.alloc(512), tar])), /something follows the end/],
    ["a wrong CRC", Buffer.concat([whole.subarray(0, -8), Buffer.alloc(4), whole.subarray(-4)]), /checksum or length/],
    ["a wrong length", Buffer.concat([whole.subarray(0, -4), Buffer.alloc(4)]), /checksum or length/],
    ["an unknown compression method", Buffer.concat([Buffer.from([0x1f, 0x8b, 9]), whole.subarray(3)]), /method or flags/],
    ["reserved flags", Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0x80]), whole.subarray(4)]), /method or flags/],
    [
      "an endless name in the gzip header",
      Buffer.concat([Buffer.from("1f8b0808000000000003", "hex"), Buffer.alloc(200_000, 65)]),
      /longer than 64 KiB/,
    ],
    ["an extra field that ends early", Buffer.from("1f8b08040000000000030500616263", "hex"), /ends early/],
    ["damaged deflate data", Buffer.concat([whole.subarray(0, 10), Buffer.alloc(100, 0xff)]), /compressed data is damaged/],
    [
      "a header with a wrong checksum",
      gzipSync(Buffer.concat([tar.subarray(0, 2560), Buffer.from("x"), tar.subarray(1, 512), tar.subarray(2560)])),
      /checksum of a header/,
    ],
  ])("has %s", async (_, archive, reason) => {
    for (const length of [1000, archive.length]) expect(await refused(archive, {}, length)).toMatch(reason);
  });

  test("zeros that fill a tape record are not damage", async () => {
    const target = work.fresh();
    await unpackArchive(pieces(gzipSync(Buffer.concat([tar, Buffer.alloc(10_240 - tar.length)]))), target);
    expect(Object.keys(await readTree(target))).toEqual(["a"]);
  });

  test("an extra field, name, comment and checksum in the gzip header are skipped", async () => {
    const header = Buffer.concat([
      Buffer.from("1f8b081f000000000003", "hex"),
      Buffer.from("0300616263", "hex"),
      Buffer.from("name\0comment\0"),
      Buffer.from("0000", "hex"),
    ]);
    const archive = Buffer.concat([header, deflateRawSync(tar), whole.subarray(-8)]);
    for (const length of [1, 1000]) expect((await unpackArchive(pieces(archive, length), work.fresh())).files).toBe(1);
  });
});

describe("a file that is not an archive is named by its kind", () => {
  test.each<[string, Buffer]>([
    ["a Python pickle", Buffer.from("80049512000000000000008c", "hex")],
    ["a zip archive", Buffer.from("504b0304140000000800", "hex")],
    ["a safetensors file", Buffer.concat([Buffer.from([50, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{"__metadata__":{}}')])],
    ["plain text", Buffer.from("hello, this is a model")],
    ["JSON", Buffer.from('{"a": [1, 2, 3]}')],
    ["empty", Buffer.alloc(0)],
    ["something unknown that begins with the bytes 00010203", Buffer.from("000102030405060708090a0b0c", "hex")],
  ])("%s", async (what, bytes) => {
    expect(await refused(bytes)).toContain(`it is ${what}`);
    const inside = await failure(unpackArchive(pieces(gzipSync(bytes)), work.fresh()), "LOB4002");
    expect(inside.message).toContain(`its compressed content is ${what}`);
    expect(inside.hint).toContain("versioned");
  });

  test("a plain tar", async () => {
    expect(await refused(rawTar([{ name: "a", content: "1" }]))).toContain("it is ");
  });
});

describe("a difference from the manifest is refused", () => {
  const change = (files: ManifestFile[], index: number, to: Partial<ManifestFile>): ManifestFile[] =>
    files.map((file, i) => (i === index ? { ...file, ...to } : file));
  let packed: Packed;
  beforeAll(async () => {
    packed = await pack({ a: "1", "b/c": "22", d: { mode: 0o755, content: "333" } }, shared);
  });

  test.each<[string, (files: ManifestFile[]) => ManifestFile[], RegExp]>([
    ["a file more", (files) => files.slice(0, 2), /holds "d", but the manifest lists no more files/],
    ["a file less", (files) => [...files, { ...files[2]!, path: "e" }], /lacks "e"/],
    ["another name", (files) => change(files, 1, { path: "b/x" }), /holds "b\/c", but the manifest lists "b\/x"/],
    ["another order", (files) => [files[1]!, files[0]!, files[2]!], /holds "a", but the manifest lists "b\/c"/],
    ["another size", (files) => change(files, 1, { size: 3 }), /"b\/c" has 2 bytes, but 3/],
    ["another mode", (files) => change(files, 2, { mode: 0o644 }), /"d" has mode 0755, but 0644/],
    ["another place", (files) => change(files, 1, { offset: 4096 }), /"b\/c" begins at byte 1536 of the tar, but 4096/],
    ["another content", (files) => change(files, 1, { sha256: sha256("23") }), /content of "b\/c" does not match the manifest/],
  ])("%s", async (_, edit, reason) => {
    const header = { ...packed.header, files: 100 };
    expect(await refused(packed.archive, { expected: { header, files: each(edit(packed.files)) } })).toMatch(reason);
  });

  test("another tree digest", async () => {
    const expected = { header: { ...packed.header, treeDigest: sha256("other") }, files: each(packed.files) };
    expect(await refused(packed.archive, { expected })).toContain("tree digest");
  });

  test("a folder entry, a mode beyond 0755, more bytes than the files can take", async () => {
    expect(await refused(rawArchive([{ name: "a/", type: "5" }]), { expected: expectedOf(packed) })).toContain("holds the folder");
    expect(await refused(rawArchive([{ name: "a", content: "1", mode: 0o4644 }]), { expected: expectedOf(packed) })).toContain(
      "mode 04644",
    );
    const padded = gzipSync(
      Buffer.concat(Array.from({ length: 6 }, () => [rawHeader({ name: "x", type: "g", size: 1 << 20 }), Buffer.alloc(1 << 20)]).flat()),
    );
    expect(await refused(padded, { expected: expectedOf(packed) })).toMatch(/more than the \d+ bytes allowed/);
  });

  test("and a manifest that turns out damaged leaves nothing", async () => {
    const target = work.fresh();
    const files = async function* (): AsyncGenerator<ManifestFile> {
      yield packed.files[0]!;
      await Promise.reject(new Error("manifest"));
    };
    await expect(unpackArchive(pieces(packed.archive), target, { expected: { header: packed.header, files: files() } })).rejects.toThrow(
      "manifest",
    );
    expect(existsSync(target)).toBe(false);
  });
});

describe("the target", () => {
  const archive = rawArchive([{ name: "a", content: "1" }]);

  test("must not exist as anything, and stays unchanged", async () => {
    const root = await makeTree(work.fresh(), { "folder/kept": "x", file: "x", dangling: { link: "gone" } });
    await symlink(work.path, join(root, "link"));
    for (const name of ["folder", "file", "dangling", "link"]) {
      const error = await failure(unpackArchive(pieces(archive), join(root, name)), "LOB1009");
      expect(error.message).toContain("already exists");
    }
    expect((await readdir(root)).sort()).toEqual(["dangling", "file", "folder", "link"]);
    expect(await readdir(join(root, "folder"))).toEqual(["kept"]);
  });

  test("needs a parent", async () => {
    expect((await failure(unpackArchive(pieces(archive), join(work.path, "no/such/folder")), "LOB2009")).message).toContain(
      "does not exist",
    );
  });

  test("that cannot be written is a clear error", async () => {
    const root = await makeTree(work.fresh(), { placeholder: "x" });
    await chmod(root, 0o555);
    const file = `${work.fresh()}.tgz`;
    await writeFile(file, archive);
    const code = `if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
      const { createReadStream } = await import("node:fs");
      await archive.unpackArchive(createReadStream(first), second).catch((error) => console.log(error.code, error.message));`;
    const printed = await inChild(code, { args: [file, join(root, "new")] });
    expect(printed).toMatch(/^LOB2009 cannot write ".*\/new" to unpack the model: permission denied/);
  });

  test("is too small, which is reported before anything is read", async () => {
    const packed = await pack({ a: "1" });
    const target = work.fresh();
    const source = pieces(packed.archive);
    const header = { ...packed.header, contentBytes: 2 ** 60 };
    const error = await failure(unpackArchive(source, target, { expected: { header, files: each([]) } }), "LOB2009");
    expect(error.message).toContain("1024.0 PiB are needed");
    expect(error.message).toContain(target);
    expect(existsSync(target)).toBe(false);
    expect((await source.next()).value).toBeInstanceOf(Buffer);
  });

  test("refuses a write halfway: nothing is left", async () => {
    // A limit on the size of files makes a real write fail in the middle of one; a full disk ends in the same way.
    const file = `${work.fresh()}.tgz`;
    await writeFile(
      file,
      rawArchive([
        { name: "small", content: "1" },
        { name: "dir/big", content: randomBytes(3_000_000) },
      ]),
    );
    const target = work.fresh();
    const code = `const { createReadStream, existsSync } = await import("node:fs");
      await archive.unpackArchive(createReadStream(first), second).catch((error) => console.log(JSON.stringify([error.code, error.message, error.hint, existsSync(second)])));`;
    const printed = JSON.parse(await inChild(code, { args: [file, target], before: "trap '' XFSZ; ulimit -f 1000" })) as unknown[];
    expect(printed[0]).toBe("LOB2009");
    expect(printed[1]).toContain(`${target}/dir/big`);
    expect(printed[1]).toContain("limit allows");
    expect(printed[3]).toBe(false);
    await rm(file);
  });

  test("belongs to this process: entries that others create in it are neither followed nor overwritten", async () => {
    const outside = join(await makeTree(work.fresh(), { precious: "precious" }), "precious");
    for (const intrude of [(path: string) => symlinkSync(outside, path), (path: string) => linkSync(outside, path)]) {
      const target = work.fresh();
      let first = true;
      const onProgress = (): void => {
        if (first) intrude(join(target, "b"));
        first = false;
      };
      const attacked = rawArchive([
        { name: "a", content: "1" },
        { name: "b", content: "evil" },
      ]);
      await failure(unpackArchive(pieces(attacked), target, { onProgress }), "LOB2009");
      expect(readFileSync(outside, "utf8")).toBe("precious");
      expect(existsSync(target)).toBe(false);
    }
  });

  test("an error of the source passes through, and nothing is left", async () => {
    const target = work.fresh();
    const broken = async function* (): AsyncGenerator<Buffer> {
      yield archive.subarray(0, 40);
      await Promise.reject(new Error("connection reset"));
    };
    await expect(unpackArchive(broken(), target)).rejects.toThrow("connection reset");
    expect(existsSync(target)).toBe(false);
  });

  test("the source is closed when the archive is refused", async () => {
    let closed = false;
    const endless = async function* (): AsyncGenerator<Buffer> {
      try {
        yield Buffer.from("no archive at all");
        for (;;) yield await Promise.resolve(Buffer.alloc(1000));
      } finally {
        closed = true;
      }
    };
    await failure(unpackArchive(endless(), work.fresh()), "LOB4002");
    expect(closed).toBe(true);
  });
});
