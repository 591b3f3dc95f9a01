/** Rows that an operator deleted by hand, and numbers that the Python library published: what the next publish makes of them. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { keyUrl, LATEST, METADATA, modelNamespace, versionKey, versionUrl } from "../layout.js";
import { parseModelRow, parsePointer, parseVersionRow, versionRowItem } from "../registry/rows.js";
import { FakeAws } from "../testing/fake-aws.js";
import { sha256, violations } from "../testing/invariants.js";
import { fakeEnvironment, fakeTree, LOB } from "../testing/simulation.js";
import type { ModelSummary, Version } from "../types.js";
import { MAX_KEYS } from "./decide.js";
import { INDEXED_AT_ONCE } from "../registry/recover.js";
import type { PublishOptions, PublishResult } from "./options.js";
import { publishTree } from "./publish.js";

let folder: string;
let aws: FakeAws;
let environmentOf: ReturnType<typeof fakeEnvironment>;
let requests: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lob-deleted-rows-"));
  await writeFile(join(folder, "manifest"), "x");
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  aws = new FakeAws(LOB.bucket, [LOB.catalogTable, LOB.registryTable]);
  environmentOf = fakeEnvironment(join(folder, "manifest"));
  requests = [];
});

function publishing(
  content: string,
  options: Partial<PublishOptions> = {},
  before: (request: string) => void = () => undefined,
): Promise<PublishResult> {
  const clients = aws.clients(async ({ name, key }, execute) => {
    requests.push(name);
    before(`${name} ${key}`);
    return Promise.resolve(execute());
  });
  return publishTree(clients, LOB, fakeTree(content), { lob: LOB.lob, model: "churn", path: ".", ...options }, environmentOf(content));
}

const keyOf = (n: number | typeof LATEST) => versionKey(LOB, "churn", n);
const urlOf = (n: number) => versionUrl(LOB, "churn", n);
const registry = () => aws.tables.get(LOB.registryTable)!;
const rowOf = (n: number): Version => parseVersionRow(registry().get(urlOf(n))!);
const modelRow = (): ModelSummary => parseModelRow(aws.tables.get(LOB.catalogTable)!.get(modelNamespace(LOB.lob, "churn"))!);

/** As the Python library's put and publish do it. */
function pythonPuts(text: string, ...numbers: (number | typeof LATEST)[]): void {
  const body = Buffer.from(text);
  for (const n of numbers) aws.putObject(keyOf(n), body, { [METADATA.artifactName]: "churn", [METADATA.artifactSha256]: sha256(body) });
}

function broken(): string[] {
  const objects = new Map(
    [...aws.objects].map(([key, { body, etag, metadata }]) => [key, { etag, metadata, size: body.length, sha256: sha256(body) }]),
  );
  return violations({ objects, catalog: aws.items(LOB.catalogTable), registry: aws.items(LOB.registryTable) }, LOB, "churn");
}

