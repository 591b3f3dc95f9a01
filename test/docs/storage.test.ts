/** docs/storage.md spells keys, rows and indexes for people; layout.ts is what is true. */
import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as layout from "lob-registry-core/layout";

const PAGE = readFileSync(join(import.meta.dirname, "..", "..", "docs", "storage.md"), "utf8");
const PLACE: layout.Place = { bucket: "{bucket}", prefix: layout.DEFAULT_PREFIX, suffix: layout.DEFAULT_SUFFIX, lob: "fraud" };
const MODEL = "churn";
const ALIAS = "prod";

/** A row's attributes, as the page writes them. */
const written = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");

test.each([
  layout.versionKey(PLACE, MODEL, 1),
  layout.versionKey(PLACE, MODEL, layout.LATEST),
  layout.manifestKey(PLACE, MODEL, "{sha256}"),
  layout.stagingKey(PLACE, MODEL, "{treeDigest}", "{token}"),
  layout.aliasKey(PLACE, MODEL, ALIAS),
  layout.historyKey(PLACE, MODEL, ALIAS, 1),
  layout.lobNamespace("fraud"),
  layout.modelNamespace("fraud", MODEL),
  layout.aliasNamespace("fraud", MODEL, ALIAS),
  layout.versionUrl(PLACE, MODEL, 1),
  layout.digestUrl("fraud", MODEL, "{treeDigest}"),
  layout.keyUrl("fraud", MODEL, "{idempotency key}"),
  layout.moveUrl("fraud", MODEL, ALIAS, 1),
  layout.CATALOG_HASH_KEY,
  layout.REGISTRY_HASH_KEY,
  ...Object.values(layout.METADATA),
  layout.LATEST_TAG.key,
  layout.LATEST_TAG.value,
])("names %s", (name) => expect(PAGE).toContain(`\`${name}\``));

test("the names that a LOB has by default", () => {
  const { bucket, catalogTable, registryTable } = layout.ownNames("{account}", "{region}", "{lob}");
  const shared = layout.sharedNames("{account}", "{region}");
  for (const name of [bucket, catalogTable, registryTable, ...Object.values(shared)]) expect(PAGE).toContain(`\`${name}\``);
  expect(PAGE).toContain(`layout version ${layout.LAYOUT_VERSION}:`);
  expect(PAGE).toContain(`An integer from 1 to ${layout.MAX_VERSION.toLocaleString("en")}.`);
});

test("every index, with its keys and what it projects", () => {
  const { byLob } = layout.CATALOG_INDEXES;
  expect(PAGE).toContain(
    `Index \`${byLob.name}\`: hash \`${byLob.hashKey}\`, range \`${byLob.rangeKey}\`. It projects ${written(byLob.projected)}.`,
  );
  for (const index of Object.values(layout.REGISTRY_INDEXES)) {
    const row = PAGE.split("\n").find((line) => line.startsWith(`| \`${index.name}\` |`));
    expect(row).toContain(`| \`${index.hashKey}\` =`);
    expect(row).toContain(`| \`${index.rangeKey}\`${index.rangeType === "N" ? " (number)" : ""} |`);
    expect(row).toContain(`| ${written(index.projected)} |`);
  }
});
