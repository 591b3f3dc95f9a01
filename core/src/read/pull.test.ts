import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { gunzipSync, gzipSync } from "node:zlib";
import { packTree, scanTree } from "../archive/index.js";
import { LobError } from "../errors.js";
import { manifestKey, METADATA, versionKey, versionUrl } from "../layout.js";
import { buildManifest } from "../manifest/index.js";
import type { Progress } from "../progress.js";
import { versionRowItem } from "../registry/rows.js";
import type { Version } from "../types.js";
import { awsError, chunksOf, FakeAws, hex, LOB, sha256Of } from "./fakes.test.util.js";
import { pull, type PullOptions } from "./pull.js";
import type { VersionRef } from "./ref.js";
import { NO_WAIT } from "../testing/simulation.js";

const FILES: Record<string, Buffer> = {
  "model.safetensors": randomBytes(300_000),
  "card.md": Buffer.from("# churn\n".repeat(500)),
  "code/run.sh": Buffer.from("#!/bin/sh\n"),
  "empty.txt": Buffer.alloc(0),
};

const EXPECTED = Object.fromEntries(Object.entries(FILES).map(([path, content]) => [path, sha256Of(content)]));

let fake: FakeAws;
let folder: string;
let home: string;
beforeEach(async () => {
  fake = new FakeAws();
  home = await mkdtemp(join(tmpdir(), "lobreg-pull-"));
  folder = join(home, "out");
  await mkdir(folder);
});
afterEach(() => rm(home, { recursive: true, force: true }));

interface Published {
  version: Version;
  artifact: Buffer;
  manifest: Buffer;
}

/** Writes a version into the fake as publish does: rows, object, manifest. */
async function published(number = 1, files = FILES): Promise<Published> {
  const source = await mkdtemp(join(home, "source-"));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(source, path)), { recursive: true });
    await writeFile(join(source, path), content);
    if (path.endsWith(".sh")) await chmod(join(source, path), 0o755);
  }
  const tree = await scanTree(source);
  const chunks: Buffer[] = [];
  for await (const chunk of packTree(tree)) chunks.push(chunk);
  const artifact = Buffer.concat(chunks);
  const built = await buildManifest(tree, { lob: "fraud", model: "churn", metrics: {}, createdBy: "a test" });
  const manifest = await readFile(built.path);
  const version = store(
    {
      version: number,
      treeDigest: tree.digest,
      sha256: sha256Of(artifact),
      size: artifact.length,
      files: tree.files,
      contentBytes: tree.bytes,
      manifestSha256: built.sha256,
    },
    artifact,
    manifest,
  );
  await built.dispose();
  await tree.close();
  return { version, artifact, manifest };
}

function store(row: Partial<Version>, artifact: Buffer, manifest: Buffer): Version {
  const version = fake.version(row);
  fake.model({ latest: version.version, next: version.version + 1, latestSha256: version.sha256 });
  fake.pointer(version.treeDigest!, version.version);
  fake.object(version, artifact);
  fake.objects.set(manifestKey(LOB, "churn", version.manifestSha256!), { body: manifest, metadata: {}, etag: '"manifest"' });
  return version;
}

const target = (): string => join(folder, "churn");
const get = (options: Partial<PullOptions> = {}, ref: VersionRef = { latest: true }) =>
  pull(fake.aws, LOB, "churn", ref, { target: target(), environment: NO_WAIT, ...options });

/** Returns everything below a folder, including hidden names: path → SHA-256, or "<folder>" for an empty folder. */
async function contents(root: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) found[path.slice(root.length + 1)] = sha256Of(await readFile(path));
    else if ((await readdir(path)).length === 0) found[path.slice(root.length + 1)] = "<folder>";
  }
  return found;
}

/** Expects that the pull fails with this error and leaves the output folder unchanged. */
async function refused(expected: object, options: Partial<PullOptions> = {}, ref?: VersionRef): Promise<LobError> {
  const before = await contents(folder);
  let error: unknown;
  await get(options, ref).catch((caught: unknown) => (error = caught));
  expect(error).toBeInstanceOf(LobError);
  expect(error).toMatchObject(expected);
  expect(await contents(folder)).toEqual(before);
  return error as LobError;
}

