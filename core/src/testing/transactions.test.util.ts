/**
 * Transactions as test tables. Each runs on the fake once with everything it was built on unchanged, and once per possible change, which
 * must make the guarding item refuse it and write nothing.
 */
import { describe, expect, test } from "@jest/globals";
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { digestUrl, keyUrl, modelNamespace, versionUrl } from "../layout.js";
import { transact } from "../registry/transact.js";
import { modelRowItem, parseModelRow, parsePointer, parseVersionRow, versionRowItem, type Item } from "../registry/rows.js";
import type { ModelSummary, Version } from "../types.js";
import { FakeAws } from "./fake-aws.js";
import { LOB, NO_WAIT } from "./simulation.js";

export const [BEFORE, NOW] = ["2026-11-23T14:00:00.000Z", "2026-11-23T15:00:00.000Z"];
export const [A, B] = ["a".repeat(64), "b".repeat(64)];
export const [OURS, THEIRS] = ["our-token-0123456789", "their-token-0123456"];

export const model = (change: Partial<ModelSummary> = {}): ModelSummary => ({
  lob: "fraud",
  model: "churn",
  next: 8,
  latest: 6,
  latestTreeDigest: B,
  latestSha256: "6".repeat(64),
  owner: "risk",
  tags: {},
  createdAt: BEFORE,
  updatedAt: BEFORE,
  ...change,
});
export const row = (version: number, change: Partial<Version> = {}): Version => ({
  url: versionUrl(LOB, "churn", version),
  lob: "fraud",
  model: "churn",
  version,
  status: "RESERVED",
  token: OURS,
  treeDigest: A,
  sha256: "f".repeat(64),
  size: 10,
  files: 1,
  contentBytes: 5,
  stagingKey: "ml-staging/fraud/churn/digest/token.tar.gz",
  stagingETag: '"e"',
  metrics: { auc: 0.9 },
  tags: {},
  provenance: { actor: "ada" },
  keys: [],
  origin: "lob-registry",
  reservedAt: BEFORE,
  holders: [],
  ...change,
});
export const foreign = (version: number, change: Partial<Version> = {}): Version => {
  const {
    treeDigest: _,
    stagingKey: _key,
    stagingETag: _etag,
    ...rest
  } = row(version, { status: "READY", origin: "versioned", token: "", sha256: "e".repeat(64), readyAt: NOW, ...change });
  return rest;
};
export const pointer = (url: string, version: number): Item => marshall({ url, version, treeDigest: A });
export const digestPointer = (version: number): Item => pointer(digestUrl("fraud", "churn", A), version);
export const keyPointer = (key: string, version: number): Item => pointer(keyUrl("fraud", "churn", key), version);

// ---- the tables ------------------------------------------------------------------------------------------------------

/** The two tables, for tests to read and change. */
export class Tables {
  readonly fake = new FakeAws(LOB.bucket, [LOB.catalogTable, LOB.registryTable]);

  constructor(rows: readonly (ModelSummary | Version | Item)[]) {
    for (const value of rows) this.put(value);
  }

  put(value: ModelSummary | Version | Item): void {
    if ("next" in value && typeof value.next === "number") this.fake.putItem(LOB.catalogTable, modelRowItem(value as ModelSummary));
    else if ("status" in value && typeof value.status === "string") this.fake.putItem(LOB.registryTable, versionRowItem(value as Version));
    else this.fake.putItem(LOB.registryTable, value as Item);
  }

  remove(hash: string): void {
    for (const table of this.fake.tables.values()) table.delete(hash);
  }

  #get(table: string, hash: string): Item | undefined {
    return this.fake.tables.get(table)!.get(hash);
  }

  get model(): ModelSummary {
    return parseModelRow(this.#get(LOB.catalogTable, modelNamespace("fraud", "churn"))!);
  }

  version(n: number): Version {
    return parseVersionRow(this.#get(LOB.registryTable, versionUrl(LOB, "churn", n))!);
  }

  /** Attributes that put a version into an index. */
  indexed(n: number): Record<string, unknown> {
    const { versionsOf, pendingOf } = unmarshall(this.#get(LOB.registryTable, versionUrl(LOB, "churn", n))!);
    return { versionsOf, pendingOf };
  }

  get digest(): number {
    return parsePointer(this.#get(LOB.registryTable, digestUrl("fraud", "churn", A))!).version;
  }

  key(key: string): number {
    return parsePointer(this.#get(LOB.registryTable, keyUrl("fraud", "churn", key))!).version;
  }

  get all(): unknown {
    return structuredClone([...this.fake.tables].map(([name, items]) => [name, [...items].sort(([a], [b]) => (a < b ? -1 : 1))]));
  }

  async run(items: TransactWriteItem[]) {
    return transact({ aws: this.fake.clients(), environment: NO_WAIT }, items, "writing");
  }
}

export interface Scenario {
  /** Content of the tables, as read. */
  readonly rows: readonly (ModelSummary | Version | Item)[];
  readonly items: TransactWriteItem[];
  /** Number of its items, which does not depend on the number of versions. */
  readonly count: number;
  /** Checks the tables afterwards. */
  readonly after: (tables: Tables) => void;
  /** Changes since the read, and the item that must notice each. */
  readonly changes: Readonly<Record<string, readonly [item: number, change: (tables: Tables) => void]>>;
  /** Whether it may run a second time and then writes the same. */
  readonly repeatable?: boolean;
}

/** Defines the tests of each scenario. */
export function testTransactions(scenarios: Readonly<Record<string, Scenario>>): void {
  describe.each(Object.entries(scenarios))("%s:", (_, { rows, items, count, after, changes, repeatable = false }) => {
    test(`${count} items, which do what they should where all is as it was read`, async () => {
      expect(items).toHaveLength(count);
      const tables = new Tables(rows);
      expect(await tables.run(items)).toEqual({ outcome: "done" });
      after(tables);
    });

    test.each(Object.entries(changes))("refused, and nothing written, where %s", async (_what, [item, change]) => {
      const tables = new Tables(rows);
      change(tables);
      const before = tables.all;
      const result = await tables.run(items);
      expect(result).toMatchObject({ outcome: "refused", failed: items.map((__, index) => index === item) });
      expect(tables.all).toEqual(before);
    });

    test("a second time changes nothing: nothing is done twice", async () => {
      const tables = new Tables(rows);
      await tables.run(items);
      const before = tables.all;
      expect((await tables.run(items)).outcome).toBe(repeatable ? "done" : "refused");
      expect(tables.all).toEqual(before);
    });
  });

  test("each condition of each transaction is broken by a change above", () => {
    const conditionOf = ({ Put, Update, ConditionCheck }: TransactWriteItem): string | undefined =>
      (Put ?? Update ?? ConditionCheck)!.ConditionExpression;
    const all = Object.values(scenarios);
    const broken = new Set(all.flatMap(({ items, changes }) => Object.values(changes).map(([item]) => conditionOf(items[item]!))));
    expect(broken).not.toContain(undefined);
    expect(all.flatMap(({ items }) => items.map(conditionOf)).filter((condition) => !broken.has(condition))).toEqual([]);
  });
}
