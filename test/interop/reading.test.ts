/** The Python library reads versions that we published. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { chmod, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readBytes } from "../support/state.ts";
import { changesNothingAfterUs } from "./scenarios.ts";
import { noise, Setting } from "./setting.ts";

const INSTALLING = 300_000;
/** The sandbox takes seconds to check the sum of a large part. */
const LARGE = 600_000;
const MIB = 1024 * 1024;

const sha256 = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");

let setting: Setting;
beforeAll(async () => void (setting = await Setting.start()), INSTALLING);
afterAll(() => setting?.stop());

describe("our publishes", () => {
  test("the library lists, finds the newest of, and reads, whole and as a stream of files", async () => {
    const name = "churn";
    const files = {
      "model.safetensors": noise(200_000, "weights"),
      "config.json": '{"layers": 3}',
      "empty.txt": "",
      "tokenizer/Größe – naïve.txt": "ünïcode ".repeat(500),
      [`long/${"deep-folder/".repeat(12)}${"n".repeat(120)}.txt`]: "a path that the plain tar header has no room for",
    };
    const first = await setting.tree({ ...files, "config.json": '{"layers": 2}' });
    const second = await setting.tree({ ...files, "bin/run.sh": "#!/bin/sh\n" });
    await chmod(join(second, "bin/run.sh"), 0o755);
    const one = await setting.publish(name, first);
    const two = await setting.publish(name, second);
    expect([one.version, two.version, two.latest]).toEqual([1, 2, 2]);

    const [toOne, toTwo, toLatest] = [setting.newPath(), setting.newPath(), setting.newPath()];
    const [newest, versions, readOne, readTwo, readLatest, membersOfOne, membersOfTwo] = await setting.library.do(
      ["newest", { name }],
      ["versions", { name }],
      ["read", { name, version: 1, to: toOne }],
      ["read", { name, version: 2, to: toTwo }],
      ["read", { name, version: null, to: toLatest }],
      ["members", { path: toOne }],
      ["members", { path: toTwo }],
    );
    expect(newest).toBe(2);
    expect(versions).toEqual([
      { name, version: "LATEST", s3uri: expect.stringContaining("/000000_LATEST.tar.gz"), sha256: two.sha256 },
      { name, version: "2", s3uri: two.s3Uri, sha256: two.sha256 },
      { name, version: "1", s3uri: one.s3Uri, sha256: one.sha256 },
    ]);
    for (const [read, published] of [
      [readOne, one],
      [readTwo, two],
      [readLatest, two],
    ] as const) {
      expect(read).toMatchObject({ sha256: published.sha256, contentSha256: published.sha256, size: published.size });
    }
    expect((await readFile(toTwo)).equals(await readBytes(setting.clients, two.bucket, two.key!))).toBe(true);

    const listed = (members: typeof membersOfOne) =>
      members.filter(({ isFile }) => isFile).map(({ path, size, sha256: hash, mode }) => ({ path, size, hash, mode }));
    const expected = (content: Record<string, string | Buffer>) =>
      Object.entries(content)
        .map(([path, bytes]) => ({
          path,
          size: Buffer.byteLength(bytes),
          hash: sha256(bytes),
          mode: path.startsWith("bin/") ? 0o755 : 0o644,
        }))
        .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
    expect(listed(membersOfOne)).toEqual(expected({ ...files, "config.json": '{"layers": 2}' }));
    expect(listed(membersOfTwo)).toEqual(expected({ ...files, "bin/run.sh": "#!/bin/sh\n" }));
  });

  test("is the only folder that the library treats as a model: no staging, no manifests", async () => {
    await setting.publish("chargeback", await setting.tree({ "weights.bin": "w" }));
    await setting.publish("A.b_c-1", await setting.tree({ "weights.bin": "w" }));
    const [names, first, second] = await setting.library.do(
      ["names", {}],
      ["versions", { name: "chargeback" }],
      ["versions", { name: "A.b_c-1" }],
    );
    expect(names).toEqual(expect.arrayContaining(["chargeback", "A.b_c-1"]));
    expect(names.filter((name) => !["churn", "chargeback", "A.b_c-1"].includes(name))).toEqual([]);
    expect([first, second].map((versions) => versions.map(({ version }) => version))).toEqual([
      ["LATEST", "1"],
      ["LATEST", "1"],
    ]);
  });

  test("can be named by an alias of the library", async () => {
    const name = "aliased";
    const { s3Uri } = await setting.publish(name, await setting.tree({ "weights.bin": "w" }));
    const [, alias, versions] = await setting.library.do(
      ["put_alias", { name, alias: "prod", version: 1 }],
      ["get_alias", { name, alias: "prod" }],
      ["versions", { name }],
    );
    expect(alias).toMatchObject({ version: "1", version_s3uri: s3Uri });
    expect(versions).toHaveLength(2);
    expect((await setting.publish(name, await setting.tree({ "weights.bin": "x" }))).version).toBe(2);
    const [after] = await setting.library.do(["get_alias", { name, alias: "prod" }]);
    expect(after).toEqual(alias);
  });
});

describe("right after us", () => {
  test.each([
    { artifact: "a small artifact", name: "small", bytes: 1_000, versions: [1, 2] },
    { artifact: "an artifact of more than one upload part", name: "large", bytes: 16 * MIB + 100_000, versions: [1] },
  ])(
    "publishing or putting the same from Python changes nothing: $artifact",
    ({ name, bytes, versions }) => changesNothingAfterUs(setting, name, bytes, versions),
    LARGE,
  );
});
