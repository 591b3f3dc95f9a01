/** Migrates from another bucket, prefix and suffix, and from both back ends of the Python library, to a LOB. */
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import {
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  CreateMultipartUploadCommand,
  CompleteMultipartUploadCommand,
} from "@aws-sdk/client-s3";
import { CreateTableCommand, DeleteTableCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { createHash, randomBytes } from "node:crypto";
import { connect, findLob, listVersions, planMigration, type Aws, type MigrationReport } from "lob-registry-core";
import { CATALOG_INDEXES, encodeVersion, LATEST, lobRowItem, versionKey } from "lob-registry-core/layout";
import { Library } from "../interop/versioned.ts";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { declareLob, type DeclaredLob } from "../support/lob.ts";
import { clientsOf, readBytes, readObjects, type Clients } from "../support/state.ts";
import { everyKind, seed, type Place, type Said, type SeedModel } from "./seed.ts";
import { broken, clientsFor, lobreg, migrated, placeOf } from "./setting.ts";

const INSTALLING = 300_000;
// On a busy machine, hundreds of versions take a while.
jest.setTimeout(300_000);
const OLD = "old-artifacts";

let sandbox: Sandbox;
let clients: Clients;
let aws: Aws;
beforeAll(async () => {
  sandbox = await startSandbox();
  clients = clientsOf(sandbox);
  aws = await clientsFor(sandbox);
}, INSTALLING);
afterAll(() => sandbox?.stop());

let lobs = 0;
/** Declares a separate LOB for each test. */
const newLob = (): Promise<DeclaredLob> => declareLob(sandbox, `lob${++lobs}`);
/** Returns a separate prefix in the old bucket. */
const newPlace = (change: Partial<Place> = {}): Place => ({
  region: sandbox.region,
  bucket: OLD,
  prefix: `some/place${++lobs}`,
  suffix: ".zip",
  ...change,
});
const sourceOf = ({ bucket, prefix, suffix, table }: Place) => ({ bucket, prefix, suffix, ...(table !== undefined && { table }) });
const versionsOf = (said: Said | undefined): Readonly<Record<string, readonly [string, string]>> => {
  if (said === undefined || "raised" in said) throw new Error(JSON.stringify(said));
  return said.versions;
};
const read = (lob: DeclaredLob, models: readonly SeedModel[]): Promise<Record<string, Said>> =>
  seed(
    sandbox,
    placeOf(sandbox, lob),
    models.map(({ name }) => ({ name })),
  );
const head = (bucket: string, key: string) => clients.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
/** Returns the numbers of a report's only model. */
const counts = ({ models: [model] }: MigrationReport) => model!.versions;

describe("the S3-only back end", () => {
  const KINDS = everyKind(40).map((model) => ({
    ...model,
    ...(model.drop && { drop: model.drop.map((key) => key.replace(".tar.gz", ".zip")) }),
  }));
  const place: Place = { region: "us-east-1", bucket: OLD, prefix: "some/place", suffix: ".zip" };
  let lob: DeclaredLob;
  let before: Record<string, Said>;
  let objects: unknown;
  let report: MigrationReport & { codes: string[] };
  beforeAll(async () => {
    before = await seed(sandbox, place, KINDS);
    objects = await readObjects(clients, OLD);
    lob = await newLob();
    report = await migrated(aws, { lob: lob.row.lob, source: sourceOf(place) });
  }, INSTALLING);

  test("migrates each model, repairs the contaminated ones, and does not change the source", async () => {
    expect(report.models.map(({ model, state }) => [model, state])).toEqual(KINDS.map(({ name }) => [name, "done"]).sort());
    expect(report.codes).toEqual([
      "note LOB3021 drafted",
      "note LOB3021 only.a-draft",
      "note LOB3022 headless",
      "note LOB3022 littered",
      "note LOB3024 undefined",
      "note LOB3025 churn",
      "note LOB3027 gaps",
    ]);
    expect(await readObjects(clients, OLD)).toEqual(objects);
  });

  test("the library reads the same in the LOB as in the source, including aliases with both versions and weights, drafts and LATEST", async () => {
    const after = await read(lob, KINDS);
    const { headless: _, littered: __, ...readable } = before;
    expect(after).toMatchObject(readable);
    for (const [name, said] of Object.entries(readable))
      expect(Object.keys(versionsOf(after[name]))).toEqual(Object.keys(versionsOf(said)));
    expect(Object.keys(versionsOf(after["headless"]))).toEqual(["2", "1", "LATEST"].sort((a, b) => Number(a) - Number(b)));
    expect(versionsOf(after["headless"])[LATEST]).toEqual(versionsOf(after["headless"])["2"]);
    expect(versionsOf(after["littered"])["1"]![1]).toBe("one");
  });

  test("every invariant holds, and versions/ contains only versions", async () => {
    for (const { name } of KINDS)
      expect([name, await broken(sandbox, lob, name, name === "gaps" ? { gaps: [1, 3] } : {})]).toEqual([name, []]);
  });

  test("objects have the metadata that the library reads, the number, and the users' own metadata", async () => {
    expect((await head(lob.row.bucket, versionKey(lob.row, "drafted", 2))).Metadata).toEqual({
      artifact_name: "drafted",
      artifact_sha256: createHash("sha256").update("two").digest("hex"),
      artifact_version: "2",
      build_id: "4711",
    });
    const draft = (await head(lob.row.bucket, versionKey(lob.row, "drafted", LATEST))).Metadata;
    expect(draft).toMatchObject({ artifact_sha256: createHash("sha256").update("a notebook's work").digest("hex") });
    expect(draft).not.toHaveProperty("artifact_version");
  });

  test("LATEST and the newest number have the same ETag, so that a publish from Python creates no number with the same bytes", async () => {
    const library = new Library(sandbox, placeOf(sandbox, lob));
    try {
      for (const [name, n] of [
        ["churn", 40],
        ["aba", 3],
        ["headless", 2],
        ["empty", 2],
      ] as const) {
        const [latest, number] = await Promise.all(
          [LATEST as typeof LATEST, n].map((one) => head(lob.row.bucket, versionKey(lob.row, name, one))),
        );
        expect([name, latest!.ETag]).toEqual([name, number!.ETag]);
        const [published] = await library.do(["publish", { name }]);
        expect(published.version).toBe(String(n));
      }
    } finally {
      await library.stop();
    }
  });

  test("a second run writes nothing, except versions that Python has published in the source since", async () => {
    const contents = await lob.contents();
    const again = await migrated(aws, { lob: lob.row.lob, source: sourceOf(place) });
    expect(new Set(again.models.map(({ state }) => state))).toEqual(new Set(["nothing-to-do"]));
    expect(await lob.contents()).toEqual(contents);

    await seed(sandbox, place, [
      { name: "churn", contents: ["new in the source"] },
      { name: "drafted", contents: ["published at last"] },
    ]);
    const more = await migrated(aws, { lob: lob.row.lob, source: sourceOf(place), models: ["churn", "drafted"] });
    expect(more.models.map(({ versions }) => versions)).toEqual([
      { copied: 1, indexed: 0, there: 40, left: 0 },
      { copied: 1, indexed: 0, there: 2, left: 0 },
    ]);
    const after = await read(lob, [{ name: "churn" }]);
    expect(versionsOf(after["churn"])[LATEST]![1]).toBe("new in the source");
    expect(await broken(sandbox, lob, "churn")).toEqual([]);
    // The copied draft differs from the later published one, so it stays and is reported.
    expect(more.codes).toContain("problem LOB3021 drafted");
  });
});

test("publishes in the LOB a migrated draft that was then published in the source", async () => {
  const place = newPlace();
  await seed(sandbox, place, [{ name: "m", contents: ["one"], draft: "two" }]);
  const lob = await newLob();
  await migrated(aws, { lob: lob.row.lob, source: sourceOf(place) });
  const theirs = new Library(sandbox, place);
  const ours = new Library(sandbox, placeOf(sandbox, lob));
  try {
    await theirs.do(["publish", { name: "m" }]);
    const report = await migrated(aws, { lob: lob.row.lob, source: sourceOf(place) });
    expect([report.problems, counts(report)]).toEqual([0, { copied: 1, indexed: 0, there: 1, left: 0 }]);
    const [published, versions] = await ours.do(["publish", { name: "m" }], ["versions", { name: "m" }]);
    expect([published.version, versions.length]).toEqual(["2", 3]);
    expect(await broken(sandbox, lob, "m")).toEqual([]);
  } finally {
    await Promise.all([theirs.stop(), ours.stop()]);
  }
});

describe("the S3 and DynamoDB back end", () => {
  test("the table decides about versions, deleted ones, aliases and LATEST; without a prefix and a suffix", async () => {
    const place = newPlace({ bucket: "by-table", prefix: "all", suffix: "", table: "versioned-artifacts" });
    const models: SeedModel[] = [
      // This back end creates a number for each publish, even of the same bytes.
      {
        name: "churn",
        contents: ["one", "two", "two", "four", "five"],
        remove: [2, 5],
        aliases: [
          ["prod", 3, 4, 35],
          ["dev", "LATEST", null, null],
        ],
      },
      { name: "drafted", contents: ["one"], draft: "two" },
      { name: "gone", contents: ["one", "two"], drop: ["000001"] },
      {
        name: "strange",
        contents: ["one"],
        raw: [
          ["000007", "unknown to the table", {}],
          ["README", "x", {}],
        ],
      },
    ];
    const said = await seed(
      sandbox,
      place,
      models.map((model) => ({ ...model, ...(model.drop && { drop: [] }) })),
    );
    await seed(sandbox, place, [{ name: "gone", drop: ["000001"] }]).catch(() => undefined); // it fails to read the missing object
    const lob = await newLob();
    const report = await migrated(aws, { lob: lob.row.lob, source: sourceOf(place) });
    expect(report.sourceTable).toBe("versioned-artifacts");
    expect(Object.fromEntries(report.models.map(({ model, versions }) => [model, versions]))).toEqual({
      churn: { copied: 3, indexed: 0, there: 0, left: 2 },
      drafted: { copied: 1, indexed: 0, there: 0, left: 0 },
      gone: { copied: 1, indexed: 0, there: 0, left: 1 },
      strange: { copied: 1, indexed: 0, there: 0, left: 1 },
    });
    expect(report.codes).toEqual([
      "note LOB3021 churn", // LATEST has the content of version 5, which is deleted
      "note LOB3021 drafted",
      "note LOB3022 strange",
      "note LOB3024 undefined",
      "note LOB3025 churn",
      "note LOB3028 churn",
      "problem LOB4022 gone",
      "problem LOB4022 strange",
    ]);
    const after = await read(lob, models);
    const visible = ({ versions }: { versions: Readonly<Record<string, readonly [string, string]>> }) =>
      Object.fromEntries(Object.entries(versions).map(([n, [, content]]) => [n, content]));
    expect(visible(after["churn"] as never)).toEqual(visible(said["churn"] as never));
    expect(visible(after["churn"] as never)).toEqual({ "1": "one", "3": "two", "4": "four", LATEST: "five" });
    expect((after["churn"] as { aliases: object }).aliases).toEqual((said["churn"] as { aliases: object }).aliases);
    expect(visible(after["drafted"] as never)).toEqual({ "1": "one", LATEST: "two" });
    expect(await broken(sandbox, lob, "churn", { gaps: [2, 5] })).toEqual([]);
    expect(await broken(sandbox, lob, "drafted")).toEqual([]);
    expect((await findAll(lob, "churn")).map(([n]) => n)).toEqual([4, 3, 1]);
  });

  test("refuses a wrong table and a missing table", async () => {
    const lob = await newLob();
    const place = newPlace({ table: `${lob.row.lob}-model-catalog` });
    await expect(planMigration(aws, { lob: lob.row.lob, source: sourceOf(place) })).rejects.toMatchObject({ code: "LOB4022" });
    await expect(planMigration(aws, { lob: lob.row.lob, source: { ...sourceOf(place), table: "nothing" } })).rejects.toMatchObject({
      code: "LOB2007",
    });
  });
});

const findAll = async ({ row }: DeclaredLob, model: string): Promise<[number, string][]> => {
  const found: [number, string][] = [];
  for await (const { version, sha256 } of listVersions(aws, await findLob(aws, row.lob), model)) found.push([version, sha256]);
  return found;
};

describe("a wrong object", () => {
  test("with changed bytes is skipped and reported by each run; the rest is migrated", async () => {
    const place = newPlace();
    await seed(sandbox, place, [{ name: "m", contents: ["one", "two", "three"] }]);
    const key = `${place.prefix}/m/versions/${encodeVersion(2)}.zip`;
    const { Metadata } = await head(OLD, key);
    await clients.s3.send(new PutObjectCommand({ Bucket: OLD, Key: key, Body: "six bytes, forged", Metadata }));
    const lob = await newLob();
    for (const copied of [2, 0]) {
      const report = await migrated(aws, { lob: lob.row.lob, source: sourceOf(place) });
      expect(report.codes).toContain("problem LOB4020 m");
      expect(counts(report)).toEqual({ copied, indexed: 0, there: 2 - copied, left: 1 });
      expect(report.models[0]!.state).toBe("failed");
    }
    expect((await findAll(lob, "m")).map(([n]) => n)).toEqual([3, 1]);
    expect((await readObjects(clients, lob.row.bucket)).map(({ key: one }) => one)).not.toContain(versionKey(lob.row, "m", 2));
    expect(await broken(sandbox, lob, "m", { gaps: [2] })).toEqual([]);
  });

  test("without a checksum gets a computed one, with a note", async () => {
    const place = newPlace();
    await seed(sandbox, place, [{ name: "m", contents: ["one", "two"] }]);
    await clients.s3.send(new PutObjectCommand({ Bucket: OLD, Key: `${place.prefix}/m/versions/${encodeVersion(1)}.zip`, Body: "bare" }));
    const lob = await newLob();
    expect((await migrated(aws, { lob: lob.row.lob, source: sourceOf(place) })).codes).toEqual([
      "note LOB3024 undefined",
      "note LOB4021 m",
    ]);
    expect(versionsOf((await read(lob, [{ name: "m" }]))["m"])["1"]).toEqual([createHash("sha256").update("bare").digest("hex"), "bare"]);
    expect(counts(await migrated(aws, { lob: lob.row.lob, source: sourceOf(place) }))).toMatchObject({ copied: 0, there: 2 });
  });

  test("in several parts is migrated unchanged", async () => {
    const place = newPlace();
    await seed(sandbox, place, [{ name: "m", contents: ["one"] }]);
    const body = randomBytes(6 * 1024 * 1024 + 17);
    const sha256 = createHash("sha256").update(body).digest("hex");
    for (const version of [2, LATEST] as const) {
      const at = { Bucket: OLD, Key: `${place.prefix}/m/versions/${encodeVersion(version)}.zip` };
      const { UploadId } = await clients.s3.send(
        new CreateMultipartUploadCommand({ ...at, Metadata: { artifact_name: "m", artifact_sha256: sha256 } }),
      );
      const parts = [body.subarray(0, 5 * 1024 * 1024), body.subarray(5 * 1024 * 1024)];
      const Parts = [];
      for (const [index, Body] of parts.entries()) {
        const { ETag } = await clients.s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber: index + 1, Body }));
        Parts.push({ ETag, PartNumber: index + 1 });
      }
      await clients.s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
    }
    const lob = await newLob();
    await migrated(aws, { lob: lob.row.lob, source: sourceOf(place) });
    expect((await readBytes(clients, lob.row.bucket, versionKey(lob.row, "m", 2))).equals(body)).toBe(true);
    expect(await broken(sandbox, lob, "m")).toEqual([]);
    const [latest, number] = await Promise.all([LATEST as typeof LATEST, 2].map((n) => head(lob.row.bucket, versionKey(lob.row, "m", n))));
    expect(latest!.ETag).toBe(number!.ETag);
  });
});