describe("a version's row that was deleted", () => {
  test("comes back from its object when the same content is the newest", async () => {
    const before = await publishing("A");
    const was = rowOf(1);
    registry().delete(urlOf(1));
    expect(await publishing("A")).toMatchObject({ version: 1, changed: false, sha256: before.sha256 });
    expect(rowOf(1)).toMatchObject({
      status: "READY",
      origin: "lob-registry",
      token: was.token,
      treeDigest: was.treeDigest,
      manifestSha256: was.manifestSha256,
      size: was.size,
    });
    expect(broken()).toEqual([]);
  });

  test("comes back when its content is published again, as a separate version", async () => {
    await publishing("A");
    await publishing("B");
    registry().delete(urlOf(1));
    expect(await publishing("A")).toMatchObject({ version: 3, changed: true, latest: 3 });
    expect(rowOf(1)).toMatchObject({ status: "READY", origin: "lob-registry" });
    expect(broken()).toEqual([]);
  });

  test("comes back when its idempotency key is used again", async () => {
    await publishing("A", { idempotencyKey: "run-1" });
    await publishing("B");
    registry().delete(urlOf(1));
    expect(await publishing("A", { idempotencyKey: "run-1" })).toMatchObject({ version: 1, changed: false, latest: 2 });
    expect(broken()).toEqual([]);
  });

  test("and whose object was also deleted, does not stop its content from being published again", async () => {
    await publishing("A");
    await publishing("B");
    registry().delete(urlOf(1));
    aws.objects.delete(keyOf(1));
    expect(await publishing("A")).toMatchObject({ version: 3, changed: true, latest: 3 });
    expect(parsePointer(registry().get(`digest://fraud/churn/${rowOf(3).treeDigest}`)!).version).toBe(3);
  });

  test("and whose object was also deleted, is reported when its key is used again: a key never gives a second number", async () => {
    await publishing("A", { idempotencyKey: "run-1" });
    await publishing("B");
    registry().delete(urlOf(1));
    aws.objects.delete(keyOf(1));
    await expect(publishing("A", { idempotencyKey: "run-1" })).rejects.toMatchObject({ code: "LOB3009" });
  });

  test("is reported by a dry run, which writes nothing", async () => {
    await publishing("A", { idempotencyKey: "run-1" });
    registry().delete(urlOf(1));
    const rows = registry().size;
    await expect(publishing("A", { idempotencyKey: "run-1", dryRun: true })).rejects.toMatchObject({
      code: "LOB4004",
      hint: expect.stringContaining("lobreg doctor fraud/churn") as unknown,
    });
    expect(registry().size).toBe(rows);
  });
});

describe("a pointer that permanently leads to other content, because a row was replaced by hand,", () => {
  beforeEach(async () => {
    await publishing("A", { idempotencyKey: "run-1" });
    await publishing("B");
    const { treeDigest: _, ...replaced } = rowOf(1);
    registry().set(urlOf(1), versionRowItem({ ...replaced, origin: "versioned" }));
  });

  test("does not keep its content from being published again", async () => {
    requests.length = 0;
    expect(await publishing("A")).toMatchObject({ version: 3, changed: true });
    expect(requests.length).toBeLessThan(60);
  });

  test("is reported if it is a key: a key never gives a second number", async () => {
    await expect(publishing("A", { idempotencyKey: "run-1" })).rejects.toMatchObject({ code: "LOB3009" });
  });
});

test("a reserved number at or above `next` is skipped: the model's row was restored from a backup", async () => {
  await publishing("A");
  const old = aws.tables.get(LOB.catalogTable)!.get(modelNamespace(LOB.lob, "churn"))!;
  registry().set(urlOf(2), versionRowItem({ ...rowOf(1), url: urlOf(2), version: 2, status: "RESERVED", token: "t".repeat(32) }));
  expect(old["next"]).toEqual({ N: "2" });
  expect(await publishing("B")).toMatchObject({ version: 3, changed: true });
  expect(rowOf(2)).toMatchObject({ status: "RESERVED", token: "t".repeat(32) });
  expect(requests.length).toBeLessThan(80);
});

