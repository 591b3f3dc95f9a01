import { describe, expect, test } from "@jest/globals";
import { CATALOG_HASH_KEY, CATALOG_INDEXES, REGISTRY_HASH_KEY, REGISTRY_INDEXES } from "../generated/layout";
import { addIndexCommand, tableProblems, type IndexDescription, type TableDescription } from "./existing";

const INDEXES = Object.values(REGISTRY_INDEXES);
const GOOD: TableDescription = {
  name: "model-registry",
  region: "eu-west-1",
  hashKey: REGISTRY_HASH_KEY,
  rangeKey: "",
  billingMode: "PAY_PER_REQUEST",
  attributes: [
    { name: REGISTRY_HASH_KEY, type: "S" },
    ...INDEXES.flatMap(({ hashKey, rangeKey, rangeType }) => [
      { name: hashKey, type: "S" },
      { name: rangeKey, type: rangeType },
    ]),
  ],
  globalSecondaryIndexes: INDEXES.map(({ name, hashKey, rangeKey, projected }) => ({
    name,
    hashKey,
    rangeKey,
    projectionType: "INCLUDE",
    nonKeyAttributes: [...projected],
  })),
};
const problems = (table: Partial<TableDescription>): string[] => tableProblems({ ...GOOD, ...table }, REGISTRY_HASH_KEY, INDEXES);
const withIndex = (change: Partial<IndexDescription>): IndexDescription[] =>
  GOOD.globalSecondaryIndexes.map((index) => (index.name === "pending" ? { ...index, ...change } : index));

test("a table like the component's is accepted, and so is one with more indexes", () => {
  expect(problems({})).toEqual([]);
  expect(problems({ billingMode: "PROVISIONED" })).toEqual([]);
  expect(problems({ globalSecondaryIndexes: withIndex({ projectionType: "ALL", nonKeyAttributes: [] }) })).toEqual([]);
  const more = { name: "mine", hashKey: "a", rangeKey: "", projectionType: "ALL", nonKeyAttributes: [] };
  expect(problems({ globalSecondaryIndexes: [more, ...GOOD.globalSecondaryIndexes] })).toEqual([]);
});

test("the tables of the first design lack the indexes, and each problem has the command that adds one", () => {
  const bare = { attributes: GOOD.attributes.slice(0, 1), globalSecondaryIndexes: [] };
  const found = problems(bare);
  expect(found.map((problem) => /^it has no index (\w+); /.exec(problem)?.[1])).toEqual(["versions", "pending", "history"]);
  INDEXES.forEach((index, at) => expect(found[at]).toContain(addIndexCommand(GOOD, index)));
});

describe("the command that adds an index", () => {
  const { byLob } = CATALOG_INDEXES;
  const table = { name: "model-catalog", region: "eu-west-1", billingMode: "PAY_PER_REQUEST" };

  test("works when pasted into a shell", () => {
    const [head, updates] = addIndexCommand(table, byLob).split(" --global-secondary-index-updates ");
    expect(head).toBe(
      "aws dynamodb update-table --region eu-west-1 --table-name model-catalog --attribute-definitions AttributeName=lob,AttributeType=S AttributeName=namespace,AttributeType=S",
    );
    expect(updates).toMatch(/^'[^']+'$/);
    expect(JSON.parse(updates!.slice(1, -1))).toEqual([
      {
        Create: {
          IndexName: "by-lob",
          KeySchema: [
            { AttributeName: "lob", KeyType: "HASH" },
            { AttributeName: "namespace", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: [...byLob.projected] },
        },
      },
    ]);
  });

  test("sets capacity only for tables with provisioned capacity", () => {
    expect(addIndexCommand(table, byLob)).not.toContain("ProvisionedThroughput");
    expect(addIndexCommand({ ...table, billingMode: "PROVISIONED" }, byLob)).toContain("ProvisionedThroughput");
  });
});

test.each<[string, Partial<TableDescription>, RegExp]>([
  ["another key", { hashKey: "id", attributes: [{ name: "id", type: "S" }] }, /its key is id \(S\), but must be url \(S\) alone/],
  ["a range key", { rangeKey: "at" }, /its key is url \(S\) and at, but must be/],
  ["a key that is a number", { attributes: [{ name: "url", type: "N" }] }, /its key is url \(N\)/],
  [
    "an index by something else",
    { globalSecondaryIndexes: withIndex({ hashKey: "status" }) },
    /index pending has the hash key status and the range key reservedAt, but must have pendingOf and reservedAt/,
  ],
  [
    "an index without a range",
    { globalSecondaryIndexes: withIndex({ rangeKey: "" }) },
    /index pending has the hash key pendingOf and no range key, but must/,
  ],
  [
    "an index that shows too little",
    { globalSecondaryIndexes: withIndex({ nonKeyAttributes: ["status", "model"] }) },
    /index pending does not project version, token, treeDigest, stagingKey; delete the index/,
  ],
  [
    "an index that shows keys only",
    { globalSecondaryIndexes: withIndex({ projectionType: "KEYS_ONLY", nonKeyAttributes: [] }) },
    /does not project/,
  ],
  [
    "a range of the wrong type",
    { attributes: GOOD.attributes.map((one) => (one.name === "version" ? { ...one, type: "S" } : one)) },
    /index versions must have keys of the types versionsOf \(S\) and version \(N\)/,
  ],
])("%s is refused", (_, table, problem) => {
  expect(problems(table)).toEqual([expect.stringMatching(problem)]);
});

test("in the catalog, the index by-lob is also checked for its hash key", () => {
  const catalog = {
    ...GOOD,
    hashKey: CATALOG_HASH_KEY,
    attributes: [
      { name: CATALOG_HASH_KEY, type: "S" },
      { name: "lob", type: "S" },
    ],
    globalSecondaryIndexes: [{ name: "by-lob", hashKey: "lob", rangeKey: CATALOG_HASH_KEY, projectionType: "ALL", nonKeyAttributes: [] }],
  };
  expect(tableProblems(catalog, CATALOG_HASH_KEY, Object.values(CATALOG_INDEXES))).toEqual([]);
});
