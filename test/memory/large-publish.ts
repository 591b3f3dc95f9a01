/**
 * Shows how much memory it takes to publish and to pull a large model, and that it does not grow with the model:
 *
 *     node test/memory/large-publish.ts [GiB, default 4] [files, default 8]
 *
 * S3 is a versitygw (https://github.com/versity/versitygw: S3 on a disk, with flat memory) found on the PATH or named by VERSITYGW,
 * because the sandbox keeps objects in memory; DynamoDB is the sandbox. Needs four times the size on the disk. Exits with 1 if
 * publishing or pulling takes 400 MiB or more.
 */
import { spawn } from "node:child_process";
import { createHash, randomFillSync } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, open, readdir, rm } from "node:fs/promises";
import { createServer as createHttpServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { startSandbox } from "../sandbox/server.ts";
import { declareLob } from "../support/lob.ts";
import { startVersitygw } from "../support/versitygw.ts";

const MIB = 1024 * 1024;
const LIMIT = 400;
const gib = Number(process.argv[2] ?? 4);
const files = Number(process.argv[3] ?? 8);
if (!(gib > 0) || !(files >= 1)) throw new Error("usage: node test/memory/large-publish.ts [GiB] [files]");

const work = await mkdtemp(join(tmpdir(), "lob-large-"));
const model = join(work, "model");
const pulled = join(work, "pulled");
const sandbox = await startSandbox({ say: console.log });
const gateway = await startGateway().catch(giveUp);
try {
  const fraud = await declareLob(sandbox, "fraud");
  const s3 = new S3Client({ endpoint: gateway.endpoint, region: sandbox.region, credentials: gateway.credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: fraud.row.bucket }));
  console.log(`writing ${gib} GiB of random bytes in ${files} files …`);
  await writeModel();
  const env = {
    ...sandbox.env,
    AWS_ENDPOINT_URL_S3: gateway.endpoint,
    AWS_ACCESS_KEY_ID: gateway.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: gateway.credentials.secretAccessKey,
  };
  const rows = [
    await measure("publish", ["publish", "fraud/large", model], env),
    await measure("pull", ["pull", "fraud/large", pulled], env),
  ];
  const same = (await hashOf(model)) === (await hashOf(pulled));
  console.table(rows);
  console.log(same ? "what was pulled is what was published" : "what was pulled is NOT what was published");
  if (!same || rows.some((row) => row["peak RSS (MiB)"] >= LIMIT)) process.exitCode = 1;
} finally {
  gateway.stop();
  await sandbox.stop();
  await rm(work, { recursive: true, force: true });
}

async function writeModel(): Promise<void> {
  await mkdir(model);
  const block = Buffer.alloc(16 * MIB);
  for (let index = 0; index < files; index++) {
    const file = await open(join(model, `shard-${index}.bin`), "w");
    for (let left = Math.floor((gib * 1024 * MIB) / files); left > 0; left -= block.length) {
      await file.write(randomFillSync(block).subarray(0, Math.min(left, block.length)));
    }
    await file.close();
  }
}

/** Runs a command of lobreg and reads its peak memory from the child itself. */
async function measure(what: string, args: string[], env: Record<string, string>) {
  const report = join(import.meta.dirname, "report-peak.mjs");
  const lobreg = join(import.meta.dirname, "..", "..", "core", "dist", "cli", "main.js");
  const began = performance.now();
  const child = spawn(process.execPath, ["--import", report, lobreg, ...args], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  let peak = 0;
  child.on("message", (message) => (peak = Number(message)));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`lobreg ${args.join(" ")} ended with ${code}`);
  const seconds = (performance.now() - began) / 1000;
  return {
    what,
    "size (MiB)": gib * 1024,
    seconds: Math.round(seconds),
    "MiB/s": Math.round((gib * 1024) / seconds),
    "peak RSS (MiB)": Math.round(peak / 1024),
  };
}

async function hashOf(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await readdir(folder)).sort()) {
    hash.update(name);
    for await (const chunk of createReadStream(join(folder, name))) hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}

async function giveUp(error: unknown): Promise<never> {
  await sandbox.stop();
  await rm(work, { recursive: true, force: true });
  throw error;
}

async function startGateway() {
  const { port, credentials, stop } = await startVersitygw(join(work, "s3"), sandbox.accountId);
  const proxy = await withoutChecksums(port);
  return {
    endpoint: proxy.endpoint,
    credentials,
    stop: () => {
      proxy.stop();
      stop();
    },
  };
}

/**
 * versitygw 1.8 gives each copied part the checksum of its whole source, and so a wrong one to a copy of several parts. Publishing notices
 * and refuses it, as it should; here they are left out of what is read. Size, token and sha256 are compared all the same.
 */
async function withoutChecksums(port: number) {
  const server = createHttpServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const onward = request({ host: "127.0.0.1", port, method, path: url, headers }, (answer) => {
      const kept = Object.entries(answer.headers).filter(
        ([name]) => (method !== "HEAD" && method !== "GET") || !name.startsWith("x-amz-checksum-"),
      );
      outgoing.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept));
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
}
