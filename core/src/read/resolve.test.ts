import { beforeEach, describe, expect, test } from "@jest/globals";
import type { LobError } from "../errors.js";
import { METADATA, versionUrl } from "../layout.js";
import { aliasRowItem } from "../registry/alias-rows.js";
import { modelRowItem, versionRowItem } from "../registry/rows.js";
import { awsError, FakeAws, hex, LOB, TIME, versionOf } from "./fakes.test.util.js";
import type { VersionRef } from "./ref.js";
import { resolve } from "./resolve.js";
import { show } from "./show.js";

let fake: FakeAws;
beforeEach(() => {
  fake = new FakeAws();
});
const find = (ref: VersionRef) => resolve(fake.aws, LOB, "churn", ref);
const numberOf = async (ref: VersionRef): Promise<number> => (await find(ref)).version.version;

describe("by number and LATEST", () => {
  test("sends consistent reads of two rows, nothing else", async () => {
    fake.model({ latest: 2, next: 4 });
    fake.version({ version: 2 });
    fake.version({ version: 3, status: "RESERVED" });
    expect(await numberOf({ latest: true })).toBe(2);
    expect(await numberOf({ version: 3 })).toBe(3);
    expect(fake.requests).toEqual([
      "GetItem fraud/churn",
      `GetItem ${versionUrl(LOB, "churn", 2)}`,
      "GetItem fraud/churn",
      `GetItem ${versionUrl(LOB, "churn", 3)}`,
    ]);
  });

  test("reports a missing model, a missing version and no versions, each with the next step", async () => {
    await expect(find({ latest: true })).rejects.toMatchObject({
      code: "LOB3002",
      message: "LOB fraud has no model churn",
      hint: expect.stringContaining("lobreg list fraud"),
    });
    fake.model({ latest: 0, next: 1 });
    await expect(find({ latest: true })).rejects.toMatchObject({ code: "LOB3003", message: "fraud/churn has no version yet" });
    fake.model({ latest: 9, next: 10 });
    await expect(find({ version: 12 })).rejects.toMatchObject({
      code: "LOB3003",
      message: "fraud/churn has no version 12",
      hint: expect.stringContaining("The newest is 9."),
    });
  });

  test("reports that the newest version's row was deleted", async () => {
    fake.model({ latest: 9, next: 10 });
    await expect(find({ latest: true })).rejects.toMatchObject({
      code: "LOB4001",
      message: expect.stringContaining("its registry row is missing"),
    });
  });

  test("refuses invalid arguments without a request", async () => {
    await expect(resolve(fake.aws, LOB, "a/b", { latest: true })).rejects.toMatchObject({ code: "LOB1001" });
    await expect(find({ version: 1.5 })).rejects.toMatchObject({ code: "LOB1001" });
    await expect(find({ treeDigest: "abc" })).rejects.toMatchObject({ code: "LOB1002" });
    await expect(find({ sha256: hex("A") })).rejects.toMatchObject({ code: "LOB1002" });
    expect(fake.requests).toEqual([]);
  });

  test("refuses a row of another version or model", async () => {
    fake.put(
      LOB.catalogTable,
      "fraud/churn",
      modelRowItem({ lob: "fraud", model: "other", next: 2, latest: 1, tags: {}, createdAt: TIME, updatedAt: TIME }),
    );
    await expect(find({ latest: true })).rejects.toMatchObject({
      code: "LOB4004",
      message: expect.stringContaining("claims to be fraud/other"),
    });
    fake.model();
    fake.put(
      LOB.registryTable,
      versionUrl(LOB, "churn", 1),
      versionRowItem({ ...versionOf({ version: 7 }), url: versionUrl(LOB, "churn", 1) }),
    );
    await expect(find({ version: 1 })).rejects.toMatchObject({ code: "LOB4004" });
  });
});

describe("by alias", () => {
  test("sends consistent reads of three rows, nothing else, and returns the main version", async () => {
    fake.model({ latest: 9, next: 10 });
    fake.version({ version: 7 });
    const alias = fake.alias({ version: 7, secondaryVersion: 8, secondaryWeight: 90 });
    expect(await find({ alias: "prod" })).toMatchObject({ version: { version: 7 }, alias });
    expect(fake.requests).toEqual(["GetItem fraud/churn", "GetItem fraud/churn@prod", `GetItem ${versionUrl(LOB, "churn", 7)}`]);
    expect(await show(fake.aws, LOB, "churn", { alias: "prod" })).toMatchObject({ version: { version: 7 }, alias });
  });

  test("names the existing aliases in the error for a missing one", async () => {
    fake.model();
    const hint = async (): Promise<string | undefined> =>
      find({ alias: "Prod" }).catch((error: unknown) => {
        expect(error).toMatchObject({ code: "LOB3030", message: "fraud/churn has no alias Prod", details: { alias: "Prod" } });
        return (error as LobError).hint;
      }) as Promise<string | undefined>;
    expect(await hint()).toMatch(/^The model has no aliases\. You can also name/);
    fake.alias({ alias: "staging" });
    fake.alias();
    fake.alias({ model: "churn.b", alias: "other" });
    expect(await hint()).toMatch(/^The model has prod, staging\. You can also name/);
    for (let i = 0; i < 10; i++) fake.alias({ alias: `a${i}` });
    expect(await hint()).toMatch(/^The model has a0, a1, .*a9 and 2 more\. /);
    fake.before = (request) => {
      if (request.startsWith("Query")) throw awsError("AccessDeniedException", 400);
    };
    expect(await hint()).toMatch(/^You can also name/);
  });

  test("refuses an alias whose version has no row, and a row of another alias", async () => {
    fake.model();
    fake.alias({ version: 7 });
    await expect(find({ alias: "prod" })).rejects.toMatchObject({
      code: "LOB4001",
      message: "fraud/churn@prod points to version 7, but the registry row of that version is missing",
    });
    fake.put(LOB.catalogTable, "fraud/churn@prod", {
      ...fake.tables.get(LOB.catalogTable)!.get("fraud/churn@prod")!,
      alias: { S: "beta" },
    });
    await expect(find({ alias: "prod" })).rejects.toMatchObject({ code: "LOB4004" });
    fake.put(LOB.catalogTable, "fraud/churn@prod", aliasRowItem(fake.alias({ alias: "beta" })));
    await expect(find({ alias: "prod" })).rejects.toMatchObject({ code: "LOB4004", message: expect.stringContaining("fraud/churn@beta") });
    await expect(find({ alias: "a-b" })).rejects.toMatchObject({ code: "LOB1001" });
  });
});

