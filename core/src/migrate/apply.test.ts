/** Whole migrations against S3 and DynamoDB in memory: two histories, concurrent publishers and single errors. */
import { beforeEach, describe, expect, jest, test } from "@jest/globals";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aliasKey, encodeVersion, LATEST, lobRowItem, METADATA, versionKey } from "../layout.js";
import { publishTree } from "../publish/publish.js";
import { SYSTEM } from "../environment.js";
import { moveRowItem } from "../registry/alias-rows.js";
import { readAlias, readModel } from "../registry/store.js";
import { awsError, FakeAws, lostAnswer } from "../testing/fake-aws.js";
import { sha256 } from "../testing/invariants.js";
import { fakeEnvironment, fakeTree, LOB } from "../testing/simulation.js";
import { migrate, planMigration } from "./migrate.js";
import type { MigrationReport } from "./options.js";

const OPTIONS = { lob: "fraud", source: { prefix: "old", suffix: ".zip" } };
const environmentOf = fakeEnvironment(join(tmpdir(), "lobreg-migrate-apply.json"));
let aws: FakeAws;
beforeEach(() => {
  aws = new FakeAws(LOB.bucket, [LOB.catalogTable, LOB.registryTable]);
  aws.putItem(LOB.catalogTable, lobRowItem(LOB));
});

const putAt = (key: string, model: string, content: string): void =>
  aws.putObject(key, Buffer.from(content), { [METADATA.artifactName]: model, [METADATA.artifactSha256]: sha256(Buffer.from(content)) });

/** Writes to the source as the Python library does. */
const put = (model: string, version: number | typeof LATEST, content: string): void =>
  putAt(`old/${model}/versions/${encodeVersion(version)}.zip`, model, content);

/** Versions 1, 2, … of the source, and LATEST, a copy of the newest. */
function history(model: string, ...contents: string[]): void {
  for (const [index, content] of contents.entries()) put(model, index + 1, content);
  put(model, LATEST, contents.at(-1)!);
}

const publish = async (model: string, content: string): Promise<unknown> =>
  publishTree(aws.clients(), LOB, fakeTree(content), { lob: "fraud", model, path: "." }, environmentOf(content));
const inLob = (model: string, version: number | typeof LATEST): string | undefined =>
  aws.objects.get(versionKey(LOB, model, version))?.body.toString();
const newest = async (model: string): Promise<number | undefined> => (await readModel(aws.clients(), LOB, model))?.latest;
const issuesOf = ({ models }: MigrationReport): string[] =>
  models.flatMap(({ issues }) => issues.map(({ level, code, message }) => `${level} ${code} ${message}`));

describe("two histories are never mixed", () => {
  test("if the LOB published numbers that the source no longer has", async () => {
    for (const content of ["ours 1", "ours 2", "ours 3"]) await publish("churn", content);
    put("churn", 4, "A");
    put("churn", 5, "B");
    put("churn", LATEST, "B");
    const report = await migrate(aws.clients(), OPTIONS);
    expect(issuesOf(report)).toContainEqual(expect.stringMatching(/problem LOB3020 .* diverge at version 1; not migrated: 4–5/));
    expect(report.models[0]!.versions).toMatchObject({ copied: 0, left: 2 });
    expect([await newest("churn"), inLob("churn", LATEST)]).toEqual([3, inLob("churn", 3)]);
    expect(inLob("churn", 4)).toBeUndefined();
  });

  test("a number that was migrated and then purged in the source does not count as the LOB's own", async () => {
    history("churn", "A", "B");
    await migrate(aws.clients(), OPTIONS);
    aws.objects.delete(`old/churn/versions/${encodeVersion(1)}.zip`);
    put("churn", 3, "C");
    put("churn", LATEST, "C");
    expect((await migrate(aws.clients(), OPTIONS)).problems).toBe(0);
    expect([await newest("churn"), inLob("churn", LATEST)]).toEqual([3, "C"]);
  });

  test("if another process publishes after the plan and before the numbers are reserved", async () => {
    for (const model of ["a", "b"]) history(model, `${model}1`, `${model}2`, `${model}3`);
    let published = false;
    const clients = aws.clients(async ({ name }, execute) => {
      if (name === "UploadPartCopy" && !published) {
        published = true;
        await publish("b", "ours");
      }
      return execute();
    });
    const report = await migrate(clients, OPTIONS);
    expect(issuesOf(report)).toContainEqual(expect.stringMatching(/problem LOB3020 b: .* diverge at version 1; not migrated: 2–3/));
    expect([inLob("b", 2), inLob("b", 3)]).toEqual([undefined, undefined]);
    expect([await newest("b"), inLob("b", LATEST)]).toEqual([1, inLob("b", 1)]);
    expect(await newest("a")).toBe(3);
  });
});

