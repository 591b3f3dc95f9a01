/** Migrates in place a bucket that the Python library filled in the LOB's own folder. */
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { doctor, findLob, listModels, listVersions, planMigration, pull, show, type Aws, type Lob } from "lob-registry-core";
import { aliasNamespace, moveUrl, historyKey, LATEST, versionKey } from "lob-registry-core/layout";
import { Setting } from "../interop/setting.ts";
import { readBytes, readObjects, readRow } from "../support/state.ts";
import { everyKind, seed, type Said } from "./seed.ts";
import { broken, clientsFor, lobreg, migrated, placeOf } from "./setting.ts";

const INSTALLING = 300_000;
// On a busy machine, hundreds of versions take a while.
jest.setTimeout(300_000);
const VERSIONS = 500;

const KINDS = everyKind(VERSIONS);
const NAMES = KINDS.map(({ name }) => ({ name }));
/** Numbers that the library deleted. */
const GAPS = { gaps: [1, 3] } as const;

let setting: Setting;
let aws: Aws;
let lob: Lob;
/** Output of the library before this program ran. */
let before: Record<string, Said>;
beforeAll(async () => {
  setting = await Setting.start();
  aws = await clientsFor(setting.sandbox);
  lob = await findLob(aws, "fraud");
  before = await seed(setting.sandbox, placeOf(setting.sandbox, setting.lob), KINDS);
}, INSTALLING);
afterAll(() => setting?.stop());

const invariants = (model: string, unindexed = false): Promise<string[]> =>
  broken(setting.sandbox, setting.lob, model, { unindexed, littered: model === "littered", ...(model === "gaps" && GAPS) });
const said = (): Promise<Record<string, Said>> => seed(setting.sandbox, placeOf(setting.sandbox, setting.lob), NAMES);

test("the fixture is correct: the library itself calls two models contaminated", () => {
  expect(before["headless"]).toMatchObject({ raised: "ArtifactS3BackendError", message: expect.stringContaining("is contaminated!") });
  expect(before["littered"]).toHaveProperty("raised");
  expect(Object.keys((before["churn"] as Extract<Said, { versions: unknown }>).versions)).toHaveLength(VERSIONS + 1);
});