describe("by tree digest", () => {
  beforeEach(() => {
    fake.model({ latest: 3, next: 4 });
  });

  test("uses the pointer, not the index", async () => {
    fake.version({ version: 2, treeDigest: hex("1") });
    fake.pointer(hex("1"), 2);
    expect(await numberOf({ treeDigest: hex("1") })).toBe(2);
    expect(fake.requests.some((request) => request.startsWith("Query"))).toBe(false);
  });

  test.each(["RESERVED", "ABANDONED"] as const)("a newer number with this content that is %s does not hide the older", async (status) => {
    fake.version({ version: 1, treeDigest: hex("1") });
    fake.version({ version: 2, treeDigest: hex("2") });
    fake.version({ version: 3, treeDigest: hex("1"), status });
    fake.pointer(hex("1"), 3);
    expect(await numberOf({ treeDigest: hex("1") })).toBe(1);
  });

  test("returns an unfinished version if it is the only one", async () => {
    fake.version({ version: 3, treeDigest: hex("1"), status: "RESERVED" });
    fake.pointer(hex("1"), 3);
    expect((await find({ treeDigest: hex("1") })).version.status).toBe("RESERVED");
  });

  test("does not follow a pointer to other content", async () => {
    fake.version({ version: 3, treeDigest: hex("2") });
    fake.pointer(hex("1"), 3);
    await expect(find({ treeDigest: hex("1") })).rejects.toMatchObject({
      code: "LOB3003",
      message: `fraud/churn has no version with the tree digest ${hex("1")}`,
    });
  });

  test("reports a digest that was never published", async () => {
    await expect(find({ treeDigest: hex("9") })).rejects.toMatchObject({ code: "LOB3003" });
  });
});

describe("by sha256", () => {
  test("finds the newest version by its key, an older one through the index and its row", async () => {
    fake.pageSize = 1;
    fake.model({ latest: 3, next: 4, latestSha256: hex("3") });
    for (const version of [1, 2, 3]) fake.version({ version, sha256: hex(String(version)), treeDigest: hex("f") });
    expect(await numberOf({ sha256: hex("3") })).toBe(3);
    expect(fake.requests.some((request) => request.startsWith("Query"))).toBe(false);
    expect(await numberOf({ sha256: hex("1") })).toBe(1);
    await expect(find({ sha256: hex("8") })).rejects.toMatchObject({ code: "LOB3003" });
  });

  test("does not trust the index", async () => {
    fake.model({ latest: 1, next: 2 });
    fake.version({ version: 1, sha256: hex("1") });
    const url = versionUrl(LOB, "other", 1);
    fake.put(LOB.registryTable, url, { ...versionRowItem(versionOf({ version: 1, sha256: hex("2") })), url: { S: url } });
    await expect(find({ sha256: hex("2") })).rejects.toMatchObject({ code: "LOB3003" });
  });
});

describe("show", () => {
  test("returns a version with its model and its object", async () => {
    const model = fake.model();
    const version = fake.manifest(versionOf());
    fake.object(version, Buffer.from("0123456789"));
    const shown = await show(fake.aws, LOB, "churn", { version: 1 });
    expect(shown).toEqual({
      model,
      version,
      object: { exists: true, etag: expect.any(String), lastModified: TIME, problems: [] },
      contents: { problems: [] },
    });
  });

  test("returns differences and a missing object instead of throwing", async () => {
    fake.model();
    const version = fake.version();
    const stored = fake.object(version, Buffer.from("01234"));
    stored.metadata[METADATA.writeToken] = "another";
    const { object } = await show(fake.aws, LOB, "churn", { version: 1 });
    expect(object?.problems).toEqual(["size: 10 in the row, 5 in the object", `token: ${version.token} in the row, another in the object`]);
    fake.objects.clear();
    expect((await show(fake.aws, LOB, "churn", { version: 1 })).object).toMatchObject({
      exists: false,
      problems: [expect.stringContaining("is missing")],
    });
  });

  test("returns a version without an artifact without a request to S3", async () => {
    fake.model({ latest: 0 });
    fake.version({ status: "RESERVED" });
    expect(await show(fake.aws, LOB, "churn", { version: 1 })).not.toHaveProperty("object");
    expect(fake.requests.every((request) => request.startsWith("GetItem"))).toBe(true);
  });
});