test("a wrong file with the highest number does not use up the model's numbers", async () => {
  history("churn", "A", "B");
  put("churn", 999_999, "x");
  const report = await migrate(aws.clients(), OPTIONS);
  expect([report.problems, report.models[0]!.next]).toEqual([1, 3]);
  expect((await readModel(aws.clients(), LOB, "churn"))?.next).toBe(3);
  await publish("churn", "new");
  expect(await newest("churn")).toBe(3);
});

/** The file of an alias of `churn`, as the library writes it. */
const pointing = (key: string, version: string): void =>
  aws.putObject(
    key,
    Buffer.from(
      JSON.stringify({
        name: "churn",
        alias: "prod",
        update_at: "",
        version,
        secondary_version: null,
        secondary_version_weight: null,
        version_s3uri: "",
        secondary_version_s3uri: null,
      }),
    ),
    {},
  );

describe("an alias", () => {
  const SOURCE = "old/churn/aliases/prod.json";
  const OWN = aliasKey(LOB, "churn", "prod");
  beforeEach(() => history("churn", "A", "B"));

  test("gets no row if the LOB's file differs, and each run reports it", async () => {
    pointing(SOURCE, "1");
    pointing(OWN, "2");
    for (let run = 0; run < 2; run++) {
      const report = await migrate(aws.clients(), OPTIONS);
      expect(issuesOf(report)).toContainEqual(
        expect.stringContaining("problem LOB3020 churn@prod points to version 1 in the source, but its file"),
      );
      expect(await readAlias(aws.clients(), LOB, "churn", "prod")).toBeUndefined();
    }
  });

  test("gets no row if the file is created after the plan", async () => {
    pointing(SOURCE, "1");
    const clients = aws.clients(async ({ name }, execute) => {
      if (name === "UploadPartCopy") pointing(OWN, "2");
      return execute();
    });
    const before = await migrate(clients, { ...OPTIONS, models: ["churn"] });
    expect(issuesOf(before)).toContainEqual(expect.stringMatching(/problem LOB3020 the file .* points to version 2 instead of version 1/));
    expect(await readAlias(aws.clients(), LOB, "churn", "prod")).toBeUndefined();
  });
});

describe("an error does not stop the rest:", () => {
  beforeEach(() => {
    history("churn", "A", "B");
    history("ltv", "C");
  });

  test("an object without read permission", async () => {
    const clients = aws.clients(async ({ name, key }, execute) => {
      if (name === "GetObject" && key.endsWith(`churn/versions/${encodeVersion(2)}.zip`)) throw awsError("AccessDenied", 403);
      return execute();
    });
    const report = await migrate(clients, OPTIONS);
    expect(issuesOf(report)).toEqual([expect.stringContaining("problem LOB2003")]);
    expect([await newest("churn"), await newest("ltv")]).toEqual([1, 1]);
  });

  test("an alias that is moved between listing and reading", async () => {
    const key = "old/churn/aliases/prod.json";
    pointing(key, "1");
    const clients = aws.clients(async ({ name, key: asked }, execute) => {
      if (name === "GetObject" && asked === key) pointing(key, "2");
      return execute();
    });
    const report = await planMigration(clients, OPTIONS);
    expect(issuesOf(report)).toEqual([expect.stringContaining("problem LOB4023 churn@prod")]);
    expect(report.models.map(({ versions: { copied } }) => copied)).toEqual([2, 1]);
  });

  test("the row of a move without the row of its alias, reported at once", async () => {
    pointing("old/churn/aliases/prod.json", "1");
    const event = { lob: "fraud", model: "churn", alias: "prod", revision: 1, toVersion: 1, at: "2026-11-01T12:00:00.000Z" };
    aws.putItem(LOB.registryTable, moveRowItem(event));
    const report = await migrate(aws.clients(), OPTIONS);
    expect(issuesOf(report)).toEqual([expect.stringContaining("problem LOB4004 churn@prod has the row of its move 1")]);
    expect(await newest("ltv")).toBe(1);
  });

  test("a model whose row keeps changing", async () => {
    let rounds = 0;
    const clients = aws.clients(async ({ name, key }, execute) => {
      if (name === "TransactWriteItems" && key.includes("churn")) {
        rounds++;
        throw lostAnswer();
      }
      return execute();
    });
    jest.spyOn(SYSTEM, "sleep").mockResolvedValue();
    const report = await migrate(clients, OPTIONS);
    jest.restoreAllMocks();
    expect(issuesOf(report)).toEqual([expect.stringContaining("problem LOB3007 reserving the numbers of churn")]);
    expect([rounds, report.models[0]!.state, await newest("ltv")]).toEqual([200, "failed", 1]);
  });
});

