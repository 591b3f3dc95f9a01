import { describe, expect, test } from "@jest/globals";
import type { TableDescription } from "@aws-sdk/client-dynamodb";
import { CATALOG_INDEXES, REGISTRY_INDEXES, type IndexSpec } from "../layout.js";
import { FakeAws } from "../testing/fake-aws.js";
import { LOB } from "../testing/simulation.js";
import { checkTables, indexIssues } from "./tables.js";

const INDEXES: readonly IndexSpec[] = Object.values(REGISTRY_INDEXES);
const index = (spec: IndexSpec) => ({
  IndexName: spec.name,
  KeySchema: [
    { AttributeName: spec.hashKey, KeyType: "HASH" as const },
    { AttributeName: spec.rangeKey, KeyType: "RANGE" as const },
  ],
  Projection: { ProjectionType: "INCLUDE" as const, NonKeyAttributes: [...spec.projected] },
});
const table = (change: TableDescription = {}): TableDescription => ({ GlobalSecondaryIndexes: INDEXES.map(index), ...change });
const issues = (change: TableDescription) => indexIssues("fraud-model-registry", table(change), INDEXES, "eu-central-1");

describe("indexes", () => {
  test("that are as the component declares them, or project more, are fine", () => {
    expect(issues({})).toEqual([]);
    expect(issues({ GlobalSecondaryIndexes: INDEXES.map((spec) => ({ ...index(spec), Projection: { ProjectionType: "ALL" } })) })).toEqual(
      [],
    );
  });

  test("one that is missing is named with the command that adds it", () => {
    const [issue, ...more] = issues({ GlobalSecondaryIndexes: [index(REGISTRY_INDEXES.pending), index(REGISTRY_INDEXES.history)] });
    expect(more).toEqual([]);
    expect(issue).toMatchObject({ level: "problem", code: "LOB3023", message: expect.stringContaining("lacks the index versions") });
    const { hint } = issue!;
    expect(hint).toMatch(
      /^aws dynamodb update-table --region eu-central-1 --table-name fraud-model-registry --attribute-definitions AttributeName=versionsOf,AttributeType=S AttributeName=version,AttributeType=N --global-secondary-index-updates '/,
    );
    const [, json] = /'(.*)'$/.exec(hint!)!;
    expect(JSON.parse(json!)).toEqual([{ Create: { ...index(REGISTRY_INDEXES.versions) } }]);
  });

  test("a table that is not on demand gives its index its own throughput", () => {
    const [issue] = issues({ GlobalSecondaryIndexes: [], ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 7 } });
    expect(issue!.hint).toContain('"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":7}');
    const [onDemand] = issues({ GlobalSecondaryIndexes: [], ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 } });
    expect(onDemand!.hint).not.toContain("ProvisionedThroughput");
  });

  test.each<[string, (found: ReturnType<typeof index>) => object, string]>([
    ["other keys", (found) => ({ ...found, KeySchema: [found.KeySchema[0]] }), "its keys are"],
    [
      "less than lists show",
      (found) => ({ ...found, Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["status"] } }),
      "does not project reservedAt",
    ],
    ["nothing but keys", (found) => ({ ...found, Projection: { ProjectionType: "KEYS_ONLY" } }), "does not project status"],
  ])("one that has %s must be replaced", (_, change, words) => {
    const changed = INDEXES.map((spec) => (spec.name === "versions" ? change(index(spec)) : index(spec)));
    const [issue] = issues({ GlobalSecondaryIndexes: changed });
    expect(issue!.message).toContain(words);
    expect(issue!.hint).toMatch(/"Delete":\{"IndexName":"versions"\}[^]*when the table is ACTIVE again,\n.*"Create"/);
  });

  test("one whose range key has another type is reported", () => {
    const [issue] = issues({ AttributeDefinitions: [{ AttributeName: "version", AttributeType: "S" }] });
    expect(issue!.message).toContain("version is of type S instead of N");
  });
});

test("tables that may not be described are reported, but not as a problem", async () => {
  const fake = new FakeAws(LOB.bucket, []);
  const denied = Object.assign(new Error("no"), { name: "AccessDeniedException", $metadata: { httpStatusCode: 400 } });
  const aws = fake.clients(() => Promise.reject(denied));
  const found = await checkTables(aws, LOB);
  expect(found.map(({ level, code }) => [level, code])).toEqual([
    ["note", "LOB3023"],
    ["note", "LOB3023"],
  ]);
  expect(Object.values(CATALOG_INDEXES)).toHaveLength(1);
});
