import { beforeEach, describe, expect, test } from "@jest/globals";
import { TransactWriteItemsCommand, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { aliasNamespace, moveUrl, modelNamespace, versionUrl } from "../layout.js";
import { aliasRowItem, parseAliasRow, parseMoveRow } from "./alias-rows.js";
import { modelRowItem, parseModelRow, parseVersionRow, versionRowItem } from "./rows.js";
import { FakeAws } from "../testing/fake-aws.js";
import { LOB } from "../testing/simulation.js";
import type { ModelSummary, Version } from "../types.js";
import { migrated, modelRow, TIME } from "../migrate/fixtures.test.util.js";
import { pointAlias } from "./alias-writes.js";
import { claim, indexVersions } from "./migrate-writes.js";

const NOW = "2026-11-26T00:00:00.000Z";
let fake: FakeAws;
beforeEach(() => {
  fake = new FakeAws(LOB.bucket, [LOB.catalogTable, LOB.registryTable]);
});

const run = async (items: TransactWriteItem[]): Promise<boolean> =>
  fake
    .clients()
    .dynamodb.send(new TransactWriteItemsCommand({ TransactItems: items }))
    .then(
      () => true,
      () => false,
    );
const model = (): ModelSummary => parseModelRow(fake.tables.get(LOB.catalogTable)!.get(modelNamespace("fraud", "churn"))!);
const rowOf = (n: number): Version | undefined => {
  const item = fake.tables.get(LOB.registryTable)!.get(versionUrl(LOB, "churn", n));
  return item && parseVersionRow(item);
};
const version = (n: number, content = `content ${n}`): Version => migrated(n, content).row!;
const put = (change: Partial<ModelSummary>): ModelSummary => {
  const row = modelRow(change);
  fake.putItem(LOB.catalogTable, modelRowItem(row));
  return row;
};

describe("numbers are kept for the migration", () => {
  test("by a new row, in which nothing is the newest yet", async () => {
    expect(await run(claim(LOB, "churn", undefined, 7, TIME, NOW))).toBe(true);
    expect(model()).toMatchObject({ next: 7, latest: 0, createdAt: TIME, updatedAt: NOW });
    expect(await run(claim(LOB, "churn", undefined, 8, TIME, NOW))).toBe(false);
  });

  test("by a higher next, never by a lower one, and only on the row as read", async () => {
    const row = put({ next: 5, latest: 4 });
    expect(await run(claim(LOB, "churn", row, 7, TIME, NOW))).toBe(true);
    expect(model()).toMatchObject({ next: 7, latest: 4 });
    expect(await run(claim(LOB, "churn", row, 9, TIME, NOW))).toBe(false);
    expect(await run(claim(LOB, "churn", model(), 3, TIME, NOW))).toBe(true);
    expect(model().next).toBe(7);
  });
});

describe("versions get their rows", () => {
  const rows = (...numbers: number[]) => numbers.map((n) => ({ version: version(n), twin: false }));

  test("and the newest of them becomes latest", async () => {
    const row = put({ next: 7, latest: 0 });
    expect(await run(indexVersions(LOB, row, rows(6, 5), NOW))).toBe(true);
    expect(model()).toMatchObject({ next: 7, latest: 6, latestSha256: version(6).sha256 });
    expect([rowOf(6)?.status, rowOf(5)?.status]).toEqual(["READY", "READY"]);
    expect(await run(indexVersions(LOB, model(), rows(4, 3), NOW))).toBe(true);
    expect(model()).toMatchObject({ next: 7, latest: 6 });
  });

  test("latest is never lowered, and next is above every number", async () => {
    const row = put({ next: 9, latest: 8 });
    expect(await run(indexVersions(LOB, row, rows(6), NOW))).toBe(true);
    expect(model()).toMatchObject({ next: 9, latest: 8 });
    put({ next: 5, latest: 8 });
    expect(await run(indexVersions(LOB, model(), rows(6), NOW))).toBe(false);
  });

  test("not where one has its row already: then none gets one", async () => {
    const row = put({ next: 7, latest: 0 });
    fake.putItem(LOB.registryTable, versionRowItem(version(5, "else")));
    expect(await run(indexVersions(LOB, row, rows(6, 5), NOW))).toBe(false);
    expect([rowOf(6), model().latest]).toEqual([undefined, 0]);
  });

  test("not when somebody published meanwhile", async () => {
    const row = put({ next: 7, latest: 0 });
    put({ next: 8, latest: 7 });
    expect(await run(indexVersions(LOB, row, rows(6), NOW))).toBe(false);
  });

  test("a number with the bytes of another becomes latest while nothing is, and never afterwards", async () => {
    const twins = [
      { version: version(3, "A"), twin: true },
      { version: version(2, "B"), twin: false },
    ];
    put({ next: 4, latest: 0 });
    expect(await run(indexVersions(LOB, model(), twins, NOW))).toBe(true);
    expect(model().latest).toBe(3);
    fake.tables.get(LOB.registryTable)!.clear();
    put({ next: 4, latest: 1 });
    expect(await run(indexVersions(LOB, model(), twins, NOW))).toBe(true);
    expect(model().latest).toBe(2);
  });
});

describe("an alias", () => {
  const move = { lob: "fraud", model: "churn", alias: "prod", revision: 1, reason: "migrated", secondaryVersion: 2, secondaryWeight: 20 };
  const alias = { ...move, version: 1, createdAt: NOW, updatedAt: NOW };
  const event = { ...move, toVersion: 1, at: NOW };
  const point = (held = [version(1), version(2)]): TransactWriteItem[] => pointAlias(LOB, alias, event, held);
  beforeEach(() => {
    for (const n of [1, 2]) fake.putItem(LOB.registryTable, versionRowItem(version(n)));
  });

  test("gets its row and the row of its move, and its versions name it", async () => {
    expect(await run(point())).toBe(true);
    expect(parseAliasRow(fake.tables.get(LOB.catalogTable)!.get(aliasNamespace("fraud", "churn", "prod"))!)).toEqual(alias);
    const item = fake.tables.get(LOB.registryTable)!.get(moveUrl("fraud", "churn", "prod", 1))!;
    expect(parseMoveRow(item)).toEqual(event);
    expect(item["historyOf"]).toEqual({ S: "fraud/churn" });
    expect([rowOf(1)!.holders, rowOf(2)!.holders]).toEqual([["prod"], ["prod"]]);
  });

  test("that already has a row or a move is not moved", async () => {
    fake.putItem(LOB.catalogTable, aliasRowItem({ ...alias, version: 2 }));
    expect(await run(point())).toBe(false);
    expect(rowOf(1)!.holders).toEqual([]);
  });

  test("does not point to a version that is gone meanwhile", async () => {
    fake.putItem(LOB.registryTable, versionRowItem({ ...version(2), status: "PURGING" }));
    expect(await run(point())).toBe(false);
  });

  test("that a version names already is not named twice", async () => {
    const named = { ...version(1), holders: ["prod"] };
    fake.putItem(LOB.registryTable, versionRowItem(named));
    expect(await run(point())).toBe(false); // read before that
    expect(await run(point([named, version(2)]))).toBe(true);
    expect(rowOf(1)!.holders).toEqual(["prod"]);
  });
});
