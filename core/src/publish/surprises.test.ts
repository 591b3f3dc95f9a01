/** States that block a publish, and how the publish handles and reports them. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { LATEST, METADATA, modelNamespace, STAGING_PREFIX, versionKey } from "../layout.js";
import { awsError, FakeAws } from "../testing/fake-aws.js";
import { sha256 } from "../testing/invariants.js";
import { fakeEnvironment, fakeTree, LOB } from "../testing/simulation.js";
import type { PublishOptions, PublishResult } from "./options.js";
import { publishTree } from "./publish.js";

let folder: string;
let aws: FakeAws;
let environmentOf: ReturnType<typeof fakeEnvironment>;
let requests: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lob-surprises-"));
  await writeFile(join(folder, "manifest"), "x");
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  aws = new FakeAws(LOB.bucket, [LOB.catalogTable, LOB.registryTable]);
  environmentOf = fakeEnvironment(join(folder, "manifest"));
  requests = [];
});

type More = Partial<PublishOptions> & { readonly answer?: (name: string, key: string) => Error | undefined };

function publishing(content: string, { answer, ...options }: More = {}): Promise<PublishResult> {
  const clients = aws.clients(async ({ name, key }, execute) => {
    requests.push(name);
    const error = answer?.(name, key);
    if (error) throw error;
    return Promise.resolve(execute());
  });
  return publishTree(clients, LOB, fakeTree(content), { lob: LOB.lob, model: "churn", path: ".", ...options }, environmentOf(content));
}

const keyOf = (n: number | typeof LATEST) => versionKey(LOB, "churn", n);

/** As the Python library's put and publish do it. */
function pythonPuts(text: string, n: number | typeof LATEST): void {
  const body = Buffer.from(text);
  aws.putObject(keyOf(n), body, { [METADATA.artifactName]: "churn", [METADATA.artifactSha256]: sha256(body) });
}

test("a model's row that was deleted comes back with the next publish, above every number", async () => {
  await publishing("A");
  await publishing("B");
  aws.tables.get(LOB.catalogTable)!.delete(modelNamespace(LOB.lob, "churn"));
  expect(await publishing("C")).toMatchObject({ version: 3, changed: true, latest: 3 });
});

test("a model's row that was deleted comes back also when the content is the newest version", async () => {
  await publishing("A");
  await publishing("B");
  aws.tables.get(LOB.catalogTable)!.delete(modelNamespace(LOB.lob, "churn"));
  expect(await publishing("B")).toMatchObject({ version: 2, changed: false, latest: 2 });
});

test("a LATEST that names a missing number stops the publish at once, and the error names the number", async () => {
  await publishing("A");
  aws.objects.delete(keyOf(1));
  aws.tables.get(LOB.catalogTable)!.clear();
  await expect(publishing("B")).rejects.toMatchObject({ code: "LOB4001", message: expect.stringContaining(keyOf(1)) as unknown });
  expect(requests.length).toBeLessThan(40);
});

test("a dry run reports the number after those that the Python library published", async () => {
  for (const n of [1, 2, 3]) pythonPuts(`python ${n}`, n);
  pythonPuts("python 3", LATEST);
  expect(await publishing("A", { dryRun: true })).toMatchObject({ version: 4, changed: true, dryRun: true, latest: 3 });
  expect(await publishing("A")).toMatchObject({ version: 4, changed: true, latest: 4 });
});

test("a dry run of the newest content notices that the Python library has published since", async () => {
  await publishing("A");
  pythonPuts("python", 2);
  pythonPuts("python", LATEST);
  expect(await publishing("A", { dryRun: true })).toMatchObject({ version: 3, changed: true });
  expect(await publishing("A")).toMatchObject({ version: 3, changed: true });
});

test("a dry run of the newest content stops at unpublished work, as a publish does", async () => {
  await publishing("A");
  pythonPuts("a draft", LATEST);
  await expect(publishing("A", { dryRun: true })).rejects.toMatchObject({ code: "LOB3006" });
  await expect(publishing("A")).rejects.toMatchObject({ code: "LOB3006" });
});

test("rerunning an old run ignores unpublished work at LATEST, and keeps it", async () => {
  await publishing("A", { idempotencyKey: "run-1" });
  pythonPuts("a draft", LATEST);
  expect(await publishing("A", { idempotencyKey: "run-1" })).toMatchObject({ version: 1, changed: false });
  expect(aws.objects.get(keyOf(LATEST))!.body.toString()).toBe("a draft");
});

test("a folder marker before the versions does not hide the newest number", async () => {
  pythonPuts("python 1", 1);
  pythonPuts("python 1", LATEST);
  aws.putObject(keyOf(LATEST).replace(/[^/]*$/, ""), Buffer.alloc(0), {});
  expect(await publishing("A")).toMatchObject({ version: 2, changed: true });
});

test("uploads that keep disappearing end with an error, not with endless uploads", async () => {
  const answer = (name: string, key: string) =>
    name === "HeadObject" && key.startsWith(STAGING_PREFIX) ? awsError("NotFound", 404) : undefined;
  await expect(publishing("A", { answer })).rejects.toMatchObject({ code: "LOB3007" });
});

test("expired credentials are reported as such, although HEAD does not name them", async () => {
  const answer = (name: string, key: string) => {
    if (name === "HeadObject" && key.startsWith(STAGING_PREFIX)) return awsError("Unknown", 400, "UnknownError");
    return name === "ListObjectsV2" && key.startsWith(STAGING_PREFIX)
      ? awsError("ExpiredToken", 400, "The provided token has expired.")
      : undefined;
  };
  await expect(publishing("A", { answer })).rejects.toMatchObject({ code: "LOB2004" });
});

test("an error in the body of a 200 that names a condition is a failed condition, not a lost answer", async () => {
  let refused = 0;
  const answer = (name: string, key: string) => {
    // The SDK gives such an error a status of its own.
    if (name === "CompleteMultipartUpload" && key === keyOf(1) && refused++ === 0) return awsError("PreconditionFailed", 503);
    return undefined;
  };
  expect(await publishing("A", { answer })).toMatchObject({ version: 1 });
  expect(requests.filter((name) => name === "AbortMultipartUpload")).toHaveLength(1);
});

test("a permanent error in the body of a 200 stops the publish, and is reported", async () => {
  const answer = (name: string, key: string) =>
    name === "CompleteMultipartUpload" && key === keyOf(1) ? awsError("InvalidPart", 503) : undefined;
  await expect(publishing("A", { answer })).rejects.toMatchObject({
    code: "LOB2008",
    message: expect.stringContaining("InvalidPart") as unknown,
  });
});

test("a manifest that another is writing at this moment is written again until it is there", async () => {
  let conflicts = 0;
  const answer = (name: string) => (name === "PutObject" && conflicts++ < 3 ? awsError("ConditionalRequestConflict", 409) : undefined);
  expect(await publishing("A", { answer })).toMatchObject({ version: 1 });
  expect([...aws.objects.keys()].filter((key) => key.includes("/manifests/"))).toHaveLength(1);
});