describe("numbers that Python published since our last one", () => {
  test("all get a row, in the transaction that raises `latest`, and our version follows them", async () => {
    await publishing("A");
    for (const n of [2, 3, 4]) pythonPuts(`python ${n}`, n, LATEST);
    requests.length = 0;
    expect(await publishing("B")).toMatchObject({ version: 5, latest: 5 });
    expect([2, 3, 4].map((n) => rowOf(n))).toMatchObject([2, 3, 4].map((n) => ({ status: "READY", origin: "versioned", version: n })));
    expect(modelRow()).toMatchObject({ next: 6, latest: 5 });
    // indexing, reserving, committing
    expect(requests.filter((name) => name === "TransactWriteItems")).toHaveLength(3);
    expect(broken()).toEqual([]);
  });

  test("also get a row if a draft above them is taken over", async () => {
    await publishing("A");
    for (const n of [2, 3]) pythonPuts(`python ${n}`, n);
    pythonPuts("a draft", LATEST);
    expect(await publishing("B", { takeOver: true })).toMatchObject({ version: 4, latest: 4 });
    expect([2, 3].map((n) => rowOf(n).origin)).toEqual(["versioned", "versioned"]);
    expect(broken()).toEqual([]);
  });

  test("are indexed from the newest down, as many as one transaction takes, before our first publish", async () => {
    const many = INDEXED_AT_ONCE + 20;
    for (let n = 1; n <= many; n++) pythonPuts(`python ${n}`, n);
    pythonPuts(`python ${many}`, LATEST);
    expect(await publishing("A")).toMatchObject({ version: many + 1, latest: many + 1 });
    expect(registry().has(urlOf(many - INDEXED_AT_ONCE + 1))).toBe(true);
    expect(registry().has(urlOf(many - INDEXED_AT_ONCE))).toBe(false);
    // The numbers were listed three times at most, whatever their count.
    expect(requests.filter((name) => name === "ListObjectsV2").length).toBeLessThanOrEqual(3);
  });

  test.each(["CreateMultipartUpload", "CompleteMultipartUpload"])(
    "while ours was on its way to %s of the same number: we move on, LATEST follows, and no published work counts as a draft",
    async (request) => {
      await publishing("A");
      let done = false;
      const publishesFirst = (at: string): void => {
        if (done || at !== `${request} ${keyOf(2)}`) return;
        done = true;
        for (const n of [2, 3]) pythonPuts(`python ${n}`, n, LATEST);
      };
      expect(await publishing("B", {}, publishesFirst)).toMatchObject({ version: 4, latest: 4, changed: true });
      expect([2, 3].map((n) => rowOf(n).origin)).toEqual(["versioned", "versioned"]);
      expect(aws.objects.get(keyOf(LATEST))!.etag).toBe(aws.objects.get(keyOf(4))!.etag);
      expect(broken()).toEqual([]);
    },
  );

  test("and that neither of us wrote, stand in nobody's way", async () => {
    await publishing("A");
    aws.putObject(keyOf(2), Buffer.from("by other means"), {});
    pythonPuts("python 3", 3, LATEST);
    expect(await publishing("B")).toMatchObject({ version: 4, latest: 4 });
    expect(registry().has(urlOf(2))).toBe(false);
    expect(rowOf(3)).toMatchObject({ status: "READY", origin: "versioned" });
  });

  test("that return to earlier bytes are separate versions; a copy of ours does not become the newest", async () => {
    for (const [n, text] of [
      [1, "a"],
      [2, "b"],
      [3, "a"],
    ] as const)
      pythonPuts(text, n, LATEST);
    expect(await publishing("A")).toMatchObject({ version: 4, latest: 4 });
    const { body, metadata } = aws.objects.get(keyOf(LATEST))!;
    aws.putObject(keyOf(5), body, metadata); // the library copies LATEST with its metadata
    pythonPuts("c", 6, LATEST);
    expect(await publishing("B")).toMatchObject({ version: 7, latest: 7 });
    expect([1, 2, 3, 5, 6].map((n) => rowOf(n).status)).toEqual(Array(5).fill("READY"));
    expect(broken()).toEqual([]);
  });
});

test("an unfinished version with the maximum number of keys is still helped by others, each under its key", async () => {
  const keys = Array.from({ length: MAX_KEYS + 3 }, (_, index) => `key-${index}`);
  await Promise.all(keys.map((idempotencyKey) => publishing("A", { idempotencyKey })));
  expect(keys.map((key) => parsePointer(registry().get(keyUrl(LOB.lob, "churn", key))!).version)).toEqual(keys.map(() => 1));
  expect(rowOf(1).keys.length).toBeLessThanOrEqual(MAX_KEYS);
  expect(broken()).toEqual([]);
});
