/** The Python library as a second writer of a model that we publish. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { METADATA, modelNamespace, ownNames, versionKey } from "lob-registry-core/layout";
import { readObjects, readRow, type Row } from "../support/state.ts";
import { goesOnAboveADraft, stops } from "./scenarios.ts";
import { Setting } from "./setting.ts";

const INSTALLING = 300_000;

let setting: Setting;
beforeAll(async () => void (setting = await Setting.start()), INSTALLING);
afterAll(() => setting?.stop());

const built = (content: string): Promise<string> => setting.tree({ "weights.bin": content });
const modelRow = (model: string): Promise<Row | undefined> =>
  readRow(setting.clients, ownNames(setting.target.accountId, setting.target.region, "fraud").catalogTable, {
    namespace: modelNamespace("fraud", model),
  });

describe("a draft that Python put over LATEST and did not publish", () => {
  test("stops our publish before the upload; once published, it is indexed, and our next version is above it", async () => {
    await goesOnAboveADraft(setting, "draft");
    expect(await modelRow("draft")).toMatchObject({ next: 4, latest: 3 });
  });

  test("is also reported in a dry run", async () => {
    const name = "dry";
    await setting.publish(name, await built("one"));
    await setting.library.do(["put", { name, path: await setting.file("a draft") }]);
    await expect(setting.publish(name, await built("two"), { dryRun: true })).rejects.toMatchObject({ code: "LOB3006" });
  });

  test("is overwritten if the person says so", async () => {
    const name = "taken";
    await setting.publish(name, await built("one"));
    await setting.library.do(["put", { name, path: await setting.file("a draft") }]);
    const result = await setting.publish(name, await built("two"), { takeOver: true });
    expect(result).toMatchObject({ version: 2, changed: true, latest: 2 });
    const [versions, again] = await setting.library.do(["versions", { name }], ["publish", { name }]);
    expect(versions.map(({ version, sha256 }) => [version, sha256 === result.sha256])).toEqual([
      ["LATEST", true],
      ["2", true],
      ["1", false],
    ]);
    expect(again).toMatchObject({ version: "2" });
    expect(await setting.broken(name)).toEqual([]);
  });

  test("is overwritten if the person says so, above a version that Python published before it", async () => {
    const name = "taken-above";
    await setting.publish(name, await built("one"));
    const [, published] = await setting.library.do(
      ["put", { name, path: await setting.file("published work") }],
      ["publish", { name }],
      ["put", { name, path: await setting.file("a draft") }],
    );
    expect(published.version).toBe("2");
    const result = await setting.publish(name, await built("two"), { takeOver: true });
    expect(result).toMatchObject({ version: 3, changed: true, latest: 3 });
    expect(await setting.lob.versionRow(name, 2)).toMatchObject({ status: "READY", origin: "versioned", sha256: published.sha256 });
    expect(await setting.broken(name)).toEqual([]);
  });

  test("in a new model, stops our first publish, which is version 1 once it is taken over", async () => {
    const name = "only-a-draft";
    await setting.library.do(["put", { name, path: await setting.file("a draft") }]);
    const path = await built("one");
    await stops(setting, name, path);
    expect(await modelRow(name)).toBeUndefined();
    expect(await setting.publish(name, path, { takeOver: true })).toMatchObject({ version: 1, changed: true, latest: 1 });
    expect(await setting.broken(name)).toEqual([]);
  });
});

describe("numbers that Python published", () => {
  test("before our first publish: it begins after the newest", async () => {
    const name = "python-only";
    const files = await Promise.all(["a", "b", "c"].map((content) => setting.file(content)));
    await setting.library.do(...files.flatMap((path) => [["put", { name, path }] as const, ["publish", { name }] as const]));
    const numbersBefore = (await readObjects(setting.clients, setting.lob.row.bucket, `ml-models/fraud/${name}/versions/9`)).map(
      ({ key, etag }) => [key, etag],
    );
    expect(numbersBefore).toHaveLength(3);

    expect(await setting.publish(name, await built("ours"))).toMatchObject({ version: 4, changed: true, latest: 4 });
    expect(await modelRow(name)).toMatchObject({ next: 5, latest: 4 });
    const objects = await readObjects(setting.clients, setting.lob.row.bucket, `ml-models/fraud/${name}/versions/9`);
    expect(objects.slice(1).map(({ key, etag }) => [key, etag])).toEqual(numbersBefore);
    expect(objects[0]?.key).toBe(versionKey(setting.lob.row, name, 4));
    expect(await setting.broken(name)).toEqual([]);
  });

  test("with a draft above them that is taken over, our first publish still begins after the newest", async () => {
    const name = "python-only-with-draft";
    await setting.library.do(
      ["put", { name, path: await setting.file("a") }],
      ["publish", { name }],
      ["put", { name, path: await setting.file("draft") }],
    );
    const path = await built("ours");
    await stops(setting, name, path);
    expect(await setting.publish(name, path, { takeOver: true })).toMatchObject({ version: 2, changed: true, latest: 2 });
    expect(await setting.broken(name)).toEqual([]);
  });

  test("since our last publish: our next version is above the newest", async () => {
    const name = "ahead";
    await setting.publish(name, await built("one"));
    const files = await Promise.all(["a", "b", "c"].map((content) => setting.file(content)));
    await setting.library.do(...files.flatMap((path) => [["put", { name, path }] as const, ["publish", { name }] as const]));
    expect(await setting.publish(name, await built("two"))).toMatchObject({ version: 5, changed: true, latest: 5 });
    expect(await modelRow(name)).toMatchObject({ next: 6, latest: 5 });
    expect(await setting.broken(name)).toEqual([]);
  });

  test("with the bytes of a version of ours: neither is lost, and our next publish is above both", async () => {
    const name = "twin";
    const one = await setting.publish(name, await built("one"));
    const toOne = setting.newPath();
    await setting.library.do(["read", { name, version: 1, to: toOne }]);
    await setting.publish(name, await built("two"));
    // A notebook goes back to version 1: its put carries none of our metadata.
    const [, published] = await setting.library.do(["put", { name, path: toOne }], ["publish", { name }]);
    expect(published).toMatchObject({ version: "3", sha256: one.sha256 });
    const result = await setting.publish(name, await built("three"));
    expect(result).toMatchObject({ version: 4, changed: true, latest: 4 });
    const [versions] = await setting.library.do(["versions", { name }]);
    expect(versions.map(({ version }) => version)).toEqual(["LATEST", "4", "3", "2", "1"]);
    expect(await setting.broken(name)).toEqual([]);
  });

  test("carry what the library writes and no more", async () => {
    const name = "metadata";
    await setting.library.do(["put", { name, path: await setting.file("a") }], ["publish", { name }]);
    const [latest, number] = await readObjects(setting.clients, setting.lob.row.bucket, `ml-models/fraud/${name}/versions/`);
    // Our rules about foreign versions rest on this.
    for (const object of [latest!, number!])
      expect(Object.keys(object.metadata).sort()).toEqual([METADATA.artifactName, METADATA.artifactSha256]);
    expect(number!.etag).toBe(latest!.etag);
  });
});

test("going back to older content of ours, over a number that Python published since, is a new version", async () => {
  const name = "back";
  const path = await built("one");
  const one = await setting.publish(name, path);
  await setting.library.do(["put", { name, path: await setting.file("a") }], ["publish", { name }]);
  const result = await setting.publish(name, path);
  expect(result).toMatchObject({ version: 3, changed: true, latest: 3, treeDigest: one.treeDigest });
  // Different bytes: two versions with the same ETag would let a late copy move LATEST back.
  expect(result.sha256).not.toBe(one.sha256);
  const [versions] = await setting.library.do(["versions", { name }]);
  expect(versions.map(({ version }) => version)).toEqual(["LATEST", "3", "2", "1"]);
  expect(await setting.publish(name, path)).toMatchObject({ version: 3, changed: false, latest: 3 });
  expect(await setting.broken(name)).toEqual([]);
});