describe("a pull", () => {
  test.each<[string, (published: Published) => VersionRef]>([
    ["LATEST", () => ({ latest: true })],
    ["its number", ({ version }) => ({ version: version.version })],
    ["an alias", () => (fake.alias({ version: 7 }), { alias: "prod" })],
    ["its tree digest", ({ version }) => ({ treeDigest: version.treeDigest! })],
    ["its sha256", ({ version }) => ({ sha256: version.sha256 })],
  ])("by %s brings exactly the files that were published", async (_, ref) => {
    const all = await published(7);
    const progress: Progress[] = [];
    const result = await get({ onProgress: (one) => progress.push(one) }, ref(all));
    expect(await contents(target())).toEqual(EXPECTED);
    expect((await stat(join(target(), "code/run.sh"))).mode & 0o777).toBe(0o755);
    expect((await stat(target())).mode & 0o777).toBe(0o755);
    expect(await readdir(folder)).toEqual(["churn"]);
    const { version } = all;
    expect(result).toEqual({
      ...{ lob: "fraud", model: "churn", version: 7, status: "READY", target: target(), archive: false },
      ...{
        files: 4,
        bytes: version.contentBytes,
        size: version.size,
        sha256: version.sha256,
        treeDigest: version.treeDigest,
        s3Uri: version.url,
      },
    });
    expect(progress[0]).toEqual({ phase: "download", done: 0, total: version.size });
    expect(progress.at(-1)).toEqual({ phase: "download", done: version.size, total: version.size });
  });

  test("of LATEST reads the number that the catalog names, not the LATEST object", async () => {
    const { version } = await published(3);
    await get();
    expect(fake.requests).toEqual([
      "GetItem fraud/churn",
      `GetItem ${version.url}`,
      `HeadObject ${versionKey(LOB, "churn", 3)}`,
      `HeadObject ${manifestKey(LOB, "churn", version.manifestSha256!)}`,
      `GetObject ${manifestKey(LOB, "churn", version.manifestSha256!)}`,
      `GetObject ${versionKey(LOB, "churn", 3)}`,
    ]);
  });

  test("into an empty folder, and into folders that it creates", async () => {
    await published();
    await mkdir(target());
    await get();
    expect(await contents(target())).toEqual(EXPECTED);
    const deep = join(folder, "a/b/c");
    await get({ target: deep });
    expect(await contents(deep)).toEqual(EXPECTED);
  });

  test("with --archive gets the stored bytes", async () => {
    const { artifact, version } = await published();
    const result = await get({ archive: true, target: join(folder, "churn.tar.gz") });
    expect(await contents(folder)).toEqual({ "churn.tar.gz": sha256Of(artifact) });
    expect(result).toMatchObject({ archive: true, bytes: version.size });
    expect(fake.requests.some((request) => request.includes("manifests"))).toBe(false);
  });

  test("resumes after broken connections, including in the manifest", async () => {
    const { version } = await published();
    const broken = new Set<string>();
    fake.stream = (bytes, request) =>
      Readable.from(
        (function* () {
          const first = !broken.has(request);
          broken.add(request);
          const part = first && bytes.length > 100 ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes;
          yield* chunksOf(part, 10_000);
          if (part.length < bytes.length) throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
        })(),
      );
    const retries: string[] = [];
    await get({ onRetry: (message) => retries.push(message), retries: 20 });
    expect(await contents(target())).toEqual(EXPECTED);
    const keys = [versionKey(LOB, "churn", version.version), manifestKey(LOB, "churn", version.manifestSha256!)];
    for (const key of keys) {
      expect(fake.requests.some((request) => request.startsWith(`GetObject ${key} bytes=`))).toBe(true);
      expect(retries.some((message) => message.includes(key))).toBe(true);
    }
  });
});

