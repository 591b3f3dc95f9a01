/** Everything beside a bucket, and the recipes: events, logs, Object Lock, old versions, alarms, and a copy in a second region. */
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketReplicationCommand,
  GetObjectLockConfigurationCommand,
  ListObjectVersionsCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { registryEvent } from "lob-registry-core";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { bytesPerLob } from "../../examples/recipes/cost-per-lob.ts";
import { ROOT } from "../sandbox/python.ts";
import { environmentFor, startSandbox, type Sandbox } from "../sandbox/server.ts";
import { clientsOf, readObjects, type Clients } from "../support/state.ts";
import { awsConfig, Stack, type Program } from "./support/engine.ts";
import { publish } from "./support/publish.ts";
import { describeOnEngine } from "./support/suite.ts";

const MINUTES = 300_000;
const FRANKFURT = "eu-central-1";
const NUMBER = "ml-models/fraud/churn/versions/999999_000001.tar.gz";
/** It answers with defaults for an alarm of several metrics, and does not keep a trail's log group. */
const FORGOTTEN_BY_THE_SANDBOX = [
  ["update", "fraud-throttling", "period", "statistic"],
  ["update", "fraud-trail", "cloudWatchLogsGroupArn", "cloudWatchLogsRoleArn"],
];
const LOCK = { days: 30, mode: "COMPLIANCE" };
const BESIDE = {
  events: true,
  logs: { dataEvents: "writes" },
  objectLock: LOCK,
  oldVersions: { storageClass: "GLACIER_IR", days: 180 },
};