test("a plan writes nothing, reports everything, and exits 1 if something needs manual action", async () => {
  const contents = await setting.lob.contents();
  const report = await planMigration(aws, { lob: "fraud" });
  expect(report).toMatchObject({ inPlace: true, applied: false, problems: 1 });
  expect(report.models.map(({ model, state, versions, latest }) => [model, state, versions.indexed, latest])).toEqual([
    ["aba", "to-do", 3, "published"],
    ["churn", "to-do", VERSIONS, "published"],
    ["drafted", "to-do", 2, "draft"],
    ["empty", "to-do", 2, "published"],
    ["gaps", "to-do", 2, "published"],
    ["headless", "to-do", 2, "absent"],
    ["littered", "to-do", 1, "published"],
    ["only.a-draft", "nothing-to-do", 0, "draft"],
  ]);
  const { code, out, err } = await lobreg(setting.sandbox, ["migrate", "fraud"]);
  expect([code, err]).toEqual([1, ""]);
  expect(out).toMatch(/^migration plan of fraud, in place: s3:\/\//);
  expect(out).toContain("Nothing was written: use --apply to run it. 1 problem needs manual action.");
  expect(out).toMatch(
    /problem the Python library calls littered contaminated because its versions\/ folder contains "notes.txt" \[LOB3022\]/,
  );
  expect(JSON.parse((await lobreg(setting.sandbox, ["migrate", "fraud", "--json"])).out)).toEqual(report);
  expect(await setting.lob.contents()).toEqual(contents);
});

describe("migrated", () => {
  beforeAll(async () => {
    const objects = await readObjects(setting.clients, lob.bucket);
    const report = await migrated(aws, { lob: "fraud" });
    expect(report.models.map(({ state }) => state)).toEqual([...Array<string>(7).fill("done"), "nothing-to-do"]);
    expect(report.codes).toEqual([
      "note LOB3021 drafted",
      "note LOB3021 only.a-draft",
      "note LOB3022 headless",
      "note LOB3025 churn",
      "note LOB3027 gaps",
      "problem LOB3022 littered",
    ]);
    // No object was changed. The new objects are the history of the aliases and the missing LATEST.
    const after = new Map((await readObjects(setting.clients, lob.bucket)).map((object) => [object.key, object]));
    for (const object of objects) expect(after.get(object.key)).toEqual(object);
    const known = new Set(objects.map(({ key }) => key));
    expect([...after.keys()].filter((key) => !known.has(key))).toEqual([
      historyKey(lob, "aba", "prod", 1),
      historyKey(lob, "churn", "prod", 1),
      historyKey(lob, "churn", "staging", 1),
      versionKey(lob, "headless", LATEST),
    ]);
  });

  test("the library lists, reads and resolves the same as before, and also the model that lacked LATEST", async () => {
    const { headless, ...rest } = await said();
    const { headless: _, ...others } = before;
    expect(rest).toEqual(others);
    expect(headless).toMatchObject({
      versions: { LATEST: [expect.anything(), "two"], "2": [expect.anything(), "two"], "1": [expect.anything(), "one"] },
    });
  });

  test("every invariant holds", async () => {
    for (const { name } of KINDS) expect([name, await invariants(name)]).toEqual([name, []]);
  });

  test("lobreg lists, shows and pulls every version with its bytes, and LATEST is the newest", async () => {
    expect((await listModels(aws, lob)).map(({ model, next, latest }) => [model, next, latest])).toEqual([
      ["aba", 4, 3],
      ["churn", VERSIONS + 1, VERSIONS],
      ["drafted", 3, 2],
      ["empty", 3, 2],
      ["gaps", 5, 4],
      ["headless", 3, 2],
      ["littered", 2, 1],
    ]);
    const { versions } = before["churn"] as Extract<Said, { versions: unknown }>;
    const listed: [string, string][] = [];
    for await (const version of listVersions(aws, lob, "churn")) {
      expect(version).toMatchObject({ status: "READY", origin: "versioned" });
      listed.push([String(version.version), version.sha256]);
    }
    const { [LATEST]: newest, ...numbers } = versions;
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(Object.entries(numbers).map(([n, [sha256]]) => [n, sha256])));
    expect(listed[0]).toEqual([String(VERSIONS), newest![0]]);
    const folder = setting.newPath();
    for (const ref of [{ latest: true as const }, { version: 1 }, { version: 7 }, { sha256: newest![0] }]) {
      const target = join(folder, JSON.stringify(ref).replaceAll(/\W/g, ""));
      const pulled = await pull(aws, lob, "churn", ref, { target, archive: true });
      expect(await readFile(target, "utf8")).toBe(versions[String(pulled.version)]![1]);
    }
    const shown = await show(aws, lob, "aba", { latest: true });
    expect(shown.version.version).toBe(3);
    expect(shown.object?.problems).toEqual([]);
  });

  test("aliases have a row, a move and its object, and their versions name them", async () => {
    const alias = { lob: "fraud", model: "churn", alias: "prod", revision: 1, secondaryVersion: VERSIONS, secondaryWeight: 20 };
    const row = await readRow(setting.clients, lob.catalogTable, { namespace: aliasNamespace("fraud", "churn", "prod") });
    expect(row).toMatchObject({ ...alias, kind: "ALIAS", version: VERSIONS - 1 });
    const event = await readRow(setting.clients, lob.registryTable, { url: moveUrl("fraud", "churn", "prod", 1) });
    expect(event).toMatchObject({ ...alias, toVersion: VERSIONS - 1, historyOf: "fraud/churn", at: row!["createdAt"] });
    const { url: _, historyOf: __, ...same } = event!;
    expect(JSON.parse((await readBytes(setting.clients, lob.bucket, historyKey(lob, "churn", "prod", 1))).toString())).toEqual(same);
    expect((await setting.lob.versionRow("churn", VERSIONS))!["holders"]).toEqual(expect.arrayContaining(["prod", "staging"]));
    expect((await setting.lob.versionRow("churn", 1))!["holders"]).toEqual([]);
    expect(await readRow(setting.clients, lob.catalogTable, { namespace: aliasNamespace("fraud", "churn", "dev") })).toBeUndefined();
  });

  test("doctor finds nothing that it could repair", async () => {
    const contents = await setting.lob.contents();
    const { issues } = await doctor(aws, { lob: "fraud" });
    const found = issues.map(({ kind, model, version, outcome }) =>
      [outcome, kind, model, ...(version === undefined ? [] : [version])].join(" "),
    );
    expect(found.sort()).toEqual([
      "manual stray littered",
      "noted gap gaps",
      "noted latest-draft drafted",
      "noted latest-draft only.a-draft",
    ]);
    expect(await setting.lob.contents()).toEqual(contents);
  });

  test("a second run changes nothing", async () => {
    const contents = await setting.lob.contents();
    const report = await migrated(aws, { lob: "fraud" });
    expect(new Set(report.models.map(({ state }) => state))).toEqual(new Set(["nothing-to-do"]));
    expect(report.models.find(({ model }) => model === "churn")).toMatchObject({
      versions: { there: VERSIONS, indexed: 0 },
      aliases: { there: ["dev", "prod", "staging"] },
    });
    expect(await setting.lob.contents()).toEqual(contents);
    const { code, out } = await lobreg(setting.sandbox, ["migrate", "fraud", "--models", "churn,aba", "--apply"]);
    expect([code, out]).toEqual([0, expect.stringContaining("Nothing to do.")]);
    expect((await lobreg(setting.sandbox, ["migrate", "fraud", "--models", "churn", "--apply", "-q"])).out).toBe("");
  });

  test.each(["churn", "aba", "headless", "gaps", "empty"])("this program and Python continue to publish %s", async (name) => {
    const { latest } = (await listModels(aws, lob)).find(({ model }) => model === name)!;
    const ours = await setting.publish(name, await setting.tree({ "weights.bin": `${name}, by us` }));
    expect(ours).toMatchObject({ version: latest + 1, latest: latest + 1 });
    const [theirs] = await setting.library.do(["publish", { name }]); // nothing new, because LATEST is this program's
    expect(theirs).toMatchObject({ version: String(latest + 1), sha256: ours.sha256 });
    const [, published] = await setting.library.do(
      ["put", { name, path: await setting.file(`${name}, by Python`) }],
      ["publish", { name }],
    );
    expect(published.version).toBe(String(latest + 2));
    expect(await setting.publish(name, await setting.tree({ "weights.bin": `${name}, by us again` }))).toMatchObject({
      version: latest + 3,
    });
    const [versions] = await setting.library.do(["versions", { name }]);
    expect(versions.slice(0, 4).map(({ version }) => version)).toEqual([LATEST, `${latest + 3}`, `${latest + 2}`, `${latest + 1}`]);
    expect(await invariants(name, true)).toEqual([]);
    // Doctor finds versions that Python published in between, unless a publish of this program already indexed them.
    await migrated(aws, { lob: "fraud", models: [name] });
    expect(await invariants(name)).toEqual([]);
  });

  test("only its author publishes a draft", async () => {
    const path = await setting.tree({ "weights.bin": "new" });
    await expect(setting.publish("drafted", path)).rejects.toMatchObject({ code: "LOB3006" });
    await expect(setting.publish("only.a-draft", path)).rejects.toMatchObject({ code: "LOB3006" });
    const [published] = await setting.library.do(["publish", { name: "drafted" }]);
    expect(published.version).toBe("3");
    expect(await setting.publish("drafted", path)).toMatchObject({ version: 4 });
    expect(await invariants("drafted")).toEqual([]);
  });
});
