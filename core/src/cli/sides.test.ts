/** Compares every kind of side with every other: the result depends on the models, not on how they are given. */
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect, makeTree } from "../archive/archive.test.helper.js";
import { packTree, scanTree } from "../archive/index.js";
import type { Diff } from "../diff/index.js";
import { folderSide } from "../sides/files.js";
import { lobRowItem } from "../layout.js";
import { FakeAws, LOB, sha256Of, versionOf } from "../read/fakes.test.util.js";
import { runLobreg, type CliRun } from "./run.test.util.js";

let fake: FakeAws;
let cwd: string;
let connects: object[];
beforeEach(async () => {
  fake = new FakeAws();
  fake.put(LOB.catalogTable, "fraud", lobRowItem(LOB));
  cwd = await mkdtemp(join(tmpdir(), "lobreg-sides-"));
  connects = [];
  await stored(1, "old", { "weights.npy": array(3, 4), "sub/code.py": "import os", "metrics.json": '{"auc": 0.9}' });
  await stored(2, "new", { "weights.npy": array(3, 4.5), "sub/code.py": "import os", "metrics.json": '{"auc": 0.8}' });
  fake.model({ latest: 2, next: 3 });
  fake.alias({ alias: "prod", version: 1 });
  fake.alias({ alias: "beta", version: 2, secondaryVersion: 1, secondaryWeight: 30 });
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const lobreg = (...args: string[]): Promise<CliRun> => runLobreg({ fake, cwd, connects, signal: new AbortController().signal }, args);

/** An array of two numbers as NumPy writes it. */
function array(...numbers: readonly number[]): Buffer {
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }".padEnd(117);
  return Buffer.concat([Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header}\n`, "latin1"), Buffer.from(Float32Array.from(numbers).buffer)]);
}

/** Stores a model as a folder, an artifact, a manifest and a version. */
async function stored(version: number, name: string, files: Record<string, string | Buffer>): Promise<void> {
  const folder = await makeTree(join(cwd, name), files);
  const tree = await scanTree(folder);
  const artifact = await collect(packTree(tree));
  await writeFile(join(cwd, `${name}.tar.gz`), artifact);
  await tree.close();
  const manifest = join(cwd, `${name}.manifest.json.gz`);
  const side = await folderSide(folder, undefined);
  await side.writeManifest(manifest, { lob: "fraud", model: "churn", createdBy: "a test" });
  const { treeDigest, contentBytes, metrics } = side;
  await side.close();
  const facts = { treeDigest, files: side.files, contentBytes, metrics: metrics!, sha256: sha256Of(artifact), size: artifact.length };
  fake.object(fake.manifest(versionOf({ version, ...facts }), undefined, await readFile(manifest)), artifact);
}

const OLD = ["old", "old.tar.gz", "old.manifest.json.gz", "fraud/churn@1", "fraud/churn@prod"];
const NEW = ["new", "new.tar.gz", "./new.manifest.json.gz", "fraud/churn@2", "fraud/churn", "fraud/churn@LATEST", "fraud/churn@beta"];
const pairs = (left: readonly string[], right: readonly string[]) => left.flatMap((one) => right.map((other) => [one, other] as const));

describe("two sides of any kind", () => {
  test.each(pairs(OLD, OLD))("%s and %s of one model are equal", async (before, after) => {
    const { code, err, out } = await lobreg("diff", before, after, "--exit-code", "-q");
    expect({ code, err, out }).toEqual({ code: 0, err: "", out: "no difference\n" });
  });

  test.each([...pairs(OLD, NEW), ...pairs(NEW, OLD)])("%s and %s of two models differ", async (before, after) => {
    const { code, err, out } = await lobreg("diff", before, after, "--exit-code", "--json");
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(JSON.parse(out)).toMatchObject({
      different: true,
      files: { added: { count: 0 }, removed: { count: 0 }, changed: { count: 2 } },
      metrics: [{ name: "auc", verdict: OLD.includes(before) ? "worse" : "better" }],
    });
  });
});

test("files on the disk need no AWS, and an alias needs only its row and a manifest", async () => {
  await lobreg("diff", "old.tar.gz", "new.manifest.json.gz");
  expect(connects).toEqual([]);
  expect((await lobreg("diff", "fraud/churn@prod", "@beta", "-q")).out).toContain("1 metric worse");
  expect(fake.requests.filter((request) => request.startsWith("GetObject"))).toHaveLength(2);
});

test("an alias shows its version, or both versions with their shares", async () => {
  const { out } = await lobreg("diff", "fraud/churn@prod", "@beta");
  expect(out).toMatch(/^fraud\/churn@prod \(version 1\) → fraud\/churn@beta \(version 2, 30 % to version 1\) {2}/);
});

test("a missing alias exits 3", async () => {
  expect(await lobreg("diff", "old", "fraud/churn@staging")).toEqual({
    code: 3,
    out: "",
    err: expect.stringContaining("fraud/churn has no alias staging [LOB3030]\n  The model has beta, prod."),
  });
});

test("show names the alias, and pull accepts one", async () => {
  const body = Buffer.from("an artifact");
  fake.object(fake.version({ version: 2, sha256: sha256Of(body), size: body.length }), body);
  expect((await lobreg("show", "fraud/churn@beta")).out).toMatch(/^fraud\/churn@2 .*\n\n {2}alias +beta: version 2, 30 % to version 1\n/);
  expect(JSON.parse((await lobreg("show", "fraud/churn@beta", "--json")).out)).toMatchObject({ alias: { alias: "beta" }, latest: true });
  expect((await lobreg("pull", "fraud/churn@beta", "pulled.bin", "--archive")).out).toMatch(/^pulled fraud\/churn@2 to /);
  expect(await readFile(join(cwd, "pulled.bin"))).toEqual(body);
});

test("the name of a file decides its kind, except inside a folder", async () => {
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

test("warns if a folder has the name of the other side's model", async () => {
  await makeTree(join(cwd, "fraud", "churn"), { w: "1" });
  const warning = "lobreg: warning: fraud/churn means the files on this disk; write fraud/churn@LATEST for the newest version\n";
  for (const args of [
    ["fraud/churn", "@1"],
    ["fraud/churn@1", "fraud/churn"],
  ]) {
    // prettier-ignore
    expect(await lobreg("diff", ...args, "-q")).toMatchObject({ code: 0, err: warning });
  }
  expect(await lobreg("diff", "./fraud/churn", "fraud/churn@1", "-q")).toMatchObject({ code: 0, err: "" });
  expect(await lobreg("diff", "fraud/churn@LATEST", "@1", "-q")).toMatchObject({ code: 0, err: "" });
});

describe("neither a file nor a version", () => {
  beforeEach(async () => {
    await writeFile(join(cwd, "a@b"), "a file");
    await symlink("loop", join(cwd, "loop"));
  });

  test.each([
    ["", "old", "one of them is empty [LOB1002]\n  Is a variable not set?"],
    ["old", "", "one of them is empty [LOB1002]"],
    ["olld", "new", '"olld" is neither an existing file or folder nor LOB/MODEL[@VERSION] [LOB1011]'],
    [
      "a@b",
      "old",
      '"a@b" is not LOB/MODEL@VERSION [LOB1011]\n  Text with an @ means a version. Write "./a@b" for the file or folder of this name.',
    ],
    ["c@b", "old", '"c@b" names a version but no model [LOB1002]'],
    [
      "./old",
      "@2",
      '"@2" needs a model in the first argument, but "./old" is not LOB/MODEL[@VERSION] [LOB1002]\n  Name the model in the second argument, e.g. fraud/churn@2.',
    ],
    ["old.tar.gz", "@prod", 'but "old.tar.gz" is not LOB/MODEL[@VERSION] [LOB1002]'],
    // The path exists but cannot be read; it must not be taken for a version.
    ["loop", "old", 'loop" is a broken link [LOB1004]'],
  ])("%j, %j", async (before, after, message) => {
    expect(await lobreg("diff", before, after)).toEqual({ code: 2, out: "", err: expect.stringContaining(message) });
    expect(connects).toEqual([]);
  });
});

describe("--numeric", () => {
  const withBytes = (sides: readonly string[]): readonly string[] => sides.filter((side) => !side.includes("manifest"));

  test.each(pairs(withBytes(OLD), withBytes(NEW)))("of %s, %s", async (before, after) => {
    const { code, err, out } = await lobreg("diff", before, after, "--numeric", "--json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const { tensors } = JSON.parse(out) as Diff;
    expect(tensors).toMatchObject({
      numeric: { compared: 1, outOfTime: 0, unread: 0 },
      changed: { items: [{ numeric: { elements: 2, examined: 2, nonFinite: 0, l2: 0.5, relative: 0.1, maxAbs: 0.5 } }] },
    });
  });

  test("prints how far a tensor moved and how many have no numbers", async () => {
    expect((await lobreg("diff", "old", "new.tar.gz", "--numeric")).out).toContain(
      "\n  ~ array  float32 [2]  (relative 10 %, max 0.5, cosine 0.99846)\n",
    );
    expect((await lobreg("diff", "old", "new", "--numeric", "--numeric-seconds", "0")).out).toContain(
      "numbers\n  ~ 1 tensor without numbers  (the time limit was reached)\n",
    );
    expect((await lobreg("diff", "old", "new.manifest.json.gz", "--numeric", "--markdown")).out).toContain(
      "- 1 tensor without numbers: their numbers are not available\n",
    );
  });

  test("downloads a version once, only if a tensor must be read, even a withdrawn one", async () => {
    const gets = (): number => fake.requests.filter((request) => request.startsWith("GetObject") && !request.includes("manifests")).length;
    await lobreg("diff", "fraud/churn@1", "@1", "--numeric");
    await lobreg("diff", "fraud/churn@1", "@2");
    expect(gets()).toBe(0);
    const row = fake.tables.get(LOB.registryTable)!.get(versionOf({ version: 2 }).url)!;
    fake.put(LOB.registryTable, versionOf({ version: 2 }).url, { ...row, status: { S: "YANKED" } });
    expect((await lobreg("diff", "old", "fraud/churn@2", "--numeric")).out).toContain("(relative 10 %");
    expect(gets()).toBe(1);
  });

  test.each([
    [["--numeric-seconds", "5"], "--numeric-seconds requires --numeric"],
    [["--numeric", "--numeric-seconds", "-1"], "--numeric-seconds takes a number from 0 to 86,400"],
    [["--numeric", "--numeric-seconds", "x"], "--numeric-seconds takes a number from 0 to 86,400"],
  ])("%j is refused", async (args, message) => {
    expect(await lobreg("diff", "old", "new", ...args)).toMatchObject({ code: 2, out: "", err: expect.stringContaining(message) });
  });
});

test("a file that does not match its name is an error, not a difference", async () => {
  await writeFile(join(cwd, "x.tgz"), "weights");
  await writeFile(join(cwd, "manifest.json.gz"), "weights");
  expect(await lobreg("diff", "old", "x.tgz")).toMatchObject({ code: 2, out: "", err: expect.stringContaining("is not an artifact: it is plain text") }); // prettier-ignore
  expect(await lobreg("diff", "manifest.json.gz", "old")).toMatchObject({ code: 1, out: "", err: expect.stringContaining("[LOB4003]") });
});