describe("the target", () => {
  beforeEach(() => published());

  test("that exists is refused before any request", async () => {
    await mkdir(target());
    await writeFile(join(target(), "mine.txt"), "mine");
    await refused({ code: "LOB1009", message: `"${target()}" already exists`, hint: expect.stringContaining("--force") });
    await refused({ code: "LOB1009" }, { target: join(target(), "mine.txt") });
    await symlink(home, join(folder, "link"));
    await refused({ code: "LOB1009" }, { target: join(folder, "link") });
    await mkdir(join(folder, "empty"));
    await refused({ code: "LOB1009" }, { target: join(folder, "empty"), archive: true });
    expect(fake.requests).toEqual([]);
  });

  test("is replaced on request, and only by a complete version", async () => {
    await mkdir(target());
    await writeFile(join(target(), "mine.txt"), "mine");
    fake.stream = () => Readable.from([]);
    await refused({ code: "LOB2005" }, { force: true, retries: 0 });
    fake.stream = (bytes) => Readable.from(chunksOf(bytes, 5000));
    await get({ force: true });
    expect(await contents(target())).toEqual(EXPECTED);
    await get({ force: true, archive: true });
    expect((await stat(target())).isFile()).toBe(true);
    await get({ force: true });
    expect(await contents(folder)).toEqual(Object.fromEntries(Object.entries(EXPECTED).map(([path, sha256]) => [`churn/${path}`, sha256])));
  });

  test("that is a symbolic link is replaced itself, not what it points to", async () => {
    await mkdir(join(home, "elsewhere"));
    await writeFile(join(home, "elsewhere", "mine.txt"), "mine");
    await symlink(join(home, "elsewhere"), target());
    await get({ force: true });
    expect(await contents(target())).toEqual(EXPECTED);
    expect(await contents(join(home, "elsewhere"))).toEqual({ "mine.txt": sha256Of("mine") });
  });

  test("that is created in the meantime is left alone", async () => {
    const duringPull = async (options: Partial<PullOptions>, appear: () => Promise<void>): Promise<void> => {
      let once = true;
      fake.stream = (bytes) =>
        Readable.from(
          (async function* () {
            if (once) await appear();
            once = false;
            yield bytes;
          })(),
        );
      await expect(get(options)).rejects.toMatchObject({ code: "LOB1009" });
    };
    const theirFolder = async (): Promise<void> => {
      await mkdir(target());
      await writeFile(join(target(), "theirs.txt"), "theirs");
    };
    for (const archive of [false, true]) {
      await duringPull({ archive }, theirFolder);
      expect(await contents(folder)).toEqual({ "churn/theirs.txt": sha256Of("theirs") });
      await rm(target(), { recursive: true });
      await duringPull({ archive }, () => writeFile(target(), "theirs"));
      expect(await contents(folder)).toEqual({ churn: sha256Of("theirs") });
      await rm(target());
    }
  });

  test("cannot be below a file", async () => {
    await writeFile(join(folder, "file"), "x");
    await refused({ code: "LOB2009" }, { target: join(folder, "file", "churn") });
  });

  test("on a full disk is refused before the download", async () => {
    const { artifact, manifest } = await published(2);
    store(
      { version: 2, contentBytes: 2 ** 52, manifestSha256: sha256Of(manifest), size: artifact.length, sha256: sha256Of(artifact) },
      artifact,
      manifest,
    );
    const error = await refused(
      { code: "LOB2009", message: expect.stringMatching(/4(\.0)? PiB are needed/) },
      { target: join(folder, "new/churn") },
    );
    expect(error.hint).toContain("Free some space");
    expect(fake.requests.some((request) => request.startsWith("GetObject"))).toBe(false);
  });
});

