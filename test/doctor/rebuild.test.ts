/** Tables that were emptied or altered: doctor rebuilds them from S3, and all readers see the same as before. */
import { DeleteItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { doctor, findLob, listVersions, pull, show } from "lob-registry-core";
import { CATALOG_HASH_KEY, ownNames, REGISTRY_HASH_KEY, versionUrl } from "lob-registry-core/layout";
import { Setting } from "../interop/setting.ts";
import { readRows } from "../support/state.ts";

const INSTALLING = 300_000;

let setting: Setting;
let catalogTable: string;
beforeAll(async () => {
  setting = await Setting.start();
  catalogTable = ownNames(setting.sandbox.accountId, setting.sandbox.region, "fraud").catalogTable;
}, INSTALLING);
afterAll(() => setting?.stop());

/** Deletes every row but the LOB's own. */
async function emptyTables(): Promise<void> {
  const { dynamodb } = setting.clients;
  for (const [table, hashKey] of [
    [catalogTable, CATALOG_HASH_KEY],
    [setting.lob.row.registryTable, REGISTRY_HASH_KEY],
  ] as const) {
    for (const row of await readRows(setting.clients, table, hashKey)) {
      const key = String(row[hashKey]);
      if (key !== "fraud") await dynamodb.send(new DeleteItemCommand({ TableName: table, Key: { [hashKey]: { S: key } } }));
    }
  }
}

/** Returns the list of a model's versions without values that only rows hold. */
async function listed(model: string): Promise<object[]> {
  const lob = await findLob(setting.aws, "fraud");
  const found: object[] = [];
  for await (const { version, status, sha256, treeDigest, size, files, contentBytes, metrics, origin } of listVersions(
    setting.aws,
    lob,
    model,
  )) {
    found.push({ version, status, sha256, treeDigest, size, files, contentBytes, metrics, origin });
  }
  return found;
}

test("after both tables were emptied, with our versions and Python's, lists, show, pull and the library read the same as before", async () => {
  const name = "churn";
  const built = await setting.tree({ "weights.bin": "two", "config.json": "{}" });
  await setting.publish(name, await setting.tree({ "weights.bin": "one" }), { metrics: { auc: 0.9 } });
  await setting.library.do(["put", { name, path: await setting.file("a notebook's work") }], ["publish", { name }]);
  await setting.publish(name, built, { metrics: { auc: 0.95 } });
  const before = { listed: await listed(name), library: await setting.library.do(["versions", { name }]) };
  expect(before.listed).toHaveLength(3);

  await emptyTables();
  expect(await listed(name)).toEqual([]);
  const report = await doctor(setting.aws, { lob: "fraud" });
  expect(report).toMatchObject({ models: 1, versions: 3, needsPerson: false });

  expect(await listed(name)).toEqual(before.listed);
  expect(await setting.library.do(["versions", { name }])).toEqual(before.library);
  expect(await setting.broken(name, { unindexed: false })).toEqual([]);
  const lob = await findLob(setting.aws, "fraud");
  expect(await show(setting.aws, lob, name, { latest: true })).toMatchObject({ version: { version: 3, metrics: { auc: 0.95 } } });
  const target = setting.newPath();
  await pull(setting.aws, lob, name, { version: 3 }, { target });
  expect(await readFile(join(target, "weights.bin"), "utf8")).toBe("two");
  expect(await setting.publish(name, built)).toMatchObject({ version: 3, changed: false });
  expect((await doctor(setting.aws, { lob: "fraud" })).findings).toEqual([]);
});

test("an altered row is reported, and rebuilt with --rebuild", async () => {
  const name = "altered";
  await setting.publish(name, await setting.tree({ "weights.bin": "one" }), { tags: { team: "risk" } });
  await setting.clients.dynamodb.send(
    new UpdateItemCommand({
      TableName: setting.lob.row.registryTable,
      Key: { [REGISTRY_HASH_KEY]: { S: versionUrl(setting.lob.row, name, 1) } },
      UpdateExpression: "SET sha256 = :other",
      ExpressionAttributeValues: { ":other": { S: "1".repeat(64) } },
    }),
  );
  const found = await doctor(setting.aws, { lob: "fraud", model: name });
  expect(found.findings).toMatchObject([{ kind: "disagrees", outcome: "person", version: 1 }]);
  expect(found.needsPerson).toBe(true);
  const mended = await doctor(setting.aws, { lob: "fraud", model: name, rebuild: true });
  expect(mended.findings).toMatchObject([{ kind: "disagrees", outcome: "mended" }]);
  expect(await setting.broken(name, { unindexed: false })).toEqual([]);
  expect(await setting.lob.versionRow(name, 1)).toMatchObject({ tags: { team: "risk" } });
});

test("two doctors and a publisher at once", async () => {
  const name = "crowd";
  await setting.publish(name, await setting.tree({ "weights.bin": "one" }));
  await setting.library.do(["put", { name, path: await setting.file("a notebook's work") }], ["publish", { name }]);
  await emptyTables();
  const next = await setting.tree({ "weights.bin": "three" });
  const [one, two, published] = await Promise.all([
    doctor(setting.aws, { lob: "fraud", model: name }),
    doctor(setting.aws, { lob: "fraud", model: name }),
    setting.publish(name, next),
  ]);
  expect([one.needsPerson, two.needsPerson]).toEqual([false, false]);
  expect(published).toMatchObject({ version: 3, latest: 3 });
  expect(await setting.broken(name, { unindexed: false })).toEqual([]);
});
