/** Every kind of side with every other one: the same model is the same, another one differs, whatever the two are given as. */
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect, makeTree } from "../archive/archive.test.helper.js";
import { packTree, scanTree } from "../archive/index.js";
import { folderSide } from "../inspect/side.js";
import { lobRowItem } from "../layout.js";
import { FakeAws, LOB, sha256Of, versionOf } from "../read/fakes.test.util.js";
import { runLobreg, type Ran } from "./run.test.util.js";

let fake: FakeAws;
let cwd: string;
let connects: object[];
beforeEach(async () => {
  fake = new FakeAws();
  fake.put(LOB.catalogTable, "fraud", lobRowItem(LOB));
  cwd = await mkdtemp(join(tmpdir(), "lobreg-sides-"));
  connects = [];
  await stored(1, "old", { "weights.npy": "1", "sub/code.py": "import os", "metrics.json": '{"auc": 0.9}' });
  await stored(2, "new", { "weights.npy": "2", "sub/code.py": "import os", "metrics.json": '{"auc": 0.8}' });
  fake.model({ latest: 2, next: 3 });
  fake.alias({ alias: "prod", version: 1 });
  fake.alias({ alias: "beta", version: 2, secondaryVersion: 1, secondaryWeight: 30 });
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const lobreg = (...args: string[]): Promise<Ran> => runLobreg({ fake, cwd, connects, signal: new AbortController().signal }, args);

/** Puts a model down as a folder, an artifact, a manifest and a version. */
async function stored(version: number, name: string, files: Record<string, string>): Promise<void> {
  const folder = await makeTree(join(cwd, name), files);
  const tree = await scanTree(folder);
  await writeFile(join(cwd, `${name}.tar.gz`), await collect(packTree(tree)));
  await tree.close();
  const manifest = join(cwd, `${name}.manifest.json.gz`);
  const side = await folderSide(folder, undefined);
  await side.writeManifest(manifest, { lob: "fraud", model: "churn", createdBy: "a test" });
  const { treeDigest, contentBytes, metrics } = side;
  await side.close();
  fake.manifest(
    versionOf({ version, treeDigest, files: side.files, contentBytes, metrics: metrics! }),
    undefined,
    await readFile(manifest),
  );
}

const OLD = ["old", "old.tar.gz", "old.manifest.json.gz", "fraud/churn@1", "fraud/churn@prod"];
const NEW = ["new", "new.tar.gz", "./new.manifest.json.gz", "fraud/churn@2", "fraud/churn", "fraud/churn@LATEST", "fraud/churn@beta"];
const pairs = (left: readonly string[], right: readonly string[]) => left.flatMap((one) => right.map((other) => [one, other] as const));

describe("two sides of any kinds", () => {
  test.each(pairs(OLD, OLD))("of one model: %s, %s", async (before, after) => {
    const { code, err, out } = await lobreg("diff", before, after, "--exit-code", "-q");
    expect({ code, err, out }).toEqual({ code: 0, err: "", out: "no difference\n" });
  });

  test.each([...pairs(OLD, NEW), ...pairs(NEW, OLD)])("of two models: %s, %s", async (before, after) => {
    const { code, err, out } = await lobreg("diff", before, after, "--exit-code", "--json");
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(JSON.parse(out)).toMatchObject({
      different: true,
      files: { added: { count: 0 }, removed: { count: 0 }, changed: { count: 2 } },
      metrics: [{ name: "auc", verdict: OLD.includes(before) ? "worse" : "better" }],
    });
  });
});

test("what is on the disk needs no AWS, and of an alias no more than its row and a manifest is read", async () => {
  await lobreg("diff", "old.tar.gz", "new.manifest.json.gz");
  expect(connects).toEqual([]);
  expect((await lobreg("diff", "fraud/churn@prod", "@beta", "-q")).out).toContain("1 metric worse");
  expect(fake.requests.filter((request) => request.startsWith("GetObject"))).toHaveLength(2);
});

test("an alias says which version it means, and of two which share goes where", async () => {
  const { out } = await lobreg("diff", "fraud/churn@prod", "@beta");
  expect(out).toMatch(/^fraud\/churn@prod \(version 1\) → fraud\/churn@beta \(version 2, 30 % to version 1\) {2}/);
});

test("an alias that is not there", async () => {
  expect(await lobreg("diff", "old", "fraud/churn@staging")).toEqual({
    code: 3,
    out: "",
    err: expect.stringContaining("fraud/churn has no alias staging [LOB3030]\n  It has beta, prod."),
  });
});

test("show says which alias was asked for; pull takes one", async () => {
  const body = Buffer.from("an artifact");
  fake.object(fake.version({ version: 2, sha256: sha256Of(body), size: body.length }), body);
  expect((await lobreg("show", "fraud/churn@beta")).out).toMatch(/^fraud\/churn@2 .*\n\n {2}alias +beta: version 2, 30 % to version 1\n/);
  expect(JSON.parse((await lobreg("show", "fraud/churn@beta", "--json")).out)).toMatchObject({ alias: { alias: "beta" }, latest: true });
  expect((await lobreg("pull", "fraud/churn@beta", "pulled.bin", "--archive")).out).toMatch(/^pulled fraud\/churn@2 to /);
  expect(await readFile(join(cwd, "pulled.bin"))).toEqual(body);
});

test("the name of a file decides what it is; in a folder it is a file like any other", async () => {
  await mkdir(join(cwd, "folder"));
  await copyFile(join(cwd, "old.tar.gz"), join(cwd, "folder", "old.tar.gz"));
  expect((await lobreg("diff", "folder", "old.tar.gz", "-q")).out).toContain("3 files added, 1 file removed");
  await copyFile(join(cwd, "old.tar.gz"), join(cwd, "old.bin"));
  expect((await lobreg("diff", "old.bin", "old.tar.gz", "-q")).out).toContain("3 files added, 1 file removed");
  await copyFile(join(cwd, "old.manifest.json.gz"), join(cwd, `${"a".repeat(64)}.json.gz`));
  expect((await lobreg("diff", `${"a".repeat(64)}.json.gz`, "old", "-q")).out).toBe("no difference\n");
  await mkdir(join(cwd, "dir.tar.gz"));
  await writeFile(join(cwd, "dir.tar.gz", "w"), "1");
  expect((await lobreg("diff", "dir.tar.gz", "dir.tar.gz", "-q")).out).toBe("no difference\n");
  await writeFile(join(cwd, "a@b"), "not in the other");
  expect((await lobreg("diff", "./a@b", "old", "-q")).out).toContain("3 files added, 1 file removed");
});

test("a file that is not what its name says is an error, and no difference", async () => {
  await writeFile(join(cwd, "x.tgz"), "weights");
  await writeFile(join(cwd, "manifest.json.gz"), "weights");
  expect(await lobreg("diff", "old", "x.tgz")).toMatchObject({ code: 2, out: "", err: expect.stringContaining("is no artifact: it is plain text") }); // prettier-ignore
  expect(await lobreg("diff", "manifest.json.gz", "old")).toMatchObject({ code: 1, out: "", err: expect.stringContaining("[LOB4003]") });
});
