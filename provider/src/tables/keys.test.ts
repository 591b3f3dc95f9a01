import { describe, expect, test } from "@jest/globals";
import { CATALOG_HASH_KEY, CATALOG_INDEXES, REGISTRY_HASH_KEY, REGISTRY_INDEXES } from "../generated/layout";
import { tableKeys } from "./keys";

interface Index {
  name: string;
  keySchemas: { attributeName: string; keyType: string }[];
  projectionType: string;
  nonKeyAttributes: string[];
}
const indexesOf = (keys: ReturnType<typeof tableKeys>): Index[] => keys.globalSecondaryIndexes as Index[];
const catalog = tableKeys(CATALOG_HASH_KEY, CATALOG_INDEXES);
const registry = tableKeys(REGISTRY_HASH_KEY, REGISTRY_INDEXES);

test("the catalog", () => {
  expect(catalog.hashKey).toBe("namespace");
  expect(catalog.attributes).toEqual([
    { name: "namespace", type: "S" },
    { name: "lob", type: "S" },
  ]);
  expect(indexesOf(catalog)).toEqual([
    {
      name: "by-lob",
      keySchemas: [
        { attributeName: "lob", keyType: "HASH" },
        { attributeName: "namespace", keyType: "RANGE" },
      ],
      projectionType: "INCLUDE",
      nonKeyAttributes: [...CATALOG_INDEXES.byLob.projected],
    },
  ]);
});

test("the registry", () => {
  expect(registry.hashKey).toBe("url");
  expect(registry.attributes).toEqual([
    { name: "url", type: "S" },
    { name: "versionsOf", type: "S" },
    { name: "version", type: "N" },
    { name: "pendingOf", type: "S" },
    { name: "reservedAt", type: "S" },
    { name: "historyOf", type: "S" },
    { name: "at", type: "S" },
  ]);
  expect(indexesOf(registry).map(({ name, keySchemas }) => [name, ...keySchemas.map(({ attributeName }) => attributeName)])).toEqual([
    ["versions", "versionsOf", "version"],
    ["pending", "pendingOf", "reservedAt"],
    ["history", "historyOf", "at"],
  ]);
  expect(indexesOf(registry).map(({ nonKeyAttributes }) => nonKeyAttributes)).toEqual(
    Object.values(REGISTRY_INDEXES).map(({ projected }) => [...projected]),
  );
});

describe.each([
  ["catalog", catalog],
  ["registry", registry],
])("what DynamoDB allows: the %s", (_, keys) => {
  test("an index projects at most 20 attributes and a table 100, each once, and no key", () => {
    for (const { nonKeyAttributes, keySchemas } of indexesOf(keys)) {
      expect(nonKeyAttributes.length).toBeLessThanOrEqual(20);
      const keyNames = new Set([keys.hashKey, ...keySchemas.map(({ attributeName }) => attributeName)]);
      expect(nonKeyAttributes.filter((name) => keyNames.has(name))).toEqual([]);
      expect(new Set(nonKeyAttributes).size).toBe(nonKeyAttributes.length);
    }
    expect(indexesOf(keys).flatMap(({ nonKeyAttributes }) => nonKeyAttributes).length).toBeLessThanOrEqual(100);
  });
});