describe("a LOB with existing versions", () => {
  test("is never overwritten: nothing is migrated from the first number with a different history", async () => {
    const place = newPlace();
    await seed(sandbox, place, [{ name: "m", contents: ["one", "two", "three"], aliases: [["prod", 3, null, null]] }]);
    const lob = await newLob();
    await seed(sandbox, placeOf(sandbox, lob), [{ name: "m", contents: ["one", "another two"] }]);
    await migrated(aws, { lob: lob.row.lob });
    const contents = await lob.contents();
    const report = await migrated(aws, { lob: lob.row.lob, source: sourceOf(place) });
    expect(report.codes.filter((code) => code.startsWith("problem"))).toEqual([
      "problem LOB3020 m",
      "problem LOB3020 m",
      "problem LOB3025 m",
    ]);
    expect(counts(report)).toEqual({ copied: 0, indexed: 0, there: 1, left: 2 });
    expect(await lob.contents()).toEqual(contents);
    const { code, out } = await lobreg(sandbox, [
      "migrate",
      lob.row.lob,
      "--from",
      `s3://${OLD}/${place.prefix}/`,
      "--suffix",
      ".zip",
      "--apply",
    ]);
    expect([code, out]).toEqual([1, expect.stringContaining("diverge at version 2; not migrated: 3")]);
  });

  test("an alias that the LOB has moved stays", async () => {
    const place = newPlace();
    await seed(sandbox, place, [{ name: "m", contents: ["one", "two"], aliases: [["prod", 1, null, null]] }]);
    const lob = await newLob();
    await migrated(aws, { lob: lob.row.lob, source: sourceOf(place) });
    await seed(sandbox, place, [{ name: "m", aliases: [["prod", 2, null, null]] }]);
    const contents = await lob.contents();
    expect((await migrated(aws, { lob: lob.row.lob, source: sourceOf(place) })).codes).toContain("problem LOB3020 m");
    expect(await lob.contents()).toEqual(contents);
  });
});

