/** Scenarios in which the Python library and this project share a LOB: on the sandbox (the tests here), and on AWS (test/e2e-aws). */
import assert from "node:assert/strict";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { LATEST, versionKey } from "lob-registry-core/layout";
import { noise, type Setting } from "./setting.ts";

/** ETags of a version and of LATEST. */
async function etags({ lob, clients }: Setting, model: string, version: number): Promise<(string | undefined)[]> {
  return Promise.all(
    [version, LATEST as typeof LATEST].map(async (n) => {
      const head = await clients.s3.send(new HeadObjectCommand({ Bucket: lob.row.bucket, Key: versionKey(lob.row, model, n) }));
      return head.ETag;
    }),
  );
}

/**
 * Right after each publish of ours the library reads the version whole, and publishing or putting the same from there changes nothing.
 *
 * @param bytes size of what is published, at least
 */
export async function changesNothingAfterUs(setting: Setting, name: string, bytes: number, versions: readonly number[]): Promise<void> {
  for (const n of versions) {
    const published = await setting.publish(name, await setting.tree({ "weights.bin": noise(bytes, `content ${n}`) }));
    assert.equal(published.version, n);
    assert(published.size! > bytes);
    const [number, latest] = await etags(setting, name, n);
    assert.equal(number, latest, "the ETags of the number and of LATEST differ");

    const before = await setting.lob.contents();
    const to = setting.newPath();
    const [fromPython, read, put, publishedAgain] = await setting.library.do(
      ["publish", { name }],
      ["read", { name, version: n, to }],
      ["put", { name, path: to }],
      ["publish", { name }],
    );
    assert.deepEqual(fromPython, { name, version: String(n), s3uri: published.s3Uri, sha256: published.sha256 });
    assert.deepEqual([read.size, read.contentSha256], [published.size, published.sha256]);
    assert.deepEqual([put.version, put.sha256], ["LATEST", published.sha256]);
    assert.deepEqual(publishedAgain, fromPython);
    assert.deepEqual(await setting.lob.contents(), before);
  }
  assert.deepEqual(await setting.broken(name), []);
}

/** A publish that must not go through: nothing is uploaded, and neither bucket nor tables change. */
export async function stops(setting: Setting, model: string, path: string): Promise<void> {
  const before = await setting.lob.contents();
  const steps: string[] = [];
  await assert.rejects(setting.publish(model, path, { onLog: ({ step }) => void steps.push(step) }), (error: unknown) => {
    const { code, message, hint } = error as { code?: string; message: string; hint?: string };
    assert.equal(code, "LOB3006", message);
    assert(message.includes(`LATEST of ${model}`));
    assert.match(hint ?? "", /publish_artifact_version.*take-over/);
    return true;
  });
  assert(!steps.includes("stage"));
  assert.deepEqual(await setting.lob.contents(), before);
}

/**
 * A draft that Python put over LATEST and did not publish stops our publish before anything is uploaded; published, it is indexed, and we go
 * on above it.
 */
export async function goesOnAboveADraft(setting: Setting, name: string): Promise<void> {
  const ours = await setting.publish(name, await setting.tree({ "weights.bin": "one" }));
  const draft = await setting.file("a notebook's work");
  await setting.library.do(["put", { name, path: draft }]);
  const two = await setting.tree({ "weights.bin": "two" });
  await stops(setting, name, two);

  const [published] = await setting.library.do(["publish", { name }]);
  assert.equal(published.version, "2");
  const result = await setting.publish(name, two);
  assert.deepEqual([result.version, result.changed, result.latest], [3, true, 3]);
  const { status, origin, sha256, token } = (await setting.lob.versionRow(name, 2)) ?? {};
  assert.deepEqual({ status, origin, sha256, token }, { status: "READY", origin: "versioned", sha256: published.sha256, token: "" });

  const [versions, newest, again] = await setting.library.do(["versions", { name }], ["newest", { name }], ["publish", { name }]);
  assert.deepEqual(
    versions.map((artifact) => [artifact.version, artifact.sha256]),
    [
      ["LATEST", result.sha256],
      ["3", result.sha256],
      ["2", published.sha256],
      ["1", ours.sha256],
    ],
  );
  assert.equal(newest, 3);
  assert.deepEqual([again.version, again.sha256], ["3", result.sha256]);
  assert.deepEqual(await setting.broken(name), []);
}

/** With the write-once policy, the library's publish of a draft is refused by S3, and no number appears. */
export async function refusesAPublishOfPython(setting: Setting, name: string): Promise<void> {
  await setting.publish(name, await setting.tree({ "weights.bin": "one" }));
  await setting.library.do(["put", { name, path: await setting.file("a notebook's work") }]);
  const before = await setting.lob.contents();
  await assert.rejects(setting.library.do(["publish", { name }]), /AccessDenied|Access Denied|403/);
  assert.deepEqual(await setting.lob.contents(), before);
}
