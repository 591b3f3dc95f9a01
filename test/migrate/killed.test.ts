/** A migration that is killed at each of its requests and run again: the end is that of one which nothing disturbed. */
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { ListObjectVersionsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { connect, migrate, type Aws, type MigrationSource } from "lob-registry-core";
import { empty, type Lob } from "../kill/killed-publish.ts";
import { ROOT } from "../sandbox/python.ts";
import { environmentFor, startSandbox, type Sandbox } from "../sandbox/server.ts";
import { FaultProxy, onRequest } from "../support/fault-proxy.ts";
import { clientsOf, readBytes, readObjects, readRows } from "../support/state.ts";
import { seed, type Place, type SeedModel } from "./seed.ts";
import { broken, clientsFor, declareLob, placeOf } from "./setting.ts";
import type { DeclaredLob } from "../support/lob.ts";

const INSTALLING = 300_000;
// On a busy machine, hundreds of versions take their time.
jest.setTimeout(300_000);
const EACH_REQUEST = 600_000;
const SOURCE: Place = { region: "us-east-1", bucket: "old", prefix: "p", suffix: ".zip" };
const MODELS: SeedModel[] = [
  {
    name: "churn",
    contents: ["A", "B", "A"],
    aliases: [
      ["prod", 2, 3, 20],
      ["dev", "LATEST", null, null],
    ],
  },
  { name: "drafted", contents: [""], draft: "not published" },
];

let sandbox: Sandbox;
let declared: DeclaredLob;
let lob: Lob;
/** Objects that the library created in the LOB's own place, to restore them for each run. */
let seeded: { Key: string; Body: Buffer; Metadata: Record<string, string> }[];
beforeAll(async () => {
  sandbox = await startSandbox();
  await clientsFor(sandbox);
  declared = await declareLob(sandbox, "fraud");
  const { bucket, registryTable } = declared.row;
  lob = { sandbox, lob: "fraud", bucket, catalogTable: "fraud-model-catalog", registryTable };
  await seed(sandbox, SOURCE, MODELS);
  await seed(sandbox, placeOf(sandbox, declared), MODELS);
  const clients = clientsOf(sandbox);
  const objects = await readObjects(clients, bucket);
  seeded = await Promise.all(
    objects.map(async ({ key, metadata }) => ({ Key: key, Body: await readBytes(clients, bucket, key), Metadata: { ...metadata } })),
  );
}, INSTALLING);
afterAll(() => sandbox?.stop());

class Killed extends Error {}

type InitializeMiddleware<Input, Output> = (
  next: (args: Input) => Promise<Output>,
  context: Readonly<Record<string, unknown>>,
) => (args: Input) => Promise<Output>;

/** Clients of a process that is killed when the server has done its request number `last` and has not answered. */
async function mortal(last: number): Promise<{ aws: Aws; seen: string[]; signal: AbortSignal }> {
  const aws = await connect();
  const seen: string[] = [];
  // A killed process does not wait for another attempt.
  const death = new AbortController();
  const die = (): never => {
    death.abort();
    throw new Killed();
  };
  const mortally: InitializeMiddleware<object, object> = (next, context) => async (args) => {
    const index = seen.push(String(context["commandName"]));
    if (index > last) die();
    const answer = await next(args);
    if (seen.length >= last) die();
    return answer;
  };
  for (const client of [aws.s3, aws.dynamodb]) {
    const stack = client.middlewareStack as unknown as { add: (middleware: typeof mortally, options: object) => void };
    stack.add(mortally, { step: "initialize", name: "mortal" });
  }
  return { aws, seen, signal: death.signal };
}

const WRITES = /^(Create|Put|UploadPart|Complete|Transact)/;
const ALIVE = Number.MAX_SAFE_INTEGER;

/** Migrates with a process that ends at its request number `last`; the names of the requests that it made. */
async function migrateUntil(source: MigrationSource, last = ALIVE): Promise<string[]> {
  const { aws, seen, signal } = await mortal(last);
  const ended = await migrate(aws, { lob: "fraud", source, signal }).then(
    () => "done",
    () => "died",
  );
  aws.s3.destroy();
  aws.dynamodb.destroy();
  expect(ended).toBe(last === ALIVE ? "done" : "died");
  return seen;
}

/** Everything that readers see, without the times of this run. */
async function settled(): Promise<object> {
  const clients = clientsOf(sandbox);
  const times = ["createdAt", "updatedAt", "at", "readyAt", "reservedAt", "update_at"];
  const without = (row: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !times.includes(name)));
  const objects = await readObjects(clients, lob.bucket);
  const isJson = (key: string): boolean => key.endsWith(".json");
  return {
    objects: objects.map(({ key, metadata, sha256, etag }) => (isJson(key) ? { key, metadata } : { key, metadata, sha256, etag })),
    catalog: (await readRows(clients, lob.catalogTable, "namespace")).map(without),
    registry: (await readRows(clients, lob.registryTable, "url")).map(without),
  };
}