describe("an error leaves nothing behind:", () => {
  test.each<[Version["status"], object]>([
    ["RESERVED", { code: "LOB3003", message: expect.stringContaining("has been in progress") }],
    ["ABANDONED", { code: "LOB3003", message: expect.stringContaining("was never finished") }],
    ["PURGING", { code: "LOB3003", message: expect.stringContaining("was purged") }],
    ["PURGED", { code: "LOB3003", message: expect.stringContaining("was purged") }],
    ["MISSING", { code: "LOB4001", message: expect.stringContaining("is missing") }],
    ["YANKED", { code: "LOB3009", message: "fraud/churn@1 was withdrawn", hint: expect.stringContaining("--yanked") }],
  ])("status %s", async (status, expected) => {
    const { version } = await published();
    fake.version({ ...version, status });
    const error = await refused(expected);
    expect(error.hint).toBeTruthy();
    expect(fake.requests.every((request) => request.startsWith("GetItem"))).toBe(true);
  });

  test("a withdrawn version is pulled on request", async () => {
    const { version } = await published();
    fake.version({ ...version, status: "YANKED" });
    expect(await get({ yanked: true })).toMatchObject({ status: "YANKED" });
    expect(await contents(target())).toEqual(EXPECTED);
  });

  test("no such model, version or digest", async () => {
    await refused({ code: "LOB3002" });
    await published();
    await refused({ code: "LOB3003" }, {}, { version: 2 });
    await refused({ code: "LOB3003" }, {}, { treeDigest: hex("0") });
    await refused({ code: "LOB3003" }, {}, { sha256: hex("0") });
  });

  test("the object is missing", async () => {
    await published();
    fake.objects.delete(versionKey(LOB, "churn", 1));
    await refused({ code: "LOB4001", message: expect.stringContaining("the artifact of fraud/churn@1 is missing") });
  });

  test.each<[string, string]>([
    [METADATA.writeToken, "token"],
    [METADATA.artifactSha256, "sha256"],
    [METADATA.treeDigest, "tree digest"],
    [METADATA.artifactVersion, "version"],
    [METADATA.artifactName, "model"],
    [METADATA.manifestSha256, "manifest"],
  ])("the object's %s is not the row's", async (key, what) => {
    await published();
    const object = fake.objects.get(versionKey(LOB, "churn", 1))!;
    object.metadata[key] = "different";
    await refused({ code: "LOB4001", message: expect.stringMatching(new RegExp(`${what}: .* in the row, .* in the object`)) });
    object.metadata = Object.fromEntries(Object.entries(object.metadata).filter(([name]) => name !== key));
    await refused({ code: "LOB4001", message: expect.stringMatching(new RegExp(`${what}: .* in the row, missing in the object`)) });
  });

  test("an object of another size", async () => {
    const { artifact } = await published();
    fake.objects.get(versionKey(LOB, "churn", 1))!.body = artifact.subarray(1);
    await refused({ code: "LOB4001", message: expect.stringMatching(/size: .* in the row, .* in the object/) });
  });

  test("tampered bytes with the same metadata, at any position", async () => {
    const { artifact } = await published();
    for (const at of [5, 100, Math.floor(artifact.length / 2), artifact.length - 9, artifact.length - 1]) {
      const body = Buffer.from(artifact);
      body[at]! ^= 1;
      fake.objects.get(versionKey(LOB, "churn", 1))!.body = body;
      const error = await refused({ code: expect.stringMatching(/LOB400[12]/) });
      expect(error.message).toMatch(/fraud\/churn@1|999999_000001/);
      await refused({ code: "LOB4001", message: expect.stringContaining("differ from the published ones") }, { archive: true });
    }
  });

  test("bytes that do not match the sha256 of row and object", async () => {
    const { artifact, manifest, version } = await published();
    store({ ...version, sha256: hex("5") }, artifact, manifest);
    await refused({ code: "LOB4001", message: expect.stringContaining(`their sha256 is ${version.sha256}`) });
    await refused({ code: "LOB4001" }, { archive: true });
  });

  test("an artifact with more, fewer or other files than the manifest", async () => {
    const small = await published(1, { "a.txt": Buffer.from("a"), "b.txt": Buffer.from("b") });
    const others: [Record<string, Buffer>, string][] = [
      [{ "a.txt": Buffer.from("a") }, 'it lacks "b.txt"'],
      [{ "a.txt": Buffer.from("a"), "b.txt": Buffer.from("b"), "c.txt": Buffer.from("c") }, "more than the 2 entries"],
      [{ "a.txt": Buffer.from("a"), "b.txt": Buffer.from("x") }, 'the content of "b.txt" does not match the manifest'],
      [{ "a.txt": Buffer.from("a"), "d.txt": Buffer.from("b") }, 'it holds "d.txt", but the manifest lists "b.txt"'],
    ];
    for (const [files, message] of others) {
      const other = await published(2, files);
      // Row and object are changed together; the manifest is the published one.
      store({ ...small.version, sha256: other.version.sha256, size: other.version.size }, other.artifact, small.manifest);
      await refused({ code: "LOB4002", message: expect.stringContaining(message) }, {}, { version: 1 });
    }
  });

  test("a manifest that is missing, changed, invalid, or of another version", async () => {
    const one = await published(1);
    const key = manifestKey(LOB, "churn", one.version.manifestSha256!);
    fake.objects.delete(key);
    await refused({
      code: "LOB4001",
      message: expect.stringContaining("the manifest of fraud/churn@1 is missing"),
      hint: expect.stringContaining("--archive"),
    });

    fake.objects.set(key, { body: gzipSync(gunzipSync(one.manifest)), metadata: {}, etag: '"x"' });
    await refused({ code: "LOB4001", message: expect.stringContaining("is damaged: its sha256 is") });

    const junk = gzipSync("not a manifest\n");
    store({ ...one.version, manifestSha256: sha256Of(junk) }, one.artifact, junk);
    await refused({ code: "LOB4003", message: expect.stringMatching(/^fraud\/churn@1: the manifest cannot be read/) });

    const two = await published(2, { "other.txt": Buffer.from("other") });
    store({ ...one.version, manifestSha256: two.version.manifestSha256! }, one.artifact, two.manifest);
    await refused({
      code: "LOB4001",
      message: expect.stringMatching(
        /the manifest of fraud\/churn@1 does not match its row: treeDigest: .*; files: the row has 4, the manifest has 1/,
      ),
    });
  });

  test("a row of another version or model under this key", async () => {
    const { version } = await published();
    for (const other of [{ model: "other" }, { version: 9 }, { lob: "other" }]) {
      fake.put(LOB.registryTable, versionUrl(LOB, "churn", 1), versionRowItem({ ...version, ...other }));
      await refused({ code: "LOB4004" });
    }
  });

  test("a LOB row that names a bucket of another account", async () => {
    await published();
    await expect(
      pull(fake.aws, { ...LOB, bucketOwner: "999999999999" }, "churn", { latest: true }, { target: target() }),
    ).rejects.toMatchObject({ code: "LOB2003" });
    expect(await readdir(folder)).toEqual([]);
  });

  test("a version of the Python library has no manifest, so only --archive works", async () => {
    const body = Buffer.from("any bytes at all");
    const version = fake.version({ origin: "versioned", token: "", sha256: sha256Of(body), size: body.length, files: 0, contentBytes: 0 });
    const { treeDigest: _t, manifestSha256: _m, ...foreign } = version;
    fake.put(LOB.registryTable, version.url, versionRowItem(foreign));
    fake.model();
    fake.object(version, body);
    await refused({
      code: "LOB3010",
      message: expect.stringContaining("was published with the Python library"),
      hint: expect.stringContaining("--archive"),
    });
    expect(fake.requests.every((request) => request.startsWith("GetItem"))).toBe(true);
    expect(await get({ archive: true })).not.toHaveProperty("treeDigest");
    expect(await contents(folder)).toEqual({ churn: sha256Of(body) });
  });

  test("AWS denies access to the object midway", async () => {
    await published();
    let gets = 0;
    fake.before = (request) => {
      if (request.startsWith("GetObject") && ++gets === 2) throw awsError("AccessDenied", 403);
    };
    await refused({ code: "LOB2003" }, { target: join(folder, "deep/er/churn") });
  });
});

