import { beforeEach, describe, expect, test } from "@jest/globals";
import { marshall } from "@aws-sdk/util-dynamodb";
import { digestUrl, keyUrl, modelNamespace, versionUrl } from "../layout.js";
import { awsError, FakeAws } from "../testing/fake-aws.js";
import { LOB } from "../testing/simulation.js";
import type { Aws, ModelSummary, Version } from "../types.js";
import { modelRowItem, versionRowItem } from "./rows.js";
import { readDigestPointer, readKeyPointer, readModel, readVersion } from "./store.js";

const TIME = "2026-11-23T14:00:00.000Z";
const DIGEST = "d".repeat(64);
const MODEL: ModelSummary = { lob: "fraud", model: "churn", next: 8, latest: 7, tags: {}, createdAt: TIME, updatedAt: TIME };
const VERSION: Version = {
  url: versionUrl(LOB, "churn", 7),
  lob: "fraud",
  model: "churn",
  version: 7,
  status: "ABANDONED",
  token: "0123456789abcdef",
  treeDigest: DIGEST,
  sha256: "a".repeat(64),
  size: 10,
  files: 1,
  contentBytes: 5,
  metrics: {},
  tags: {},
  provenance: {},
  keys: [],
  origin: "lob-registry",
  reservedAt: TIME,
  holders: [],
};

let fake: FakeAws;
let inputs: Readonly<Record<string, unknown>>[];
let aws: Aws;
beforeEach(() => {
  fake = new FakeAws(LOB.bucket, [LOB.catalogTable, LOB.registryTable]);
  inputs = [];
  aws = fake.clients(async ({ input }, execute) => {
    inputs.push(input);
    return Promise.resolve(execute());
  });
});

const reads: [what: string, read: (aws: Aws) => Promise<unknown>, table: string, key: Record<string, { S: string }>][] = [
  ["model", (clients) => readModel(clients, LOB, "churn"), LOB.catalogTable, { namespace: { S: modelNamespace("fraud", "churn") } }],
  ["version", (clients) => readVersion(clients, LOB, "churn", 7), LOB.registryTable, { url: { S: versionUrl(LOB, "churn", 7) } }],
  [
    "digest pointer",
    (clients) => readDigestPointer(clients, LOB, "churn", DIGEST),
    LOB.registryTable,
    { url: { S: digestUrl("fraud", "churn", DIGEST) } },
  ],
  [
    "key pointer",
    (clients) => readKeyPointer(clients, LOB, "churn", "run/1"),
    LOB.registryTable,
    { url: { S: keyUrl("fraud", "churn", "run/1") } },
  ],
];

describe.each(reads)("a %s", (_, read, TableName, Key) => {
  test("is read strongly, by its key; one that is missing is undefined", async () => {
    expect(await read(aws)).toBeUndefined();
    expect(inputs).toEqual([{ TableName, Key, ConsistentRead: true }]);
  });

  test("that cannot be parsed is an error that names its row", async () => {
    fake.putItem(TableName, { ...Key, version: { S: "x" } });
    await expect(read(aws)).rejects.toMatchObject({ code: "LOB4004", message: expect.stringContaining(Object.values(Key)[0]!.S) });
  });

  test("that cannot be read says what was read, and where", async () => {
    const failing = fake.clients(async () => {
      throw awsError("AccessDeniedException", 400);
    });
    await expect(read(failing)).rejects.toMatchObject({
      code: "LOB2003",
      message: expect.stringContaining(`reading ${Object.values(Key)[0]!.S} in table ${TableName}`),
    });
  });
});

test("existing rows are parsed", async () => {
  fake.putItem(LOB.catalogTable, modelRowItem(MODEL));
  fake.putItem(LOB.registryTable, versionRowItem(VERSION));
  fake.putItem(LOB.registryTable, marshall({ url: digestUrl("fraud", "churn", DIGEST), version: 7, treeDigest: DIGEST }));
  fake.putItem(LOB.registryTable, marshall({ url: keyUrl("fraud", "churn", "run/1"), version: 6, treeDigest: DIGEST }));
  expect(await readModel(aws, LOB, "churn")).toEqual(MODEL);
  expect(await readVersion(aws, LOB, "churn", 7)).toEqual(VERSION);
  expect(await readDigestPointer(aws, LOB, "churn", DIGEST)).toBe(7);
  expect(await readKeyPointer(aws, LOB, "churn", "run/1")).toEqual({ version: 6, treeDigest: DIGEST });
});

test.each([{ version: 8 }, { model: "other" }, { lob: "credit" }])(
  "a version's row that says it is another is refused: %j",
  async (change) => {
    fake.putItem(LOB.registryTable, versionRowItem({ ...VERSION, ...change }));
    await expect(readVersion(aws, LOB, "churn", 7)).rejects.toMatchObject({
      code: "LOB4004",
      message: expect.stringContaining("instead"),
    });
  },
);
