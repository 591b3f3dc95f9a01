import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { appendFile, chmod, mkdir, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { appendFileSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import {
  collect,
  failure,
  inChild,
  makeTree,
  python,
  readTree,
  run,
  sha256,
  toArray,
  workFolder,
  type Content,
} from "./archive.test.helper.js";
import { packTree } from "./pack.js";
import { scanTree } from "./scan.js";
import type { ScannedTree } from "./tree.js";
import { assertProperty } from "../testing/property.js";

let work: Awaited<ReturnType<typeof workFolder>>;
beforeAll(() => {
  delete process.env.SOURCE_DATE_EPOCH;
});
beforeEach(async () => {
  work = await workFolder();
});
afterEach(() => work.remove());

const FILES: Readonly<Record<string, Content>> = {
  "model.safetensors": randomBytes(3_000_000),
  "config.json": '{"layers": 12}',
  "bin/run": { mode: 0o755, content: "#!/bin/sh\n" },
  "empty.txt": "",
  "ünï/çødé 🎉.txt": "text ".repeat(400_000),
  [`${"deep/".repeat(30)}${"n".repeat(120)}`]: "deep",
};

async function withTree<T>(root: string, use: (tree: ScannedTree) => Promise<T>): Promise<T> {
  const tree = await scanTree(root);
  try {
    return await use(tree);
  } finally {
    await tree.close();
  }
}

const archiveOf = (root: string): Promise<Buffer> => withTree(root, (tree) => collect(packTree(tree)));

describe("the archive", () => {
  test("has exactly the length that the tree said, and not more than its bound", async () => {
    await withTree(await makeTree(work.fresh(), FILES), async (tree) => {
      const archive = await collect(packTree(tree, { comment: "x".repeat(128) }));
      expect(gunzipSync(archive).length).toBe(tree.tarBytes);
      expect(archive.length).toBeLessThanOrEqual(tree.archiveBound);
    });
  });

  test("holds each file's bytes at the offset that the tree says", async () => {
    await withTree(await makeTree(work.fresh(), FILES), async (tree) => {
      const tar = gunzipSync(await collect(packTree(tree)));
      for (const { offset, size, sha256: hash } of await toArray(tree.entries()))
        expect(sha256(tar.subarray(offset, offset + size))).toBe(hash);
    });
  });

  test("is the same when packed again, with any width; a comment changes only the header", async () => {
    await withTree(await makeTree(work.fresh(), FILES), async (tree) => {
      const archives = await Promise.all([1, 2, 7].map((width) => collect(packTree(tree, { width }))));
      expect(new Set(archives.map(sha256)).size).toBe(1);
      const commented = await collect(packTree(tree, { comment: "token" }));
      expect(commented.subarray(16).equals(archives[0]!.subarray(10))).toBe(true);
    });
  });

  test("reports progress up to all bytes", async () => {
    await withTree(await makeTree(work.fresh(), FILES), async (tree) => {
      const seen: { done: number; total?: number | undefined }[] = [];
      await collect(packTree(tree, { onProgress: (progress) => seen.push(progress) }));
      expect(seen.at(-1)).toMatchObject({ phase: "upload", done: tree.bytes, total: tree.bytes });
    });
  });

  test("can be stopped, and a consumer can stop", async () => {
    await withTree(await makeTree(work.fresh(), FILES), async (tree) => {
      const controller = new AbortController();
      const packing = collect(packTree(tree, { signal: controller.signal, onProgress: () => controller.abort(new Error("stopped")) }));
      await expect(packing).rejects.toThrow("stopped");
      let count = 0;
      for await (const _ of packTree(tree)) if (++count === 2) break;
      expect(count).toBe(2);
    });
  });

  test("of a tree that was not scanned is refused", () => {
    const tree = {
      digest: "",
      files: 0,
      bytes: 0,
      tarBytes: 0,
      archiveBound: 0,
      warnings: [],
      leftOut: [],
      entries: () => toIterable([]),
      close: () => Promise.resolve(),
    };
    expect(() => packTree(tree)).toThrow("Only a tree returned by scanTree");
  });
});

async function* toIterable<T>(values: T[]): AsyncGenerator<T> {
  yield* values;
}

test("the bytes are these, today and on every machine", async () => {
  // Incompressible, so that all is stored and no release of zlib has a say. When this fails, published models get other bytes: think twice.
  const noise = Buffer.concat(Array.from({ length: 8000 }, (_, i) => Buffer.from(sha256(String(i)), "hex")));
  const root = await makeTree(work.fresh(), {
    "weights.bin": noise,
    "bin/run": { mode: 0o755, content: "#!/bin/sh\n" },
    "é.txt": "1",
    ["n".repeat(120)]: "2",
  });
  await withTree(root, async (tree) => {
    expect(tree.digest).toBe("0724f0b2280043d3a0db090336752925cf7c168d4265e3918c0188689f92cf88");
    expect(sha256(await collect(packTree(tree)))).toBe("43d82489c074d271e9d9927e7f477bfd14646808e544fb39ea51facda01c5e3c");
  });
});

describe("other programs read it", () => {
  const PYTHON_EXTRACT = `
import os, sys, tarfile
with tarfile.open(sys.argv[1], mode="r|gz") as tar:
    for member in tar:
        assert member.isreg() and member.mtime == 0 and member.uid == member.gid == 0 and member.uname == member.gname == "", member
        tar.extract(member, sys.argv[2], filter="tar") if hasattr(tarfile, "tar_filter") else tar.extract(member, sys.argv[2])
`;
  test("Python's tarfile as a stream, GNU tar and gzip", async () => {
    const root = await makeTree(work.fresh(), FILES);
    const file = `${work.fresh()}.tar.gz`;
    await withTree(root, (tree) => writeFile(file, packTree(tree, { comment: "token" })));
    const expected = await readTree(root);

    const byPython = work.fresh();
    await mkdir(byPython);
    await python(PYTHON_EXTRACT, file, byPython);
    expect(await readTree(byPython)).toEqual(expected);

    await run("gzip", ["-t", file]);

    const byTar = work.fresh();
    await mkdir(byTar);
    const { stderr } = await run("tar", ["-xzf", file, "-C", byTar]);
    expect(stderr).toBe("");
    expect(await readTree(byTar)).toEqual(expected);
  });
});

describe("the same folder gives the same bytes", () => {
  // What a child process prints: hash of the archive, hash of the manifest, tree digest.
  const CODE = `
    const { createHash } = await import("node:crypto");
    if (second !== undefined && process.getuid() === 0) { process.setgid(Number(second)); process.setuid(Number(second)); }
    const tree = await archive.scanTree(first);
    const hash = createHash("sha256");
    for await (const piece of archive.packTree(tree)) hash.update(piece);
    const built = await manifest.buildManifest(tree, { lob: "fraud", model: "churn", metrics: { auc: 0.9 }, createdBy: "test" });
    console.log(JSON.stringify([hash.digest("hex"), built.sha256, tree.digest]));
    await built.dispose(); await tree.close();`;
  let read: typeof work;
  let root: string;
  let reference: string;
  beforeAll(async () => {
    read = await workFolder();
    root = await makeTree(read.fresh(), FILES);
    reference = await inChild(CODE, { args: [root] });
  });
  afterAll(() => read.remove());

  test("as in this process", async () => {
    expect(JSON.parse(reference)).toEqual([
      sha256(await archiveOf(root)),
      expect.stringMatching(/^[0-9a-f]{64}$/),
      await withTree(root, (tree) => Promise.resolve(tree.digest)),
    ]);
  });

  test.each<[string, Parameters<typeof inChild>[1]]>([
    ["under another time zone and locale", { env: { TZ: "Pacific/Chatham", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" } }],
    ["under no locale at all", { env: { LC_ALL: "C" } }],
    ["with one thread", { env: { UV_THREADPOOL_SIZE: "1" } }],
    ["with many threads", { env: { UV_THREADPOOL_SIZE: "16" } }],
    ["from another working folder and home", { cwd: "/", env: { HOME: "/nowhere", USER: "somebody" } }],
  ])("%s", async (_, options) => {
    expect(await inChild(CODE, { ...options, args: [root] })).toBe(reference);
  });

  test("as another user", async () => {
    expect(await inChild(CODE, { args: [root, "65534"] })).toBe(reference);
  });

  test("in another folder, written in another order, under another umask, at other times, with other group and world modes", async () => {
    const other = join(work.fresh(), "another name with ünïcödé");
    await inChild(`const { cp } = await import("node:fs/promises"); await cp(first, second, { recursive: true });`, {
      args: [root, other],
      before: "umask 077",
    });
    await makeTree(
      other,
      Object.fromEntries(
        Object.entries(FILES)
          .reverse()
          .filter(([, content]) => typeof content === "string"),
      ),
    );
    await chmod(join(other, "bin/run"), 0o700);
    await chmod(join(other, "config.json"), 0o666);
    await utimes(join(other, "config.json"), 1, 1);
    await mkdir(join(other, "empty folder"));
    expect(await inChild(CODE, { args: [other], before: "umask 077" })).toBe(reference);
    expect(await inChild(CODE, { args: [`${other}/../another name with ünïcödé/`], before: "umask 000" })).toBe(reference);
  });

  test("and other bytes when a byte, a name or the executable bit differs", async () => {
    const digests = new Set([reference]);
    for (const files of [{ a: "1" }, { a: "2" }, { b: "1" }, { a: { mode: 0o755, content: "1" } }, { "a/b": "1" }, { a: "1", b: "" }]) {
      digests.add(await withTree(await makeTree(work.fresh(), files), (tree) => Promise.resolve(tree.digest)));
    }
    expect(digests.size).toBe(7);
  });

  test("SOURCE_DATE_EPOCH is the time of every entry, and does not change the tree digest", async () => {
    const print = `const tree = await archive.scanTree(first); process.stderr.write(tree.digest);
      for await (const piece of archive.packTree(tree)) process.stdout.write(piece.toString("base64") + "\\n"); await tree.close();`;
    const archive = Buffer.concat(
      (await inChild(print, { args: [root], env: { SOURCE_DATE_EPOCH: "1700000000" } }))
        .trim()
        .split("\n")
        .map((line) => Buffer.from(line, "base64")),
    );
    const file = `${work.fresh()}.tar.gz`;
    await writeFile(file, archive);
    const times = await python("import sys, tarfile; print({m.mtime for m in tarfile.open(sys.argv[1])})", file);
    expect(times.trim()).toBe("{1700000000}");
    const wrong = inChild(
      `const tree = await archive.scanTree(first); try { archive.packTree(tree); } catch (e) { console.log(e.code); }`,
      {
        args: [root],
        env: { SOURCE_DATE_EPOCH: "soon" },
      },
    );
    expect((await wrong).trim()).toBe("LOB1002");
  });
});

describe("a file that is no longer what the scan saw", () => {
  const original = "x".repeat(2_500_000);
  test.each<[string, (path: string) => Promise<unknown>, RegExp]>([
    [
      "was changed, with its size and time kept",
      async (path) => {
        await writeFile(path, `${original.slice(0, -1)}y`);
        await utimes(path, 1, 1);
      },
      /"b\/model" changed since/,
    ],
    ["was emptied", (path) => truncate(path, 0), /"b\/model" shrank since/],
    ["grew", (path) => appendFile(path, "y"), /"b\/model" grew since/],
    ["was made executable", (path) => chmod(path, 0o755), /"b\/model" changed its mode since/],
    ["vanished", (path) => rm(path), /"b\/model" vanished or was replaced/],
    ["became a folder", (path) => rm(path).then(() => mkdir(path)), /"b\/model" was replaced by a folder/],
    ["became a link", (path) => rm(path).then(() => symlink("/etc/passwd", path)), /"b\/model" vanished or was replaced/],
    ["became a named pipe", (path) => rm(path).then(() => run("mkfifo", [path])), /"b\/model" is a named pipe/],
  ])("%s", async (_, change, reason) => {
    const root = await makeTree(work.fresh(), { a: "1", "b/model": original, c: "2" });
    await withTree(root, async (tree) => {
      await change(join(root, "b/model"));
      const pieces: Buffer[] = [];
      const packing = (async () => {
        for await (const piece of packTree(tree)) pieces.push(piece);
      })();
      const error = await failure(packing);
      expect(error.code).toMatch(/^LOB100[67]$/);
      expect(error.message).toMatch(reason);
      expect(error.details).toMatchObject({ path: root, file: "b/model" });
      // What came out before is no archive that any reader takes for whole.
      expect(() => gunzipSync(Buffer.concat(pieces))).toThrow(/unexpected end of file/);
    });
  });

  test.each<[string, (path: string) => void, RegExp]>([
    ["shrinks", (path) => truncateSync(path, 10), /"model" shrank since/],
    ["grows", (path) => appendFileSync(path, "y"), /"model" grew while/],
    ["changes", (path) => writeFileSync(path, "y", { flag: "r+" }), /"model" changed while/],
  ])("%s while it is packed", async (_, change, reason) => {
    const root = await makeTree(work.fresh(), { model: Buffer.alloc(9_000_000, 1) });
    const path = join(root, "model");
    utimesSync(path, 1, 1);
    await withTree(root, async (tree) => {
      let first = true;
      const onProgress = (): void => {
        if (first) change(path);
        first = false;
      };
      const error = await failure(collect(packTree(tree, { onProgress })), "LOB1007");
      expect(error.message).toMatch(reason);
    });
  });

  test("was only touched, which is not a change; new files in the folder are not packed", async () => {
    const root = await makeTree(work.fresh(), { model: original });
    const before = sha256(await archiveOf(root));
    await withTree(root, async (tree) => {
      await utimes(join(root, "model"), 1, 1);
      await writeFile(join(root, "new"), "x");
      expect(sha256(await collect(packTree(tree)))).toBe(before);
    });
  });
});

test("memory does not grow with the model", async () => {
  // Sparse files: a long read without a long write. The peak of a large one is that of a small one, give or take.
  const code = `
    const { setFlagsFromString } = await import("node:v8");
    const { truncate, writeFile } = await import("node:fs/promises");
    await writeFile(first + "/weights", ""); await truncate(first + "/weights", Number(second));
    const tree = await archive.scanTree(first);
    let peak = 0, length = 0;
    for await (const piece of archive.packTree(tree)) { length += piece.length; peak = Math.max(peak, process.memoryUsage.rss()); }
    await tree.close();
    console.log(JSON.stringify({ peak, length }));`;
  const root = work.fresh();
  await mkdir(root);
  const peak = async (bytes: number): Promise<number> =>
    (JSON.parse(await inChild(code, { args: [root, String(bytes)] })) as { peak: number }).peak;
  const small = await peak(16 << 20);
  const large = await peak(256 << 20);
  expect(large - small).toBeLessThan(80 << 20);
});

test("any tree is packed so that Python finds the same in it", async () => {
  const name = fc
    .string({ unit: fc.constantFrom("a", "b", "é", "😀", " ", "-", "'", "n".repeat(50)), minLength: 1, maxLength: 4 })
    .map((text) => `f${text}`);
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.map((one, depth) => `${depth}${one}`).join("/"));
  const content = fc.oneof(fc.uint8Array({ maxLength: 2000 }), fc.constant(Buffer.alloc(1_100_000, 3)));
  const program = `
import hashlib, json, sys, tarfile
with tarfile.open(sys.argv[1], mode="r|gz") as tar:
    print(json.dumps([[m.name, m.mode, m.size, hashlib.sha256(tar.extractfile(m).read()).hexdigest()] for m in tar]))`;
  await assertProperty(
    fc.asyncProperty(fc.dictionary(path, content, { minKeys: 1, maxKeys: 8 }), async (candidates) => {
      const files = Object.entries(candidates).filter(([one]) => !Object.keys(candidates).some((other) => other.startsWith(`${one}/`)));
      const root = await makeTree(work.fresh(), { ...Object.fromEntries(files), "0": "never empty" });
      await withTree(root, async (tree) => {
        const file = `${work.fresh()}.tar.gz`;
        await writeFile(file, packTree(tree));
        const expected = (await toArray(tree.entries())).map(({ path: one, mode, size, sha256: hash }) => [one, mode, size, hash]);
        expect(expected).toHaveLength(files.length + 1);
        expect(JSON.parse(await python(program, file))).toEqual(expected);
      });
    }),
    { numRuns: 12 },
  );
});
