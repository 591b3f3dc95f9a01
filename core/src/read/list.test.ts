import { beforeEach, describe, expect, test } from "@jest/globals";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { LobError } from "../errors.js";
import { lobRowItem, modelNamespace, versionUrl } from "../layout.js";
import { modelRowItem, versionRowItem } from "../registry/rows.js";
import { awsError, FakeAws, hex, LOB, TIME, versionOf } from "./fakes.test.util.js";
import { listModels, listVersions, type VersionSummary } from "./list.js";

let fake: FakeAws;
beforeEach(() => {
  fake = new FakeAws();
});

const versions = async (options: Parameters<typeof listVersions>[3] = {}): Promise<VersionSummary[]> => {
  const all: VersionSummary[] = [];
  for await (const version of listVersions(fake.aws, LOB, "churn", options)) all.push(version);
  return all;
};

describe("models", () => {
  test("are listed by name, over all pages, without the LOB itself, aliases and other LOBs", async () => {
    fake.pageSize = 2;
    fake.put(LOB.catalogTable, "fraud", lobRowItem(LOB));
    for (const model of ["zeta", "churn", "Alpha", "b.c"]) fake.model({ model });
    fake.put(
      LOB.catalogTable,
      "fraud/churn@prod",
      marshall({ namespace: "fraud/churn@prod", kind: "ALIAS", lob: "fraud", model: "churn", alias: "prod", version: 1 }),
    );
    fake.put(
      LOB.catalogTable,
      "other/churn",
      modelRowItem({ lob: "other", model: "churn", next: 1, latest: 0, tags: {}, createdAt: TIME, updatedAt: TIME }),
    );
    // A row of another LOB that claims to belong to this one is not even read.
    fake.put(LOB.catalogTable, "other/fake", {
      ...modelRowItem({ lob: "fraud", model: "fake", next: 1, latest: 0, tags: {}, createdAt: TIME, updatedAt: TIME }),
      namespace: { S: "other/fake" },
    });
    const onProblem = (problem: LobError): never => {
      throw problem;
    };
    expect((await listModels(fake.aws, LOB, { onProblem })).map(({ model }) => model)).toEqual(["Alpha", "b.c", "churn", "zeta"]);
    expect(fake.requests.length).toBeGreaterThan(1);
  });

  test("may be missing", async () => {
    expect(await listModels(fake.aws, LOB)).toEqual([]);
  });

  test("skips and reports a row of another key that claims to belong to this LOB", async () => {
    fake.model();
    fake.put(LOB.catalogTable, "fraud/fake", {
      ...modelRowItem({ lob: "fraud", model: "churn", next: 9, latest: 8, tags: {}, createdAt: TIME, updatedAt: TIME }),
      namespace: { S: "fraud/fake" },
    });
    const problems: string[] = [];
    expect(await listModels(fake.aws, LOB, { onProblem: (error) => problems.push(error.message) })).toHaveLength(1);
    expect(problems).toEqual(["the row fraud/fake claims to belong to fraud but does not; it is skipped"]);
  });

  test("throws for a row that cannot be parsed, or reports and skips it", async () => {
    fake.model();
    fake.put(
      LOB.catalogTable,
      modelNamespace("fraud", "broken"),
      marshall({ namespace: "fraud/broken", kind: "MODEL", lob: "fraud", model: "broken" }),
    );
    await expect(listModels(fake.aws, LOB)).rejects.toMatchObject({ code: "LOB4004" });
    const problems: LobError[] = [];
    expect(await listModels(fake.aws, LOB, { onProblem: (error) => problems.push(error) })).toHaveLength(1);
    expect(problems).toMatchObject([{ code: "LOB4004", message: expect.stringContaining("fraud/broken") }]);
  });

  test("explains a denied request", async () => {
    fake.before = () => {
      throw awsError("AccessDeniedException", 400);
    };
    await expect(listModels(fake.aws, LOB)).rejects.toMatchObject({
      code: "LOB2003",
      message: expect.stringContaining("listing the models of fraud"),
    });
  });
});

describe("versions", () => {
  test("are listed newest first, over all pages", async () => {
    fake.pageSize = 3;
    for (let version = 1; version <= 10; version++) fake.version({ version, status: version === 4 ? "YANKED" : "READY" });
    fake.version({ version: 11, status: "RESERVED" });
    fake.version({ version: 3, model: "other" });
    const all = await versions();
    expect(all.map(({ version }) => version)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    const { token: _t, keys: _k, manifestSha256: _m, ...expected } = versionOf({ version: 10 });
    const { provenance } = expected;
    expect(all[0]).toEqual({ ...expected, provenance });
  });

  test("stops paging at the limit", async () => {
    fake.pageSize = 3;
    for (let version = 1; version <= 10; version++) fake.version({ version });
    expect((await versions({ limit: 3 })).map(({ version }) => version)).toEqual([10, 9, 8]);
    expect(fake.requests).toHaveLength(1);
    expect(await versions({ limit: 4 })).toHaveLength(4);
    expect(await versions({ limit: 0 })).toEqual([]);
  });

  test("fetches pages while the caller reads", async () => {
    fake.pageSize = 2;
    for (let version = 1; version <= 10; version++) fake.version({ version });
    for await (const { version } of listVersions(fake.aws, LOB, "churn")) {
      expect(fake.requests).toHaveLength(1);
      if (version === 9) break;
    }
  });

  test("skips a row of another model or LOB in the index", async () => {
    fake.version({ version: 1 });
    const url = versionUrl({ ...LOB, lob: "other" }, "churn", 2);
    fake.put(LOB.registryTable, url, { ...versionRowItem(versionOf({ version: 2 })), url: { S: url } });
    const problems: string[] = [];
    expect((await versions({ onProblem: (error) => problems.push(error.message) })).map(({ version }) => version)).toEqual([1]);
    expect((await versions()).map(({ version }) => version)).toEqual([1]);
    expect(problems).toEqual([`the row ${url} claims to belong to fraud/churn but does not; it is skipped`]);
  });

  test("lists versions of the Python library without a tree digest", async () => {
    fake.version({ version: 2, origin: "versioned" });
    const item = versionRowItem(versionOf({ version: 2, origin: "versioned", sha256: hex("e"), token: "" }));
    delete item.treeDigest;
    fake.put(LOB.registryTable, versionUrl(LOB, "churn", 2), item);
    const [only] = await versions();
    expect(only).toMatchObject({ version: 2, origin: "versioned", sha256: hex("e") });
    expect(only).not.toHaveProperty("treeDigest");
  });

  test("an aborted list sends no more requests", async () => {
    await expect(versions({ signal: AbortSignal.abort(new Error("stop")) })).rejects.toThrow("stop");
    expect(fake.requests).toEqual([]);
  });
});
