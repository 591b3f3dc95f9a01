/** The first design, unchanged: what this registry grew from, with the Python library alone. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_PREFIX, DEFAULT_SUFFIX, lobPrefix, sharedNames, versionsPrefix } from "lob-registry-core/layout";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { clientsOf, readObjects } from "../support/state.ts";
import { Library } from "./versioned.ts";

const INSTALLING = 300_000;

let sandbox: Sandbox;
let folder: string;
let library: Library | undefined;
beforeAll(async () => {
  sandbox = await startSandbox();
  folder = await mkdtemp(join(tmpdir(), "lob-first-design-"));
}, INSTALLING);
afterAll(async () => {
  await library?.stop();
  await sandbox?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("an artifact that is put and published twice with the same content is one version, which is read back", async () => {
  const bucket = `${sandbox.accountId}-${sandbox.region}-artifacts`;
  library = new Library(sandbox, { region: sandbox.region, bucket, prefix: "ml-models/lob1", suffix: ".tar.gz" });
  const path = join(folder, "model1.tar.gz");
  const content = "the content of model1, as it was trained";
  await writeFile(path, content);
  const name = "model1";
  const copy = join(folder, "copy.tar.gz");

  const [, put, published, putAgain, publishedAgain, newest, versions, read] = await library.do(
    ["bootstrap", {}],
    ["put", { name, path }],
    ["publish", { name }],
    ["put", { name, path }],
    ["publish", { name }],
    ["newest", { name }],
    ["versions", { name }],
    ["read", { name, version: 1, to: copy }],
  );

  const folderUri = `s3://${bucket}/ml-models/lob1/model1/versions`;
  expect(put).toMatchObject({ version: "LATEST", s3uri: `${folderUri}/000000_LATEST.tar.gz` });
  expect(published).toMatchObject({ version: "1", s3uri: `${folderUri}/999999_000001.tar.gz`, sha256: put.sha256 });
  expect(putAgain).toEqual(put);
  expect(publishedAgain).toEqual(published);
  expect(newest).toBe(1);
  expect(versions.map(({ version }) => version)).toEqual(["LATEST", "1"]);
  expect(read).toMatchObject({ version: "1", size: content.length, contentSha256: put.sha256, sha256: put.sha256 });
  const objects = await readObjects(clientsOf(sandbox), bucket);
  expect(objects.map(({ key, sha256 }) => [key, sha256])).toEqual([
    ["ml-models/lob1/model1/versions/000000_LATEST.tar.gz", put.sha256],
    ["ml-models/lob1/model1/versions/999999_000001.tar.gz", put.sha256],
  ]);

  // Our layout has the same names.
  const place = { ...sharedNames(sandbox.accountId, sandbox.region), prefix: DEFAULT_PREFIX, suffix: DEFAULT_SUFFIX, lob: "lob1" };
  expect(place.bucket).toBe(bucket);
  expect(lobPrefix(place)).toBe("ml-models/lob1/");
  expect(`s3://${place.bucket}/${versionsPrefix(place, name)}`).toBe(`${folderUri}/`);
});
