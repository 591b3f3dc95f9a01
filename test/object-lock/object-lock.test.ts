/**
 * The publish protocol in a bucket with a default retention, on versitygw: the sandbox gives no retention to what is uploaded in parts. Skipped
 * unless VERSITYGW names the program.
 */
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectLockConfigurationCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { connect, doctor, findLob, listVersions, publish, pull, type Aws } from "lob-registry-core";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { declareLob, type DeclaredLob } from "../support/lob.ts";
import { startVersitygw, type Versitygw } from "../support/versitygw.ts";

(process.env["VERSITYGW"] === undefined ? describe.skip : describe)("under a default retention in compliance mode", () => {
  let sandbox: Sandbox;
  let gateway: Versitygw;
  let lob: DeclaredLob;
  let folder: string;
  let aws: Aws;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "object-lock-"));
    sandbox = await startSandbox();
    gateway = await startVersitygw(join(folder, "s3"), sandbox.accountId);
    const { accessKeyId, secretAccessKey } = gateway.credentials;
    Object.assign(process.env, sandbox.env, {
      AWS_ENDPOINT_URL_S3: gateway.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    });
    lob = await declareLob(sandbox, "fraud");
    aws = await connect();
    const { bucket: Bucket } = lob.row;
    await aws.s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    await aws.s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: 1 } } },
      }),
    );
  }, 300_000);
  afterAll(async () => {
    aws?.s3.destroy();
    aws?.dynamodb.destroy();
    gateway?.stop();
    await sandbox?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const publishing = async (content: string, from: Aws = aws): Promise<number> => {
    const path = join(await mkdtemp(join(folder, "model-")), "churn");
    await writeFile(path, content);
    return (await publish(from, { lob: "fraud", model: "churn", path })).version;
  };
  const staged = async (): Promise<(string | undefined)[]> => {
    const { Contents = [] } = await aws.s3.send(new ListObjectsV2Command({ Bucket: lob.row.bucket, Prefix: "ml-staging/" }));
    return Contents.map(({ Key }) => Key);
  };
  /** A client that fails at a command, as if its process died there. */
  const dyingAt = async (command: string): Promise<Aws> => {
    const dying = await connect();
    dying.s3.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName !== `${command}Command`) return next(args);
        throw Object.assign(new Error("died"), { name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
      },
      { step: "initialize" },
    );
    return dying;
  };

  test("versions, a change of LATEST, and content that comes back", async () => {
    expect([await publishing("A"), await publishing("B"), await publishing("A"), await publishing("A")]).toEqual([1, 2, 3, 3]);
    expect(await staged()).toEqual([]);
  }, 60_000);

  test("publishers at the same time", async () => {
    const numbers = await Promise.all(["C", "D", "D", "E"].map((content) => publishing(content)));
    expect([...new Set(numbers)].sort()).toEqual([4, 5, 6]);
    expect(numbers[1]).toBe(numbers[2]);
  }, 60_000);

  test("an upload that is given up, and a publisher that dies before its number exists", async () => {
    await expect(dyingAt("UploadPart").then((dying) => publishing("F", dying))).rejects.toThrow();
    const { Uploads = [] } = await aws.s3.send(new ListMultipartUploadsCommand({ Bucket: lob.row.bucket }));
    expect(Uploads).toEqual([]);
    await expect(dyingAt("UploadPartCopy").then((dying) => publishing("F", dying))).rejects.toThrow();
    expect(await staged()).toHaveLength(1);
    expect(await publishing("F")).toBe(7);
    expect(await staged()).toEqual([]);
  }, 60_000);

  test("doctor finishes what a publisher left, and then finds nothing", async () => {
    await expect(dyingAt("UploadPartCopy").then((dying) => publishing("G", dying))).rejects.toThrow();
    const repaired = await doctor(aws, { lob: "fraud", busySeconds: 0 });
    expect(repaired.issues.map(({ outcome }) => outcome)).not.toContain("failed");
    expect((await doctor(aws, { lob: "fraud", busySeconds: 0 })).issues).toEqual([]);
    expect(await staged()).toEqual([]);
    const known = await findLob(aws, "fraud");
    const versions: number[] = [];
    for await (const { version } of listVersions(aws, known, "churn")) versions.push(version);
    expect(versions).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    const target = join(folder, "pulled");
    await pull(aws, known, "churn", { latest: true }, { target });
    expect(await readFile(join(target, "churn"), "utf8")).toBe("G");
  }, 60_000);

  test("every object version that publishing wrote is kept, uploads and old copies of LATEST too, which cost as much", async () => {
    const Bucket = lob.row.bucket;
    const { Versions = [] } = await aws.s3.send(new ListObjectVersionsCommand({ Bucket }));
    const of = (part: string): number => Versions.filter(({ Key }) => Key!.includes(part)).length;
    expect([of("/versions/9"), of("LATEST")]).toEqual([8, expect.any(Number)]);
    expect(of("LATEST")).toBeGreaterThan(4);
    expect(of("ml-staging/")).toBeGreaterThanOrEqual(8);
    for (const { Key, VersionId } of Versions) {
      await expect(aws.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }))).rejects.toThrow(/lock/i);
    }
  }, 60_000);
});
