import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { LATEST, MAX_VERSION } from "../layout.js";
import {
  aliasesFolder,
  aliasesKey,
  fileName,
  modelOfAliases,
  parseFileName,
  parseSortKey,
  repositoryFolder,
  versionsFolder,
  type SourceNames,
} from "./names.js";
import { assertProperty } from "../testing/property.js";

const S3: SourceNames = { backEnd: "s3", prefix: "a/b", suffix: ".zip" };
const TABLE: SourceNames = { backEnd: "s3+dynamodb", prefix: "", suffix: "" };

test("folders of both back ends, with and without a prefix", () => {
  expect([repositoryFolder(S3), versionsFolder(S3, "m"), aliasesFolder(S3, "m")]).toEqual(["a/b/", "a/b/m/versions/", "a/b/m/aliases/"]);
  expect([repositoryFolder(TABLE), versionsFolder(TABLE, "m")]).toEqual(["", "m/"]);
});

test("file names of both back ends", () => {
  expect([fileName(S3, 7), fileName(S3, LATEST)]).toEqual(["999993_000007.zip", "000000_LATEST.zip"]);
  expect([fileName(TABLE, 7), fileName(TABLE, LATEST)]).toEqual(["000007", "LATEST"]);
});

describe.each([S3, TABLE, { ...S3, suffix: "" }, { ...TABLE, suffix: ".tar.gz" }])("a file name of %j", (names) => {
  test("is parsed as it was written", () => {
    assertProperty(
      fc.property(fc.integer({ min: 1, max: MAX_VERSION }), (version) => parseFileName(names, fileName(names, version)) === version),
    );
    expect(parseFileName(names, fileName(names, LATEST))).toBe(LATEST);
  });

  test("is refused if it differs", () => {
    for (const name of [
      "",
      "notes.txt",
      "000000",
      "000000_000000.zip",
      "7.zip",
      "999993_000008.zip",
      `${fileName(names, 7)}.bak`,
      "x/000007",
      names.suffix,
    ]) {
      expect(parseFileName(names, name)).toBeUndefined();
    }
  });
});

test("keys of the table", () => {
  expect([parseSortKey("LATEST"), parseSortKey("000012"), parseSortKey("000000"), parseSortKey("12"), parseSortKey("prod")]).toEqual([
    LATEST,
    12,
    undefined,
    undefined,
    undefined,
  ]);
  expect(modelOfAliases(aliasesKey("my-app"))).toBe("my-app");
  expect([modelOfAliases("my-app"), modelOfAliases("__x")]).toEqual([undefined, undefined]);
});