/** How often each key was written. */
async function writes(): Promise<Record<string, number>> {
  const { Versions = [] } = await clientsOf(sandbox).s3.send(new ListObjectVersionsCommand({ Bucket: lob.bucket }));
  const counted: Record<string, number> = {};
  for (const { Key } of Versions) counted[Key!] = (counted[Key!] ?? 0) + 1;
  return counted;
}

describe.each<[string, () => Promise<void>, () => MigrationSource, readonly string[]]>([
  [
    "copied from elsewhere",
    () => empty(lob),
    () => ({ bucket: SOURCE.bucket, prefix: SOURCE.prefix, suffix: SOURCE.suffix }),
    ["UploadPartCopyCommand", "CompleteMultipartUploadCommand", "PutObjectCommand", "TransactWriteItemsCommand", "GetObjectCommand"],
  ],
  [
    "in place",
    async () => {
      await empty(lob);
      await Promise.all(seeded.map((object) => clientsOf(sandbox).s3.send(new PutObjectCommand({ Bucket: lob.bucket, ...object }))));
    },
    () => ({}),
    ["TransactWriteItemsCommand", "GetObjectCommand", "PutObjectCommand"],
  ],
])("%s", (_, begin, source, makes) => {
  test(
    "killed at any request and run again, it ends as one that nothing disturbed, and no object is written twice",
    async () => {
      await begin();
      const operations = await migrateUntil(source());
      expect(operations).toEqual(expect.arrayContaining([...makes]));
      const wanted = await settled();
      const once_ = await writes();
      // Before the first write there is nothing to leave behind.
      const first = operations.findIndex((name) => WRITES.test(name));
      for (let last = first; last < operations.length; last++) {
        await begin();
        await migrateUntil(source(), last);
        await migrateUntil(source());
        const at = `killed at request ${last}, ${operations[last - 1]}`;
        expect([at, await settled(), await writes()]).toEqual([at, wanted, once_]);
      }
      for (const { name } of MODELS) expect(await broken(sandbox, declared, name)).toEqual([]);
      // And killed twice.
      await begin();
      await migrateUntil(source(), Math.floor(operations.length / 2));
      await migrateUntil(source(), Math.floor(operations.length / 2));
      await migrateUntil(source());
      expect([await settled(), await writes()]).toEqual([wanted, once_]);
    },
    EACH_REQUEST,
  );
});

test(
  "the answer to any write lost: the same run goes on, and no object is written twice",
  async () => {
    const source = { bucket: SOURCE.bucket, prefix: SOURCE.prefix, suffix: SOURCE.suffix };
    await empty(lob);
    const operations = await migrateUntil(source);
    const [wanted, once_] = [await settled(), await writes()];
    const count = operations.filter((name) => WRITES.test(name)).length;
    for (let lost = 1; lost <= count; lost++) {
      await empty(lob);
      const aws = await connect();
      let made = 0;
      let name = "";
      const forgetful: InitializeMiddleware<object, object> = (next, context) => async (args) => {
        const answer = await next(args);
        if (!WRITES.test(String(context["commandName"])) || ++made !== lost) return answer;
        name = String(context["commandName"]);
        throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
      };
      for (const client of [aws.s3, aws.dynamodb]) {
        const stack = client.middlewareStack as unknown as { add: (middleware: typeof forgetful, options: object) => void };
        stack.add(forgetful, { step: "initialize", name: "forgetful" });
      }
      const { problems } = await migrate(aws, { lob: "fraud", source });
      aws.s3.destroy();
      aws.dynamodb.destroy();
      const at = `answer to write ${lost} lost, ${name}`;
      expect([at, problems, await settled(), await writes()]).toEqual([at, 0, wanted, once_]);
    }
  },
  EACH_REQUEST,
);

test("killed by SIGKILL again and again, it finishes in the end", async () => {
  await empty(lob);
  const args = ["migrate", "fraud", "--from", `s3://${SOURCE.bucket}/${SOURCE.prefix}`, "--suffix", SOURCE.suffix, "--apply", "-q"];
  const deaths: (string | undefined)[] = [];
  for (const last of [25, 35, 45, 55, ALIVE]) {
    let child: ChildProcess | undefined;
    const gone = async (): Promise<void> => {
      const exited = once(child!, "exit");
      child!.kill("SIGKILL");
      await exited;
    };
    const proxy = await FaultProxy.start(sandbox.endpoint, onRequest(last, { kind: "kill-after", kill: gone }));
    try {
      child = spawn(process.execPath, [join(ROOT, "core", "dist", "cli", "main.js"), ...args], {
        env: { ...environmentFor(sandbox), AWS_ENDPOINT_URL: proxy.endpoint },
        stdio: "ignore",
      });
      const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
      deaths.push(signal ?? `exit ${code}`);
    } finally {
      await proxy.stop();
    }
  }
  expect(deaths.slice(0, 2)).toEqual(["SIGKILL", "SIGKILL"]);
  expect(deaths.at(-1)).toBe("exit 0");
  for (const { name } of MODELS) expect(await broken(sandbox, declared, name)).toEqual([]);
});
