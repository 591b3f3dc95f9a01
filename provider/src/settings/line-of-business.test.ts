import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { lineOfBusinessSettings } from "./line-of-business";
import { refusalOf, valueOf } from "../testing/deploy";

test("defaults", async () => {
  const settings = lineOfBusinessSettings("fraud", {});
  expect([settings.lob, settings.pythonWriters, settings.sharedRegistry, settings.roles.holders]).toEqual(["fraud", false, undefined, []]);
  expect(settings.storage.switches).toEqual({
    existingBucket: false,
    existingTables: false,
    pointInTimeRecovery: true,
    deletionProtection: true,
    protect: true,
    retainOnDelete: true,
    adopt: false,
    forceDestroy: false,
  });
  expect(await valueOf(settings.storage.days)).toEqual({ staging: 7, incompleteUpload: 7, noncurrentLatest: 1, noncurrent: 90 });
  expect(await valueOf(pulumi.output([settings.storage.prefix, settings.storage.suffix]))).toEqual(["ml-models", ".tar.gz"]);
  expect(
    await valueOf(
      pulumi.output([
        settings.storage.tags,
        settings.protectedAliases,
        settings.storage.retentionPrincipals,
        settings.storage.administrators,
      ]),
    ),
  ).toEqual([{}, [], [], []]);
  expect([
    settings.storage.bucketName,
    settings.storage.catalogTableName,
    settings.storage.registryTableName,
    settings.storage.kmsKeyArn,
  ]).toEqual([undefined, undefined, undefined, undefined]);
});

test("if versions can be replaced, replaced ones are kept indefinitely unless days are given", async () => {
  expect((await valueOf(lineOfBusinessSettings("fraud", { pythonWriters: true }).storage.days)).noncurrent).toBe(0);
  expect((await valueOf(lineOfBusinessSettings("fraud", { pythonWriters: true, noncurrentDays: 5 }).storage.days)).noncurrent).toBe(5);
});

test("null, as JavaScript programs may pass it, means the default", async () => {
  const nothing = null as unknown as undefined;
  const settings = lineOfBusinessSettings("fraud", { prefix: nothing, lob: nothing, protect: nothing, tags: nothing });
  expect([
    settings.lob,
    settings.storage.switches.protect,
    await valueOf(settings.storage.prefix),
    await valueOf(settings.storage.tags),
  ]).toEqual(["fraud", true, "ml-models", {}]);
});

test("a value that is known later is checked then, at any depth", async () => {
  const refused = (path: string): unknown => expect.objectContaining({ errors: [expect.objectContaining({ propertyPath: path })] });
  expect(await refusalOf(lineOfBusinessSettings("fraud", { prefix: pulumi.output("/models") }).storage.prefix)).toEqual(refused("prefix"));
  expect(await refusalOf(lineOfBusinessSettings("fraud", { suffix: Promise.resolve("gz") }).storage.suffix)).toEqual(refused("suffix"));
  expect(await refusalOf(lineOfBusinessSettings("fraud", { kmsKeyArn: pulumi.output("alias/x") }).storage.kmsKeyArn!)).toEqual(
    refused("kmsKeyArn"),
  );
  expect(await refusalOf(lineOfBusinessSettings("fraud", { tags: { team: pulumi.output("*") } }).storage.tags)).toEqual(
    refused('tags["team"]'),
  );
  expect(await refusalOf(lineOfBusinessSettings("fraud", { protectedAliases: ["prod", pulumi.output("a-b")] }).protectedAliases)).toEqual(
    refused("protectedAliases[1]"),
  );
});

test("known values beside it are checked immediately", () => {
  expect(() => lineOfBusinessSettings("fraud", { protectedAliases: [pulumi.output("prod"), "a-b"], prefix: pulumi.output("/") })).toThrow(
    "a wrong argument",
  );
});

test("a switch and the LOB's name must be known now", () => {
  const later = { protect: pulumi.output(true), lob: pulumi.output("fraud") } as unknown as { protect: boolean; lob: string };
  expect(() => lineOfBusinessSettings("fraud", later)).toThrow("2 wrong arguments");
});
