import { expect, test } from "@jest/globals";
import { marshall } from "@aws-sdk/util-dynamodb";
import { LATEST } from "../layout.js";
import { sha } from "./fixtures.test.util.js";
import { parseSourceTable } from "./source-table.js";

const parse = (...items: Record<string, unknown>[]) => parseSourceTable(items.map((item) => marshall(item)));

test("versions, LATEST, deleted ones and aliases of several models", () => {
  const { models, issues } = parse(
    { pk: "churn", sk: "LATEST", sha256: sha("two"), is_deleted: false, update_at: "2024-01-01T00:00:00.000000+0000" },
    { pk: "churn", sk: "000001", sha256: sha("one"), is_deleted: false },
    { pk: "churn", sk: "000002", is_deleted: true },
    { pk: "__churn-alias", sk: "prod", version: "000001", secondary_version: "000002", secondary_version_weight: 20 },
    { pk: "__churn-alias", sk: "dev", version: "LATEST" },
    { pk: "ltv", sk: "000001", sha256: "nonsense" },
  );
  expect(issues).toEqual([]);
  expect([...models.keys()]).toEqual(["churn", "ltv"]);
  expect(models.get("churn")).toEqual({
    versions: new Map<number | typeof LATEST, object>([
      [LATEST, { sha256: sha("two"), deleted: false }],
      [1, { sha256: sha("one"), deleted: false }],
      [2, { deleted: true }],
    ]),
    aliases: [
      { alias: "prod", file: { alias: "prod", version: 1, secondaryVersion: 2, secondaryWeight: 20 } },
      { alias: "dev", file: { alias: "dev", version: LATEST } },
    ],
  });
  expect(models.get("ltv")!.versions.get(1)).toEqual({ deleted: false });
});

test.each([
  [{ version: "seven" }, "version: is neither a version number nor LATEST"],
  [{}, "version: "],
  [{ version: "000001", secondary_version: "000002" }, "a secondary version has no weight"],
  [{ version: "000001", secondary_version: "000001", secondary_version_weight: 1 }, "both versions are the same"],
  [{ version: "000001", secondary_version: "000002", secondary_version_weight: 100 }, "secondary_version_weight: "],
])("reports the problem of an alias %j", (change, problem) => {
  const { models } = parse({ pk: "__churn-alias", sk: "prod", ...change });
  expect(models.get("churn")!.aliases).toEqual([{ alias: "prod", problem: expect.stringContaining(problem) }]);
});

test("reports items that the library does not write, and reads the rest", () => {
  const { models, issues } = parse(
    { pk: "churn", sk: "weird" },
    { pk: "churn", sk: "000001", is_deleted: "yes" },
    { pk: "churn", sk: "000002" },
  );
  expect(issues.map(({ code, message }) => [code, message.slice(0, 50)])).toEqual([
    ["LOB4022", expect.stringContaining('"weird"')],
    ["LOB4022", expect.stringContaining('"000001"')],
  ]);
  expect([...models.get("churn")!.versions.keys()]).toEqual([2]);
});