describeOnEngine("what stands beside a bucket", () => {
  let sandbox: Sandbox;
  let clients: Clients;
  let stack: Stack;
  let server: Server;
  let outputs: Record<string, string>;
  let folder: string;
  /** Requests to the server that plays Slack and GitHub. */
  const received: { path: string; authorization: string | undefined; body: any }[] = [];
  beforeAll(async () => {
    sandbox = await startSandbox();
    clients = clientsOf(sandbox);
    await clients.s3.send(new CreateBucketCommand({ Bucket: "acme-logs" }));
    stack = await Stack.create(sandbox);
    folder = await mkdtemp(join(tmpdir(), "lob-beside-"));
    server = createServer((request, response) => {
      let text = "";
      request.on("data", (part) => (text += String(part)));
      request.on("end", () => {
        received.push({ path: request.url!, authorization: request.headers.authorization, body: JSON.parse(text) });
        response.end("{}");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  }, MINUTES);
  afterAll(async () => {
    server?.close();
    await sandbox?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const program = (beside: object = BESIDE): Program => ({
    language: "typescript",
    program: join(import.meta.dirname, "programs", "beside.ts"),
    args: {
      beside,
      server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      elsewhere: awsConfig({ ...sandbox, region: FRANKFURT }),
    },
  });
  /** Settings beside a bucket, as AWS has them. */
  const beside = async (Bucket: string): Promise<unknown> => {
    const { s3 } = clients;
    const [{ EventBridgeConfiguration }, { LoggingEnabled }, { ObjectLockConfiguration }, { Rules = [] }] = await Promise.all([
      s3.send(new GetBucketNotificationConfigurationCommand({ Bucket })),
      s3.send(new GetBucketLoggingCommand({ Bucket })),
      s3.send(new GetObjectLockConfigurationCommand({ Bucket })),
      s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
    ]);
    return {
      events: EventBridgeConfiguration !== undefined,
      logs: LoggingEnabled?.TargetBucket,
      lock: ObjectLockConfiguration?.Rule?.DefaultRetention,
      transitions: Rules.flatMap(({ Transitions = [] }) => Transitions),
    };
  };
  /** Resources of the components: those of the recipes are the program's own, and protected by nothing. */
  const urns = async (): Promise<string[]> =>
    (await stack.resources()).flatMap(({ urn }) => (urn.includes("lob-registry:") ? [urn] : [])).sort();

  test(
    "comes up with the recipes, on a bucket of a LOB and of a shared registry, and then does not change",
    async () => {
      await stack.must("up", program());
      outputs = await stack.outputs();
      const wanted = {
        events: true,
        lock: { Mode: LOCK.mode, Days: LOCK.days },
        transitions: [{ Days: 180, StorageClass: "GLACIER_IR" }],
      };
      expect(await beside(outputs["bucketName"]!)).toEqual({ ...wanted, logs: "123456789012-us-east-1-fraud-logs" });
      expect(await beside(outputs["sharedBucket"]!)).toEqual({ ...wanted, logs: "acme-logs" });
      const { steps } = await stack.must("preview", program());
      expect(steps.flatMap(({ op, name, diffs }) => (op === "same" ? [] : [[op, name, ...diffs]]))).toEqual(
        expect.arrayContaining([...FORGOTTEN_BY_THE_SANDBOX]),
      );
      expect(steps.filter(({ op }) => op !== "same")).toHaveLength(FORGOTTEN_BY_THE_SANDBOX.length);
    },
    MINUTES,
  );

  test(
    "each version causes one event, which reaches Slack and GitHub; nothing else in the bucket does",
    async () => {
      for (const content of ["one", "two"]) await publish(sandbox, outputs, content);
      for (let waited = 0; received.length < 4 && waited < 10_000; waited += 100) await sleep(100);
      // Time for events that must not come: those of staging, manifests and LATEST came before the last of the numbers.
      await sleep(1000);
      const slack = received.filter(({ path }) => path === "/slack");
      expect(slack.map(({ body }) => String(body.text)).sort()).toEqual(
        ["999998_000002", "999999_000001"].map((n) => `Published s3://${outputs["bucketName"]}/ml-models/fraud/churn/versions/${n}.tar.gz`),
      );
      expect(new Set(slack.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer xoxb-1"]));
      const github = received.filter(({ path }) => path === "/github");
      expect(github.map(({ body }) => String(body.event_type))).toEqual(["model-published", "model-published"]);
      expect(github.map(({ body }) => registryEvent(body.client_payload)?.version).sort()).toEqual([1, 2]);
      expect(received).toHaveLength(4);
    },
    MINUTES,
  );

  test("the cost of a LOB counts every object version, and Object Lock keeps one that it holds", async () => {
    const Bucket = outputs["bucketName"]!;
    const { Versions = [] } = await clients.s3.send(new ListObjectVersionsCommand({ Bucket }));
    // Two numbers, two manifests, two uploads, and LATEST twice.
    expect(Versions).toHaveLength(8);
    const bytes = await bytesPerLob(clients.s3, Bucket);
    expect([...bytes]).toEqual([["fraud", Versions.reduce((sum, { Size = 0 }) => sum + Size, 0)]]);
    // The sandbox gives the default retention only to what was not uploaded in parts; test/object-lock has all of it.
    const manifests = Versions.filter(({ Key }) => Key!.includes("/manifests/"));
    expect(manifests).toHaveLength(2);
    for (const { Key, VersionId } of manifests) {
      await expect(clients.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }))).rejects.toThrow(/object lock/i);
    }
  });

  test(
    "a copy in a second region is read as a LOB, once doctor has filled its tables",
    async () => {
      const [Bucket, from] = [outputs["replicaBucket"]!, outputs["bucketName"]!];
      const { ReplicationConfiguration } = await clients.s3.send(new GetBucketReplicationCommand({ Bucket: from }));
      expect(ReplicationConfiguration?.Rules).toMatchObject([
        {
          Filter: { Prefix: "ml-models/fraud/" },
          Destination: { Bucket: `arn:aws:s3:::${Bucket}` },
          DeleteMarkerReplication: { Status: "Disabled" },
        },
      ]);
      // Replicates by hand: the sandbox skips objects that were uploaded in parts.
      const objects = await readObjects(clients, from, "ml-models/fraud/");
      const frankfurt = clientsOf({ env: sandbox.env, region: FRANKFURT }).s3;
      for (const { key } of objects) {
        await frankfurt.send(new CopyObjectCommand({ Bucket, Key: key, CopySource: `${from}/${key}` }));
      }
      const lobreg = async (...args: string[]): Promise<string> => {
        const env = { ...environmentFor(sandbox), AWS_REGION: FRANKFURT, AWS_DEFAULT_REGION: FRANKFURT };
        const main = join(ROOT, "core", "dist", "cli", "main.js");
        return (await promisify(execFile)(process.execPath, [main, ...args], { env })).stdout;
      };
      await lobreg("doctor", "fraud");
      const { versions } = JSON.parse(await lobreg("list", "fraud/churn", "--json")) as { versions: { version: number; sha256: string }[] };
      const hashes = new Map(objects.map(({ key, sha256 }) => [key, sha256]));
      expect(versions.map(({ version }) => version)).toEqual([2, 1]);
      expect(versions[1]!.sha256).toBe(hashes.get(NUMBER));
      await lobreg("pull", "fraud/churn@1", join(folder, "pulled"));
    },
    MINUTES,
  );

  test("a refused destroy leaves everything beside both buckets", async () => {
    const everything = async (): Promise<unknown> => [
      await urns(),
      await beside(outputs["bucketName"]!),
      await beside(outputs["sharedBucket"]!),
    ];
    const before = await everything();
    const { code, text } = await stack.run("destroy", program());
    expect({ code, text }).toEqual({ code: 1, text: expect.stringMatching(/protect/) });
    expect(await everything()).toEqual(before);
  });

  test("what only watches goes in one deployment when its argument does; the logs stay, and Object Lock is refused", async () => {
    const { objectLock, oldVersions } = BESIDE;
    await stack.must("up", program({ objectLock, oldVersions }));
    expect(await beside(outputs["bucketName"]!)).toMatchObject({ events: false, logs: undefined, lock: { Days: LOCK.days } });
    await expect(clients.s3.send(new ListObjectVersionsCommand({ Bucket: "123456789012-us-east-1-fraud-logs" }))).resolves.toBeDefined();
    const { code, text } = await stack.run("up", program({ oldVersions }));
    expect({ code, text }).toEqual({ code: 1, text: expect.stringMatching(/fraud-object-lock.*protect|protect.*fraud-object-lock/s) });
    expect(await beside(outputs["bucketName"]!)).toMatchObject({ lock: { Days: LOCK.days } });
  });
});
