import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { settle } from "./settings";
import { refusalOf, valueOf } from "./testing/deploy";

test("defaults", async () => {
  const settings = settle("fraud", {});
  expect(settings.lob).toBe("fraud");
  expect(settings.switches).toEqual({
    pythonWriters: false,
    pointInTimeRecovery: true,
    deletionProtection: true,
    protect: true,
    retainOnDelete: true,
    forceDestroy: false,
  });
  expect(await valueOf(settings.days)).toEqual({ staging: 7, incompleteUpload: 7, noncurrentLatest: 1, noncurrent: 90 });
  expect(await valueOf(pulumi.output([settings.prefix, settings.suffix]))).toEqual(["ml-models", ".tar.gz"]);
  expect(
    await valueOf(pulumi.output([settings.tags, settings.protectedAliases, settings.retentionPrincipals, settings.administrators])),
  ).toEqual([{}, [], [], []]);
  expect([settings.bucketName, settings.catalogTableName, settings.registryTableName, settings.kmsKeyArn]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("where numbers can be replaced, what they replaced is kept for ever unless days are given", async () => {
  expect((await valueOf(settle("fraud", { pythonWriters: true }).days)).noncurrent).toBe(0);
  expect((await valueOf(settle("fraud", { pythonWriters: true, noncurrentDays: 5 }).days)).noncurrent).toBe(5);
});

test("null, as JavaScript programs give it, is the default", async () => {
  const nothing = null as unknown as undefined;
  const settings = settle("fraud", { prefix: nothing, lob: nothing, protect: nothing, tags: nothing });
  expect([settings.lob, settings.switches.protect, await valueOf(settings.prefix), await valueOf(settings.tags)]).toEqual([
    "fraud",
    true,
    "ml-models",
    {},
  ]);
});

test("a value that comes later is checked when it comes, however deep it is", async () => {
  const refused = (path: string): unknown => expect.objectContaining({ errors: [expect.objectContaining({ propertyPath: path })] });
  expect(await refusalOf(settle("fraud", { prefix: pulumi.output("/models") }).prefix)).toEqual(refused("prefix"));
  expect(await refusalOf(settle("fraud", { suffix: Promise.resolve("gz") }).suffix)).toEqual(refused("suffix"));
  expect(await refusalOf(settle("fraud", { kmsKeyArn: pulumi.output("alias/x") }).kmsKeyArn!)).toEqual(refused("kmsKeyArn"));
  expect(await refusalOf(settle("fraud", { tags: { team: pulumi.output("*") } }).tags)).toEqual(refused('tags["team"]'));
  expect(await refusalOf(settle("fraud", { protectedAliases: ["prod", pulumi.output("a-b")] }).protectedAliases)).toEqual(
    refused("protectedAliases[1]"),
  );
});

test("what is known beside it is checked at once", () => {
  expect(() => settle("fraud", { protectedAliases: [pulumi.output("prod"), "a-b"], prefix: pulumi.output("/") })).toThrow(
    "a wrong argument",
  );
});

test("a switch and the LOB's name cannot come later", () => {
  const later = { protect: pulumi.output(true), lob: pulumi.output("fraud") } as unknown as { protect: boolean; lob: string };
  expect(() => settle("fraud", later)).toThrow("2 wrong arguments");
});