test("refuses another suffix in the LOB's own folder before it writes anything", async () => {
  putAt(`ml-models/fraud/churn/versions/${encodeVersion(1)}.zip`, "churn", "A");
  const before = [...aws.objects.keys()];
  for (const run of [planMigration, migrate]) {
    await expect(run(aws.clients(), { lob: "fraud", source: { suffix: ".zip" } })).rejects.toMatchObject({
      code: "LOB1002",
      message: expect.stringContaining('files that end in ".zip"'),
    });
  }
  expect([...aws.objects.keys()]).toEqual(before);
  await publish("churn", "ours");
  await expect(migrate(aws.clients(), { lob: "fraud", source: { prefix: "ml-models", suffix: ".zip" } })).rejects.toMatchObject({
    code: "LOB3026",
  });
});

describe("LATEST of the LOB also follows `latest` on a later run", () => {
  const latestOf = (model: string): (string | undefined)[] => [
    inLob(model, LATEST),
    aws.objects.get(versionKey(LOB, model, LATEST))?.metadata[METADATA.artifactVersion],
  ];
  beforeEach(async () => {
    history("churn", "A");
    await migrate(aws.clients(), OPTIONS);
  });

  test("if the newest version has the bytes of an older one and cannot become the newest", async () => {
    history("churn", "A", "B", "A");
    const report = await migrate(aws.clients(), OPTIONS);
    expect(issuesOf(report)).toEqual([expect.stringMatching(/problem LOB3021 churn: version 3 has the bytes .* stays at version 2/)]);
    expect([await newest("churn"), latestOf("churn")]).toEqual([2, ["B", "2"]]);
    const again = await migrate(aws.clients(), OPTIONS);
    expect([again.models[0]!.state, again.problems]).toEqual(["nothing-to-do", 1]);
  });

  test("if the source's draft has the same bytes as LATEST of the LOB", async () => {
    history("churn", "A", "B");
    put("churn", LATEST, "A");
    const report = await migrate(aws.clients(), OPTIONS);
    expect(issuesOf(report)).toEqual([expect.stringMatching(/problem LOB3021 .* the LOB has other content at LATEST/)]);
    expect([await newest("churn"), latestOf("churn")]).toEqual([2, ["B", "2"]]);
    expect((await migrate(aws.clients(), OPTIONS)).models[0]!.state).toBe("nothing-to-do");
  });
});

test("a draft with another suffix keeps its bytes", async () => {
  history("churn", "A");
  put("churn", LATEST, "draft");
  const types: unknown[] = [];
  const clients = aws.clients(async ({ name, key, input }, execute) => {
    if (name === "CreateMultipartUpload" && key === versionKey(LOB, "churn", LATEST)) types.push(input["ContentType"]);
    return execute();
  });
  await migrate(clients, OPTIONS);
  expect([inLob("churn", LATEST), types]).toEqual(["draft", ["application/octet-stream"]]);
});
