import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { LAYOUT_VERSION, lobRowItem } from "./generated/layout";
import { moveProblem, rowProblem } from "./place";
import { ACCOUNT, REGION } from "./testing/deploy";

const WHERE = { accountId: ACCOUNT, region: REGION };
const BUCKET = `${ACCOUNT}-${REGION}-fraud-artifacts`;
type Args = Record<string, unknown>;

const lobProblem = (before: Args, after: Args, { protect = true, lob = "fraud" } = {}): string | undefined =>
  moveProblem({ kind: "LineOfBusiness", name: "fraud", lob, protect }, { args: before, lob: "fraud" }, after, WHERE);

test.each<[string, Args, Args]>([
  ["nothing", {}, {}],
  [
    "a default written out",
    {},
    { lob: "fraud", prefix: "ml-models", suffix: ".tar.gz", bucketName: BUCKET, catalogTableName: "fraud-model-catalog" },
  ],
  ["a default no longer written out", { prefix: "ml-models", registryTableName: "fraud-model-registry" }, {}],
  ["null for a default", { prefix: null }, { sharedRegistry: null }],
  ["other arguments", { owner: "a" }, { owner: "b", tags: { team: "risk" }, adopt: true }],
  ["a value that a preview does not know", { prefix: "a" }, { prefix: pulumi.unknown }],
  ["a reference that a preview does not know", {}, { sharedRegistry: pulumi.unknown }],
  [
    "the same places by a reference",
    {},
    { sharedRegistry: { bucketName: BUCKET, catalogTableName: "fraud-model-catalog", registryTableName: "fraud-model-registry" } },
  ],
])("moves no data: %s", (_, before, after) => {
  expect(lobProblem(before, after)).toBeUndefined();
});

test.each<[string, Args, Args, string]>([
  ["prefix", {}, { prefix: "models" }, 'prefix from "ml-models" to "models"'],
  ["prefix, back to the default", { prefix: "models" }, {}, 'prefix from "models" to "ml-models"'],
  ["suffix", {}, { suffix: ".tgz" }, 'suffix from ".tar.gz" to ".tgz"'],
  ["bucketName", {}, { bucketName: "models" }, `bucketName from "${BUCKET}" to "models"`],
  ["catalogTableName", {}, { catalogTableName: "c" }, 'catalogTableName from "fraud-model-catalog" to "c"'],
  ["registryTableName", {}, { registryTableName: "r" }, 'registryTableName from "fraud-model-registry" to "r"'],
  [
    "own to shared",
    {},
    { sharedRegistry: { bucketName: "b", catalogTableName: "c", registryTableName: "r" } },
    `bucketName from "${BUCKET}" to "b", catalogTableName from "fraud-model-catalog" to "c", registryTableName from "fraud-model-registry" to "r"`,
  ],
  [
    "region of a shared registry",
    { sharedRegistry: { bucketName: "b", catalogTableName: "c", registryTableName: "r" } },
    { sharedRegistry: { bucketName: "b", catalogTableName: "c", registryTableName: "r", region: "us-west-2" } },
    `region from "${REGION}" to "us-west-2"`,
  ],
])("moves data: %s", (_, before, after, change) => {
  expect(lobProblem(before, after)).toBe(
    `LineOfBusiness "fraud" would change ${change}, and what is published there would no longer be found; restore the argument, or declare another one beside this one (protect: false would allow the change)`,
  );
});

test.each<[string, Args, Args, string]>([
  ["existingBucket", {}, { existingBucket: true }, "existingBucket from false to true, and the bucket"],
  ["existingTables", { existingTables: false }, { existingTables: true }, "existingTables from false to true, and the tables"],
  [
    "createGithubOidcProvider",
    { createGithubOidcProvider: true },
    {},
    "createGithubOidcProvider from true to false, and the OIDC provider",
  ],
  [
    "both",
    {},
    { existingBucket: true, existingTables: true },
    "existingBucket from false to true, existingTables from false to true, and the bucket and the tables",
  ],
])("gives up what the stack holds: %s", (_, before, after, change) => {
  expect(lobProblem(before, after)).toMatch(`LineOfBusiness "fraud" would change ${change} would leave the stack; restore the argument`);
  expect(lobProblem(after, before)).toBeUndefined();
});

test("a new name of a LOB is reported alone, not with the default names that contain it", () => {
  const problem = lobProblem({ lob: "fraud" }, { lob: "risk" }, { lob: "risk" });
  expect(problem).toMatch(/would change lob from "fraud" to "risk", and/);
});

test("a move of an unprotected LOB has a text for a warning", () => {
  expect(lobProblem({}, { prefix: "models" }, { protect: false })).toMatch(/; protect is off, so this is not refused$/);
});

test("a shared registry has other default names, and no LOB", () => {
  const problem = (before: Args, after: Args): string | undefined =>
    moveProblem({ kind: "SharedRegistry", name: "models", protect: true }, { args: before, lob: undefined }, after, WHERE);
  expect(problem({}, { catalogTableName: "model-catalog", bucketName: `${ACCOUNT}-${REGION}-artifacts` })).toBeUndefined();
  expect(problem({}, { prefix: "m" })).toMatch(/^SharedRegistry "models" would change prefix from "ml-models" to "m", and/);
});

test("a row that sends clients elsewhere is a move, and one with another description is not", () => {
  const row = {
    lob: "fraud",
    layoutVersion: LAYOUT_VERSION,
    bucket: BUCKET,
    bucketOwner: ACCOUNT,
    bucketRegion: REGION,
    prefix: "ml-models",
    suffix: ".tar.gz",
    registryTable: "fraud-model-registry",
    writeOnce: true,
    protectedAliases: [],
  };
  const change = (changed: object): string | undefined => {
    const [before, after] = [row, { ...row, ...changed }].map((one) => JSON.stringify(lobRowItem(one)));
    return rowProblem({ kind: "LineOfBusiness", name: "fraud", lob: "fraud", protect: true }, before, after);
  };
  expect([change({}), change({ description: "a", protectedAliases: ["prod"], writeOnce: false })]).toEqual([undefined, undefined]);
  expect(change({ prefix: "models" })).toMatch(
    /^LineOfBusiness "fraud" would change prefix from "ml-models" to "models", and what is published/,
  );
  expect(change({ bucket: "b", registryTable: "r", suffix: ".tgz", bucketRegion: "us-west-2" })).toMatch(
    /would change bucketName from .*, registryTableName from .*, suffix from .*, region from "eu-west-1" to "us-west-2", and/,
  );
});
