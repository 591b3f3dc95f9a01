import { beforeEach, expect, test } from "@jest/globals";
import { lobRowItem, METADATA, STAGING_PREFIX, versionKey } from "../../layout.js";
import { awsError, FakeAws, LOB, sha256Of } from "../../read/fakes.test.util.js";
import type { DoctorReport } from "../../doctor/options.js";
import { runLobreg, type CliRun } from "../run.test.util.js";

let fake: FakeAws;
let connects: object[];
beforeEach(() => {
  fake = new FakeAws();
  fake.put(LOB.catalogTable, "fraud", lobRowItem(LOB));
  connects = [];
});

const lobreg = (...args: string[]): Promise<CliRun> => runLobreg({ fake, cwd: "/", connects, signal: new AbortController().signal }, args);

/** Versions that the Python library published and that have no row. */
function pythonPublished(...numbers: number[]): void {
  for (const n of numbers) {
    const body = Buffer.from(`python ${n}`);
    fake.putObject(versionKey(LOB, "churn", n), body, { [METADATA.artifactName]: "churn", [METADATA.artifactSha256]: sha256Of(body) });
  }
}
const stray = (): void => fake.putObject(versionKey(LOB, "churn", 1).replace(/[^/]*$/, "notes.txt"), Buffer.from("x"), {});

test("a healthy LOB gets one line and exits 0", async () => {
  expect(await lobreg("doctor", "fraud")).toEqual({
    code: 0,
    out: "healthy fraud: checked 0 versions of 0 models, no problems found\n",
    err: "",
  });
});

test("prints repairs as a table with an explanation of each issue, and exits 0", async () => {
  pythonPublished(1, 2);
  const { code, out, err } = await lobreg("doctor", "fraud");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/^STATUS +ISSUE +WHERE +DETAILS\n/);
  expect(out).toMatch(/^repaired +unindexed +fraud\/churn@2 +version 2 was published by the Python library$/m);
  expect(out).toMatch(/^unindexed {2}A number has an object but no row/m);
  expect(out).toMatch(/checked 2 versions of 1 model: 3 repaired\n$/);
  expect((await lobreg("doctor", "fraud")).out).toMatch(/^healthy fraud/);
});

test("prints what needs manual action first, and exits 1", async () => {
  pythonPublished(1);
  stray();
  const { code, out } = await lobreg("doctor", "fraud/churn");
  expect(code).toBe(1);
  expect(out.split("\n")[1]).toMatch(/^needs you +stray +fraud\/churn +not a version: .*notes\.txt$/);
  expect(out).toContain("1 needs manual action");
});

test("a dry run writes nothing and prints what would be repaired", async () => {
  pythonPublished(1);
  const before = fake.items(LOB.registryTable).length;
  const { code, out } = await lobreg("doctor", "fraud", "--dry-run");
  expect(code).toBe(0);
  expect(out).toMatch(/^to repair +unindexed/m);
  expect(out).toContain("1 to repair");
  expect(fake.items(LOB.registryTable)).toHaveLength(before);
  expect(fake.requests.filter((request) => /^(Put|Update|Transact|Create|Delete|Complete)/.test(request))).toEqual([]);
});

test("--clean deletes old uploads; without it they are listed", async () => {
  fake.putObject(`${STAGING_PREFIX}/fraud/churn/digest/token.tar.gz`, Buffer.from("x"), {});
  expect((await lobreg("doctor", "fraud")).out).toMatch(/^to repair +old-upload[\s\S]*1 to repair with --clean\n$/m);
  expect(await lobreg("doctor", "fraud", "--clean", "--quiet")).toEqual({ code: 0, out: "repaired old-upload fraud/churn\n", err: "" });
  expect([...fake.objects.keys()].filter((key) => key.startsWith(STAGING_PREFIX))).toEqual([]);
});

test("--json prints the report", async () => {
  pythonPublished(1);
  stray();
  const { code, out } = await lobreg("doctor", "fraud", "--json");
  expect(code).toBe(1);
  const report = JSON.parse(out) as DoctorReport;
  expect(report).toMatchObject({ lob: "fraud", dryRun: false, models: 1, versions: 1, needsManualAction: true });
  expect(report.issues.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["unindexed", "stray"]));
});

test("prints with an error what was found before it, because the next run does not find it again", async () => {
  pythonPublished(1);
  fake.before = (request) => {
    if (request.startsWith("ListObjectsV2 ml-staging/fraud/") && fake.items(LOB.registryTable).length > 0)
      throw awsError("ExpiredToken", 400, "The provided token has expired.");
  };
  const { code, out, err } = await lobreg("doctor", "fraud");
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(/found before the error:[\s\S]*repaired +unindexed +fraud\/churn@1[\s\S]*LOB2004/);
});

test.each([
  [["doctor"], "missing required argument"],
  [["doctor", "fraud/churn@7"], "takes no version"],
  [["doctor", "fraud", "--dry-run", "--clean"], "--dry-run changes nothing"],
  [["doctor", "fraud", "--busy", "soon"], "--busy takes a number of minutes"],
  [["doctor", "fraud", "--age", "-1"], "--age takes a number of hours"],
])("%j exits 2 before any request", async (args, message) => {
  const { code, err } = await lobreg(...args);
  expect(code).toBe(2);
  expect(err.replaceAll(/\s+/g, " ")).toContain(message);
  expect(connects).toEqual([]);
});