test("an interrupted pull leaves nothing behind at any point", async () => {
  const { size: total } = (await published()).version;
  const reason = new LobError("LOB2010", "interrupted");
  for (const archive of [false, true]) {
    for (const at of [0, 1, Math.floor(total / 2), total]) {
      const controller = new AbortController();
      const onProgress = ({ done }: Progress): void => {
        if (done >= at) controller.abort(reason);
      };
      await expect(get({ signal: controller.signal, onProgress, archive })).rejects.toBe(reason);
      expect(await readdir(folder)).toEqual([]);
    }
  }
  await expect(get({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(await readdir(folder)).toEqual([]);
});

test("a hanging connection can be interrupted", async () => {
  await published();
  fake.stream = () => new Readable({ read: () => undefined });
  const controller = new AbortController();
  const pulling = get({ signal: controller.signal });
  setTimeout(() => controller.abort(new LobError("LOB2010", "interrupted")), 50);
  await expect(pulling).rejects.toMatchObject({ code: "LOB2010" });
  expect(await readdir(folder)).toEqual([]);
});

test("two pulls to one target: one succeeds, the other gets an error", async () => {
  await published();
  const results = await Promise.allSettled([get(), get()]);
  const failed = results.filter((one) => one.status === "rejected");
  expect(failed).toHaveLength(1);
  expect(failed[0]!.reason).toMatchObject({ code: "LOB1009" });
  expect(await contents(target())).toEqual(EXPECTED);
  expect(await readdir(folder)).toEqual(["churn"]);
});
