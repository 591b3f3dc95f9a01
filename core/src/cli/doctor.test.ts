import { beforeEach, expect, test } from "@jest/globals";
import { lobRowItem, METADATA, STAGING_PREFIX, versionKey } from "../layout.js";
import { awsError, FakeAws, LOB, sha256Of } from "../read/fakes.test.util.js";
import type { DoctorReport } from "../doctor/options.js";
import { runLobreg, type Ran } from "./run.test.util.js";

let fake: FakeAws;
let connects: object[];
beforeEach(() => {
  fake = new FakeAws();
  fake.put(LOB.catalogTable, "fraud", lobRowItem(LOB));
  connects = [];
});

const lobreg = (...args: string[]): Promise<Ran> => runLobreg({ fake, cwd: "/", connects, signal: new AbortController().signal }, args);

/** Numbers that Python published, of which no row knows. */
function pythonPublished(...numbers: number[]): void {
  for (const n of numbers) {
    const body = Buffer.from(`python ${n}`);
    fake.putObject(versionKey(LOB, "churn", n), body, { [METADATA.artifactName]: "churn", [METADATA.artifactSha256]: sha256Of(body) });
  }
}
const stray = (): void => fake.putObject(versionKey(LOB, "churn", 1).replace(/[^/]*$/, "notes.txt"), Buffer.from("x"), {});

test("a LOB that is well is said to be, in one line, and ends with 0", async () => {
  expect(await lobreg("doctor", "fraud")).toEqual({
    code: 0,
    out: "healthy fraud: looked at 0 versions of 0 models, all is as it should be\n",
    err: "",
  });
});

test("what was mended is a table, with what each finding means, and ends with 0", async () => {
  pythonPublished(1, 2);
  const { code, out, err } = await lobreg("doctor", "fraud");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/^WHAT +FINDING +WHERE +DETAILS\n/);
  expect(out).toMatch(/^mended +unindexed +fraud\/churn@2 +version 2 was published by the Python library$/m);
  expect(out).toMatch(/^unindexed {2}A number is in S3 and has no row/m);
  expect(out).toMatch(/looked at 2 versions of 1 model: 3 mended\n$/);
  expect((await lobreg("doctor", "fraud")).out).toMatch(/^healthy fraud/);
});

test("what needs a person comes first, and ends with 1", async () => {
  pythonPublished(1);
  stray();
  const { code, out } = await lobreg("doctor", "fraud/churn");
  expect(code).toBe(1);
  expect(out.split("\n")[1]).toMatch(/^needs you +stray +fraud\/churn +no version's name: .*notes\.txt$/);
  expect(out).toContain("1 that needs a person");
});

test("a dry run writes nothing, and says what would be mended", async () => {
  pythonPublished(1);
  const before = fake.items(LOB.registryTable).length;
  const { code, out } = await lobreg("doctor", "fraud", "--dry-run");
  expect(code).toBe(0);
  expect(out).toMatch(/^to mend +unindexed/m);
  expect(out).toContain("1 to mend");
  expect(fake.items(LOB.registryTable)).toHaveLength(before);
  expect(fake.requests.filter((request) => /^(Put|Update|Transact|Create|Delete|Complete)/.test(request))).toEqual([]);
});

test("--clean deletes old uploads, which are named otherwise", async () => {
  fake.putObject(`${STAGING_PREFIX}/fraud/churn/digest/token.tar.gz`, Buffer.from("x"), {});
  expect((await lobreg("doctor", "fraud")).out).toMatch(/^to mend +old-upload[\s\S]*1 to mend with --clean\n$/m);
  expect(await lobreg("doctor", "fraud", "--clean", "--quiet")).toEqual({ code: 0, out: "mended old-upload fraud/churn\n", err: "" });
  expect([...fake.objects.keys()].filter((key) => key.startsWith(STAGING_PREFIX))).toEqual([]);
});

test("--json is the report", async () => {
  pythonPublished(1);
  stray();
  const { code, out } = await lobreg("doctor", "fraud", "--json");
  expect(code).toBe(1);
  const report = JSON.parse(out) as DoctorReport;
  expect(report).toMatchObject({ lob: "fraud", dryRun: false, models: 1, versions: 1, needsPerson: true });
  expect(report.findings.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["unindexed", "stray"]));
});

test("what was found before an error is told with it: the next run would not find it again", async () => {
  pythonPublished(1);
  fake.before = (request) => {
    if (request.startsWith("ListObjectsV2 ml-staging/fraud/") && fake.items(LOB.registryTable).length > 0)
      throw awsError("ExpiredToken", 400, "The provided token has expired.");
  };
  const { code, out, err } = await lobreg("doctor", "fraud");
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(/found before it stopped:[\s\S]*mended +unindexed +fraud\/churn@1[\s\S]*LOB2004/);
});

test.each([
  [["doctor"], "missing required argument"],
  [["doctor", "fraud/churn@7"], "takes no version"],
  [["doctor", "fraud", "--dry-run", "--clean"], "--dry-run changes nothing"],
  [["doctor", "fraud", "--busy", "soon"], "--busy takes a number of minutes"],
  [["doctor", "fraud", "--age", "-1"], "--age takes a number of hours"],
])("%j is refused with 2 before AWS is asked", async (args, message) => {
  const { code, err } = await lobreg(...args);
  expect(code).toBe(2);
  expect(err.replaceAll(/\s+/g, " ")).toContain(message);
  expect(connects).toEqual([]);
});
