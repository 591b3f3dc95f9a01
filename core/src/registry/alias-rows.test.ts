import { describe, expect, test } from "@jest/globals";
import { marshall } from "@aws-sdk/util-dynamodb";
import { LATEST } from "../layout.js";
import { LOB } from "../testing/simulation.js";
import type { Alias, AliasMove } from "../types.js";
import {
  aliasFileText,
  aliasRowItem,
  moveRowItem,
  moveText,
  parseAliasFile,
  parseAliasRow,
  parseMoveRow,
  sameTarget,
  targetWords,
  type AliasFile,
} from "./alias-rows.js";

const AT = "2026-11-26T00:00:00.000Z";
const ALIAS: Alias = {
  lob: "fraud",
  model: "churn",
  alias: "prod",
  version: 7,
  secondaryVersion: 8,
  secondaryWeight: 0,
  revision: 3,
  actor: "ada",
  runUrl: "https://example.com/1",
  reason: "canary",
  createdAt: AT,
  updatedAt: AT,
};
const EVENT: AliasMove = { lob: "fraud", model: "churn", alias: "prod", revision: 3, fromVersion: 6, toVersion: 7, at: AT };

describe("rows", () => {
  test("are read as they were written", () => {
    expect(aliasRowItem(ALIAS)).toMatchObject({ namespace: { S: "fraud/churn@prod" }, kind: { S: "ALIAS" }, lob: { S: "fraud" } });
    expect(parseAliasRow(aliasRowItem(ALIAS))).toEqual(ALIAS);
    const { secondaryVersion: _, secondaryWeight: __, actor: ___, ...bare } = ALIAS;
    expect(parseAliasRow(aliasRowItem(bare))).toEqual(bare);
    expect(moveRowItem(EVENT)).toMatchObject({
      url: { S: "event://fraud/churn@prod/000003" },
      historyOf: { S: "fraud/churn" },
      at: { S: AT },
    });
    expect(parseMoveRow(moveRowItem(EVENT))).toEqual(EVENT);
  });

  test.each<[string, Record<string, unknown>]>([
    ["a version of 0", { version: 0 }],
    ["a weight of 100", { secondaryWeight: 100 }],
    ["a name that is none", { alias: "a-b" }],
    ["no revision", { revision: undefined }],
    ["the key of another alias", { alias: "dev" }],
  ])("with %s are refused by name", (_, change) => {
    const item = marshall({ namespace: "fraud/churn@prod", ...ALIAS, ...change }, { removeUndefinedValues: true });
    expect(() => parseAliasRow(item)).toThrow(
      expect.objectContaining({ code: "LOB4004", message: expect.stringContaining("fraud/churn@prod") }),
    );
  });

  test("a move under the key of another is refused", () => {
    const item = { ...moveRowItem(EVENT), revision: { N: "4" } };
    expect(() => parseMoveRow(item)).toThrow(expect.objectContaining({ code: "LOB4004" }));
  });

  test("a move's object has the same content as its row, in a fixed order", () => {
    expect(JSON.parse(moveText(EVENT))).toEqual(EVENT);
    const { at, ...rest } = EVENT;
    expect(moveText({ at, ...rest })).toBe(moveText(EVENT));
  });
});

describe("the file of an alias", () => {
  const text = (file: AliasFile): string => aliasFileText(LOB, "churn", file, { at: AT, revision: 3 });

  test("has exactly the keys that the library writes", () => {
    const folder = `s3://${LOB.bucket}/ml-models/fraud/churn/versions`;
    expect(JSON.parse(text(ALIAS))).toEqual({
      name: "churn",
      alias: "prod",
      update_at: `${AT} revision 3`,
      version: "7",
      secondary_version: "8",
      secondary_version_weight: 0,
      version_s3uri: `${folder}/999993_000007.tar.gz`,
      secondary_version_s3uri: `${folder}/999992_000008.tar.gz`,
    });
    expect(JSON.parse(text({ alias: "dev", version: LATEST }))).toMatchObject({
      version: "LATEST",
      secondary_version: null,
      secondary_version_weight: null,
      version_s3uri: `${folder}/000000_LATEST.tar.gz`,
      secondary_version_s3uri: null,
    });
  });

  test("is read as it was written", () => {
    for (const file of [
      { alias: "prod", version: 7, secondaryVersion: 8, secondaryWeight: 20 },
      { alias: "prod", version: 7 },
      { alias: "prod", version: LATEST, secondaryVersion: 8, secondaryWeight: 0 },
    ] as AliasFile[]) {
      expect(parseAliasFile(text(file), "churn")).toEqual(file);
    }
  });

  test.each<[string, (file: Record<string, unknown>) => unknown, string]>([
    ["another key", (file) => ({ ...file, owner: "me" }), "owner"],
    ["a key less", ({ update_at: _, ...file }) => file, "update_at"],
    ["a version that is none", (file) => ({ ...file, version: "seven" }), "version"],
    ["a version as a number", (file) => ({ ...file, version: 7 }), "version"],
    ["no weight", (file) => ({ ...file, secondary_version_weight: null }), "weight"],
    ["one version twice", (file) => ({ ...file, secondary_version: file["version"] }), "the same"],
    ["a list", () => [], ""],
    ["the name of another model", (file) => ({ ...file, name: "ltv" }), 'the model "ltv"'],
  ])("with %s is reported", (_, change, words) => {
    const problem = parseAliasFile(JSON.stringify(change(JSON.parse(text(ALIAS)) as Record<string, unknown>)), "churn");
    expect(problem).toEqual(expect.stringContaining(words));
  });

  test("that is not JSON is reported", () => expect(parseAliasFile("{", "churn")).toBe("it is not JSON"));
});

test("targets are compared and formatted", () => {
  expect(sameTarget(ALIAS, { version: 7, secondaryVersion: 8, secondaryWeight: 0 })).toBe(true);
  expect(sameTarget(ALIAS, { version: 7, secondaryVersion: 8, secondaryWeight: 1 })).toBe(false);
  expect(sameTarget({ version: 7 }, ALIAS)).toBe(false);
  expect([targetWords(ALIAS), targetWords({ version: LATEST })]).toEqual(["version 7, 0 % to version 8", "LATEST"]);
});