describe("command line and configuration", () => {
  test("reports tables without an index with the command that adds it", async () => {
    const lob = await newLob();
    await seed(sandbox, placeOf(sandbox, lob), [{ name: "m", contents: ["one"] }]);
    const table = `${lob.row.lob}-model-catalog`;
    await clients.dynamodb.send(new DeleteTableCommand({ TableName: table }));
    await clients.dynamodb.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "namespace", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "namespace", KeyType: "HASH" }],
      }),
    );
    await clients.dynamodb.send(new PutItemCommand({ TableName: table, Item: lobRowItem(lob.row) }));
    const report = await planMigration(aws, { lob: lob.row.lob });
    expect(report.issues).toMatchObject([
      { level: "problem", code: "LOB3023", message: expect.stringContaining(`${table} lacks the index by-lob`) },
    ]);
    const [, json] = /--global-secondary-index-updates '(.*)'$/.exec(report.issues[0]!.hint!)!;
    expect(JSON.parse(json!)).toMatchObject([{ Create: { IndexName: CATALOG_INDEXES.byLob.name } }]);
    expect((await migrated(aws, { lob: lob.row.lob })).models).toMatchObject([{ state: "done" }]);
  });

  test.each<[string, string[], string]>([
    ["nothing is there", ["--from", `s3://${OLD}/nowhere`], "LOB3026"],
    ["another suffix", ["--from", `s3://${OLD}/some/place`, "--suffix", ".whl"], "LOB3026"],
    ["a model that is not there", ["--from", `s3://${OLD}/some/place`, "--suffix", ".zip", "--models", "nope"], "LOB3026"],
    ["no bucket", ["--from", "s3://there-is-none/x"], "LOB2006"],
  ])("%s: one message with the next step", async (_, args, code) => {
    const lob = await newLob();
    const ended = await lobreg(sandbox, ["migrate", lob.row.lob, ...args]);
    expect(ended).toMatchObject({ code: 1, out: "" });
    expect(ended.err).toMatch(new RegExp(`\\[${code}\\]\n  .+`));
    if (args.includes(".whl")) expect(ended.err).toContain('Migrate it with --suffix ".zip".');
  });

  test("reads a source in another region with clients of that region", async () => {
    const place = newPlace({ bucket: "far-away", region: "eu-central-1" });
    const far = { ...sandbox, env: { ...sandbox.env, AWS_DEFAULT_REGION: "eu-central-1", AWS_REGION: "eu-central-1" } };
    await seed(far, place, [{ name: "m", contents: ["one"] }]);
    const lob = await newLob();
    const source = await connect({ region: "eu-central-1" });
    expect((await migrated(aws, { lob: lob.row.lob, source: sourceOf(place) }, { source })).models).toMatchObject([{ state: "done" }]);
    const args = ["--from", `s3://far-away/${place.prefix}`, "--suffix", ".zip", "--from-region", "eu-central-1", "--json"];
    const { code, out } = await lobreg(sandbox, ["migrate", lob.row.lob, ...args]);
    expect([code, JSON.parse(out)]).toEqual([0, expect.objectContaining({ problems: 0 })]);
  });
});
